import assert from "node:assert/strict";
import type { LogFields } from "../../shared/contracts/deps.ts";
import { openSparseWarn } from "../../shared/telemetry/mod.ts";

function setup() {
  const said: [string, LogFields][] = [];
  const silent = () => {};
  const clock = { now_ms: 1_000_000, now: () => clock.now_ms, sleep: () => Promise.resolve() };
  const log = {
    debug: silent,
    info: silent,
    error: silent,
    warn: (message: string, fields: LogFields = {}) => said.push([message, fields]),
  };
  return { clock, said, warn: openSparseWarn({ clock, log }) };
}

Deno.test("openSparseWarn() writes the first of a kind at once, then one a minute that says for how many it stands", () => {
  const { clock, said, warn } = setup();
  for (let at = 0; at < 1_000; at++) {
    warn("push.unauthorized", { reason: "no_token", route: "/push/:subscription" });
    clock.now_ms += 119;
  }
  assert.deepEqual(said, [
    ["push.unauthorized", { reason: "no_token", route: "/push/:subscription", count: 1 }],
    ["push.unauthorized", { reason: "no_token", route: "/push/:subscription", count: 505 }],
  ]);
});

Deno.test("openSparseWarn() tells kinds apart by message and reason", () => {
  const { said, warn } = setup();
  for (let at = 0; at < 10; at++) {
    warn("push.unauthorized", { reason: "no_token" });
    warn("push.unauthorized", { reason: "wrong_aud" });
    warn("webhook.dropped", { reason: "no_token" });
  }
  assert.equal(said.length, 3);
});

Deno.test("openSparseWarn() counts kinds beyond a bound together", () => {
  const { said, warn } = setup();
  for (let at = 0; at < 1_000; at++) warn("push.unauthorized", { reason: `made-up-${at}` });
  assert.equal(said.length, 65);
});

Deno.test("openSparseWarn() does not fall silent when the clock is set back", () => {
  const { clock, said, warn } = setup();
  warn("push.unauthorized", {});
  clock.now_ms -= 500_000;
  warn("push.unauthorized", {});
  assert.equal(said.length, 2);
});
