/**
 * The normalised documents, one shape for both providers. An absent text is `""`, an absent list is empty;
 * nothing is null. The email is complete; the other six carry what search needs and grow with their own consumers.
 */
import { z } from "zod";
import { Moment } from "./event.ts";
import { DocId, OwnId } from "./ids.ts";
import { ProviderName } from "./names.ts";

/** A moment, or `""` where the provider gives none. */
const MaybeMoment = z.union([Moment, z.literal("")]);

/** A person as an address line names them; the address is lower-case, `""` when there is none. */
export const Person = z.object({ name: z.string(), address: z.string() });
export type Person = z.infer<typeof Person>;

/** A file that hangs on a mail. */
export const Attachment = z.object({
  id: z.string(),
  name: z.string(),
  mime_type: z.string(),
  size_bytes: z.int().nonnegative(),
  inline: z.boolean(),
});
export type Attachment = z.infer<typeof Attachment>;

/** What every document carries. */
const Common = z.object({
  doc_id: DocId,
  provider: ProviderName,
  connection_id: OwnId,
  /** The provider's own id of the item. */
  provider_id: z.string().min(1),
  /** The folder, calendar, drive or list that holds it (the provider's id), `""` when there is none. */
  container: z.string(),
  title: z.string(),
  /** Where a person opens it in the provider's own application. */
  url: z.string(),
  last_updated: Moment,
});

export const Email = Common.extend({
  doc_type: z.literal("email"),
  thread_id: z.string(),
  /** The Message-ID header, with its angle brackets. */
  internet_message_id: z.string(),
  in_reply_to: z.string(),
  references: z.array(z.string()),
  /** The List-Id header: mail from a list, not from a person. */
  list_id: z.string(),
  /** The role of the folder, or `""` for one of the person's own. */
  folder_role: z.enum(["inbox", "sent", "drafts", "archive", "junk", "trash", "outbox", ""]),
  folder_name: z.string(),
  /** Gmail's labels, Outlook's categories. */
  labels: z.array(z.string()),
  from: Person,
  sender: Person,
  to: z.array(Person),
  cc: z.array(Person),
  bcc: z.array(Person),
  reply_to: z.array(Person),
  sent_at: MaybeMoment,
  received_at: MaybeMoment,
  /** The whole body as text; HTML is reduced to text. */
  body: z.string(),
  /** The first lines, as the provider shows them in a list. */
  preview: z.string(),
  read: z.boolean(),
  draft: z.boolean(),
  flagged: z.boolean(),
  importance: z.enum(["low", "normal", "high"]),
  has_attachments: z.boolean(),
  attachments: z.array(Attachment),
  size_bytes: z.int().nonnegative(),
  /** True when the body was cut at the size limit. */
  truncated: z.boolean(),
});
export type Email = z.infer<typeof Email>;

export const CalendarEvent = Common.extend({
  doc_type: z.literal("calendar"),
  body: z.string(),
  starts_at: MaybeMoment,
  ends_at: MaybeMoment,
  all_day: z.boolean(),
  location: z.string(),
  organizer: Person,
  attendees: z.array(Person),
});
export type CalendarEvent = z.infer<typeof CalendarEvent>;

export const Contact = Common.extend({
  doc_type: z.literal("contact"),
  addresses: z.array(z.string()),
  phones: z.array(z.string()),
  company: z.string(),
  job_title: z.string(),
  notes: z.string(),
});
export type Contact = z.infer<typeof Contact>;

/** What the three kinds of office document share. */
const OfficeDocument = Common.extend({
  body: z.string(),
  mime_type: z.string(),
  size_bytes: z.int().nonnegative(),
  owners: z.array(Person),
  last_editor: Person,
  truncated: z.boolean(),
});

export const WordDocument = OfficeDocument.extend({ doc_type: z.literal("word_document") });
export const SheetDocument = OfficeDocument.extend({ doc_type: z.literal("sheet_document") });
export const PresentationDocument = OfficeDocument.extend({ doc_type: z.literal("presentation_document") });

export const Todo = Common.extend({
  doc_type: z.literal("todo"),
  body: z.string(),
  due: z.string(),
  completed: z.boolean(),
});
export type Todo = z.infer<typeof Todo>;

/** Any normalised document, told apart by `doc_type`. */
export const NormalisedDocument = z.discriminatedUnion("doc_type", [
  Email,
  CalendarEvent,
  Contact,
  WordDocument,
  SheetDocument,
  PresentationDocument,
  Todo,
]);
export type NormalisedDocument = z.infer<typeof NormalisedDocument>;
