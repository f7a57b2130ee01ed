/** What the stores know of a document, gathered. */
import { eventId } from "../../shared/contracts/ids.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { DocType, topicOf } from "../../shared/contracts/names.ts";
import { COLLECTIONS, Connection, type ResourceStatus } from "../../shared/contracts/records.ts";
import { type SubscriptionConfig, SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import type { ClaimSeen, LedgerEntry, RefValue, State } from "../../shared/state/port.ts";
import { aboutOf, type DeadLetters, EVERY_LETTER } from "../dead_letters/mod.ts";
import { isGiven } from "../office/mod.ts";
import type { Held, Holder } from "../registry.ts";

/** What a lineage is gathered from. */
export interface LineagePorts {
  readonly state: State;
  readonly dead_letters: Pick<DeadLetters, "list">;
  /** All consumers that hold something of documents. */
  readonly holders: readonly Holder[];
}

/** Where a resource of an account has the document. */
export interface Origin {
  readonly connection: Connection;
  readonly status: ResourceStatus;
  /** Whether the person gives the resource. */
  readonly given: boolean;
  readonly entry: LedgerEntry;
}

/** How the last change fared at one subscription. */
export interface Passed {
  readonly config: SubscriptionConfig;
  readonly claim: ClaimSeen;
}

/** All that is known. */
export interface Facts {
  readonly doc_id: string;
  readonly doc_type: DocType | "";
  readonly origin: Origin | null;
  readonly reference: RefValue | null;
  readonly passed: readonly Passed[];
  readonly held: readonly { readonly service: string; readonly held: Held }[];
  /** Newest first. */
  readonly letters: readonly DeadLetter[];
  readonly now_ms: number;
}

/** How many of a person's accounts and dead letters are looked through. */
const CONNECTIONS_MAX = 200;
const LETTERS_MAX = 1_000;

/** Gathers what is known of a person's document; null when nothing is. */
export async function gather(ports: LineagePorts, user_id: string, doc_id: string): Promise<Facts | null> {
  const { state, holders } = ports;
  const [origin, letters, held, micros] = await Promise.all([
    findOrigin(state, user_id, doc_id),
    findLetters(ports, user_id, doc_id),
    Promise.all(holders.map(async ({ service, held }) => {
      const found = (await held(user_id, [doc_id])).get(doc_id);
      return found === undefined ? [] : [{ service, held: found }];
    })),
    state.micros(),
  ]);
  if (origin === null && letters.length === 0 && held.flat().length === 0) return null;
  const doc_type = origin?.entry.doc_type ?? typeOf(letters);
  const reference = doc_type === "" ? null : await state.refs.get({ user_id, doc_type, doc_id });
  return {
    doc_id,
    doc_type,
    origin,
    reference,
    passed: origin === null ? [] : await passages(state, origin.entry),
    held: held.flat(),
    letters,
    now_ms: Math.floor(micros / 1_000),
  };
}

/** A person has few accounts, and each keeps a document in one resource only; the ledgers are asked side by side. */
async function findOrigin(state: State, user_id: string, doc_id: string): Promise<Origin | null> {
  const stored = await state.records({ user_id }).list(COLLECTIONS.connections, { limit: CONNECTIONS_MAX });
  const connections = stored.flatMap(({ value }) => {
    const parsed = Connection.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
  const found = await Promise.all(
    connections.flatMap((connection) =>
      connection.resources.map(async (status): Promise<Origin[]> => {
        const { connection_id } = connection;
        const entry = (await state.ledger({ user_id, connection_id, resource: status.resource }).get([doc_id]))
          .get(doc_id);
        return entry === undefined ? [] : [{ connection, status, given: isGiven(connection, status.resource), entry }];
      })
    ),
  );
  return found.flat().sort((a, b) => b.entry.revision - a.entry.revision)[0] ?? null;
}

async function findLetters(ports: LineagePorts, user_id: string, doc_id: string): Promise<readonly DeadLetter[]> {
  const found: DeadLetter[] = [];
  let cursor = "";
  for (let looked = 0; looked < LETTERS_MAX;) {
    const page = await ports.dead_letters.list({ ...EVERY_LETTER, user_id, cursor, limit: 200 });
    found.push(...page.items.filter((letter) => aboutOf(letter).doc_ids.includes(doc_id)));
    looked += page.items.length;
    cursor = page.next_cursor;
    if (cursor === "") break;
  }
  return found;
}

/** What a letter's topic says of its document's kind. */
function typeOf(letters: readonly DeadLetter[]): DocType | "" {
  const topics = new Set(letters.map(({ topic }) => topic));
  return DocType.options.find((type) => topics.has(topicOf(type))) ?? "";
}

/** Whichever of the events of that version there was: after a crash a create is sent where an update was. */
async function passages(state: State, entry: LedgerEntry): Promise<readonly Passed[]> {
  const operations = entry.state === "tombstone" ? ["delete"] as const : ["create", "update"] as const;
  const events = await Promise.all(
    operations.map((operation) => eventId(entry.doc_id, operation, entry.revision)),
  );
  const topic = topicOf(entry.doc_type);
  return await Promise.all(
    SUBSCRIPTIONS.filter((config) => config.topic === topic).map(async (config) => {
      const claims = await Promise.all(events.map((event) => state.claims.look(config.name, event)));
      return { config, claim: claims.find(({ kind }) => kind !== "none") ?? { kind: "none" as const } };
    }),
  );
}
