/** The loader: writes each version of a document to the index, whichever index is configured. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { Index } from "../../shared/index/port.ts";
import type { Consumer } from "../registry.ts";
import { indexDocument } from "./index_document.ts";

export { withLatency } from "./latency.ts";

/** The consumer of `vespa-loader-*`. The index decides by revision what is stale. */
export function createVespaLoader(index: Pick<Index, "feed">): Consumer {
  return {
    service: "vespa-loader",
    kind: "events",
    async handle(event, document) {
      const { user_id, doc_type, doc_id, revision } = event;
      const id = { user_id, doc_type, doc_id, revision };
      if (event.operation === "delete") {
        const [outcome] = await index.feed([{ ...id, operation: "delete" }]);
        return outcome ?? "stale";
      }
      if (document === null) throw new PermanentError("document_missing", "The event carries no document");
      const [outcome] = await index.feed([{
        ...id,
        operation: "put",
        document: await indexDocument(document, event.sync_timestamp),
      }]);
      return outcome ?? "stale";
    },
  };
}
