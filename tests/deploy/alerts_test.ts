/** What every alert rule has to say. That each fires is in the tests beside this. */
import assert from "node:assert/strict";
import { METRICS } from "../../shared/contracts/metrics.ts";
import { readRules } from "./alert_world.ts";

/** The sections of the runbook. */
const RUNBOOK = [
  "subscription-not-found",
  "redis-connection-failures",
  "event-processing-failures",
  "high-lag",
  "throttling",
  "expired-tokens",
  "missed-notifications",
  "poison-messages",
  "full-disk",
  "silent-scheduler",
];

Deno.test("every alert says what it is, links to a section of the runbook and uses only metrics that there are", async () => {
  const known = new Set(Object.keys(METRICS));
  const rules = await readRules();
  const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
  for (const rule of rules) {
    for (const [, name = ""] of rule.expr.matchAll(/\bmillrace_([a-z0-9_]+?)(?:_bucket|_sum|_count)?\b(?=[{ )[]|$)/g)) {
      assert.ok(known.has(name), `${rule.alert ?? rule.record}: millrace_${name}`);
    }
    if (rule.alert === undefined) {
      assert.match(rule.record ?? "", /^millrace:[a-z_]+:[a-z0-9]+$/);
      continue;
    }
    assert.ok((rule.annotations?.summary ?? "") !== "", rule.alert);
    const section = /^docs\/runbook\.md#(.+)$/.exec(rule.annotations?.runbook_url ?? "")?.[1] ?? "";
    assert.ok(RUNBOOK.includes(section), `${rule.alert}: ${section}`);
    assert.ok(["page", "ticket"].includes(rule.labels?.severity ?? ""), rule.alert);
  }
  const linked = rules.map((rule) => rule.annotations?.runbook_url.split("#")[1] ?? "");
  assert.deepEqual(RUNBOOK.filter((section) => !linked.includes(section)), [], "sections without an alert");
  assert.equal(recorded.size, rules.filter(({ record }) => record !== undefined).length);
});
