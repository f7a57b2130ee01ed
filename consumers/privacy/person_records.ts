/** All records of one person, whatever part of Millrace wrote them. */
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import type { Records, StoredRecord } from "../../shared/state/port.ts";

/** How many records are read or removed by one step. */
const SLICE = 500;

/** Every collection that records are kept in; those of the system are empty in a person's scope. */
export const ALL_COLLECTIONS: readonly string[] = [...new Set(Object.values(COLLECTIONS))];

/** The records of a collection, page by page. */
export async function* allRecords(records: Records, collection: string): AsyncGenerator<StoredRecord> {
  for (let after = "";;) {
    const page = await records.list(collection, { after, limit: SLICE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < SLICE) return;
    after = last.id;
  }
}

/** Removes all records but those that `keeps` answers true for. */
export async function removeRecords(
  records: Records,
  keeps: (collection: string, id: string) => boolean,
): Promise<void> {
  for (const collection of ALL_COLLECTIONS) {
    let ids: string[] = [];
    const remove = async () => {
      await records.commit(ids.map((id) => ({ op: "delete", collection, id })));
      ids = [];
    };
    for await (const { id } of allRecords(records, collection)) {
      if (keeps(collection, id)) continue;
      ids.push(id);
      if (ids.length === SLICE) await remove();
    }
    if (ids.length > 0) await remove();
  }
}
