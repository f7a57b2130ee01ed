/**
 * The normalised documents, one shape for all providers. An absent text is `""`, an absent list is empty; nothing is
 * null. `docs/data-model.md` maps each field to its source.
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

/** A link that stands in a text. */
export const Link = z.object({ text: z.string(), url: z.string() });
export type Link = z.infer<typeof Link>;

/** A day without time or zone, or `""`. */
const MaybeDate = z.union([z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "must be like 2026-01-31"), z.literal("")]);

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
  /** The links of an HTML body, each once, at most 200. */
  links: z.array(Link).default([]),
  /** What machines can read of an HTML body: its schema.org statements as JSON texts, at most 8. */
  structured: z.array(z.string()).default([]),
});
export type Email = z.infer<typeof Email>;

/** Who is invited to an event, and what they answered. */
export const Attendee = Person.extend({
  response: z.enum(["accepted", "declined", "tentative", "none"]),
  role: z.enum(["required", "optional", "resource"]),
});
export type Attendee = z.infer<typeof Attendee>;

/** A single event, a series, or what became of one occurrence of a series. */
export const CalendarEvent = Common.extend({
  doc_type: z.literal("calendar"),
  calendar_name: z.string(),
  /** The same meeting has the same one in every calendar. */
  ical_uid: z.string(),
  kind: z.enum(["single", "series", "occurrence", "exception"]),
  /** The provider's id of the series that an occurrence or exception belongs to, `""` for the others. */
  series_id: z.string(),
  /** When the series had planned this occurrence. */
  original_starts_at: MaybeMoment,
  status: z.enum(["confirmed", "tentative", "cancelled"]),
  body: z.string(),
  /** Instants. Of an event that lasts whole days: midnight UTC of its dates. */
  starts_at: MaybeMoment,
  ends_at: MaybeMoment,
  all_day: z.boolean(),
  /** Of an event that lasts whole days: its first day, and the day after its last. */
  start_date: MaybeDate,
  end_date: MaybeDate,
  /** The zone that the event was planned in, by its IANA name; `""` when there is none or it is not known. */
  time_zone: z.string(),
  /** Of a series: its RRULE, RDATE and EXDATE lines (RFC 5545). */
  recurrence: z.array(z.string()),
  location: z.string(),
  /** Where the meeting is joined, `""` when it is none or says so only in its text. */
  online_url: z.string(),
  /** What conference service it is, in the provider's word. */
  online_provider: z.string(),
  /** Numbers to dial, as they stand in the conference's data. */
  dial_in: z.array(z.string()),
  organizer: Person,
  attendees: z.array(Attendee),
  /** The answer of the person whose calendar it is. */
  my_response: z.enum(["organizer", "accepted", "declined", "tentative", "none"]),
  show_as: z.enum(["free", "tentative", "busy", "away", "elsewhere", ""]),
  sensitivity: z.enum(["normal", "private", "confidential"]),
  importance: z.enum(["low", "normal", "high"]),
  labels: z.array(z.string()),
  attachments: z.array(Attachment),
  created_at: MaybeMoment,
  /** True when the body was cut at the size limit. */
  truncated: z.boolean(),
});
export type CalendarEvent = z.infer<typeof CalendarEvent>;

/** A text with what it is for: `work`, `home`, `mobile`, or the provider's own word. */
const Labelled = z.object({ label: z.string(), value: z.string() });

/** A person in an address book; the title is the name as it is shown. */
export const Contact = Common.extend({
  doc_type: z.literal("contact"),
  given_name: z.string(),
  family_name: z.string(),
  nickname: z.string(),
  /** E-mail addresses, lower-case. */
  addresses: z.array(Labelled),
  phones: z.array(Labelled),
  postal_addresses: z.array(Labelled),
  company: z.string(),
  department: z.string(),
  job_title: z.string(),
  websites: z.array(z.string()),
  birthday: z.string(),
  labels: z.array(z.string()),
  notes: z.string(),
});
export type Contact = z.infer<typeof Contact>;

/** A part of a document that a person would point at: a chapter, a group of rows, a slide. */
export const Section = z.object({
  heading: z.string(),
  /** How deep the heading stands, from 1; 0 for what stands before the first one. */
  level: z.int().min(0).max(9),
  /** `Slide 3`, `Sheet1!A2:F101`; `""` where pages have no names. */
  place: z.string(),
  text: z.string(),
});
export type Section = z.infer<typeof Section>;

/** What the three kinds of office document share. */
const OfficeDocument = Common.extend({
  /** The text in the order of reading. */
  sections: z.array(Section),
  /** Whether the text could be read: all of it, a part (`truncated`), or nothing, for the reason that follows. */
  content: z.enum(["text", "truncated", "refused", "left_out"]),
  /** A stable word and a sentence when the content is `refused` or `left_out`; `""` otherwise. */
  content_reason: z.string(),
  mime_type: z.string(),
  size_bytes: z.int().nonnegative(),
  /** The names of the folders that it lies in, from the root. */
  path: z.string(),
  shared: z.boolean(),
  owners: z.array(Person),
  last_editor: Person,
  created_at: MaybeMoment,
});

export const WordDocument = OfficeDocument.extend({ doc_type: z.literal("word_document") });
export type WordDocument = z.infer<typeof WordDocument>;
export const SheetDocument = OfficeDocument.extend({ doc_type: z.literal("sheet_document") });
export type SheetDocument = z.infer<typeof SheetDocument>;
export const PresentationDocument = OfficeDocument.extend({ doc_type: z.literal("presentation_document") });
export type PresentationDocument = z.infer<typeof PresentationDocument>;

export const Todo = Common.extend({
  doc_type: z.literal("todo"),
  list_name: z.string(),
  body: z.string(),
  status: z.enum(["open", "in_progress", "waiting", "deferred", "completed"]),
  /** The day on which it is due: neither provider keeps a time of day. */
  due_date: MaybeDate,
  reminder_at: MaybeMoment,
  completed_at: MaybeMoment,
  created_at: MaybeMoment,
  importance: z.enum(["low", "normal", "high"]),
  /** RRULE lines. */
  recurrence: z.array(z.string()),
  /** Steps of the task. */
  steps: z.array(z.object({ text: z.string(), done: z.boolean() })),
  /** The provider's id of the task that this one is a part of, `""` for none. */
  parent_id: z.string(),
  labels: z.array(z.string()),
  links: z.array(Link),
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
