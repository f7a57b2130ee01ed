/** A person's contacts in their records: what each document contributed, and what the person decided. */
import { z } from "zod";
import type { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { digest } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import type { Committed, Records, State } from "../../shared/state/port.ts";
import { type Applied, commitAnew, contribute, Gathered, replacing, type Work } from "../contributions/mod.ts";
import { Change, type Difference } from "./change.ts";
import { Listed, type Order, ORDERS } from "./listing.ts";
import { KeptContact, Sighting } from "./model.ts";
import { mentionsIn } from "./read/mod.ts";

/** What contacts need of the state. */
export type ContactState = Pick<State, "records" | "micros">;

/** What a document last contributed. A deleted document, and one without people, is a revision and nothing else. */
const Contribution = z.object({ revision: z.int().positive(), sightings: z.array(Sighting) });
type Contribution = z.infer<typeof Contribution>;

/** A document's part of a change that is made of several. */
interface ContactWork extends Difference, Work<Committed> {
  readonly version: number;
  readonly kept: Contribution;
}
export type ContactRounds = Gathered<ContactWork, Committed>;

/**
 * Where changes of contacts wait: those of one person that wait together are one commit, since each of them needs the one
 * before it, and a commit costs the same whatever it holds.
 */
export function contactRounds(state: ContactState): ContactRounds {
  return new Gathered<ContactWork, Committed>(async (user_id, works) => {
    // Of two revisions of one document the later one rests on what the earlier one leaves.
    if (new Set(works.map(({ doc_id }) => doc_id)).size < works.length) return null;
    const records = state.records({ user_id });
    const change = await Change.begin(records);
    await change.replace(works);
    const collection = COLLECTIONS.contactDocuments;
    const own = works.flatMap(({ doc_id: id, version, kept }) => replacing({ collection, id, version, kept }));
    const as_of = Math.min(...works.map(({ kept }) => kept.revision));
    const committed = await records.commit([...own, ...change.ops()], as_of);
    return committed.kind === "committed" ? committed : null;
  });
}

/** Accounts of one person whose addresses are looked at. */
const CONNECTIONS_MAX = 100;

/** A revision of a document. */
export interface DocumentRevision {
  readonly doc_id: string;
  readonly revision: number;
  /** Null when it was deleted. */
  readonly document: NormalisedDocument | null;
  /** Where changes of contacts wait for each other; documents that change none overtake them. */
  readonly rounds: ContactRounds;
  readonly signal: AbortSignal;
}

/** The id of an address, and of the contact that it is part of. */
export function addressId(address: string): Promise<string> {
  return digest("address", address);
}

/** The contacts of one person. */
export class ContactStore {
  readonly #state: ContactState;
  readonly #user_id: string;
  readonly #records: Records;

  constructor(state: ContactState, user_id: string) {
    this.#state = state;
    this.#user_id = user_id;
    this.#records = state.records({ user_id });
  }

  /**
   * Replaces what a document contributed by what this revision of it says: new for old, in one step.
   * @throws TransientError when others keep writing
   */
  async contribute({ doc_id, revision, document, rounds, signal }: DocumentRevision): Promise<Applied> {
    return await contribute({
      records: this.#records,
      collection: COLLECTIONS.contactDocuments,
      schema: Contribution,
      doc_id,
      revision,
      read: async () => document === null ? [] : await sightingsIn(document, await this.own()),
      change: async (former, sightings) => {
        const change = await Change.begin(this.#records);
        await change.replace([difference(doc_id, former, sightings)]);
        return { kept: { revision, sightings }, ops: change.ops() };
      },
      turn: ({ former, version, said: sightings, commit }) => {
        const kept = { revision, sightings };
        const replaced = difference(doc_id, former, sightings);
        if (replaced.lost.length + replaced.won.length === 0) return commit();
        return rounds.run(this.#user_id, { ...replaced, version, kept, alone: commit });
      },
      what: "contacts",
      signal,
    });
  }

  /** The addresses of the person's own accounts. */
  async own(): Promise<ReadonlySet<string>> {
    const records = await this.#records.list(COLLECTIONS.connections, { limit: CONNECTIONS_MAX });
    return new Set(records.map(({ value }) => Connection.parse(value).address).filter((address) => address !== ""));
  }

  /** Begins a change that is not to be written: a view of what there is. */
  async view(): Promise<Change> {
    return await Change.begin(this.#records);
  }

  /**
   * Changes contacts as the person, or what was read beside the events, wants.
   * @param change what is done, and the answer then; null when it can't be
   * @throws TransientError when others keep writing
   */
  async change<T>(change: (change: Change) => Promise<T | null>): Promise<T | null> {
    const micros = () => this.#state.micros();
    return await commitAnew({ records: this.#records, micros, what: "contacts" }, async () => {
      const begun = await Change.begin(this.#records);
      const answer = await change(begun);
      return answer === null ? null : { answer, ops: begun.ops() };
    });
  }

  async get(contact_id: string): Promise<KeptContact | null> {
    const record = await this.#records.get(COLLECTIONS.contacts, contact_id);
    return record === null ? null : KeptContact.parse(record.value);
  }

  /** Places in a list behind that one. */
  async places(
    order: Order,
    after: string,
    limit: number,
  ): Promise<{ readonly id: string; readonly listed: Listed }[]> {
    const records = await this.#records.list(ORDERS[order], { after, limit });
    return records.map(({ id, value }) => ({ id, listed: Listed.parse(value) }));
  }

  /** Ids of words behind that one and before the other, each `{word}|{contact_id}`. */
  async words(after: string, before: string, limit: number): Promise<string[]> {
    const range = before === "" ? { after, limit } : { after, before, limit };
    return (await this.#records.list(COLLECTIONS.contactWords, range)).map(({ id }) => id);
  }

  /** Now, by the store's clock, ISO 8601. */
  async now(): Promise<string> {
    return new Date(Math.floor(await this.#state.micros() / 1_000)).toISOString();
  }
}

async function sightingsIn(document: NormalisedDocument, own: ReadonlySet<string>): Promise<Sighting[]> {
  const { doc_type } = document;
  return await Promise.all(
    mentionsIn(document, own).map(async (mention) =>
      // As it is when it is read again, so that the two are compared by their texts.
      Sighting.parse({ ...mention, address_id: await addressId(mention.address), doc_type })
    ),
  );
}

/** What an edit takes back and what it gives. Most change nothing that is told of people: a mail was read, or moved. */
function difference(doc_id: string, former: Contribution | null, now: readonly Sighting[]): Difference {
  const before = former?.sightings ?? [];
  const had = new Set(before.map((sighting) => JSON.stringify(sighting)));
  const has = new Set(now.map((sighting) => JSON.stringify(sighting)));
  return {
    doc_id,
    lost: before.filter((sighting) => !has.has(JSON.stringify(sighting))),
    won: now.filter((sighting) => !had.has(JSON.stringify(sighting))),
  };
}
