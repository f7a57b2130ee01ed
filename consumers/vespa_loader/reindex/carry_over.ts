/** Documents that a new version of the index lacks, taken over from the one that is searched. */
import { NormalisedDocument } from "../../../shared/contracts/documents.ts";
import type { Index, IndexWrite } from "../../../shared/index/port.ts";
import { indexDocument } from "../index_document.ts";
import { everything } from "./everything.ts";

/** Documents that one call looks at. */
const LOOKED_AT = 100;

/** What one call did. */
export interface Carried {
  /** Documents that were taken over. */
  readonly carried: number;
  /** Where the next call begins; `""` when all were looked at. */
  readonly next_cursor: string;
}

/**
 * Looks at some of a person's documents. The provider of an account that was disconnected, or needs its person to sign
 * in, gives nothing; what was read of it before is made anew from that. The revision stays, so whatever came meanwhile
 * is not undone.
 */
export async function carryOver(
  { active, other }: { readonly active: Index; readonly other: Index },
  user_id: string,
  cursor: string,
): Promise<Carried> {
  const { hits, next_cursor } = await active.search({ ...everything(user_id), cursor, limit: LOOKED_AT });
  const ids = hits.map(({ doc_id }) => doc_id);
  const [held, wanted] = await Promise.all([other.revisions(user_id, ids), active.revisions(user_id, ids)]);
  const writes: IndexWrite[] = [];
  for (const doc_id of ids) {
    if ((held.get(doc_id)?.revision ?? 0) >= (wanted.get(doc_id)?.revision ?? 0)) continue;
    const stored = await active.document(user_id, doc_id);
    if (stored === null) continue;
    const { doc_type, revision, document: { data, sync_timestamp } } = stored;
    const document = await indexDocument(NormalisedDocument.parse(JSON.parse(data)), sync_timestamp);
    writes.push({ user_id, doc_type, doc_id, revision, operation: "put", document });
  }
  const outcomes = await other.feed(writes);
  return { carried: outcomes.filter((outcome) => outcome === "applied").length, next_cursor };
}
