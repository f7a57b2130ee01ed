import { PushBody, type PushDelivery } from "../../shared/contracts/push.ts";
import { openSqliteBus } from "../../shared/bus/sqlite/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import { busContract, type BusUnderTest } from "./bus_contract.ts";
import { quietLog } from "./embedded_bus.ts";

busContract(
  (name, body) => Deno.test(`SQLite bus: ${name}`, body),
  async (body) => {
    const folder = await Deno.makeTempDir();
    const clock = new SimulatedClock();
    const received: BusUnderTest["received"][number][] = [];
    let answer = (_subscription: string, _delivery: PushDelivery) => 204;
    const bus = openSqliteBus({
      path: `${folder}/bus.db`,
      clock,
      random: seededRandom(1),
      log: quietLog(),
      counters: openCounters(),
      deliver: (subscription, text) => {
        const delivery = PushBody.parse(JSON.parse(text));
        received.push({ subscription, delivery });
        return Promise.resolve({ status: answer(subscription, delivery) });
      },
    });
    try {
      await body({
        bus,
        ensure: (topology) => bus.ensure(topology),
        received,
        answerWith: (next) => answer = next,
        until: async (what, condition) => {
          for (let step = 0; step < 100 && !condition(); step++) await clock.advance(100);
          if (!condition()) throw new Error(`Ten simulated seconds went by, but not: ${what}`);
        },
        now: () => new Date(clock.now()),
        tick: () => clock.advance(10),
        start: () => bus.start(),
      });
    } finally {
      await bus.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
