/** Subscriptions of each resource at Microsoft. */
import assert from "node:assert/strict";
import { z } from "zod";
import { openedMicrosoft, testDeps } from "./opened.ts";
import { scriptedMailbox } from "./scripted_mailbox.ts";

const REQUEST = {
  resource: "mail",
  target: "",
  subscription_id: "sub_1",
  client_state: "secret-client-state",
} as const;
const named = (remote_id: string) => ({ resource: "mail", target: "", subscription_id: "sub_1", remote_id } as const);
const WEBHOOKS = "https://millrace.example/webhooks/microsoft";
const MADE = { id: "remote-1", expirationDateTime: "2026-03-09T08:50:00.1234567Z" };

Deno.test("subscribe() of Microsoft sends both addresses, immutable ids and an expiry below seven days", async () => {
  const deps = testDeps();
  const mailbox = scriptedMailbox(() => ({ status: 201, json: MADE }));
  const granted = await openedMicrosoft(deps).subscribe(mailbox, REQUEST);
  assert.deepEqual(granted, { remote_id: "remote-1", expires_at: "2026-03-09T08:50:00.123Z" });
  const [asked] = mailbox.asked;
  assert.equal(asked?.url, "https://graph.microsoft.com/v1.0/subscriptions");
  assert.equal(asked?.headers?.prefer, 'IdType="ImmutableId"');
  const { expirationDateTime, ...body } = z.record(z.string(), z.string()).parse(asked?.body);
  assert.deepEqual(body, {
    changeType: "created,updated,deleted",
    notificationUrl: `${WEBHOOKS}/sub_1`,
    lifecycleNotificationUrl: `${WEBHOOKS}/lifecycle/sub_1`,
    resource: "/me/messages",
    clientState: "secret-client-state",
    latestSupportedTlsVersion: "v1_2",
  });
  const life_ms = Date.parse(expirationDateTime ?? "") - deps.clock.now();
  assert.ok(life_ms < 7 * 86_400_000 && life_ms > 6.9 * 86_400_000);
});

Deno.test("subscribe() of Microsoft replaces what is ours on 409, and nothing of others", async () => {
  let posts = 0;
  const listed = [
    { id: "other-host", resource: "/me/messages", notificationUrl: "https://other.example/webhooks/microsoft/x" },
    {
      id: "look-alike",
      resource: "/me/messages",
      notificationUrl: "https://millrace.example.evil/webhooks/microsoft/x",
    },
    { id: "other-resource", resource: "/me/events", notificationUrl: `${WEBHOOKS}/sub_0` },
    { id: "ours", resource: "users/1/messages", notificationUrl: `${WEBHOOKS}/sub_0` },
    "broken",
  ];
  const next = "https://graph.microsoft.com/v1.0/subscriptions?$skiptoken=2";
  const mailbox = scriptedMailbox((url, request) => {
    if (request.method === "POST") return posts++ === 0 ? { status: 409 } : { status: 201, json: MADE };
    if (request.method === "DELETE") return { status: 204 };
    return url === next ? { json: { value: [] } } : { json: { value: listed, "@odata.nextLink": next } };
  });
  assert.equal((await openedMicrosoft().subscribe(mailbox, REQUEST)).remote_id, "remote-1");
  assert.deepEqual(mailbox.asked.map(({ method = "GET", url }) => `${method} ${url.split("/v1.0")[1]}`), [
    "POST /subscriptions",
    "GET /subscriptions",
    "GET /subscriptions?$skiptoken=2",
    "DELETE /subscriptions/ours",
    "POST /subscriptions",
  ]);
});

Deno.test("renew() of Microsoft moves the expiry, and says when the subscription is gone", async () => {
  const mailbox = scriptedMailbox(() => ({ json: MADE }));
  const provider = openedMicrosoft();
  assert.equal((await provider.renew(mailbox, named("remote/1"))).expires_at, "2026-03-09T08:50:00.123Z");
  assert.equal(mailbox.asked[0]?.url, "https://graph.microsoft.com/v1.0/subscriptions/remote%2F1");
  assert.equal(mailbox.asked[0]?.method, "PATCH");
  const gone = scriptedMailbox(() => ({ status: 404 }));
  await assert.rejects(provider.renew(gone, named("remote-1")), { name: "PermanentError", code: "subscription_gone" });
});

Deno.test("subscribe() of Microsoft takes what an attempt whose answer got lost has made", async () => {
  const held = {
    id: "made-before",
    resource: "users/1/messages",
    notificationUrl: `${WEBHOOKS}/sub_1`,
    expirationDateTime: "2026-03-08T00:00:00Z",
  };
  const mailbox = scriptedMailbox((_, { method }) => method === "POST" ? { status: 409 } : { json: { value: [held] } });
  const granted = await openedMicrosoft().subscribe(mailbox, REQUEST);
  assert.deepEqual(granted, { remote_id: "made-before", expires_at: "2026-03-08T00:00:00.000Z" });
  assert.deepEqual(mailbox.asked.map(({ method = "GET" }) => method), ["POST", "GET"]);
});

Deno.test("subscriptions() of Microsoft tells which are ours, by the id in their address", async () => {
  const value = [
    { id: "1", notificationUrl: `${WEBHOOKS}/sub_1`, expirationDateTime: "2026-03-08T00:00:00Z" },
    { id: "2", notificationUrl: "https://other.example/webhooks/microsoft/sub_2", expirationDateTime: null },
    "broken",
  ];
  const mailbox = scriptedMailbox(() => ({ json: { value } }));
  assert.deepEqual(await openedMicrosoft().subscriptions(mailbox), [
    { remote_id: "1", subscription_id: "sub_1", expires_at: "2026-03-08T00:00:00.000Z" },
    { remote_id: "2", subscription_id: "", expires_at: "" },
  ]);
});
