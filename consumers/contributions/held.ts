import type { ServiceName } from "../../shared/contracts/names.ts";
import { z } from "zod";
import type { State } from "../../shared/state/port.ts";
import type { Held, Holder } from "../registry.ts";

const Kept = z.object({ revision: z.int() });

/** What a service holds of documents by what they contributed: kept by document id, after a delete a revision alone. */
export function heldContributions(state: Pick<State, "records">, service: ServiceName, collection: string): Holder {
  return {
    service,
    async held(user_id, doc_ids) {
      const records = state.records({ user_id });
      const held = new Map<string, Held>();
      await Promise.all(doc_ids.map(async (doc_id) => {
        const record = await records.get(collection, doc_id);
        if (record !== null) held.set(doc_id, { revision: Kept.parse(record.value).revision, deleted: false });
      }));
      return held;
    },
  };
}
