/** What `/metrics` tells of a whole embedded instance that did all it can. */
import assert from "node:assert/strict";
import { z } from "zod";
import { subscriptionNamed } from "../../shared/contracts/subscriptions.ts";
import { openEmbedded } from "./system.ts";

const Connections = z.array(z.object({ resources: z.array(z.object({ state: z.string() })) }));

/** Families that an embedded instance has after a first sync and a change. */
const TOLD = [
  "bus_published_total",
  "bus_deliveries_total",
  "subscription_backlog",
  "subscription_oldest_unacked_seconds",
  "subscription_in_flight",
  "deliveries_total",
  "delivery_duration_seconds",
  "idempotency_total",
  "change_searchable_seconds",
  "read_searchable_seconds",
  "http_requests_total",
  "http_request_duration_seconds",
  "webhooks_accepted_total",
  "office_changes_total",
  "connections_made_total",
  "provider_requests_total",
  "provider_subscription_attempts_total",
  "tick_last_run_timestamp_seconds",
  "ready",
  "warnings",
  "store_writes_failing",
  "store_file_bytes",
  "build_info",
];

/** Series of one instance with everything on, durations' buckets included. */
const SERIES_MAX = 1_500;

Deno.test("/metrics tells of what an embedded instance did, and of nobody whose data it was", async () => {
  const system = await openEmbedded();
  try {
    for (const user of system.users) await system.connect(user);
    await system.until("the first syncs are over", async () => {
      const lists = await Promise.all(
        system.users.map(async (user) => await (await system.get(user, "/v1/connections")).json()),
      );
      return lists.every(({ items }) =>
        Connections.parse(items).every(({ resources }) => resources.every(({ state }) => state === "active"))
      );
    });
    const [ada] = system.users;
    system.simulator.person(ada).send({ subject: "A measured change", body: "quixotarium" });
    await system.until("the change is found", async () => (await system.search(ada, "quixotarium")).length > 0);
    const text = await (await system.get(ada, "/metrics")).text();
    const told = new Set([...text.matchAll(/^# TYPE (?:millrace_)?(\S+)/gm)].map(([, name]) => name));
    assert.deepEqual(TOLD.filter((name) => !told.has(name)), []);
    const series = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    assert.ok(series.length < SERIES_MAX, `${series.length} series`);
    const labels = [...text.matchAll(/="((?:[^"\\]|\\.)*)"/g)].map(([, value]) => value ?? "");
    const personal = labels.filter((value) => /@|\bada\b|\bben\b|[0-9a-f]{8}-|^[A-Za-z0-9_-]{22,}$/.test(value));
    assert.deepEqual(personal.filter((value) => subscriptionNamed(value) === undefined), []);
    const live = /^millrace_change_searchable_seconds_count\{provider="microsoft"\} (\d+)$/m.exec(text);
    assert.equal(live?.[1], "1", "only the change counts, not the first sync");
  } finally {
    await system.close();
  }
});
