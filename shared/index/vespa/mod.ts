/** The index for many instances: Vespa, with the application package in `vespa/`. */
import type { Index } from "../port.ts";
import type { IndexStore } from "../versioned.ts";
import { VespaClient, type VespaClientOptions } from "./client.ts";
import { VespaIndex } from "./index.ts";

export type { VespaClientOptions };

/**
 * The index in Vespa. It connects with the first call.
 * @param options `fetch` presents the client certificate
 */
export function openVespaIndex(options: VespaClientOptions): Index {
  return new VespaIndex(new VespaClient(options), options.clock, 1);
}

/** All versions of the index in one Vespa: each person's documents of a version are a group of their own. */
export function openVespaIndexes(options: VespaClientOptions): IndexStore {
  // What one version learns of Vespa's load holds for all of them.
  const client = new VespaClient(options);
  return {
    open: (version) => Promise.resolve(new VespaIndex(client, options.clock, version)),
    drop: (version) => new VespaIndex(client, options.clock, version).removeEverybody(),
    // deno-lint-ignore require-await -- the port's closing may take time
    async close() {
      client.close();
    },
  };
}
