/** What a meeting is made of: what each calendar's event says of it, and when it takes place. */
import { z } from "zod";
import { Attendee, CalendarEvent, Person } from "../../shared/contracts/documents.ts";
import { DocId } from "../../shared/contracts/ids.ts";

/** A number to dial, with what has to be typed then; `""` when nothing is said. */
export const DialIn = z.object({ number: z.string().max(64), code: z.string().max(64) });
export type DialIn = z.infer<typeof DialIn>;

/** How a meeting is joined from elsewhere. */
export const Joining = z.object({
  /** `""` when there is no link. */
  online_url: z.string(),
  /** `teams`, `meet`, `zoom`, `webex` …, or the calendar's own word; `""` when it is not known. */
  online_provider: z.string(),
  dial_in: z.array(DialIn),
});
export type Joining = z.infer<typeof Joining>;

const { shape } = CalendarEvent;

/** What one document says of a meeting: a copy of it in one calendar, or of one occurrence of it. */
export const Copy = z.object({
  doc_id: DocId,
  meeting_id: DocId,
  provider: shape.provider,
  connection_id: shape.connection_id,
  /** The calendar's own id and name. */
  calendar: z.string(),
  calendar_name: z.string(),
  ical_uid: z.string(),
  kind: shape.kind,
  /** When the series had planned this occurrence; `""` for single events and series. */
  planned_at: shape.original_starts_at,
  title: z.string(),
  url: z.string(),
  last_updated: shape.last_updated,
  status: shape.status,
  starts_at: shape.starts_at,
  ends_at: shape.ends_at,
  all_day: z.boolean(),
  start_date: shape.start_date,
  end_date: shape.end_date,
  time_zone: z.string(),
  recurrence: z.array(z.string()),
  location: z.string(),
  organizer: Person,
  attendees: z.array(Attendee),
  my_response: shape.my_response,
  show_as: shape.show_as,
  sensitivity: shape.sensitivity,
  ...Joining.shape,
  /** Files that hang on it or that its text points to: what a document may be found by. */
  files: z.array(z.object({ provider_id: z.string(), name: z.string() })),
});
export type Copy = z.infer<typeof Copy>;

/** Answers of those who are invited, rooms and other resources left out. */
export const Rsvp = z.object({
  accepted: z.int(),
  declined: z.int(),
  tentative: z.int(),
  none: z.int(),
});
export type Rsvp = z.infer<typeof Rsvp>;

/** A span of time in milliseconds since the epoch; `to` is not in it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}
