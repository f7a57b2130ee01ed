/** Who comes up in a document, and how. Pure. */
import type {
  CalendarEvent,
  Email,
  NormalisedDocument,
  Person,
  PresentationDocument,
  SheetDocument,
  WordDocument,
} from "../../../shared/contracts/documents.ts";
import type { Details, Mention, SightingKind } from "../model.ts";
import { addressesIn, addressOf, isMachine } from "./address.ts";
import { cleanName } from "./names.ts";
import { signatureOf } from "./signature.ts";

/** People of one document that are looked at: what has more is a mailing, or a table of somebody's customers. */
const PEOPLE_MAX = 100;
/** Text of a document that is looked through for addresses, characters. */
const TEXT_CHARS_MAX = 1_000_000;
/** From this many people on, a document says less of each. */
const CROWD = 10;

/** What a sighting of each kind is worth. */
const POINTS: Readonly<Record<SightingKind, number>> = {
  sent: 80,
  received: 40,
  meeting: 60,
  document: 30,
  copied: 10,
  mentioned: 5,
  bulk: 0,
  list: 0,
  own: 0,
};

type OfficeDocument = WordDocument | SheetDocument | PresentationDocument;

interface Found {
  readonly person: Person;
  readonly kind: SightingKind;
  readonly details?: Details;
}

/** Who comes up in a document of the person with these own addresses; nobody for what says nothing of people. */
export function mentionsIn(document: NormalisedDocument, own: ReadonlySet<string>): Mention[] {
  switch (document.doc_type) {
    case "email":
      return mentions(inMail(document, own), document.received_at || document.sent_at || document.last_updated, own);
    case "calendar":
      return mentions(inEvent(document), earlier(document.starts_at, document.last_updated), own);
    case "word_document":
    case "sheet_document":
    case "presentation_document":
      return mentions(inFile(document), document.last_updated, own);
    case "contact":
    case "todo":
      return [];
  }
}

/** Each address once, as what it comes up first; the person's own are left out. */
function mentions(found: readonly Found[], at: string, own: ReadonlySet<string>): Mention[] {
  const people = new Map<string, Mention>();
  for (const { person, kind, details } of found) {
    const address = addressOf(person.address);
    if (address === "" || own.has(address)) continue;
    const name = cleanName(person.name);
    const known = people.get(address);
    if (known === undefined && people.size < PEOPLE_MAX) {
      people.set(address, {
        address,
        name,
        kind,
        at,
        points: POINTS[kind],
        ...(details === undefined ? {} : { details }),
      });
    } else if (known?.name === "" && name !== "") people.set(address, { ...known, name });
  }
  if (people.size <= CROWD) return [...people.values()];
  return [...people.values()].map((mention) => ({
    ...mention,
    points: mention.points === 0 ? 0 : Math.max(1, Math.floor(mention.points * CROWD / people.size)),
  }));
}

/** What is not on its way to or from anybody. */
const NOT_READ: ReadonlySet<Email["folder_role"]> = new Set(["drafts", "junk", "trash", "outbox"]);

function inMail(mail: Email, own: ReadonlySet<string>): Found[] {
  if (mail.draft || NOT_READ.has(mail.folder_role)) return [];
  const from = mail.from.address === "" ? mail.sender : mail.from;
  const receivers = [...mail.to, ...mail.cc, ...mail.bcc];
  const each = (people: readonly Person[], kind: SightingKind) => people.map((person) => ({ person, kind }));
  if (mail.folder_role === "sent" || own.has(from.address)) {
    return [...each([from], "own"), ...each(receivers, "sent")];
  }
  const lists = receivers.filter(({ address }) => isList(address, mail.list_id));
  // A list's mail that does not go to the list itself is a newsletter: its sender talks to everybody.
  const bulk = mail.list_id !== "" && lists.length === 0;
  const others = [...each([mail.sender], "copied"), ...each(lists, "list"), ...each(receivers, "copied")];
  if (isList(from.address, mail.list_id)) {
    return [...each([from], "list"), ...each(mail.reply_to, "received"), ...others];
  }
  if (bulk || isMachine(from.address)) {
    return [...each([from], "bulk"), ...each(bulk ? [] : mail.reply_to, "received"), ...others];
  }
  const signature = signatureOf({ body: mail.body, name: from.name, address: from.address });
  return [
    { person: from, kind: "received", ...(signature === null ? {} : { details: detailsOf(signature) }) },
    ...each(lists, "list"),
    ...each(mail.reply_to, "received"),
    ...others,
    // Whoever signs has these addresses too.
    ...each((signature?.addresses ?? []).map((address) => ({ name: from.name, address })), "mentioned"),
  ];
}

function detailsOf({ title, company, phones }: Details): Details {
  return { title, company, phones };
}

/** Whether an address is the list of a List-Id: `dev@lists.example` of `<dev.lists.example>` (RFC 2919). */
function isList(address: string, list_id: string): boolean {
  const id = /<([^<>]+)>\s*$/.exec(list_id)?.[1] ?? list_id.trim();
  return id !== "" && address.replace("@", ".").toLowerCase() === id.toLowerCase();
}

function inEvent(event: CalendarEvent): Found[] {
  if (event.status === "cancelled") return [];
  const attendees = event.attendees.filter(({ role }) => role !== "resource");
  return [event.organizer, ...attendees].filter(({ address }) => !isMachine(address))
    .map((person) => ({ person, kind: "meeting" }));
}

function inFile(file: OfficeDocument): Found[] {
  const found: Found[] = [...file.owners, file.last_editor].map((person) => ({ person, kind: "document" }));
  let left = TEXT_CHARS_MAX;
  for (const { heading, text } of file.sections) {
    if (left <= 0 || found.length >= 2 * PEOPLE_MAX) break;
    const part = `${heading}\n${text}`.slice(0, left);
    left -= part.length;
    for (const address of addressesIn(part, PEOPLE_MAX)) {
      found.push({ person: { name: "", address }, kind: "mentioned" });
    }
  }
  return found;
}

/** Of a moment that may be `""` and one that is there, the earlier. */
function earlier(maybe: string, other: string): string {
  return maybe !== "" && Date.parse(maybe) < Date.parse(other) ? maybe : other;
}
