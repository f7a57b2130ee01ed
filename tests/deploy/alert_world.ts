/** An embedded instance that is scraped as it goes on, and the alert rules that are held against the scrapes. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { openEmbedded, type System } from "../flows/system.ts";
import { Series } from "./promql.ts";

const Rules = z.object({
  groups: z.array(z.object({
    name: z.string(),
    rules: z.array(z.object({
      alert: z.string().optional(),
      record: z.string().optional(),
      expr: z.string(),
      for: z.string().optional(),
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.object({ summary: z.string(), runbook_url: z.string() }).optional(),
    })),
  })),
});
export type Rule = z.infer<typeof Rules>["groups"][number]["rules"][number];

/** The rules as they stand in the file. */
export async function readRules(): Promise<readonly Rule[]> {
  const text = await Deno.readTextFile(new URL("../../deploy/prometheus/alerts.yaml", import.meta.url));
  return Rules.parse(parse(text)).groups.flatMap(({ rules }) => rules);
}

/** Half a minute between scrapes. */
const EVERY_MS = 30_000;

export interface AlertWorld {
  readonly system: System;
  readonly series: Series;
  /** Scrapes once, then once each half minute for so long. */
  watch(minutes: number): Promise<void>;
  /** The alerts that have held at the last scrapes for as long as each asks for, with the labels they name. */
  firing(): readonly string[];
  close(): Promise<void>;
}

/** Two people whose mail has been read, and three quiet minutes. */
export async function openQuiet(): Promise<AlertWorld> {
  const world = await openAlertWorld();
  const { system } = world;
  for (const user of system.users) await system.connect(user);
  await system.until("the mailboxes are read", async () => {
    const answers = await Promise.all(system.users.map((user) => system.search(user, "type:email")));
    return answers.every((hits) => hits.length > 0);
  });
  await system.rest(30_000);
  await world.watch(3);
  assert.deepEqual(world.firing(), [], "quiet before");
  return world;
}

async function openAlertWorld(): Promise<AlertWorld> {
  const system = await openEmbedded();
  const rules = await readRules();
  const series = new Series();
  const [user] = system.users;
  // The instance's own time, which is simulated.
  let now_ms = system.now();
  const scrape = async () => {
    const answer = await system.get(user, "/metrics");
    now_ms = system.now();
    series.scrape(now_ms / 1_000, await answer.text());
  };
  return {
    system,
    series,
    async watch(minutes) {
      await scrape();
      for (let left_ms = minutes * 60_000; left_ms > 0; left_ms -= EVERY_MS) {
        await system.rest(EVERY_MS);
        await scrape();
      }
    },
    firing() {
      return rules.flatMap((rule) => {
        if (rule.alert === undefined) return [];
        const held_s = Number(/^(\d+)m$/.exec(rule.for ?? "0m")?.[1] ?? 0) * 60;
        const times = series.times.filter((time) => time >= now_ms / 1_000 - held_s);
        const each = times.map((time) => series.evaluate(rule.expr, time).length > 0);
        return each.every((held) => held) ? [rule.alert] : [];
      });
    },
    close: () => system.close(),
  };
}
