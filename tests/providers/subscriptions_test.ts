/** Subscriptions at both providers, and the notifications that come of them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { parseGmailNotification, parseNotifications } from "../../shared/providers/mod.ts";
import { openedGoogle, openedMicrosoft, testDeps } from "./opened.ts";
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
    "DELETE /subscriptions/ours",
    "GET /subscriptions?$skiptoken=2",
    "POST /subscriptions",
  ]);
});

Deno.test("subscribe() says permanently that it is refused", async () => {
  for (const status of [400, 403]) {
    const mailbox = scriptedMailbox(() => ({ status, json: { error: { code: "ValidationError" } } }));
    for (const provider of [openedMicrosoft(), openedGoogle()]) {
      await assert.rejects(provider.subscribe(mailbox, REQUEST), {
        name: "PermanentError",
        code: "subscription_refused",
      });
    }
  }
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

Deno.test("unsubscribe() is done when there is nothing to end", async () => {
  for (const provider of [openedMicrosoft(), openedGoogle()]) {
    for (const status of [204, 404]) await provider.unsubscribe(scriptedMailbox(() => ({ status })), named("x"));
    await assert.rejects(provider.unsubscribe(scriptedMailbox(() => ({ status: 400 })), named("x")), {
      code: "provider_refused",
    });
  }
});

Deno.test("subscribe() and renew() of Gmail watch the whole mailbox on the operator's topic", async () => {
  for (const expiration of ["1772960400000", 1772960400000]) {
    const mailbox = scriptedMailbox(() => ({ json: { historyId: "1", expiration } }));
    const granted = await openedGoogle().subscribe(mailbox, REQUEST);
    assert.deepEqual(granted, { remote_id: "watch", expires_at: new Date(1772960400000).toISOString() });
    assert.deepEqual(await openedGoogle().renew(mailbox, named("watch")), granted);
    for (const asked of mailbox.asked) {
      assert.equal(asked.url, "https://gmail.googleapis.com/gmail/v1/users/me/watch");
      assert.deepEqual(asked.body, { topicName: "projects/millrace/topics/gmail" });
    }
  }
});

Deno.test("push() says why there are no notifications", () => {
  assert.deepEqual(openedMicrosoft().push("mail"), { supported: true, reason: "", renewal: "extend" });
  assert.match(openedMicrosoft(testDeps(), { public_url: "" }).push("mail").reason, /PUBLIC_URL/);
  assert.equal(openedMicrosoft(testDeps(), { public_url: "" }).push("mail").supported, false);
  assert.match(openedGoogle(testDeps(), { gmail_topic: "" }).push("mail").reason, /GMAIL_TOPIC/);
  assert.equal(openedGoogle().push("mail").supported, true);
});

Deno.test("changes(), lookup() and subscribe() refuse a resource that the provider does not serve", async () => {
  const mailbox = scriptedMailbox(() => ({}));
  for (const provider of [openedMicrosoft()]) {
    const code = "resource_unsupported";
    await assert.rejects(provider.changes(mailbox, "drive", ""), { code });
    await assert.rejects(provider.lookup(mailbox, "todos", [{ provider_id: "1", container: "" }]), { code });
    await assert.rejects(provider.subscribe(mailbox, { ...REQUEST, resource: "calendar" }), { code });
    await assert.rejects(provider.renew(mailbox, { ...named("1"), resource: "contacts" }), { code });
  }
  assert.equal(mailbox.asked.length, 0);
});

Deno.test("parseNotifications() reads the good items among bad ones", () => {
  const good = { subscriptionId: "s1", clientState: "c", changeType: "UPDATED", resourceData: { Id: "x" }, further: 1 };
  const lifecycle = { subscriptionId: "s2", clientState: null, lifecycleEvent: "missed", encryptedContent: {} };
  const parsed = parseNotifications({ value: [good, null, {}, { subscriptionId: 5 }, "x", lifecycle, []] });
  assert.deepEqual(parsed, {
    items: [
      { remote_id: "s1", client_state: "c", lifecycle: "", change: "updated" },
      { remote_id: "s2", client_state: "", lifecycle: "missed", change: "" },
    ],
    skipped: 5,
    valid: true,
  });
});

Deno.test("parseNotifications() and parseGmailNotification() never throw", () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => {
    const parsed = parseNotifications({ value: json });
    assert.equal(parsed.valid, Array.isArray(json));
    assert.equal(parseNotifications(json).valid, false);
  }));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.jsonValue().map((json) => btoa(encodeURI(JSON.stringify(json))))), (text) => {
      assert.equal(parseGmailNotification(text), null);
    }),
  );
  assert.equal(parseNotifications({ value: [null] }).valid, true);
  assert.equal(parseNotifications(null).valid, false);
});

Deno.test("parseGmailNotification() keeps history ids beyond what a double holds", () => {
  const data = btoa(JSON.stringify({ emailAddress: "Ben@Gmail.Example", historyId: "99999999999999999999" }));
  assert.deepEqual(parseGmailNotification(data), { address: "ben@gmail.example", history_id: "99999999999999999999" });
});
