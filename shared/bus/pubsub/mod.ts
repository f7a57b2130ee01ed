/** The bus on Google Pub/Sub. */
import type { Bus } from "../port.ts";
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
