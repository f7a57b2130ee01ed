/** A person's contacts, for reading, merging and splitting. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import { addressesOf, type BookIndex, entriesOf } from "./address_book.ts";
import type { Change } from "./change.ts";
import { merged, split } from "./decisions.ts";
import { listed } from "./list.ts";
import type { Contact, KeptContact, KnownAddress } from "./model.ts";
import type { ContactPage, ContactQuery, Contacts, ListedContact, Merge, WholeContact } from "./port.ts";
import { relevanceOf } from "./relevance.ts";
import { addressId, type ContactState, ContactStore } from "./store.ts";
import { timelineOf } from "./timeline.ts";

/** Addresses of a contact that a merge may make. */
const ADDRESSES_MAX = 100;

/** Opens the contacts of all people. */
export function contactsOf(state: ContactState, index: BookIndex): Contacts {
  return {
    list: async (user_id, query) => await page(new ContactStore(state, user_id), query),
    get: async (user_id, id) => await read(new ContactStore(state, user_id), index, user_id, id),
    async merge(user_id, id, other_id) {
      const store = new ContactStore(state, user_id);
      // What the address book puts together is put together first, so that a split leaves it so.
      if (await upToDate(store, index, user_id, id) === null) return null;
      if (await upToDate(store, index, user_id, other_id) === null) return null;
      const done = await store.change(async (change) => await merge(change, id, other_id));
      return done === null ? null : await read(store, index, user_id, id);
    },
    async split(user_id, id, addresses) {
      const store = new ContactStore(state, user_id);
      const asked = await Promise.all(addresses.map((address) => addressId(address.toLowerCase())));
      const done = await store.change(async (change) => await part(change, id, new Set(asked)));
      if (done === null) return null;
      const [contact, other] = await Promise.all(
        [done.rest, done.gone].map((each) => read(store, index, user_id, each)),
      );
      return contact === null || contact === undefined || other === null || other === undefined
        ? null
        : { contact, split_off: other };
    },
  };
}

async function page(store: ContactStore, query: ContactQuery): Promise<ContactPage> {
  const [{ contacts, next_cursor }, now] = await Promise.all([listed(store, query), store.now()]);
  return { items: contacts.map((contact) => shown(contact, now)), next_cursor };
}

function shown({ address_ids: _ids, months, words: _words, ...contact }: KeptContact, now: string): ListedContact {
  return { ...contact, relevance: relevanceOf(months, now) };
}

async function read(
  store: ContactStore,
  index: BookIndex,
  user_id: string,
  id: string,
): Promise<WholeContact | null> {
  const found = await upToDate(store, index, user_id, id);
  if (found === null) return null;
  const { contact, members, entries } = found;
  const listed = shown(contact, await store.now());
  return {
    ...listed,
    ...ofBook(listed, entries),
    names: [...new Set(members.flatMap(({ tallies }) => timelineNames(tallies)))].sort(),
    merges: mergesOf(members),
    timeline: timelineOf(members),
    address_book: entries.map(({ doc_id, title }) => ({ doc_id, name: title })),
  };
}

function timelineNames(tallies: KnownAddress["tallies"]): string[] {
  return Object.values(tallies).flatMap(({ newest }) => newest.map(({ name }) => name)).filter((name) => name !== "");
}

/** What the person wrote down of somebody goes before what mails say. */
function ofBook(contact: Contact, entries: Awaited<ReturnType<typeof entriesOf>>) {
  const first = (values: readonly string[]) => values.find((value) => value !== "");
  const phones = entries.flatMap((entry) => entry.phones.map(({ value }) => value));
  return {
    name: first(entries.map(({ title }) => title)) ?? contact.name,
    title: first(entries.map(({ job_title }) => job_title)) ?? contact.title,
    company: first(entries.map(({ company }) => company)) ?? contact.company,
    phones: [...new Map([...phones, ...contact.phones].map((phone) => [bare(phone), phone])).values()],
  };
}

/** A number without what is only there to be read. */
function bare(phone: string): string {
  return phone.replace(/[^\d+]/g, "");
}

/** Each thing that joins addresses of a contact, with those that it joins. */
function mergesOf(members: readonly KnownAddress[]): Merge[] {
  const merges = new Map<string, Merge & { addresses: string[] }>();
  for (const { address, keys } of members.toSorted((a, b) => a.address < b.address ? -1 : 1)) {
    for (const { reason, id } of keys) {
      const detail = reason === "user" ? "" : id.replace(/#.*$/, "");
      const merge = merges.get(`${reason}:${id}`) ?? { reason, detail, addresses: [] };
      merge.addresses.push(address);
      merges.set(`${reason}:${id}`, merge);
    }
  }
  return [...merges.values()].filter(({ addresses }) => addresses.length > 1)
    .sort((a, b) => a.reason + a.detail < b.reason + b.detail ? -1 : 1);
}

interface UpToDate {
  readonly contact: KeptContact;
  readonly members: KnownAddress[];
  readonly entries: Awaited<ReturnType<typeof entriesOf>>;
}

/** A contact, once it is what the address book says today. Null when there is none, or it is the person. */
async function upToDate(
  store: ContactStore,
  index: BookIndex,
  user_id: string,
  id: string,
): Promise<UpToDate | null> {
  const view = await store.view();
  const former = await view.contactOf(id);
  if (former === null) return null;
  const own = await store.own();
  if (former.addresses.every((address) => own.has(address))) return null;
  const entries = await entriesOf(index, user_id, former.addresses);
  const book = await bookOf(view, former, entries);
  const known = await view.members([...book.keys()]);
  if (known.every(({ address_id, book: kept }) => kept.join() === book.get(address_id)?.join())) {
    return { contact: former, members: await view.members(former.address_ids), entries };
  }
  await store.change(async (change) => {
    await change.book(book);
    return true;
  });
  const after = await store.view();
  const contact = await after.contactOf(id);
  return contact === null ? null : { contact, members: await after.members(contact.address_ids), entries };
}

/** Of each address of the contact, and of those beside them in the book, the entries that join it with another. */
async function bookOf(
  view: Change,
  contact: KeptContact,
  entries: UpToDate["entries"],
): Promise<Map<string, readonly string[]>> {
  const book = new Map<string, string[]>(contact.address_ids.map((id) => [id, []]));
  for (const entry of entries) {
    const ids = await Promise.all(addressesOf(entry).slice(0, ADDRESSES_MAX).map(addressId));
    const known = await view.members(ids);
    if (known.length < 2) continue;
    for (const { address_id, book: kept } of known) {
      // What else the book says of the address of another contact is found when that one is read.
      const others = book.get(address_id) ?? kept;
      book.set(address_id, [...new Set([...others, entry.doc_id])].sort());
    }
  }
  return book;
}

/** @throws PermanentError when too many addresses would be one */
async function merge(change: Change, id: string, other_id: string): Promise<true | null> {
  const [contact, other] = [await change.contactOf(id), await change.contactOf(other_id)];
  if (contact === null || other === null) return null;
  if (contact.contact_id === other.contact_id) return true;
  const ids = [...contact.address_ids, ...other.address_ids];
  if (ids.length > ADDRESSES_MAX) {
    throw new PermanentError("contact_too_large", `One contact has ${ADDRESSES_MAX} addresses at most.`);
  }
  await change.decide(merged(await change.members(ids), change.label));
  return true;
}

/** @throws PermanentError when the addresses are none, not all of the contact's, or not its */
async function part(
  change: Change,
  id: string,
  asked: ReadonlySet<string>,
): Promise<{ readonly rest: string; readonly gone: string } | null> {
  const contact = await change.contactOf(id);
  if (contact === null) return null;
  const rest = contact.address_ids.filter((address_id) => !asked.has(address_id));
  const [gone] = asked;
  if (gone === undefined || rest[0] === undefined || rest.length + asked.size !== contact.address_ids.length) {
    throw new PermanentError("addresses_invalid", "Give some of the contact's addresses, not all of them.", {
      field: "addresses",
    });
  }
  const units = await change.units(await change.members(contact.address_ids));
  const decisions = split({ units, asked, label: change.label });
  await change.decide(decisions);
  // The addresses that came later go along with those that they came by; so it is asked where each side is now.
  const side = await change.contactOf(gone);
  const left = contact.address_ids.find((address_id) => !side?.address_ids.includes(address_id));
  return { rest: left ?? rest[0], gone };
}
