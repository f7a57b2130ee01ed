/** What the index keeps of a normalised document. */
import type { NormalisedDocument, Person } from "../../shared/contracts/documents.ts";
import { type IndexDocument, type Mark, MARKS } from "../../shared/index/port.ts";
import { fragmentsOf } from "./fragments.ts";

/** Text, people, place and time of a document, by its kind. */
type Face = Pick<IndexDocument, "body" | "details" | "people" | "from" | "to" | "folder" | "happened_at"> & {
  readonly marks: Readonly<Partial<Record<Mark, boolean>>>;
};

/** The index's form of a document that was read at `sync_timestamp`. */
export async function indexDocument(document: NormalisedDocument, sync_timestamp: string): Promise<IndexDocument> {
  const { marks, ...face } = faceOf(document);
  return {
    provider: document.provider,
    connection_id: document.connection_id,
    container: document.container,
    title: document.title,
    url: document.url,
    last_updated: document.last_updated,
    sync_timestamp,
    data: JSON.stringify(document),
    ...face,
    marks: MARKS.filter((mark) => marks[mark] === true),
    fragments: await fragmentsOf(document),
  };
}

function faceOf(document: NormalisedDocument): Face {
  switch (document.doc_type) {
    case "email": {
      const { from, sender, to, cc, bcc, reply_to, attachments } = document;
      return {
        body: document.body || document.preview,
        details: lines([...attachments.filter(({ inline }) => !inline).map(({ name }) => name), ...document.labels]),
        people: named([from, sender, ...to, ...cc, ...bcc, ...reply_to]),
        from: addresses([from, sender]),
        to: addresses([...to, ...cc, ...bcc]),
        folder: { role: document.folder_role, name: document.folder_name },
        marks: {
          attachment: document.has_attachments,
          unread: !document.read,
          flagged: document.flagged,
          draft: document.draft,
          important: document.importance === "high",
        },
        happened_at: document.received_at || document.sent_at || document.last_updated,
      };
    }
    case "calendar":
      return {
        body: document.body,
        details: lines([
          document.location,
          ...document.attachments.map(({ name }) => name),
          ...document.labels,
          ...document.dial_in,
        ]),
        people: named([document.organizer, ...document.attendees]),
        from: addresses([document.organizer]),
        to: addresses(document.attendees),
        folder: { role: "", name: document.calendar_name },
        marks: {
          attachment: document.attachments.length > 0,
          important: document.importance === "high",
          cancelled: document.status === "cancelled",
        },
        happened_at: document.starts_at || document.last_updated,
      };
    case "contact":
      return {
        body: lines([
          document.company,
          document.job_title,
          ...document.phones.map(({ value }) => value),
          document.notes,
        ]),
        details: lines([
          document.given_name,
          document.family_name,
          document.nickname,
          document.department,
          // A number is typed with or without its spaces.
          ...document.phones.map(({ value }) => value.replace(/\D/g, "")),
          ...document.postal_addresses.map(({ value }) => value),
          ...document.websites,
          document.birthday,
          ...document.labels,
        ]),
        people: document.addresses.length === 0
          ? named([{ name: document.title, address: "" }])
          : document.addresses.map(({ value }) => ({ name: document.title, address: value })),
        from: document.addresses.map(({ value }) => value.toLowerCase()),
        to: [],
        folder: NO_FOLDER,
        marks: {},
        happened_at: document.last_updated,
      };
    case "todo":
      return {
        body: document.body,
        details: lines([...document.steps.map(({ text }) => text), ...document.labels]),
        people: [],
        from: [],
        to: [],
        folder: { role: "", name: document.list_name },
        marks: { important: document.importance === "high", done: document.status === "completed" },
        happened_at: momentOf(document.due_date) || document.last_updated,
      };
    case "word_document":
    case "sheet_document":
    case "presentation_document":
      return {
        body: lines(document.sections.flatMap(({ heading, text }) => [heading, text])),
        details: document.path,
        people: named([...document.owners, document.last_editor]),
        from: addresses([...document.owners, document.last_editor]),
        to: [],
        folder: { role: "", name: document.path.split("/").findLast((part) => part !== "") ?? "" },
        marks: {},
        happened_at: document.last_updated,
      };
  }
}

const NO_FOLDER: IndexDocument["folder"] = { role: "", name: "" };

function lines(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n");
}

/** Each person once, with a name if any line gives one; those without name and address are nobody. */
function named(people: readonly Person[]): Person[] {
  const known = new Map<string, Person>();
  for (const { name, address } of people) {
    const key = address.toLowerCase() || name;
    if (key !== "" && (known.get(key)?.name ?? "") === "") known.set(key, { name, address });
  }
  return [...known.values()];
}

function addresses(people: readonly Person[]): string[] {
  return [...new Set(people.map(({ address }) => address.toLowerCase()).filter((address) => address !== ""))];
}

/** A date or a time as a moment; `""` when the text is neither. */
function momentOf(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString();
}
