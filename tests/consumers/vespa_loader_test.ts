/** The loader: what becomes of each kind of document, and of events in any order. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Delivery } from "../../consumers/registry.ts";
import { indexDocument } from "../../consumers/vespa_loader/index_document.ts";
import { createVespaLoader, readFragment } from "../../consumers/vespa_loader/mod.ts";
import { CalendarEvent, Contact, Email, NormalisedDocument, Todo } from "../../shared/contracts/documents.ts";
import { PermanentError, StoreAwayError } from "../../shared/contracts/errors.ts";
import { Event, eventType } from "../../shared/contracts/event.ts";
import { digest } from "../../shared/contracts/ids.ts";
import type { Operation } from "../../shared/contracts/names.ts";
import { openSqliteIndex } from "../../shared/index/sqlite/mod.ts";
import { query } from "../adapters/index_samples.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";

const SYNCED = "2026-03-02T09:00:00.000Z";
const DOC_ID = "0123456789abcdef0123456789abcdef";
const ada = { name: "Ada Lovelace", address: "ada@example.com" };
const ben = { name: "Ben Müller", address: "ben@example.com" };
const nobody = { name: "", address: "" };

const base = {
  doc_id: DOC_ID,
  provider: "microsoft",
  connection_id: "con-1",
  provider_id: "AAMk1",
  container: "folder-1",
  title: "Budget",
  url: "https://outlook.example/1",
  last_updated: "2026-03-01T10:00:00.000Z",
};

function email(over: Partial<Email> = {}): Email {
  return Email.parse({
    ...base,
    doc_type: "email",
    thread_id: "t1",
    internet_message_id: "<1@example.com>",
    in_reply_to: "",
    references: [],
    list_id: "",
    folder_role: "inbox",
    folder_name: "Inbox",
    labels: [],
    from: ada,
    sender: { name: "", address: ada.address },
    to: [ben, nobody],
    cc: [{ name: "", address: "cara@example.com" }],
    bcc: [],
    reply_to: [{ name: "Cara", address: "cara@example.com" }],
    sent_at: "2026-03-01T08:00:00.000Z",
    received_at: "2026-03-01T08:00:05.000Z",
    body: "The figures",
    preview: "The fig",
    read: false,
    draft: false,
    flagged: false,
    importance: "normal",
    has_attachments: false,
    attachments: [],
    size_bytes: 1_000,
    truncated: false,
    ...over,
  });
}

const office = {
  ...base,
  sections: [
    { heading: "Chapter", level: 1, place: "", text: "one" },
    { heading: "", level: 0, place: "", text: "and two" },
  ],
  content: "text",
  content_reason: "",
  mime_type: "application/x",
  size_bytes: 10,
  path: "Team/Plans",
  shared: false,
  owners: [ada],
  last_editor: ben,
  created_at: "",
};

Deno.test("indexDocument() keeps an email's people once, its authors and the time it was received", async () => {
  const file = { id: "1", name: "offer.pdf", mime_type: "application/pdf", size_bytes: 1, inline: false };
  const inline = { ...file, name: "logo.png", inline: true };
  const document = email({ has_attachments: true, flagged: true, importance: "high", attachments: [file, inline] });
  const { fragments, ...indexed } = await indexDocument(document, SYNCED);
  assert.deepEqual(fragments.map(({ text, position }) => [position, text]), [[0, "The figures"]]);
  assert.deepEqual(indexed, {
    provider: "microsoft",
    connection_id: "con-1",
    container: "folder-1",
    title: "Budget",
    body: "The figures",
    people: [ada, ben, { name: "Cara", address: "cara@example.com" }],
    from: ["ada@example.com"],
    to: ["ben@example.com", "cara@example.com"],
    details: "offer.pdf",
    folder: { role: "inbox", name: "Inbox" },
    marks: ["attachment", "unread", "flagged", "important"],
    url: "https://outlook.example/1",
    happened_at: "2026-03-01T08:00:05.000Z",
    last_updated: "2026-03-01T10:00:00.000Z",
    sync_timestamp: SYNCED,
    data: JSON.stringify(document),
  });
});

Deno.test("indexDocument() takes what an email has: preview for a body, sent for received, changed for sent", async () => {
  const of = (over: Partial<Email>) => indexDocument(email(over), SYNCED);
  assert.equal((await of({ body: "" })).body, "The fig");
  assert.equal((await of({ received_at: "" })).happened_at, "2026-03-01T08:00:00.000Z");
  assert.equal((await of({ received_at: "", sent_at: "" })).happened_at, base.last_updated);
});

Deno.test("indexDocument() makes the six other kinds findable by text, people, place and time", async () => {
  const calendar = CalendarEvent.parse({
    ...base,
    doc_type: "calendar",
    calendar_name: "Work",
    ical_uid: "uid-1",
    kind: "single",
    series_id: "",
    original_starts_at: "",
    status: "cancelled",
    body: "Agenda",
    starts_at: "2026-04-01T09:00:00.000Z",
    ends_at: "2026-04-01T10:00:00.000Z",
    all_day: false,
    start_date: "",
    end_date: "",
    time_zone: "Europe/Berlin",
    recurrence: [],
    location: "Room 7",
    online_url: "",
    online_provider: "",
    dial_in: [],
    organizer: ada,
    attendees: [ben, ada].map((person) => ({ ...person, response: "none", role: "required" })),
    my_response: "none",
    show_as: "busy",
    sensitivity: "normal",
    importance: "normal",
    labels: [],
    attachments: [],
    created_at: "",
    truncated: false,
  });
  const contact = Contact.parse({
    ...base,
    doc_type: "contact",
    title: "Ben Müller",
    given_name: "Ben",
    family_name: "Müller",
    nickname: "",
    addresses: [{ label: "work", value: "Ben@Example.com" }],
    phones: [{ label: "work", value: "+49 30 1" }],
    postal_addresses: [],
    company: "Mill",
    department: "",
    job_title: "",
    websites: [],
    birthday: "",
    labels: [],
    notes: "met in May",
  });
  const todo = Todo.parse({
    ...base,
    doc_type: "todo",
    list_name: "Errands",
    body: "by Friday",
    status: "completed",
    due_date: "2026-03-06",
    reminder_at: "",
    completed_at: "",
    created_at: "",
    importance: "normal",
    recurrence: [],
    steps: [{ text: "buy flour", done: false }],
    parent_id: "",
    labels: [],
    links: [],
  });
  const faces = [];
  for (const document of [calendar, contact, todo, { ...todo, due_date: "" }]) {
    const { body, details, people, from, to, folder, marks, happened_at } = await indexDocument(document, SYNCED);
    faces.push({ body, details, people, from, to, folder: folder.name, marks, happened_at });
  }
  assert.deepEqual(faces, [
    {
      body: "Agenda",
      details: "Room 7",
      people: [ada, ben],
      from: [ada.address],
      to: [ben.address, ada.address],
      folder: "Work",
      marks: ["cancelled"],
      happened_at: "2026-04-01T09:00:00.000Z",
    },
    {
      body: "Mill\n+49 30 1\nmet in May",
      details: "Ben\nMüller\n49301",
      people: [{ name: "Ben Müller", address: "Ben@Example.com" }],
      from: ["ben@example.com"],
      to: [],
      folder: "",
      marks: [],
      happened_at: base.last_updated,
    },
    ...["2026-03-06T00:00:00.000Z", base.last_updated].map((happened_at) => ({
      body: "by Friday",
      details: "buy flour",
      people: [],
      from: [],
      to: [],
      folder: "Errands",
      marks: ["done"],
      happened_at,
    })),
  ]);
  for (const doc_type of ["word_document", "sheet_document", "presentation_document"] as const) {
    const found = await indexDocument(NormalisedDocument.parse({ ...office, doc_type }), SYNCED);
    assert.deepEqual([found.body, found.people, found.from, found.details, found.folder.name], [
      "Chapter\none\nand two",
      [ada, ben],
      [ada.address, ben.address],
      "Team/Plans",
      "Plans",
    ]);
  }
});

async function event(operation: Operation, revision: number, document: NormalisedDocument): Promise<Event> {
  return Event.parse({
    schema_version: 1,
    event_id: await digest("event", String(revision)),
    event_type: eventType(document.doc_type, operation),
    user_id: "ada",
    connection_id: "con-1",
    provider: document.provider,
    doc_type: document.doc_type,
    doc_id: document.doc_id,
    operation,
    revision,
    last_updated: base.last_updated,
    sync_timestamp: SYNCED,
    batch_id: "",
    correlation_id: "",
    traceparent: "",
    data: operation === "delete" ? "" : JSON.stringify(document),
    data_ref: "",
  });
}

const delivery: Delivery = {
  subscription: "vespa-loader-emails",
  message_id: "m1",
  published_at: SYNCED,
  attempt: 1,
  signal: new AbortController().signal,
  attributes: {},
};

function open() {
  const clock = new SimulatedClock();
  const index = openSqliteIndex({ path: ":memory:", clock });
  const state = openSqliteState({ path: ":memory:", clock, random: seededRandom(1) });
  const consumer = createVespaLoader(() => Promise.resolve({ index, active: true }), state.fragments);
  if (consumer.kind !== "events") throw new TypeError("The loader handles events");
  return { index, state, clock, handle: consumer.handle };
}

Deno.test("the loader makes an event searchable, an edit too, and a delete undoes it for good", async () => {
  const { index, handle } = open();
  const found = async (q: string) => (await index.search(query(q))).hits.map((hit) => hit.doc_id);
  assert.equal(await handle(await event("create", 1, email()), email(), delivery), "applied");
  assert.deepEqual(await found("figures ada@example.com "), [DOC_ID]);
  const edited = email({ body: "Other numbers" });
  const update = await event("update", 2, edited);
  assert.equal(await handle(update, edited, delivery), "applied");
  assert.equal(await handle(update, edited, delivery), "stale");
  assert.deepEqual([await found("figures "), await found("numbers ")], [[], [DOC_ID]]);
  assert.equal(await handle(await event("delete", 4, edited), null, delivery), "applied");
  assert.equal(await handle(await event("update", 3, edited), edited, delivery), "stale");
  assert.deepEqual(await found("numbers "), []);
  await index.close();
});

Deno.test("the loader ends in the newest revision, however often and in whatever order events come", async () => {
  const operations = fc.array(fc.constantFrom<Operation>("create", "update", "delete"), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(operations, fc.array(fc.nat(5), { maxLength: 20 }), fc.boolean(), async (all, order, together) => {
      const { index, handle } = open();
      const deliver = async (at: number) => {
        const operation = all[at % all.length] ?? "create";
        const document = email({ body: `version${at % all.length}` });
        await handle(
          await event(operation, at % all.length + 1, document),
          operation === "delete" ? null : document,
          delivery,
        );
      };
      const deliveries = [...order, ...all.keys()];
      if (together) await Promise.all(deliveries.map(deliver));
      else for (const at of deliveries) await deliver(at);
      const last = all.length - 1;
      const stored = await index.document("ada", DOC_ID);
      assert.equal(stored?.document.body, all[last] === "delete" ? undefined : `version${last}`);
      await index.close();
    }),
    { numRuns: 50 },
  );
});

Deno.test("the loader refuses an event whose document is missing, and passes on that the index is away", async () => {
  const { index, handle } = open();
  const create = await event("create", 1, email());
  await assert.rejects(handle(create, null, delivery), PermanentError);
  await index.close();
  await assert.rejects(handle(create, email(), delivery), StoreAwayError);
});

Deno.test("readFragment() reads what the loader kept while it is current, and else what the index has", async () => {
  const { index, state, clock, handle } = open();
  const paragraph = (word: string) => `${word} `.repeat(160).trim();
  const long = email({ body: ["alpha", "beta", "gamma"].map(paragraph).join("\n\n") });
  assert.equal(await handle(await event("create", 1, long), long, delivery), "applied");
  let asked = 0;
  const counted = {
    revisions: index.revisions.bind(index),
    fragment: (...args: Parameters<typeof index.fragment>) => {
      asked++;
      return index.fragment(...args);
    },
  };
  const read = (id: string, user_id = "ada") =>
    readFragment({ index: counted, cache: state.fragments }, user_id, DOC_ID, id);
  const all = await index.fragments("ada", DOC_ID, { from: 0, limit: 10 }) ?? [];
  assert.ok(all.length >= 3);
  const [first = "", second = ""] = all.map(({ fragment_id }) => fragment_id);

  assert.deepEqual(await read(second), await index.fragment("ada", DOC_ID, second));
  assert.equal((await state.fragments.get("ada", DOC_ID, second))?.revision, 1);
  assert.equal(asked, 0, "it was under its key");
  assert.equal(await read(second, "ben"), null);

  // Its time is over: the index restores it.
  await clock.advance(31 * 24 * 60 * 60 * 1_000);
  assert.equal(await state.fragments.get("ada", DOC_ID, second), null);
  assert.equal((await read(second))?.previous, first);
  assert.equal(asked, 1);
  assert.equal((await read(second))?.previous, first);
  assert.equal(asked, 1, "and it is under its key again");

  // A shorter version leaves nothing of the former, whatever is under its keys still.
  const short = email({ body: paragraph("alpha") });
  assert.equal(await handle(await event("update", 2, short), short, delivery), "applied");
  assert.notEqual(await state.fragments.get("ada", DOC_ID, second), null);
  assert.equal(await read(second), null);
  assert.equal((await read(first))?.next, "");
  assert.equal(await handle(await event("delete", 3, short), null, delivery), "applied");
  assert.equal(await read(first), null);

  await state.fragments.purge("ada");
  assert.equal(await state.fragments.get("ada", DOC_ID, second), null);
  // The cache is away: nobody notices.
  assert.equal(await handle(await event("create", 4, long), long, delivery), "applied");
  await state.close();
  const refused = () => Promise.reject(new StoreAwayError("The state"));
  const cache = { get: refused, put: refused, purge: refused };
  assert.equal((await readFragment({ index, cache }, "ada", DOC_ID, second))?.previous, first);
});
