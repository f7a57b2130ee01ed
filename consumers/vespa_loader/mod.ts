/** The loader: writes each version of a document to the index, whichever index is configured. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { Index } from "../../shared/index/port.ts";
import type { Fragments } from "../../shared/state/port.ts";
import type { Consumer } from "../registry.ts";
import { keepFragments } from "./fragment_cache.ts";
import { indexDocument } from "./index_document.ts";

export { withLatency } from "./latency.ts";
export { withAlarm } from "./full_index.ts";
export { readFragment } from "./fragment_cache.ts";
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
 * @param cache keeps the fragments of what searches find
 */
export function createVespaLoader(feeds: (subscription: string) => Promise<Fed | null>, cache: Fragments): Consumer {
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
      if (document === null) return told(fed, await fed.index.feed([{ ...id, operation: "delete" }]));
      const indexed = await indexDocument(document, event.sync_timestamp);
      const outcome = told(fed, await fed.index.feed([{ ...id, operation: "put", document: indexed }]));
      if (outcome === "applied") await keepFragments(cache, id, indexed.fragments);
      return outcome;
    },
  };
}

/** Whoever watches is told of what a search finds. */
function told({ active }: Fed, [outcome = "stale"]: readonly ("applied" | "stale")[]): string {
  return outcome === "applied" && !active ? "built" : outcome;
}
