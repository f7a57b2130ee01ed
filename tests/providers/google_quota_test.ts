/** Google's quotas: never more than allowed in any minute, what waits and for how long, and who gives way. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { googleUrls } from "../../shared/providers/google/config.ts";
import { openQuota } from "../../shared/providers/google/quota.ts";
import { SpendWindow } from "../../shared/providers/google/spend_window.ts";
import type { Mailbox } from "../../shared/providers/port.ts";
import { openedGoogle, testDeps } from "./opened.ts";
import { scriptedMailbox } from "./scripted_mailbox.ts";

const URLS = googleUrls({ api_url: "" });
const CALENDARS = `${URLS.calendar}/users/me/calendarList`;
const TASKS = `${URLS.tasks}/users/@me/lists`;

function quota(factor = 1) {
  const deps = testDeps();
  const { metered } = openQuota(deps, URLS, factor);
  const counted = (name: string, api: string) =>
    deps.counters.snapshot().filter((one) => one.name === name && one.labels.api === api)
      .reduce((sum, { value }) => sum + value, 0);
  const mailbox = (account_id = "account-1"): Mailbox & { asked: unknown[] } => {
    const scripted = scriptedMailbox(() => ({ json: {} }));
    return { ...scripted, connection: { ...scripted.connection, account_id } };
  };
  return { deps, metered, counted, mailbox };
}

async function ask(mailbox: Mailbox, url: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await mailbox.request(url);
}

Deno.test("SpendWindow never lets more than its limit be spent within any window", () => {
  const spendings = fc.array(fc.record({ units: fc.integer({ min: 1, max: 40 }), after_ms: fc.nat(20_000) }), {
    maxLength: 60,
  });
  fc.assert(fc.property(spendings, (wanted) => {
    const window = new SpendWindow(100, 60_000);
    const spent: { at: number; units: number }[] = [];
    let now = 1_000_003;
    for (const { units, after_ms } of wanted) {
      now += after_ms;
      for (let wait = window.waitFor(units, 1, now); wait > 0; wait = window.waitFor(units, 1, now)) now += wait;
      window.spend(units, now);
      spent.push({ at: now, units });
      const within = spent.filter(({ at }) => at > now - 60_000).reduce((sum, one) => sum + one.units, 0);
      assert.ok(within <= 100, `${within} within a minute`);
    }
  }));
});

Deno.test("SpendWindow waits no longer than until its oldest spending is out", () => {
  const window = new SpendWindow(10, 60_000);
  window.spend(6, 0);
  window.spend(4, 30_000);
  const wait = window.waitFor(5, 1, 30_000);
  assert.ok(wait >= 30_000 && wait <= 32_000, String(wait));
  assert.equal(window.waitFor(5, 1, 30_000 + wait), 0);
  // What is larger than the limit goes when nothing else does.
  assert.ok(window.waitFor(11, 1, 62_000) > 0);
  assert.equal(window.waitFor(11, 1, 100_000), 0);
  assert.equal(window.isIdle(100_000), true);
});

Deno.test("each method of Gmail costs its units, and a batch what is in it", async () => {
  const { metered, counted, mailbox } = quota();
  const door = metered(mailbox(), false);
  const costs: readonly (readonly [string, string | undefined, number])[] = [
    [`${URLS.mailbox}/history?startHistoryId=1`, undefined, 2],
    [`${URLS.mailbox}/messages?maxResults=50`, undefined, 5],
    [`${URLS.mailbox}/messages/1/attachments/2`, undefined, 5],
    [`${URLS.mailbox}/profile`, undefined, 1],
    [`${URLS.mailbox}/labels`, undefined, 1],
    [`${URLS.mailbox}/watch`, undefined, 100],
    [`${URLS.mailbox}/stop`, undefined, 50],
    [URLS.batch, "--b\r\n\r\nGET /a\r\n\r\n--b\r\n\r\nGET /b\r\n\r\n--b--", 10],
  ];
  let sum = 0;
  for (const [url, body, units] of costs) {
    await door.request(url, body === undefined ? {} : { method: "POST", body });
    assert.equal(counted("provider_quota_units_total", "gmail"), sum += units, url);
  }
});

Deno.test("what is spent for a while is said with the wait, and nothing is asked meanwhile", async () => {
  const { deps, metered, counted, mailbox } = quota();
  const box = mailbox();
  const door = metered(box, false);
  await ask(door, CALENDARS, 600);
  await assert.rejects(door.request(CALENDARS), (error) => {
    assert.ok(error instanceof Error && "retry_after_ms" in error && "code" in error);
    assert.equal(error.code, "throttled");
    assert.ok(Number(error.retry_after_ms) > 55_000 && Number(error.retry_after_ms) <= 62_000);
    return true;
  });
  assert.equal(box.asked.length, 600);
  assert.equal(counted("provider_quota_waits_total", "calendar"), 1);
  // Another person has a quota of their own, and so has another API.
  await metered(mailbox("account-2"), false).request(CALENDARS);
  await door.request(`${URLS.drive}/changes`);
  await deps.clock.advance(62_000);
  await door.request(CALENDARS);
});

Deno.test("a short wait is slept", async () => {
  const { deps, metered, mailbox } = quota();
  const door = metered(mailbox(), false);
  await ask(door, CALENDARS, 600);
  await deps.clock.advance(58_000);
  const asked = door.request(CALENDARS);
  await deps.clock.advance(5_000);
  assert.equal((await asked).status, 200);
});

Deno.test("a first reading leaves a part of the quota to what changes now", async () => {
  const { metered, mailbox } = quota();
  const box = mailbox();
  await ask(metered(box, true), CALENDARS, 450);
  await assert.rejects(metered(box, true).request(CALENDARS), { code: "throttled" });
  await ask(metered(box, false), CALENDARS, 150);
});

Deno.test("a project's quota is everybody's, and larger where the operator says so", async () => {
  for (const factor of [0.01, 0.02]) {
    const { metered, mailbox } = quota(factor);
    const doors = Array.from({ length: 10 }, (_, at) => metered(mailbox(`account-${at}`), false));
    for (const door of doors) await ask(door, TASKS, 50_000 * factor / doors.length);
    await assert.rejects(doors[0]?.request(TASKS) ?? Promise.resolve(), { code: "throttled" });
  }
});

Deno.test("the provider meters what it asks: an enumeration gives way, changes do not", async () => {
  const deps = testDeps();
  // A calendar's list costs one unit, and so does each page of its events.
  const google = openedGoogle(deps, { quota_factor: 0.01 });
  const mailbox = scriptedMailbox((url) => ({
    json: url.includes("calendarList")
      ? { items: [{ id: "a", summary: "A" }], nextSyncToken: "l" }
      : { items: [], nextPageToken: "more" },
  }));
  let cursor = "";
  const read = async () => ({ cursor } = await google.changes(mailbox, "calendar", cursor));
  for (let page = 0; page < 4; page++) await read();
  await assert.rejects(read(), { code: "throttled" });
  assert.equal(mailbox.asked.length, 4);
  await google.unsubscribe(mailbox, { resource: "calendar", target: "", subscription_id: "s", remote_id: "r" });
});
