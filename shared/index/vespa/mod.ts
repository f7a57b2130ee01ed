/** The index for many instances: Vespa, with the application package in `vespa/`. */
import type { Index } from "../port.ts";
import { VespaClient, type VespaClientOptions } from "./client.ts";
import { VespaIndex } from "./index.ts";

export type { VespaClientOptions };

/**
 * The index in Vespa. It connects with the first call.
 * @param options `fetch` presents the client certificate
 */
export function openVespaIndex(options: VespaClientOptions): Index {
  return new VespaIndex(new VespaClient(options), options.clock);
}
