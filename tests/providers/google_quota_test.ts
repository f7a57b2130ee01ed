/** Google's quotas: what each request costs, never more than allowed over all instances, and who gives way. */
import assert from "node:assert/strict";
import { googleUrls } from "../../shared/providers/google/config.ts";
import { openQuota } from "../../shared/providers/google/quota.ts";
import { openMailbox } from "../../shared/providers/mailbox.ts";
import type { Mailbox } from "../../shared/providers/port.ts";
import { usedFor } from "../../shared/providers/purpose.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { tokenRecord } from "../../shared/providers/tokens.ts";
import { PLAIN_VAULT } from "./account.ts";
import { memoryState } from "./memory_state.ts";
import { openedGoogle, testDeps } from "./opened.ts";
import { scriptedMailbox, TEST_CONNECTION } from "./scripted_mailbox.ts";

const URLS = googleUrls({ api_url: "" });
const CALENDARS = `${URLS.calendar}/users/me/calendarList`;
const TASKS = `${URLS.tasks}/users/@me/lists`;

/** Instances that share a state; each opens mailboxes of its own. */
function quota(factor = 1) {
  const asked: string[] = [];
  const deps = testDeps((input) => {
    asked.push(String(input));
    return Promise.resolve(Response.json({}));
  });
  const state = memoryState(deps.clock);
  const counted = (name: string, api: string) =>
    deps.counters.snapshot().filter((one) => one.name === name && one.labels.api === api)
      .reduce((sum, { value }) => sum + value, 0);
  const open = async (account_id = "account-1", backfill = false): Promise<Mailbox> => {
    const connection = { ...TEST_CONNECTION, provider: "google" as const, account_id, connection_id: account_id };
    const tokens = { access_token: "a", refresh_token: "r", expires_at_ms: deps.clock.now() + 1e9, scopes: [] };
    await state.records({ user_id: connection.user_id }).commit([{
      op: "put",
      collection: COLLECTIONS.tokens,
      id: account_id,
      value: await tokenRecord(PLAIN_VAULT, account_id, tokens),
    }]);
    const provider = openedGoogle(deps);
    const signal = new AbortController().signal;
    const mailbox = openMailbox({
      deps,
      state,
      vault: PLAIN_VAULT,
      provider,
      connection,
      signal,
      hosts: provider.hosts,
    });
    return usedFor(openQuota(URLS, factor).metered(mailbox), { resource: "calendar", backfill });
  };
  return { deps, open, counted, asked };
}

async function ask(mailbox: Mailbox, url: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await mailbox.request(url);
}

Deno.test("each method of Gmail costs its units, and a batch what is in it", async () => {
  const { open, counted } = quota();
  const door = await open();
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
  const { deps, open, counted, asked } = quota();
  const door = await open();
  await ask(door, CALENDARS, 600);
  await assert.rejects(door.request(CALENDARS), (error) => {
    assert.ok(error instanceof Error && "retry_after_ms" in error && "code" in error);
    assert.equal(error.code, "throttled");
    assert.ok(Number(error.retry_after_ms) > 55_000 && Number(error.retry_after_ms) <= 62_000);
    return true;
  });
  assert.equal(asked.length, 600);
  assert.equal(counted("provider_quota_waits_total", "calendar"), 1);
  // Another person has a quota of their own, and so has another API.
  await (await open("account-2")).request(CALENDARS);
  await door.request(`${URLS.drive}/changes`);
  await deps.clock.advance(62_000);
  await door.request(CALENDARS);
});

Deno.test("a short wait is slept", async () => {
  const { deps, open } = quota();
  const door = await open();
  await ask(door, CALENDARS, 600);
  await deps.clock.advance(58_000);
  const asked = door.request(CALENDARS);
  await deps.clock.advance(5_000);
  assert.equal((await asked).status, 200);
});

Deno.test("a first reading leaves a part of the quota to what changes now", async () => {
  const { open } = quota();
  const slow = await open("account-1", true);
  await ask(slow, CALENDARS, 450);
  await assert.rejects(slow.request(CALENDARS), { code: "throttled" });
  await ask(await open(), CALENDARS, 150);
});

Deno.test("a project's quota is everybody's, and larger where the operator says so", async () => {
  for (const factor of [0.01, 0.02]) {
    const { open } = quota(factor);
    const doors = await Promise.all(Array.from({ length: 10 }, (_, at) => open(`account-${at}`)));
    for (const door of doors) await ask(door, TASKS, 50_000 * factor / doors.length);
    await assert.rejects(doors[0]?.request(TASKS) ?? Promise.resolve(), { code: "throttled" });
  }
});

Deno.test("a quota holds over all instances, whichever of them spends it", async () => {
  const { open, asked } = quota();
  const instances = [await open(), await open(), await open()];
  for (const door of instances) await ask(door, CALENDARS, 200);
  for (const door of instances) await assert.rejects(door.request(CALENDARS), { code: "throttled" });
  assert.equal(asked.length, 600);
});

Deno.test("a request that is repeated is paid for each time", async () => {
  const deps = testDeps();
  const costs: unknown[] = [];
  const { connection, signal } = scriptedMailbox(() => ({}));
  const mailbox: Mailbox = {
    connection,
    signal,
    request(_url, init = {}) {
      costs.push(init.costs?.map(({ api, name, units }) => [api, name, units]));
      return Promise.resolve({ status: 200, headers: new Headers(), json: {}, text: "{}" });
    },
  };
  await openedGoogle(deps).unsubscribe(mailbox, {
    resource: "mail",
    target: "",
    subscription_id: "s",
    remote_id: "watch",
  });
  assert.deepEqual(costs, [[["gmail", "user:account-1", 50], ["gmail", "project", 50]]]);
});
