/** The loader: writes each version of a document to the index, whichever index is configured. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { Index } from "../../shared/index/port.ts";
import type { Consumer } from "../registry.ts";
import { indexDocument } from "./index_document.ts";

export { withLatency } from "./latency.ts";
export { feedsOf, servedVersions, toldBy } from "./feeds.ts";
export { openReindex, type Reindex, type ReindexPorts } from "./reindex/mod.ts";

/** The version of the index that a subscription feeds. */
export interface Fed {
  readonly index: Pick<Index, "feed">;
  /** Searches read it. */
  readonly active: boolean;
}

/**
 * The consumer of `vespa-loader-*`. The index decides by revision what is stale.
 * @param feeds what a subscription feeds; null when its version of the index is given up
 */
export function createVespaLoader(feeds: (subscription: string) => Promise<Fed | null>): Consumer {
  return {
    service: "vespa-loader",
    kind: "events",
    async handle(event, document, { subscription }) {
      const { user_id, doc_type, doc_id, revision } = event;
      const id = { user_id, doc_type, doc_id, revision };
      if (event.operation !== "delete" && document === null) {
        throw new PermanentError("document_missing", "The event carries no document");
      }
      const fed = await feeds(subscription);
      if (fed === null) return "given_up";
      const [outcome = "stale"] = await fed.index.feed([
        document === null
          ? { ...id, operation: "delete" }
          : { ...id, operation: "put", document: await indexDocument(document, event.sync_timestamp) },
      ]);
      // Whoever watches is told of what a search finds.
      return outcome === "applied" && !fed.active ? "built" : outcome;
    },
  };
}
