/**
 * The archive of everything that is held of a person: a ZIP file of JSON lines, written while it is read, so that its
 * size does not matter. It can be read without Millrace.
 */
import { configure, TextReader, ZipWriter } from "@zip.js/zip.js";
import { ResourceName } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import type { Index } from "../../shared/index/port.ts";
import type { ApiKeys } from "../../shared/security/mod.ts";
import type { LedgerEntry, State } from "../../shared/state/port.ts";
import type { DeadLetters } from "../dead_letters/mod.ts";
import { ALL_COLLECTIONS, allRecords } from "./person_records.ts";

// Compression is the runtime's own; workers would be loaded from a `data:` URL, for which there is no permission.
configure({ useWebWorkers: false });

/** What the archive is read from. */
export interface ArchivePorts {
  readonly state: State;
  readonly index: Pick<Index, "document">;
  readonly dead_letters: Pick<DeadLetters, "lettersOf">;
  readonly keys: Pick<ApiKeys, "list">;
}

/** How many documents are read at once. */
const SLICE = 50;

/** What is not given away: tokens would open the account to whoever has the file. */
const LEFT_OUT: ReadonlySet<string> = new Set([COLLECTIONS.tokens]);

/** Writes the archive; the stream is closed at the end. What fails breaks the stream off. */
export async function writeArchive(
  ports: ArchivePorts,
  user_id: string,
  now: Date,
  out: WritableStream<Uint8Array>,
): Promise<void> {
  const zip = new ZipWriter(out);
  const add = (name: string, lines: AsyncIterable<unknown>) => zip.add(name, ReadableStream.from(jsonLines(lines)));
  await zip.add("README.txt", new TextReader(readme(user_id, now)));
  const records = ports.state.records({ user_id });
  for await (const { value } of allRecords(records, COLLECTIONS.connections)) {
    const connection = Connection.safeParse(value);
    if (!connection.success) continue;
    for (const resource of ResourceName.options) {
      await add(
        `documents/${connection.data.connection_id}/${resource}.ndjson`,
        documents(ports, connection.data, resource),
      );
    }
  }
  for (const collection of ALL_COLLECTIONS.filter((each) => !LEFT_OUT.has(each))) {
    const lines = allRecords(records, collection);
    const first = await lines.next();
    if (!first.done) await add(`records/${collection}.ndjson`, chained(first.value, lines));
  }
  await add("api-keys.ndjson", keysOf(ports, user_id));
  await add("dead-letters.ndjson", ports.dead_letters.lettersOf(user_id));
  await zip.close();
}

function readme(user_id: string, now: Date): string {
  return `Everything that Millrace held of ${user_id} on ${now.toISOString()}.

Each .ndjson file has one JSON object a line, in UTF-8.

documents/{connection}/{resource}.ndjson  what was read of the account, one document a line: its id, kind and revision,
                                          and under "data" its text and fields (docs/data-model.md names them)
records/{collection}.ndjson               what was made of the documents (contacts, meetings, shipments) and what was
                                          noted of the connections, as it is stored: an id and a value
api-keys.ndjson                           API keys by name and date
dead-letters.ndjson                       messages that could not be handled; "data_base64" is the message

Left out: the tokens of the accounts, which would open them to whoever has this file, and the fragments of documents,
which are parts of their texts. Copies that expire by themselves are not listed twice.
`;
}

async function* jsonLines(values: AsyncIterable<unknown>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for await (const value of values) yield encoder.encode(`${JSON.stringify(value)}\n`);
}

async function* chained<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

async function* documents(
  { state, index }: ArchivePorts,
  { user_id, connection_id }: Connection,
  resource: ResourceName,
): AsyncGenerator<unknown> {
  const ledger = state.ledger({ user_id, connection_id, resource });
  for (let after = "";;) {
    const entries = await ledger.list(after, SLICE);
    const last = entries.at(-1);
    if (last === undefined) return;
    const living = entries.filter((entry) => entry.state !== "tombstone");
    yield* (await Promise.all(living.map((entry) => documentOf({ state, index }, user_id, entry))))
      .filter((document) => document !== null);
    after = last.doc_id;
  }
}

/** From the index, or from the reference where the index does not have it (yet). */
async function documentOf(
  { state, index }: Pick<ArchivePorts, "state" | "index">,
  user_id: string,
  { doc_id, doc_type }: LedgerEntry,
): Promise<unknown> {
  const stored = await index.document(user_id, doc_id);
  if (stored !== null) return { doc_id, doc_type, revision: stored.revision, data: JSON.parse(stored.document.data) };
  const ref = await state.refs.get({ user_id, doc_type, doc_id });
  return ref === null ? null : { doc_id, doc_type, revision: ref.revision, data: JSON.parse(ref.data) };
}

async function* keysOf({ keys }: ArchivePorts, user_id: string): AsyncGenerator<unknown> {
  const LIMIT = 200;
  for (let after = "";;) {
    const page = await keys.list({ after, limit: LIMIT });
    yield* page.filter(({ scope }) => scope === `user:${user_id}`);
    const last = page.at(-1);
    if (last === undefined || page.length < LIMIT) return;
    after = last.id;
  }
}
