/** An address, and a contact, from all that documents say: the same whatever order they came in. Pure. */
import type {
  Contact,
  ContactKind,
  Count,
  Decision,
  JoinKey,
  KeptContact,
  KnownAddress,
  Source,
  Tallies,
} from "./model.ts";
import { domainOf, isMachine, isRole, localPart } from "./read/address.ts";
import { fullName, wordsOf } from "./read/names.ts";
import { compareSources, kindsOf } from "./tally.ts";

const PHONES_MAX = 5;
const WORDS_MAX = 32;
const WORD_CHARS_MAX = 40;

/** What an address is: the person's own is no contact. */
export function classOf({ address, tallies }: Pick<KnownAddress, "address" | "tallies">): ContactKind | "own" {
  if (tallies.own !== undefined) return "own";
  if (tallies.list !== undefined) return "list";
  if (isMachine(address)) return "machine";
  const written = (tallies.received?.count ?? 0) + (tallies.sent?.count ?? 0) + (tallies.meeting?.count ?? 0);
  return (tallies.bulk?.count ?? 0) > written ? "machine" : "person";
}

/** The name that comes up most among the newest; a text's word for somebody counts only when nobody says more. */
export function nameOf(tallies: Tallies): string {
  const told = sourcesOf(tallies, "told"), named = told.some(({ name }) => name !== "");
  return most(named ? told : sourcesOf(tallies, "all"));
}

function most(sources: readonly Pick<Source, "name">[]): string {
  const counts = new Map<string, number>();
  for (const { name } of sources) if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.size <= 1) return counts.keys().next().value ?? "";
  // A full name says more than a first name or a nickname.
  const names = [...counts].map(([name, count]) => ({ name, count, full: fullName(name) === "" ? 0 : 1 }));
  return names.reduce((best, next) =>
    (next.full - best.full || next.count - best.count || (next.name < best.name ? 1 : -1)) > 0 ? next : best
  ).name;
}

function sourcesOf(tallies: Tallies, which: "all" | "told"): Source[] {
  const kinds = kindsOf(tallies).filter((kind) => which === "all" || kind !== "mentioned");
  return kinds.flatMap((kind) => tallies[kind]?.newest ?? []);
}

/** What joins an address with others. */
export function keysOf({ address, tallies, decision, book }: KnownAddress): JoinKey[] {
  const kind = classOf({ address, tallies });
  if (kind === "own") return [];
  const { together, apart } = decision;
  // Those that the person set apart are joined among themselves.
  const among = apart === "" ? "" : `#${apart}`;
  const keys: JoinKey[] = together === "" ? [] : [{ reason: "user", id: together }];
  const name = kind === "person" && !isRole(address) ? fullName(nameOf(tallies)) : "";
  if (name !== "") keys.push({ reason: "same_name", id: `${name}${among}` });
  return [...keys, ...book.map((doc_id): JoinKey => ({ reason: "address_book", id: `${doc_id}${among}` }))];
}

/** Nothing was decided. */
export const UNDECIDED: Decision = { together: "", apart: "" };

/** The contact of these addresses, of which there is at least one. */
export function foldContact(contact_id: string, members: readonly KnownAddress[]): KeptContact {
  const ordered = members.map((known) => ({ known, counted: countsOf([known]) }))
    .toSorted((a, b) => compareUse(a.counted, b.counted) || (a.known.address < b.known.address ? -1 : 1))
    .map(({ known }) => known);
  const counts = countsOf(ordered);
  const classes = new Set(ordered.map(classOf));
  const name = most(ordered.flatMap(({ tallies }) => {
    const own = { name: nameOf(tallies) };
    return sourcesOf(tallies, "all").map(() => own);
  }));
  const signed = ordered.flatMap(({ tallies }) => sourcesOf(tallies, "told")).sort(compareSources)
    .flatMap(({ details }) => details ?? []);
  const contact: Contact = {
    contact_id,
    kind: classes.has("person") ? "person" : classes.has("list") ? "list" : "machine",
    name,
    addresses: ordered.map(({ address }) => address),
    title: signed.find(({ title }) => title !== "")?.title ?? "",
    company: signed.find(({ company }) => company !== "")?.company ?? "",
    phones: [...new Set(signed.flatMap(({ phones }) => phones))].slice(0, PHONES_MAX),
    counts,
    last_at: counts.map(({ last_at }) => last_at).sort().at(-1) ?? "",
  };
  return {
    ...contact,
    address_ids: ordered.map(({ address_id }) => address_id).sort(),
    months: monthsOf(ordered),
    words: wordsToFind(contact),
  };
}

function countsOf(members: readonly KnownAddress[]): Count[] {
  const counts = new Map<Count["kind"], Count>();
  for (const { tallies } of members) {
    for (const kind of kindsOf(tallies)) {
      const { count = 0, newest = [] } = tallies[kind] ?? {};
      const former = counts.get(kind);
      const last_at = [former?.last_at ?? "", newest[0]?.at ?? ""].sort().at(-1) ?? "";
      counts.set(kind, { kind, count: count + (former?.count ?? 0), last_at });
    }
  }
  return kindsOf(Object.fromEntries(counts)).flatMap((kind) => counts.get(kind) ?? []);
}

/** What is used more comes first: by how much was exchanged with it. */
function compareUse(a: readonly Count[], b: readonly Count[]): number {
  const used = (counts: readonly Count[]) =>
    counts.reduce((sum, { kind, count }) => sum + (kind === "mentioned" || kind === "copied" ? 0 : count), 0);
  return used(b) - used(a);
}

function monthsOf(members: readonly KnownAddress[]): KeptContact["months"] {
  const months: KeptContact["months"] = {};
  for (const { tallies } of members) {
    for (const kind of kindsOf(tallies)) {
      const sums = months[kind] ??= {};
      for (const [month, points] of Object.entries(tallies[kind]?.months ?? {})) {
        sums[month] = (sums[month] ?? 0) + points;
      }
    }
  }
  return months;
}

/** The words that a contact is found by: of its names, its addresses and its company. */
function wordsToFind({ name, addresses, company }: Contact): string[] {
  const words = [name, company, ...addresses.map(localPart), ...addresses.map((address) => domainOf(address))]
    .flatMap(wordsOf).map((word) => [...word].slice(0, WORD_CHARS_MAX).join(""));
  return [...new Set(words)].slice(0, WORDS_MAX).sort();
}
