/** A person's address book, as the index holds it. It is asked when a contact is read or merged. */
import { Contact as BookEntry } from "../../shared/contracts/documents.ts";
import type { Index } from "../../shared/index/port.ts";

/** What is asked of the index. */
export type BookIndex = Pick<Index, "search" | "document">;

/** Addresses of one contact that are looked up, and entries of one address. */
const ADDRESSES_MAX = 20;
const ENTRIES_MAX = 5;

/** The entries that have any of these addresses, by their ids. */
export async function entriesOf(
  index: BookIndex,
  user_id: string,
  addresses: readonly string[],
): Promise<BookEntry[]> {
  const found = await Promise.all(
    addresses.slice(0, ADDRESSES_MAX).map((address) => entriesWith(index, user_id, address)),
  );
  const entries = new Map(found.flat().map((entry) => [entry.doc_id, entry]));
  return [...entries.values()].sort((a, b) => a.doc_id < b.doc_id ? -1 : 1);
}

/** The addresses of an entry. */
export function addressesOf({ addresses }: BookEntry): string[] {
  return [...new Set(addresses.map(({ value }) => value.trim().toLowerCase()))];
}

async function entriesWith(index: BookIndex, user_id: string, address: string): Promise<BookEntry[]> {
  const { hits } = await index.search({
    user_id,
    words: { wanted: [], unwanted: [], unfindable: false },
    types: ["contact"],
    providers: [],
    conditions: [{ field: "from", value: address, negated: false }],
    after: "",
    before: "",
    sort: "newest",
    cursor: "",
    limit: ENTRIES_MAX,
    explain: false,
  });
  const documents = await Promise.all(hits.map(({ doc_id }) => index.document(user_id, doc_id)));
  return documents.flatMap((stored) => stored === null ? [] : [BookEntry.parse(JSON.parse(stored.document.data))])
    .filter((entry) => addressesOf(entry).includes(address));
}
