/** The bus's contract on Google's emulator, by real pushes to a server of the test. */
import { openPubsubBus } from "../../shared/bus/pubsub/mod.ts";
import { systemClock } from "../../shared/system/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { busContract } from "../adapters/bus_contract.ts";
import { quietLog } from "../adapters/embedded_bus.ts";
import { ownName, servicesTest } from "./available.ts";
import { openReceiver } from "./pubsub_receiver.ts";

let emulatorHost = "";

busContract(
  (name, body) =>
    servicesTest(`Pub/Sub bus: ${name}`, ["pubsub"], async ({ pubsub }) => {
      emulatorHost = pubsub;
      await body();
    }),
  async (body) => {
    const receiver = openReceiver();
    const bus = await openPubsubBus({
      projectId: ownName(),
      emulatorHost,
      topicPrefix: "",
      clock: systemClock,
      log: quietLog(),
      counters: openCounters(),
    });
    try {
      await body({
        bus,
        ensure: (topology) => bus.ensure({ ...topology, endpointOf: receiver.endpointOf }),
        received: receiver.received,
        answerWith: (answer) => receiver.answer = answer,
        until: receiver.until,
        now: () => new Date(systemClock.now()),
        tick: () => systemClock.sleep(20),
        start: () => {},
      });
    } finally {
      await bus.close();
      await receiver.close();
    }
  },
);
