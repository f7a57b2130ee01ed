/** Subscriptions at both providers, and the notifications that come of them. */
import assert from "node:assert/strict";
import fc from "fast-check";
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

Deno.test("parseNotifications() reads the good items among bad ones", () => {
  const good = { subscriptionId: "s1", clientState: "c", changeType: "UPDATED", resourceData: { Id: "x" }, further: 1 };
  const lifecycle = { subscriptionId: "s2", clientState: null, lifecycleEvent: "missed", encryptedContent: {} };
  const parsed = parseNotifications({ value: [good, null, {}, { subscriptionId: 5 }, "x", lifecycle, []] });
  assert.deepEqual(parsed, {
    items: [
      { remote_id: "s1", client_state: "c", lifecycle: "", change: "updated", tenant: "" },
      { remote_id: "s2", client_state: "", lifecycle: "missed", change: "", tenant: "" },
    ],
    tokens: [],
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
