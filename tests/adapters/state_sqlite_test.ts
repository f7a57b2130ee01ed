/** The state's contract on SQLite, and what is SQLite's alone. */
import { claimsContract, refsContract, slotsContract } from "./state_contract_claims.ts";
import { leasesContract, signalsContract } from "./state_contract_leases.ts";
import { ledgerContract } from "./state_contract_ledger.ts";
import { recordsContract, stateContract } from "./state_contract_records.ts";
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
