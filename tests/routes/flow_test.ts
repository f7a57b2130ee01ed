import assert from "node:assert/strict";
import { FlowSample, flowSample } from "../../routes/flow_sample.ts";
import { metric } from "../../shared/contracts/metrics.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { eventData } from "../../scripts/tail.ts";
import { openBundle } from "./app_bundle.ts";

Deno.test("flowSample() adds up what is counted by topic, subscription and source, and leaves unknown backlogs open", () => {
  const counters = openCounters();
  counters.add("bus_published_total", { topic: "emails" }, 7);
  counters.add("webhooks_accepted_total", { source: "gmail" }, 3);
  const delivery = { subscription: "vespa-loader-emails", service: "vespa-loader" };
  counters.add("deliveries_total", { ...delivery, outcome: "handled", result: "acked" }, 5);
  counters.add("deliveries_total", { ...delivery, outcome: "duplicate", result: "acked" }, 2);
  counters.add("deliveries_total", { ...delivery, outcome: "busy", result: "nacked" }, 1);
  counters.add("idempotency_total", { service: "vespa-loader", outcome: "fresh" }, 5);
  counters.add("idempotency_total", { service: "meetings", outcome: "fresh" }, 1);
  counters.observe("delivery_duration_seconds", delivery, 0.02);
  const gauges = [metric("subscription_backlog", { subscription: "vespa-loader-emails" }, 4)];
  const readings = { counters: counters.snapshot(), histograms: counters.histograms(), gauges };
  const sample = FlowSample.parse(flowSample(readings, 0));
  assert.equal(sample.topics.find(({ topic }) => topic === "emails")?.published, 7);
  assert.deepEqual(sample.webhooks, [{ source: "gmail", accepted: 3, dropped: 0, refused: 0 }]);
  assert.equal(sample.idempotency.fresh, 6);
  const of = (name: string) => sample.subscriptions.find((one) => one.name === name);
  const loader = of("vespa-loader-emails");
  assert.deepEqual([loader?.acked, loader?.nacked, loader?.backlog], [7, 1, 4]);
  assert.equal(loader?.oldest_unacked_seconds, null);
  assert.equal(loader?.took.cumulative.at(-1), 1);
  assert.deepEqual(loader?.took.cumulative.slice(0, 3), [0, 0, 1]);
  assert.equal(of("meetings-calendars")?.backlog, null);
});

Deno.test("GET /v1/admin/flow looks once for all who watch, every two seconds, and not at all for nobody", async () => {
  let looks = 0;
  const gauges = () => {
    looks++;
    return Promise.resolve([]);
  };
  const { app, deps, state, operator, as } = await openBundle({ ports: { gauges } });
  assert.equal((await app.request("/v1/admin/flow", { headers: await as("ada") })).status, 403);
  const watch = async () => {
    const { body } = await app.request("/v1/admin/flow", { headers: operator });
    assert.ok(body !== null);
    return eventData(body);
  };
  const [one, other] = [await watch(), await watch()];
  const first = FlowSample.parse(JSON.parse((await one.next()).value ?? ""));
  await other.next();
  assert.equal(looks, 1);
  const next = one.next();
  await deps.clock.advance(2_000);
  const second = FlowSample.parse(JSON.parse((await next).value ?? ""));
  assert.equal(Date.parse(second.at) - Date.parse(first.at), 2_000);
  assert.equal(looks, 2);
  await one.return(undefined);
  await other.return(undefined);
  await deps.clock.advance(10_000);
  assert.equal(looks, 2);
  await state.close();
});
