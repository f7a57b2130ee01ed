import assert from "node:assert/strict";
import { openMonitoring } from "../../shared/bus/pubsub/monitoring.ts";
import { SimulatedClock } from "../simulation/clock.ts";

/** Answers as Cloud Monitoring does: a series for each subscription, newest point first, page by page. */
function monitoring(values: Readonly<Record<string, readonly (readonly [string, number])[]>>) {
  const asked: URL[] = [];
  const fetch = (input: Request | URL | string, init?: RequestInit) => {
    const url = new URL(String(input));
    asked.push(url);
    assert.equal(new Headers(init?.headers).get("authorization"), "Bearer token-of-the-account");
    const metric = /subscription\/(\w+)"/.exec(url.searchParams.get("filter") ?? "")?.[1] ?? "";
    const series = values[metric] ?? [];
    const at = Number(url.searchParams.get("pageToken") ?? 0);
    const timeSeries = series.slice(at, at + 1).map(([subscription_id, value]) => ({
      resource: { type: "pubsub_subscription", labels: { project_id: "acme", subscription_id } },
      points: [{ interval: {}, value: { int64Value: String(value) } }, { interval: {}, value: { int64Value: "999" } }],
    }));
    const nextPageToken = at + 1 < series.length ? { nextPageToken: String(at + 1) } : {};
    return Promise.resolve(Response.json({ timeSeries, ...nextPageToken }));
  };
  return { fetch, asked };
}

const token = () => Promise.resolve("token-of-the-account");

Deno.test("openMonitoring() reads the newest backlog and age of every subscription, once a minute", async () => {
  const clock = new SimulatedClock();
  const { fetch, asked } = monitoring({
    num_undelivered_messages: [["vespa-loader-emails", 12], ["meetings-calendars", 0]],
    oldest_unacked_message_age: [["vespa-loader-emails", 340]],
  });
  const backlogs = openMonitoring({ project_id: "acme", fetch, clock, token });
  const told = await backlogs();
  assert.deepEqual(told.get("vespa-loader-emails"), { messages: 12, oldest_seconds: 340 });
  assert.deepEqual(told.get("meetings-calendars"), { messages: 0, oldest_seconds: null });
  assert.equal(asked[0]?.pathname, "/v3/projects/acme/timeSeries");
  const requests = asked.length;
  await backlogs();
  assert.equal(asked.length, requests, "remembered");
  await clock.advance(60_000);
  await backlogs();
  assert.equal(asked.length, 2 * requests);
});

Deno.test("openMonitoring() says which role is missing when Monitoring refuses", async () => {
  const fetch = () => Promise.resolve(new Response("{}", { status: 403 }));
  const backlogs = openMonitoring({ project_id: "acme", fetch, clock: new SimulatedClock(), token });
  await assert.rejects(backlogs(), /403: grant roles\/monitoring.viewer/);
});
