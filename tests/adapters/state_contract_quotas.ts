/** What every state adapter promises about quotas. */
import assert from "node:assert/strict";
import type { Check } from "./state_world.ts";

const MINUTE_MS = 60_000;

export function quotasContract(check: Check): void {
  check("quotas.spend() never lets more than the limit be spent over all processes", async (world) => {
    const views = [world.state, await world.another()];
    const user = { name: "user:a", units: 3, limit: 30, within_ms: MINUTE_MS };
    const waits = await Promise.all(Array.from({ length: 20 }, (_, at) => views[at % 2]?.quotas.spend("mail", [user])));
    assert.equal(waits.filter((wait) => wait === 0).length, 10);
    for (const wait of waits) assert.ok(wait !== undefined && wait <= 62_000, String(wait));
    assert.equal(await world.state.quotas.spend("mail", [{ ...user, name: "user:b" }]), 0);
    assert.equal(await world.state.quotas.spend("other", [user]), 0);
  });

  check("quotas.spend() spends of all quotas or of none", async (world) => {
    const { quotas } = world.state;
    const user = { name: "user", units: 1, limit: 5, within_ms: MINUTE_MS };
    const project = { name: "project", units: 1, limit: 2, within_ms: MINUTE_MS };
    assert.equal(await quotas.spend("api", [user, project]), 0);
    assert.equal(await quotas.spend("api", [user, project]), 0);
    for (let times = 0; times < 5; times++) assert.ok(await quotas.spend("api", [user, project]) > 0);
    for (let times = 0; times < 3; times++) assert.equal(await quotas.spend("api", [user]), 0);
    assert.ok(await quotas.spend("api", [user]) > 0);
  });

  check("quotas.spend() says how long it takes, and gives again after that", async (world) => {
    const { quotas } = world.state;
    const spend = (units: number, limit = 10) =>
      quotas.spend("api", [{ name: "q", units, limit, within_ms: MINUTE_MS }]);
    assert.equal(await spend(6), 0);
    await world.move(30_000);
    assert.equal(await spend(4), 0);
    const wait = await spend(5);
    assert.ok(wait > 27_000 && wait <= 32_500, String(wait));
    assert.ok(await spend(1, 8) > 0, "who gives way has less of it");
    await world.move(wait + 1_000);
    assert.equal(await spend(5), 0);
    assert.ok(await spend(20) > 0);
    await world.move(MINUTE_MS + 3_000);
    assert.equal(await spend(20), 0, "what is larger than the limit goes when nothing else does");
    await world.move(-3_600_000);
    const set_back = await spend(1);
    assert.ok(set_back <= 62_000, "a clock that is set back keeps nobody waiting for longer");
  });
}
