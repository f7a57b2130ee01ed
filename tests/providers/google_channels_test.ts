/** Channels of Calendar and Drive: how they are asked for, and how they end. */
import assert from "node:assert/strict";
import { openedGoogle, testDeps } from "./opened.ts";
import { scriptedMailbox } from "./scripted_mailbox.ts";

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const REQUEST = {
  resource: "calendar",
  target: "",
  subscription_id: "subscription-1",
  client_state: "client-state-of-16",
} as const;
const NAMED = { resource: "calendar", target: "", subscription_id: "subscription-1", remote_id: "resource-1" } as const;
const refusal = (reason: string) => ({ status: 400, json: { error: { errors: [{ reason }] } } });

Deno.test("subscribe() of a calendar's channel asks for a week, with our id and secret", async () => {
  const deps = testDeps();
  const mailbox = scriptedMailbox(() => ({ json: { resourceId: "resource-1" } }));
  const granted = await openedGoogle(deps).subscribe(mailbox, REQUEST);
  const expiration = deps.clock.now() + WEEK_MS;
  assert.deepEqual(mailbox.asked, [{
    url: "https://www.googleapis.com/calendar/v3/users/me/calendarList/watch",
    method: "POST",
    body: {
      id: "subscription-1",
      type: "web_hook",
      address: "https://millrace.example/webhooks/google/calendar",
      token: "client-state-of-16",
      expiration,
    },
  }]);
  assert.deepEqual(granted, { remote_id: "resource-1", expires_at: new Date(expiration).toISOString() });
});

Deno.test("subscribe() of a channel whose first answer was lost takes it as made; nobody can stop it", async () => {
  const mailbox = scriptedMailbox(() => refusal("channelIdNotUnique"));
  const granted = await openedGoogle().subscribe(mailbox, REQUEST);
  assert.notEqual(granted.remote_id, "");
  mailbox.asked.length = 0;
  await openedGoogle().unsubscribe(mailbox, { ...NAMED, remote_id: granted.remote_id });
  assert.deepEqual(mailbox.asked, []);
});

Deno.test("subscribe() of a channel says why it is refused, and takes no other answer for one", async () => {
  const refused = scriptedMailbox(() => refusal("pushNotSupportedForRequestedResource"));
  await assert.rejects(openedGoogle().subscribe(refused, REQUEST), {
    name: "PermanentError",
    code: "subscription_refused",
    message: "Google refuses the channel: 400 pushNotSupportedForRequestedResource",
  });
  const odd = scriptedMailbox(() => ({ json: { kind: "api#channel" } }));
  await assert.rejects(openedGoogle().subscribe(odd, REQUEST), { code: "provider_away" });
  const polled = openedGoogle(testDeps(), { public_url: "" });
  await assert.rejects(polled.subscribe(scriptedMailbox(() => ({})), REQUEST), { code: "subscription_refused" });
});

Deno.test("renew() of a channel says that it is gone: channels are replaced", async () => {
  const mailbox = scriptedMailbox(() => ({}));
  for (const resource of ["calendar", "drive"] as const) {
    assert.equal(openedGoogle().push(resource).renewal, "replace");
    await assert.rejects(openedGoogle().renew(mailbox, { ...NAMED, resource }), { code: "subscription_gone" });
  }
  assert.deepEqual(mailbox.asked, []);
});

Deno.test("unsubscribe() of a channel stops it by both its ids; one that has ended is no error", async () => {
  for (const status of [204, 404]) {
    const mailbox = scriptedMailbox(() => ({ status }));
    await openedGoogle().unsubscribe(mailbox, NAMED);
    assert.deepEqual(mailbox.asked, [{
      url: "https://www.googleapis.com/calendar/v3/channels/stop",
      method: "POST",
      body: { id: "subscription-1", resourceId: "resource-1" },
    }]);
  }
  const refused = scriptedMailbox(() => refusal("invalid"));
  await assert.rejects(openedGoogle().unsubscribe(refused, NAMED), { code: "provider_refused" });
});

Deno.test("contacts and tasks have no notifications, and say so", async () => {
  for (const resource of ["contacts", "todos"] as const) {
    const { supported, reason } = openedGoogle().push(resource);
    assert.equal(supported, false);
    assert.match(reason, /does not notify/);
    assert.deepEqual(openedGoogle().targets(resource, ""), [""]);
    const mailbox = scriptedMailbox(() => ({}));
    await assert.rejects(openedGoogle().subscribe(mailbox, { ...REQUEST, resource }), { code: "subscription_refused" });
    await openedGoogle().unsubscribe(mailbox, { ...NAMED, resource });
    assert.deepEqual(mailbox.asked, []);
  }
});
