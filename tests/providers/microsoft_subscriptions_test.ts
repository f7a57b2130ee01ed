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

Deno.test("subscribe() of Microsoft watches each resource as documented, To Do list by list", async () => {
  const expected = [
    ["mail", "", "/me/messages", "created,updated,deleted", 7],
    ["calendar", "", "/me/events", "created,updated,deleted", 7],
    ["contacts", "", "/me/contacts", "created,updated,deleted", 7],
    ["drive", "", "/me/drive/root", "updated", 30],
    ["todos", "list/1=", "/me/todo/lists/list%2F1%3D/tasks", "created,updated,deleted", 3],
  ] as const;
  for (const [resource, target, path, change_types, days] of expected) {
    const deps = testDeps();
    const mailbox = scriptedMailbox(() => ({ status: 201, json: MADE }));
    await openedMicrosoft(deps).subscribe(mailbox, { ...REQUEST, resource, target });
    const body = z.record(z.string(), z.string()).parse(mailbox.asked[0]?.body);
    assert.deepEqual([body["resource"], body["changeType"]], [path, change_types]);
    const life_ms = Date.parse(body["expirationDateTime"] ?? "") - deps.clock.now();
    assert.ok(life_ms < days * 86_400_000 && life_ms > 0.9 * days * 86_400_000, resource);
  }
});

Deno.test("subscribe() of Microsoft ends only what watches the same list", async () => {
  const held = [
    { id: "same", resource: "me/todo/lists/list-1/tasks", notificationUrl: `${WEBHOOKS}/sub_0` },
    { id: "other-list", resource: "me/todo/lists/list-2/tasks", notificationUrl: `${WEBHOOKS}/sub_7` },
    { id: "mail", resource: "users/1/messages", notificationUrl: `${WEBHOOKS}/sub_8` },
  ];
  let posts = 0;
  const mailbox = scriptedMailbox((_, { method }) => {
    if (method === "POST") return posts++ === 0 ? { status: 409 } : { status: 201, json: MADE };
    return method === "DELETE" ? { status: 204 } : { json: { value: held } };
  });
  await openedMicrosoft().subscribe(mailbox, { ...REQUEST, resource: "todos", target: "list-1" });
  const ended = mailbox.asked.filter(({ method }) => method === "DELETE").map(({ url }) => url.split("/").at(-1));
  assert.deepEqual(ended, ["same"]);
});

Deno.test("push() of Microsoft needs more than reading for To Do and drives, and says so", () => {
  const provider = openedMicrosoft();
  const read = ["Mail.Read", "Calendars.Read", "Contacts.Read", "Tasks.Read", "Files.Read.All"];
  for (const resource of ["mail", "calendar", "contacts"] as const) {
    assert.equal(provider.push(resource, read).supported, true);
  }
  for (const [resource, scope] of [["todos", "Tasks.ReadWrite"], ["drive", "Files.ReadWrite.All"]] as const) {
    const polled = provider.push(resource, read);
    assert.equal(polled.supported, false);
    assert.match(polled.reason, new RegExp(scope, "i"));
    const granted = [...read, `https://graph.microsoft.com/${scope}`];
    assert.deepEqual(provider.push(resource, granted), { supported: true, reason: "", renewal: "extend" });
  }
});
