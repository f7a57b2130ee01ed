/** The state's contract, model and protocol on a real Redis. */
import { stateContract } from "../adapters/state_contract.ts";
import { modelHolds } from "../adapters/state_model_run.ts";
import { protocolLosesNothing } from "../adapters/state_protocol.ts";
import { servicesTest } from "./available.ts";
import { redisWorld } from "./state_redis_world.ts";

stateContract((name, check) =>
  servicesTest(`Redis: ${name}`, ["redis"], async ({ redis }) => {
    await using world = await redisWorld(redis);
    await check(world);
  })
);

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
