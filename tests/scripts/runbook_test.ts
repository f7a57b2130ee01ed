/** The runbook names what there is: every code that a check finds, and no task that does not exist. */
import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

const SOURCES = [
  "consumers/checkup/checks.ts",
  "consumers/checkup/accounts.ts",
  "scripts/doctor.ts",
  "scripts/doctor/config_checks.ts",
  "scripts/doctor/outside_checks.ts",
  "shared/state/redis/checkup.ts",
];

Deno.test("the runbook has an entry for every code of a finding", async () => {
  const runbook = await read("docs/runbook.md");
  const texts = await Promise.all(SOURCES.map(read));
  const codes = new Set(texts.flatMap((text) => [...text.matchAll(/"([a-z_]+\.[a-z_]+)"/g)].map(([, code]) => code)));
  assert.ok(codes.size > 20);
  assert.deepEqual([...codes].filter((code) => !runbook.includes(`\`${code}\``)), []);
});

Deno.test("the runbook names no task that does not exist, and never KEYS of Redis", async () => {
  const runbook = await read("docs/runbook.md");
  const { tasks } = JSON.parse(await read("deno.json"));
  const named = [...runbook.matchAll(/deno task (\w+)/g)].map(([, name]) => name ?? "");
  assert.ok(named.length > 5);
  assert.deepEqual(named.filter((name) => !(name in tasks)), []);
  assert.doesNotMatch(runbook, /redis-cli[^`]*\bkeys\b/i);
});
