/** What the index keeps of a normalised document. Pure. */
import type { NormalisedDocument, Person } from "../../shared/contracts/documents.ts";
import type { IndexDocument } from "../../shared/index/port.ts";

/** Text, people and time of a document, by its kind. */
type Face = Pick<IndexDocument, "body" | "people" | "from" | "happened_at">;

/** The index's form of a document that was read at `sync_timestamp`. */
export function indexDocument(document: NormalisedDocument, sync_timestamp: string): IndexDocument {
  return {
    provider: document.provider,
    connection_id: document.connection_id,
    container: document.container,
    title: document.title,
    url: document.url,
    last_updated: document.last_updated,
    sync_timestamp,
    data: JSON.stringify(document),
    ...faceOf(document),
  };
}

function faceOf(document: NormalisedDocument): Face {
  switch (document.doc_type) {
    case "email": {
      const { from, sender, to, cc, bcc, reply_to } = document;
      return {
        body: document.body || document.preview,
        people: named([from, sender, ...to, ...cc, ...bcc, ...reply_to]),
        from: addresses([from, sender]),
        happened_at: document.received_at || document.sent_at || document.last_updated,
      };
    }
    case "calendar":
      return {
        body: [document.location, document.body].filter((text) => text !== "").join("\n"),
        people: named([document.organizer, ...document.attendees]),
        from: addresses([document.organizer]),
        happened_at: document.starts_at || document.last_updated,
      };
    case "contact":
      return {
        body: [document.company, document.job_title, ...document.phones.map(({ value }) => value), document.notes]
          .filter((text) => text !== "").join("\n"),
        people: document.addresses.map(({ value }) => ({ name: document.title, address: value })),
        from: document.addresses.map(({ value }) => value.toLowerCase()),
        happened_at: document.last_updated,
      };
    case "todo":
      return {
        body: document.body,
        people: [],
        from: [],
        happened_at: momentOf(document.due_date) || document.last_updated,
      };
    case "word_document":
    case "sheet_document":
    case "presentation_document":
      return {
        body: document.sections.flatMap(({ heading, text }) => [heading, text]).filter((text) => text !== "").join(
          "\n",
        ),
        people: named([...document.owners, document.last_editor]),
        from: addresses([...document.owners, document.last_editor]),
        happened_at: document.last_updated,
      };
  }
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
