/** The state's contract on SQLite, and what is SQLite's alone. */
import { claimsContract, refsContract, slotsContract } from "./state_contract_claims.ts";
import { leasesContract, signalsContract } from "./state_contract_leases.ts";
import { ledgerContract } from "./state_contract_ledger.ts";
import { recordsContract, stateContract } from "./state_contract_records.ts";
import { modelHolds } from "./state_model_run.ts";
import { protocolLosesNothing } from "./state_protocol.ts";
import { type Check, sqliteWorld } from "./state_world.ts";

const check: Check = (name, run) =>
  Deno.test(`SQLite: ${name}`, async () => {
    await using world = sqliteWorld();
    await run(world);
  });

for (
  const contract of [
    claimsContract,
    refsContract,
    slotsContract,
    leasesContract,
    signalsContract,
    ledgerContract,
    recordsContract,
    stateContract,
  ]
) contract(check);

Deno.test("SQLite: the state answers as its model does under arbitrary steps, deaths and clock jumps", async () => {
  await modelHolds((seed) => Promise.resolve(sqliteWorld(seed)), { runs: 25, steps: 100 });
});

Deno.test("SQLite: signals and leases lose no request, whoever is slow or dies", async () => {
  await protocolLosesNothing((seed) => Promise.resolve(sqliteWorld(seed)), { runs: 25, steps: 150 });
});
