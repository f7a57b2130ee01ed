/** The bus on Google Pub/Sub. */
import type { Bus, Topology } from "../port.ts";
import type { PlanOptions } from "./plan.ts";
import type { PubsubBusOptions } from "./options.ts";

export type { PubsubBusOptions } from "./options.ts";

/**
 * Opens the bus; the library is loaded here and not before, so that a process on the embedded default never does.
 * Nothing is asked of Pub/Sub yet: `ping` tells whether it answers.
 */
export async function openPubsubBus(options: PubsubBusOptions): Promise<Bus> {
  const { PubsubBus } = await import("./bus.ts");
  return new PubsubBus(options);
}

/** `gcloud` commands that make every schema, topic and subscription, in the order in which they can be run. */
export async function pubsubCommands(options: PlanOptions, topology: Topology): Promise<string[]> {
  const plan = await import("./plan.ts");
  return plan.pubsubCommands(options, topology);
}
