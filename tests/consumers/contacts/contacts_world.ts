/** The consumer of contacts over a real state store, with everything that it writes to be looked at. */
import { createContactDiscovery, openContacts } from "../../../consumers/contact_discovery/mod.ts";
import type { Delivery } from "../../../consumers/registry.ts";
import type {
  CalendarEvent,
  Contact as BookEntry,
  Email,
  NormalisedDocument,
  Person,
  WordDocument,
} from "../../../shared/contracts/documents.ts";
import { digest } from "../../../shared/contracts/ids.ts";
import { COLLECTIONS, type Connection } from "../../../shared/contracts/records.ts";
import type { Index } from "../../../shared/index/port.ts";
import type { State } from "../../../shared/state/port.ts";
import { openSqliteState } from "../../../shared/state/sqlite/mod.ts";
import { SimulatedClock } from "../../simulation/clock.ts";
import { seededRandom } from "../../simulation/random.ts";
import { emailEvent, sampleEmail } from "../dispatch_rig.ts";

export const AT = "2026-03-02T08:00:00.000Z";
export const OWN = "ada@example.com";

/** `Anna Müller <anna@firm.example>`, or an address alone. */
export function person(text: string): Person {
  const [, name = "", address = text] = /^(.*?) ?<(.*)>$/.exec(text) ?? [];
  return { name, address };
}

/** What a mail of a test says; the rest is as in `sampleEmail`. */
export interface Told extends Omit<Partial<Email>, "from" | "to" | "cc" | "reply_to"> {
  readonly from?: string;
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly reply_to?: readonly string[];
  /** ISO 8601. */
  readonly at?: string;
}

/** A mail; from or to ada unless it says otherwise. */
export function mail({ from = OWN, to = [OWN], cc = [], reply_to = [], at = AT, ...over }: Told = {}): Email {
  return sampleEmail({
    from: person(from),
    to: to.map(person),
    cc: cc.map(person),
    reply_to: reply_to.map(person),
    received_at: at,
    last_updated: at,
    body: "Hello",
    ...over,
  });
}

const COMMON = {
  doc_id: "",
  provider: "microsoft",
  connection_id: "connection_1",
  provider_id: "1",
  container: "",
  title: "Title",
  url: "https://provider.example/1",
  last_updated: AT,
} as const;

export function meeting(over: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    ...COMMON,
    doc_type: "calendar",
    calendar_name: "",
    ical_uid: "1",
    kind: "single",
    series_id: "",
    original_starts_at: "",
    status: "confirmed",
    body: "",
    starts_at: AT,
    ends_at: AT,
    all_day: false,
    start_date: "",
    end_date: "",
    time_zone: "",
    recurrence: [],
    location: "",
    online_url: "",
    online_provider: "",
    dial_in: [],
    organizer: person(OWN),
    attendees: [],
    my_response: "none",
    show_as: "",
    sensitivity: "normal",
    importance: "normal",
    labels: [],
    attachments: [],
    created_at: "",
    truncated: false,
    ...over,
  };
}

export function invited(text: string, role: "required" | "optional" | "resource" = "required") {
  return { ...person(text), response: "none", role } as const;
}

export function wordDocument(over: Partial<WordDocument> = {}): WordDocument {
  return {
    ...COMMON,
    doc_type: "word_document",
    sections: [],
    content: "text",
    content_reason: "",
    mime_type: "",
    size_bytes: 0,
    path: "",
    shared: false,
    owners: [],
    last_editor: person(""),
    created_at: "",
    ...over,
  };
}

export function bookEntry(name: string, addresses: readonly string[], over: Partial<BookEntry> = {}): BookEntry {
  return {
    ...COMMON,
    doc_type: "contact",
    title: name,
    given_name: "",
    family_name: "",
    nickname: "",
    addresses: addresses.map((value) => ({ label: "work", value })),
    phones: [],
    postal_addresses: [],
    company: "",
    department: "",
    job_title: "",
    websites: [],
    birthday: "",
    labels: [],
    notes: "",
    ...over,
  };
}

/** An address book that a test writes. */
export function openBook() {
  const entries = new Map<string, BookEntry>();
  const index: Pick<Index, "search" | "document"> = {
    search({ conditions, types }) {
      const asked = conditions[0]?.field === "from" && types.join() === "contact" ? conditions[0].value : "";
      const found = [...entries.values()].filter(({ addresses }) => addresses.some(({ value }) => value === asked));
      const hits = found.map(({ doc_id, doc_type, provider, title, url }) => ({
        doc_id,
        doc_type,
        provider,
        title,
        snippet: "",
        score: 0,
        url,
        happened_at: AT,
        last_updated: AT,
        sync_timestamp: AT,
        fragments: [],
      }));
      return Promise.resolve({ hits, facets: {}, next_cursor: "" });
    },
    document(_user_id, doc_id) {
      const entry = entries.get(doc_id);
      if (entry === undefined) return Promise.resolve(null);
      const document = {
        provider: entry.provider,
        connection_id: entry.connection_id,
        container: "",
        title: entry.title,
        body: "",
        details: "",
        people: [],
        from: [],
        to: [],
        folder: { role: "", name: "" },
        marks: [],
        fragments: [],
        url: "",
        happened_at: AT,
        last_updated: AT,
        sync_timestamp: AT,
        data: JSON.stringify(entry),
      };
      return Promise.resolve({ doc_id, doc_type: "contact", revision: 1, document });
    },
  };
  return {
    index,
    async write(name: string, entry: BookEntry | null) {
      const doc_id = await digest("test", name);
      if (entry === null) entries.delete(doc_id);
      else entries.set(doc_id, { ...entry, doc_id });
    },
  };
}

const delivery: Delivery = {
  subscription: "contact-discovery-emails",
  message_id: "m1",
  published_at: AT,
  attempt: 1,
  signal: new AbortController().signal,
  attributes: {},
};

const connection: Connection = {
  connection_id: "connection_1",
  user_id: "ada",
  provider: "microsoft",
  account_id: "1",
  address: OWN,
  state: "active",
  scopes: [],
  resources: [],
  choices: [],
  created_at: AT,
  updated_at: AT,
};

export type World = Awaited<ReturnType<typeof openWorld>>;

export function openState(): State {
  return openSqliteState({ path: ":memory:", clock: new SimulatedClock(), random: seededRandom(1) });
}

/** A consumer for each of the handles on one store, as instances have them; events go to them by turns. */
export async function openWorld(handles: readonly [State, ...State[]] = [openState()]) {
  const [state] = handles;
  const book = openBook();
  const handlers = handles.map((handle) => {
    const consumer = createContactDiscovery(handle);
    if (consumer.kind !== "events") throw new TypeError("The consumer handles events");
    return consumer.handle;
  });
  const contacts = openContacts(state, book.index);
  const base = await state.micros();
  let turn = 0;
  async function connect(address: string, user_id = "ada") {
    const value = { ...connection, user_id, address, connection_id: `c_${address.replace(/\W/g, "_")}` };
    await state.records({ user_id }).commit([
      { op: "put", collection: COLLECTIONS.connections, id: value.connection_id, value },
    ]);
  }
  await connect(OWN);
  const query = { q: "", sort: "relevance", kind: undefined, domain: "", cursor: "", limit: 200 } as const;
  return {
    state,
    contacts,
    book,
    connect,
    docId: (name: string) => digest("test", name),
    /** Delivers a revision of a document, or its deletion. */
    async deliver(name: string, revision: number, told: NormalisedDocument | null, user_id = "ada") {
      const doc_id = await digest("test", name);
      const event = await emailEvent({
        user_id,
        doc_id,
        revision: base + revision,
        operation: told === null ? "delete" : "create",
      });
      return await handlers[turn++ % handlers.length]?.(event, told === null ? null : { ...told, doc_id }, delivery);
    },
    list: async (over: Partial<Parameters<typeof contacts.list>[1]> = {}, user_id = "ada") =>
      (await contacts.list(user_id, { ...query, ...over })).items,
    /** The contact with that address. */
    async whole(address: string) {
      const found = (await contacts.list("ada", query)).items.find(({ addresses }) => addresses.includes(address));
      return found === undefined ? null : await contacts.get("ada", found.contact_id);
    },
    /** All that the consumer keeps of a person but the fence, whole. `documents`: the revisions too. */
    async kept({ documents = true, user_id = "ada" } = {}) {
      const records = state.records({ user_id });
      const names = Object.entries(COLLECTIONS).filter(([name]) => name.startsWith("contact"))
        .filter(([name]) => documents || name !== "contactDocuments").map(([, collection]) => collection);
      const kept: Record<string, unknown> = {};
      for (const name of names) {
        for (const { id, value } of await records.list(name, { limit: 100_000 })) {
          if (id !== "fence") kept[`${name}/${id}`] = value;
        }
      }
      return kept;
    },
    [Symbol.asyncDispose]: () => state.close(),
  };
}
