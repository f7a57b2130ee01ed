/** What operators see of the bus, and how they set a subscription back. */
import assert from "node:assert/strict";
import { z } from "zod";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import type { AppDeps } from "../../routes/mod.ts";
import { openBundle } from "./app_bundle.ts";

const Flow = z.object({ items: z.array(z.looseObject({ name: z.string() })) });

/** A bus that counts and remembers where it was set back to. */
function fakeBus(messages: number | null) {
  const sought: string[] = [];
  const bus: AppDeps["bus"] = {
    stats: () =>
      Promise.resolve([{
        subscription: "vespa-loader-emails",
        backlog: 3,
        oldest_unacked_seconds: 1.5,
        delivered: 1,
        acked: 1,
        nacked: 0,
      }]),
    countSince: () => Promise.resolve(messages),
    seek: (subscription, from) => Promise.resolve(void sought.push(`${subscription} ${from.toISOString()}`)),
  };
  return { bus, sought };
}

Deno.test("GET /v1/admin/topology shows every topic and subscription with what the bus was found to hold", async () => {
  const ensured_at = "2026-03-02T09:00:00.000Z";
  const { app, operator, as, state } = await openBundle({
    ports: {
      topology: () => ({
        ensured_at,
        findings: [
          { what: "topic", name: "staging-emails", state: "created", details: [] },
          { what: "subscription", name: "staging-vespa-loader-emails", state: "differs", details: ["ackDeadline: 10"] },
          { what: "subscription", name: "staging-shipments-emails", state: "denied", details: ["gcloud …"] },
        ],
      }),
    },
  });
  const answer = await (await app.request("/v1/admin/topology", { headers: operator })).json();
  assert.equal(answer.ensured_at, ensured_at);
  assert.equal(answer.subscriptions.length, SUBSCRIPTIONS.length);
  const named = (list: { name: string; state: string; details: string[] }[], name: string) => {
    const found = list.find((each) => each.name === name);
    return [found?.state, found?.details];
  };
  assert.deepEqual(named(answer.topics, "emails"), ["created", []]);
  assert.deepEqual(named(answer.topics, "calendars"), ["unknown", []]);
  assert.deepEqual(named(answer.subscriptions, "vespa-loader-emails"), ["differs", ["ackDeadline: 10"]]);
  assert.deepEqual(named(answer.subscriptions, "shipments-emails"), ["denied", ["gcloud …"]]);
  assert.equal((await app.request("/v1/admin/topology", { headers: await as("ada") })).status, 403);
  await state.close();
});

Deno.test("GET /v1/admin/subscriptions shows lag, rates and errors", async () => {
  const { bus } = fakeBus(0);
  const { app, deps, operator, state } = await openBundle({ ports: { bus } });
  const count = (outcome: string, by: number) =>
    deps.counters.add("deliveries_total", {
      subscription: "vespa-loader-emails",
      service: "vespa-loader",
      outcome,
      result: "",
    }, by);
  count("handled", 50);
  await deps.clock.advance(10_000);
  const read = async () => {
    const answer = await app.request("/v1/admin/subscriptions", { headers: operator });
    return Flow.parse(await answer.json()).items.find(({ name }) => name === "vespa-loader-emails");
  };
  assert.deepEqual(await read(), {
    name: "vespa-loader-emails",
    topic: "emails",
    service: "vespa-loader",
    backlog: 3,
    oldest_unacked_seconds: 1.5,
    rate_per_second: 5,
    refusals_per_second: 0,
    handled: 50,
    refused: 0,
    failed: 0,
    dead_letters: 0,
  });
  count("failed", 100);
  count("dead_letter", 20);
  await deps.clock.advance(40_000);
  const later = await read();
  assert.deepEqual(
    [later?.["rate_per_second"], later?.["refusals_per_second"], later?.["failed"], later?.["dead_letters"]],
    [1, 2, 100, 20],
  );
  // Ten minutes later, the rate is that of the last five.
  for (let minute = 0; minute < 12; minute++) {
    await deps.clock.advance(60_000);
    await read();
  }
  assert.equal((await read())?.["rate_per_second"], 0);
  await state.close();
});

Deno.test("POST seek counts before, waits until every instance knows, sets back, and is noted", async () => {
  const { bus, sought } = fakeBus(42);
  const { app, deps, operator, state } = await openBundle({ ports: { bus } });
  const from = "2026-03-02T08:00:00.000Z";
  const post = (name: string, body: unknown) =>
    app.request(`/v1/admin/subscriptions/${name}/seek`, {
      method: "POST",
      headers: { ...operator, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const preview = await (await post("vespa-loader-emails", { from, preview: true })).json();
  assert.deepEqual(preview, { subscription: "vespa-loader-emails", from, messages: 42, sought: false });
  assert.deepEqual(sought, []);
  const begun = deps.clock.now();
  const done = await deps.clock.runUntil(Promise.resolve(post("vespa-loader-emails", { from })), { limitMs: 20_000 });
  assert.deepEqual(await done.json(), { ...preview, sought: true });
  assert.ok(deps.clock.now() - begun >= 6_000);
  assert.deepEqual(sought, [`vespa-loader-emails ${from}`]);
  const audit = await (await app.request("/v1/admin/audit?action=sought", { headers: operator })).json();
  assert.deepEqual(audit.items.map(({ object, note }: { object: string; note: string }) => [object, note]), [
    ["vespa-loader-emails", `from ${from}, 42 messages`],
  ]);
  assert.equal((await post("nothing", { from })).status, 404);
  assert.equal((await post("vespa-loader-emails", { from: "yesterday" })).status, 400);
  assert.equal((await post("vespa-loader-emails", { from: "2026-13-45T99:00:00.000Z" })).status, 400);
  await state.close();
});

Deno.test("POST seek says null where the bus can't count", async () => {
  const { bus } = fakeBus(null);
  const { app, operator, state } = await openBundle({ ports: { bus } });
  const answer = await app.request("/v1/admin/subscriptions/vespa-loader-todos/seek", {
    method: "POST",
    headers: { ...operator, "content-type": "application/json" },
    body: JSON.stringify({ from: "2026-03-02T08:00:00.000Z", preview: true }),
  });
  assert.equal((await answer.json()).messages, null);
  await state.close();
});
