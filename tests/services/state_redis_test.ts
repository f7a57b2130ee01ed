/** The state's contract on a real Redis. */
import { claimsContract, refsContract, slotsContract } from "../adapters/state_contract_claims.ts";
import { ledgerContract } from "../adapters/state_contract_ledger.ts";
import { leasesContract, signalsContract } from "../adapters/state_contract_leases.ts";
import { recordsContract, stateContract } from "../adapters/state_contract_records.ts";
import { modelHolds } from "../adapters/state_model_run.ts";
import { protocolLosesNothing } from "../adapters/state_protocol.ts";
import type { Check } from "../adapters/state_world.ts";
import { servicesTest } from "./available.ts";
import { redisWorld } from "./state_redis_world.ts";

const check: Check = (name, run) =>
  servicesTest(`Redis: ${name}`, ["redis"], async ({ redis }) => {
    await using world = await redisWorld(redis);
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

servicesTest(
  "Redis: the state answers as its model does under arbitrary steps, deaths and clock jumps",
  ["redis"],
  ({ redis }) => modelHolds(() => redisWorld(redis), { runs: 25, steps: 100 }),
);

servicesTest(
  "Redis: signals and leases lose no request, whoever is slow or dies",
  ["redis"],
  ({ redis }) => protocolLosesNothing(() => redisWorld(redis), { runs: 25, steps: 150 }),
);
