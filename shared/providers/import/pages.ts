/** Pages of documents from a person's files: so much at once that memory stays flat, whatever a file's size. */
import { PermanentError, TransientError } from "../../contracts/errors.ts";
import { docId, type ResourceKey } from "../../contracts/ids.ts";
import { fileKey, type ImportFile } from "../../contracts/imports.ts";
import type { State } from "../../state/port.ts";
import type { ChangePage, ItemReading, Mailbox, PageItem } from "../port.ts";
import { parseCursor, type Progress } from "./cursor.ts";
import { type FoundItem, type ItemReader, itemsOf } from "./items.ts";
import { noteRefused, settle, waitingFiles } from "./progress.ts";

/** Items and bytes of one page; the last item may be larger. */
const PAGE_ITEMS = 100;
const PAGE_BYTES = 8 * 1024 * 1024;

/** What reading pages needs. */
export interface PageReader extends ItemReader {
  readonly state: Pick<State, "records" | "ledger">;
}

/** What one file gives to a page. */
interface Slice {
  readonly progress: Progress;
  readonly items: readonly PageItem[];
  readonly bytes: number;
}

/** The next page: first what the page before did is written down, for it is durable now. */
export async function nextPage(
  reader: PageReader,
  { connection }: Mailbox,
  resource: ResourceKey["resource"],
  text: string,
): Promise<ChangePage> {
  const { user_id, connection_id, account_id } = connection;
  const before = parseCursor(text).files;
  for (const progress of before) await settle(reader.state, reader.shelf, user_id, progress);
  const key: ResourceKey = { user_id, connection_id, resource };
  const waiting = await waitingFiles(reader.state, key, PAGE_ITEMS);
  const files: Progress[] = [];
  const items: PageItem[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  for (const file of waiting) {
    if (items.length >= PAGE_ITEMS || bytes >= PAGE_BYTES) break;
    const from = before.find((progress) => progress.file === fileKey(file) && !progress.done);
    const room = { items: PAGE_ITEMS - items.length, bytes: PAGE_BYTES - bytes };
    const slice = await readSlice(reader, { key, account_id, seen }, file, from, room);
    files.push(slice.progress);
    items.push(...slice.items);
    bytes += slice.bytes;
    if (!slice.progress.done) break;
  }
  return {
    documents: [...new Map(items.map((item) => [item.provider_id, item])).values()],
    removals: [],
    partial: [],
    refused: [],
    cursor: JSON.stringify({ files }),
    done: files.length === 0,
    enumeration: null,
    gone_containers: [],
  };
}

interface Owner {
  readonly key: ResourceKey;
  readonly account_id: string;
  /** The ids on the page so far. */
  readonly seen: Set<string>;
}

async function readSlice(
  reader: PageReader,
  owner: Owner,
  file: ImportFile,
  from: Progress | undefined,
  room: { readonly items: number; readonly bytes: number },
): Promise<Slice> {
  const { user_id } = owner.key;
  const start: Progress = from ?? { file: fileKey(file), offset: 0, done: false, found: 0, duplicates: 0 };
  const place = { user_id, import_id: file.import_id, position: file.position };
  const source = await reader.shelf.open(place);
  if (source === null) {
    await noteRefused(reader.state, user_id, file, {
      offset: start.offset,
      reason: "file_gone: The file is not there any more.",
    });
    return { progress: { ...start, done: true }, items: [], bytes: 0 };
  }
  try {
    const found: FoundItem[] = [];
    let offset = start.offset;
    let done = true;
    for await (const item of itemsOf(reader, place, file, source, start.offset)) {
      found.push(item);
      offset = item.end;
      if (found.length < room.items && offset - start.offset < room.bytes) continue;
      done = offset >= source.size;
      break;
    }
    const fresh = await withoutDuplicates(reader, owner, found);
    const progress: Progress = {
      file: start.file,
      offset,
      done,
      found: start.found + found.length,
      duplicates: start.duplicates + fresh.duplicates,
    };
    const items = fresh.items.map((item) => pageItem(reader, user_id, file, item));
    return { progress, items, bytes: offset - start.offset };
  } finally {
    source.close();
  }
}

/**
 * A message that is there already is the same message: it is not read again. What else has the same id may be newer
 * than what is there.
 */
async function withoutDuplicates(
  { state }: PageReader,
  { key, account_id, seen }: Owner,
  found: readonly FoundItem[],
): Promise<{ readonly items: readonly FoundItem[]; readonly duplicates: number }> {
  const { user_id, resource } = key;
  const named = await Promise.all(found.map(async (item) => {
    const { provider_id } = item;
    return { item, doc_id: await docId({ user_id, provider: "import", account_id, container: "", provider_id }) };
  }));
  const known = await state.ledger(key).get(named.map(({ doc_id }) => doc_id));
  const items: FoundItem[] = [];
  let duplicates = 0;
  for (const { item, doc_id } of named) {
    const there = seen.has(item.provider_id) || known.get(doc_id)?.state === "published";
    seen.add(item.provider_id);
    if (!there || resource !== "mail") items.push(item);
    if (there) duplicates++;
  }
  return { items, duplicates };
}

function pageItem(reader: PageReader, user_id: string, file: ImportFile, item: FoundItem): PageItem {
  const name = { provider_id: item.provider_id, container: "" };
  return {
    ...name,
    async read(): Promise<ItemReading> {
      const document = await readOrRefuse(item);
      if (typeof document !== "string") return { ...name, version: 0, document };
      await noteRefused(reader.state, user_id, file, { offset: item.offset, reason: document });
      return { ...name, reason: document, field: "" };
    },
  };
}

async function readOrRefuse(item: FoundItem) {
  try {
    return await item.read();
  } catch (error) {
    if (error instanceof TransientError || error instanceof PermanentError) throw error;
    // The parsers throw errors of their own for what they don't understand; their texts may quote the person's.
    return "malformed: It is not in the form that its file has.";
  }
}
