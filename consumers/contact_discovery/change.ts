/**
 * One change of a person's contacts, and what follows from it. Whatever changes contacts checks and writes one record,
 * the fence, so that none is folded from its addresses while somebody else changes one.
 */
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import type { RecordOp, Records } from "../../shared/state/port.ts";
import { Draft } from "./draft.ts";
import { classOf, foldContact, keysOf, UNDECIDED } from "./fold.ts";
import { derivedOf } from "./listing.ts";
import {
  Decision,
  type JoinKey,
  KeptContact,
  KnownAddress,
  NEWEST_MAX,
  Reason,
  type Sighting,
  Source,
} from "./model.ts";
import { kindsOf, lacks, newestFirst, sourceOf, withoutSighting, withSighting } from "./tally.ts";

/** Not an id that a contact can have. */
const FENCE = "fence";
/** A name that more addresses have than these is nobody's; it joins none of them. */
export const HOLDERS_MAX = 20;
/** Addresses of one contact. */
export const MEMBERS_MAX = 200;

/** What a document does not say any more, and what it says now. */
export interface Difference {
  readonly doc_id: string;
  readonly lost: readonly Sighting[];
  readonly won: readonly Sighting[];
}

export class Change {
  readonly #draft: Draft;
  readonly #fence: number;
  /** Addresses as they are now; null for those that nothing tells of. */
  readonly #addresses = new Map<string, KnownAddress | null>();
  readonly #touched = new Set<string>();

  private constructor(records: Records, fence: number) {
    this.#draft = new Draft(records);
    this.#fence = fence;
  }

  static async begin(records: Records): Promise<Change> {
    return new Change(records, (await records.get(COLLECTIONS.contacts, FENCE))?.version ?? 0);
  }

  /** A label that no other change uses: of two that begin at one fence, one is not committed. */
  get label(): string {
    return String(this.#fence);
  }

  /** Takes back what documents do not say any more, and gives what they say now. */
  async replace(parts: readonly Difference[]): Promise<void> {
    const ids = new Set(parts.flatMap(({ lost, won }) => [...lost, ...won]).map(({ address_id }) => address_id));
    await Promise.all([...ids].map((id) => this.#known(id)));
    for (const { doc_id, lost, won } of parts) {
      for (const sighting of lost) await this.#take(sighting, doc_id);
      for (const sighting of won) await this.#give(sighting, doc_id);
    }
    for (const id of ids) await this.#refill(id);
    await this.#settle();
  }

  /** Writes what the person decided of addresses, and what follows from it. */
  async decide(decisions: ReadonlyMap<string, Decision>): Promise<void> {
    for (const [address_id, decision] of decisions) {
      const known = await this.#known(address_id);
      if (known === null) continue;
      const nothing = decision.together === "" && decision.apart === "";
      if (nothing) this.#draft.remove(COLLECTIONS.contactDecisions, address_id);
      else this.#draft.put(COLLECTIONS.contactDecisions, address_id, decision);
      this.#set({ ...known, decision });
    }
    await this.#settle();
  }

  /** Writes which entries of the address book addresses have, and what follows from it. */
  async book(entries: ReadonlyMap<string, readonly string[]>): Promise<void> {
    for (const [address_id, book] of entries) {
      const known = await this.#known(address_id);
      if (known !== null && known.book.join() !== book.join()) this.#set({ ...known, book: [...book] });
    }
    await this.#settle();
  }

  /** The contact that an address is part of. */
  async contactOf(address_id: string): Promise<KeptContact | null> {
    const contact_id = (await this.#known(address_id))?.contact_id ?? "";
    return contact_id === "" ? null : await this.#contact(contact_id);
  }

  /** Addresses as they are now. */
  async members(address_ids: readonly string[]): Promise<KnownAddress[]> {
    const members = await Promise.all(address_ids.map((id) => this.#known(id)));
    return members.filter((known) => known !== null);
  }

  /** Addresses of one contact, by what joins them without the person having said so. */
  async units(members: readonly KnownAddress[]): Promise<KnownAddress[][]> {
    const units: KnownAddress[][] = [], placed = new Set<string>();
    for (const member of members) {
      if (placed.has(member.address_id)) continue;
      const unit = await this.#together(member, ["same_name", "address_book"]);
      units.push(unit);
      for (const { address_id } of unit) placed.add(address_id);
    }
    return units;
  }

  /** All that is to be written, behind the fence; empty when nothing is. */
  ops(): RecordOp[] {
    const ops = this.#draft.ops();
    if (ops.length === 0) return [];
    return [
      { op: "check", collection: COLLECTIONS.contacts, id: FENCE, version: this.#fence },
      { op: "put", collection: COLLECTIONS.contacts, id: FENCE, value: "" },
      ...ops,
    ];
  }

  async #known(id: string): Promise<KnownAddress | null> {
    const here = this.#addresses.get(id);
    if (here !== undefined) return here;
    const value = await this.#draft.get(COLLECTIONS.contactAddresses, id);
    const known = value === null ? null : KnownAddress.parse(value);
    // Another one may have read it meanwhile, and changed it since.
    if (!this.#addresses.has(id)) this.#addresses.set(id, known);
    return this.#addresses.get(id) ?? null;
  }

  #set(known: KnownAddress): void {
    this.#addresses.set(known.address_id, known);
    this.#touched.add(known.address_id);
  }

  async #take(sighting: Sighting, doc_id: string): Promise<void> {
    const known = await this.#known(sighting.address_id);
    this.#draft.remove(COLLECTIONS.contactSightings, sightingId(sighting, doc_id));
    if (known !== null) this.#set({ ...known, tallies: withoutSighting(known.tallies, sighting, doc_id) });
  }

  async #give(sighting: Sighting, doc_id: string): Promise<void> {
    const { address_id, address } = sighting;
    const known = await this.#known(address_id) ?? await this.#begun(address_id, address);
    this.#draft.put(COLLECTIONS.contactSightings, sightingId(sighting, doc_id), sourceOf(sighting, doc_id));
    this.#set({ ...known, tallies: withSighting(known.tallies, sighting, doc_id) });
  }

  /** An address that nothing has told of so far; what the person decided of it outlived what told of it before. */
  async #begun(address_id: string, address: string): Promise<KnownAddress> {
    const decided = await this.#draft.get(COLLECTIONS.contactDecisions, address_id);
    const decision = decided === null ? UNDECIDED : Decision.parse(decided);
    return { address_id, address, contact_id: "", tallies: {}, keys: [], decision, book: [] };
  }

  /** Brings up the next newest sightings where some of the newest were taken. */
  async #refill(address_id: string): Promise<void> {
    const known = await this.#known(address_id);
    if (known === null) return;
    const tallies = { ...known.tallies };
    for (const kind of lacks(tallies)) {
      const tally = tallies[kind];
      if (tally === undefined) continue;
      const records = await this.#draft.under(COLLECTIONS.contactSightings, `${address_id}|${kind}`, NEWEST_MAX);
      tallies[kind] = { ...tally, newest: records.map(({ value }) => Source.parse(value)) };
    }
    this.#set({ ...known, tallies });
  }

  /** Writes what was touched, and puts together anew whatever may belong together otherwise than before. */
  async #settle(): Promise<void> {
    const keys = new Set<string>(), moved = new Set<string>(), contacts = new Set<string>();
    for (const id of this.#touched) {
      const known = await this.#known(id);
      if (known === null) continue;
      if (known.contact_id !== "") contacts.add(known.contact_id);
      const gone = kindsOf(known.tallies).length === 0;
      const now = gone ? [] : keysOf(known);
      const former = new Map(known.keys.map((key) => [keyName(key), key]));
      const next = new Map(now.map((key) => [keyName(key), key]));
      const changed = [...new Set([...former.keys(), ...next.keys()])]
        .filter((name) => former.has(name) !== next.has(name));
      for (const name of changed) {
        keys.add(name);
        if (next.has(name)) this.#draft.put(COLLECTIONS.contactKeys, `${name}|${id}`, "");
        else this.#draft.remove(COLLECTIONS.contactKeys, `${name}|${id}`);
      }
      const hidden = gone || classOf(known) === "own";
      if (changed.length > 0 || hidden !== (known.contact_id === "")) moved.add(id);
      if (gone) this.#forget(id);
      else this.#write({ ...known, keys: now, contact_id: hidden ? "" : known.contact_id });
    }
    this.#touched.clear();
    await this.#regroup(await this.#affected(moved, keys, contacts), contacts);
    for (const id of contacts) await this.#refold(id);
  }

  #forget(id: string): void {
    this.#draft.remove(COLLECTIONS.contactAddresses, id);
    this.#addresses.set(id, null);
  }

  #write(known: KnownAddress): void {
    this.#addresses.set(known.address_id, known);
    this.#draft.put(COLLECTIONS.contactAddresses, known.address_id, known);
  }

  /** Every address whose contact may be another one now; none that stays may be left out of a contact that changes. */
  async #affected(
    moved: ReadonlySet<string>,
    keys: ReadonlySet<string>,
    former: ReadonlySet<string>,
  ): Promise<Set<string>> {
    const affected = new Set(moved);
    if (moved.size === 0) return affected;
    for (const name of keys) for (const id of await this.#holders(name)) affected.add(id);
    const contacts = new Set(former);
    for (const { contact_id } of await this.members([...affected])) if (contact_id !== "") contacts.add(contact_id);
    for (const id of contacts) for (const member of (await this.#contact(id))?.address_ids ?? []) affected.add(member);
    return affected;
  }

  async #regroup(affected: ReadonlySet<string>, contacts: Set<string>): Promise<void> {
    const placed = new Set<string>();
    for (const id of affected) {
      const known = await this.#known(id);
      if (known === null || placed.has(id) || classOf(known) === "own") continue;
      const group = await this.#together(known);
      const contact_id = group.map(({ address_id }) => address_id).sort()[0] ?? id;
      contacts.add(contact_id);
      for (const member of group) {
        placed.add(member.address_id);
        if (member.contact_id === contact_id) continue;
        if (member.contact_id !== "") contacts.add(member.contact_id);
        this.#write({ ...member, contact_id });
      }
    }
  }

  /** All addresses that are joined with this one, over whatever others. */
  async #together(start: KnownAddress, reasons: readonly Reason[] = Reason.options): Promise<KnownAddress[]> {
    const group = new Map([[start.address_id, start]]), seen = new Set<string>();
    for (const member of group.values()) {
      for (const name of member.keys.filter(({ reason }) => reasons.includes(reason)).map(keyName)) {
        if (seen.has(name)) continue;
        seen.add(name);
        const holders = await this.#holders(name);
        if (holders.length > HOLDERS_MAX && !name.startsWith("user:")) continue;
        for (const known of await this.members(holders)) {
          if (group.size < MEMBERS_MAX) group.set(known.address_id, known);
        }
      }
    }
    return [...group.values()];
  }

  async #holders(name: string): Promise<string[]> {
    const limit = name.startsWith("user:") ? MEMBERS_MAX : HOLDERS_MAX + 1;
    const records = await this.#draft.under(COLLECTIONS.contactKeys, name, limit);
    return records.map(({ id }) => id.slice(id.lastIndexOf("|") + 1));
  }

  async #contact(id: string): Promise<KeptContact | null> {
    const value = await this.#draft.get(COLLECTIONS.contacts, id);
    return value === null ? null : KeptContact.parse(value);
  }

  /** Writes a contact as its addresses make it, or takes it away when none is left. */
  async #refold(contact_id: string): Promise<void> {
    const former = await this.#contact(contact_id);
    const candidates = new Set(former?.address_ids ?? []);
    for (const known of this.#addresses.values()) {
      if (known?.contact_id === contact_id) candidates.add(known.address_id);
    }
    const members = (await this.members([...candidates])).filter((known) => known.contact_id === contact_id);
    const contact = members.length === 0 ? null : foldContact(contact_id, members);
    const before = new Map(
      (former === null ? [] : derivedOf(former)).map((each) => [`${each.collection}/${each.id}`, each]),
    );
    for (const each of contact === null ? [] : derivedOf(contact)) {
      const same = before.get(`${each.collection}/${each.id}`);
      before.delete(`${each.collection}/${each.id}`);
      if (JSON.stringify(same?.value) !== JSON.stringify(each.value)) {
        this.#draft.put(each.collection, each.id, each.value);
      }
    }
    for (const { collection, id } of before.values()) this.#draft.remove(collection, id);
    if (contact === null) this.#draft.remove(COLLECTIONS.contacts, contact_id);
    else this.#draft.put(COLLECTIONS.contacts, contact_id, contact);
  }
}

function keyName({ reason, id }: JoinKey): string {
  return `${reason}:${id}`;
}

/** Under the address and the kind, the newest first. */
function sightingId({ address_id, kind, at }: Sighting, doc_id: string): string {
  return `${address_id}|${kind}|${newestFirst(at)}|${doc_id}`;
}
