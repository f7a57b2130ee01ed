/** What the API shows of meetings. */
import { z } from "zod";
import { Attendee, CalendarEvent, Person } from "../../shared/contracts/documents.ts";
import { Moment } from "../../shared/contracts/event.ts";
import { DocId, UserId } from "../../shared/contracts/ids.ts";
import { DocType } from "../../shared/contracts/names.ts";
import { Joining, Rsvp } from "./model.ts";

const { shape } = CalendarEvent;
const LocalTime = z.string();

/** One time at which a meeting takes place. */
export const OccurrenceView = z.object({
  meeting_id: DocId,
  /** The moment that the series had planned: it names the occurrence. `""` for what comes but once. */
  occurrence: z.union([Moment, z.literal("")]),
  title: z.string(),
  status: shape.status,
  starts_at: Moment,
  ends_at: Moment,
  /** The same as a clock shows it in the zone that was asked for, such as `2026-03-29T09:00:00`. */
  local_start: LocalTime,
  local_end: LocalTime,
  all_day: z.boolean(),
  /** Of whole days: the first, and the day after the last. */
  start_date: shape.start_date,
  end_date: shape.end_date,
  recurring: z.boolean(),
  /** True when the series had planned it for another time. */
  moved: z.boolean(),
  location: z.string(),
  ...Joining.shape,
  organizer: Person,
  my_response: shape.my_response,
  rsvp: Rsvp,
  /** How much of the person's time it takes. */
  busy: z.enum(["busy", "tentative", "free"]),
  sensitivity: shape.sensitivity,
  /** Domains of people who are not of the person's own ones. Empty: an internal meeting. */
  external_domains: z.array(z.string()),
  /** The calendars that have it. */
  calendars: z.array(z.string()),
});
export type OccurrenceView = z.infer<typeof OccurrenceView>;

/** A meeting whose series is not followed as it stands, and why. */
export const Incomplete = z.object({
  meeting_id: DocId,
  reason: z.enum(["rule_invalid", "rule_too_fine", "rule_too_long", "occurrences_too_many"]),
});
export type Incomplete = z.infer<typeof Incomplete>;

/** Occurrences in the order of time. */
export interface OccurrencePage {
  readonly items: OccurrenceView[];
  /** Where the next page begins; `""` when there is none. */
  readonly next_cursor: string;
  readonly incomplete: Incomplete[];
}

/** A mail or file that belongs to a meeting, and why. */
export const Related = z.object({
  doc_id: DocId,
  doc_type: DocType,
  title: z.string(),
  happened_at: z.string(),
  url: z.string(),
  /** `link`: it is linked or attached, or names the meeting's own link. */
  reasons: z.array(z.enum(["link", "subject", "participants"])),
});
export type Related = z.infer<typeof Related>;

/** A meeting whole. */
export const MeetingView = z.object({
  meeting_id: DocId,
  ical_uid: z.string(),
  title: z.string(),
  status: shape.status,
  kind: z.enum(["single", "series"]),
  /** The zone that it was planned in, `""` when that is not known. */
  time_zone: z.string(),
  /** Its RRULE, RDATE and EXDATE lines. */
  recurrence: z.array(z.string()),
  location: z.string(),
  ...Joining.shape,
  organizer: Person.extend({ external: z.boolean() }),
  attendees: z.array(Attendee.extend({ external: z.boolean() })),
  my_response: shape.my_response,
  rsvp: Rsvp,
  external_domains: z.array(z.string()),
  sensitivity: shape.sensitivity,
  /** Those in the span that was asked for. */
  occurrences: z.array(OccurrenceView),
  incomplete: z.array(Incomplete),
  /** The events behind it, in each calendar. */
  sources: z.array(z.object({
    doc_id: DocId,
    url: z.string(),
    provider: shape.provider,
    calendar_name: z.string(),
    kind: shape.kind,
    status: shape.status,
  })),
  related: z.array(Related),
});
export type MeetingView = z.infer<typeof MeetingView>;

/** Two meetings at one time. */
export const Conflict = z.object({
  /** `double_booking`: both are firm. `possible`: one is tentative, or not answered. */
  kind: z.enum(["double_booking", "possible"]),
  /** When both take place. */
  starts_at: Moment,
  ends_at: Moment,
  occurrences: z.tuple([OccurrenceView, OccurrenceView]),
});
export type Conflict = z.infer<typeof Conflict>;

/** A span of time. */
export const Interval = z.object({ starts_at: Moment, ends_at: Moment });
export type Interval = z.infer<typeof Interval>;

/** When people are busy, and when all of them are free. */
export const Availability = z.object({
  from: Moment,
  to: Moment,
  zone: z.string(),
  people: z.array(z.object({ user_id: UserId, busy: z.array(Interval) })),
  /** Within the working hours, as long as was asked for. */
  free: z.array(Interval),
});
export type Availability = z.infer<typeof Availability>;

/** Who may see when a person is busy; what they do is never shown. */
export const Sharing = z.strictObject({
  /** Everybody who has an account here. */
  everybody: z.boolean(),
  users: z.array(UserId).max(500),
});
export type Sharing = z.infer<typeof Sharing>;
