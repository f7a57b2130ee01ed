/** A Graph event as a document. A pure function: nothing is read but what is handed in. */
import { z } from "zod";
import type { Attendee, CalendarEvent, Person } from "../../contracts/documents.ts";
import { busyOnly } from "../private_event.ts";
import type { ItemReading, UnboundDocument } from "../port.ts";
import { momentOf, NO_MOMENT } from "../text.ts";
import { ianaZone, instantIn, localIn } from "../time_zones.ts";
import {
  Address,
  Attachments,
  Body,
  contentOf,
  dateOf,
  Flag,
  importanceOf,
  instantOf,
  isBefore,
  isSomebody,
  Mailbox,
  Moment,
  refusalOf,
  Text,
  Texts,
  versionOf,
  ZonedTime,
} from "./fields.ts";
import type { ItemPlace } from "./kind.ts";
import { compact, Recurrence, recurrenceRule } from "./recurrence.ts";

const Named = z.object({ displayName: Text }).nullish();
const Answer = z.object({ response: Text }).nullish();
const Invited = z.object({ emailAddress: Mailbox, type: Text, status: Answer });
/** The members of an event that are used; all but the id may be absent. */
const GraphEvent = z.object({
  id: z.string().min(1),
  type: Text,
  seriesMasterId: Text,
  originalStart: Moment,
  iCalUId: Text,
  subject: Text,
  body: Body,
  webLink: Text,
  createdDateTime: Moment,
  lastModifiedDateTime: Moment,
  start: ZonedTime,
  end: ZonedTime,
  originalStartTimeZone: Text,
  isAllDay: Flag,
  isCancelled: Flag,
  isOrganizer: Flag,
  recurrence: Recurrence,
  cancelledOccurrences: Texts,
  location: Named,
  locations: z.array(Named).nullish(),
  onlineMeeting: z.object({
    joinUrl: Text,
    tollNumber: Text,
    tollFreeNumber: Text,
    tollFreeNumbers: Texts,
    phones: z.array(z.object({ number: Text })).nullish(),
  }).nullish(),
  onlineMeetingUrl: Text,
  onlineMeetingProvider: Text,
  organizer: Address,
  attendees: z.array(Invited).nullish(),
  responseStatus: Answer,
  showAs: Text,
  sensitivity: Text,
  importance: Text,
  categories: Texts,
  attachments: Attachments,
});
type GraphEvent = z.infer<typeof GraphEvent>;
/** Bounds far above what people have: what is more was put there by a program. */
const ATTENDEES_MAX = 500;
const TAKEN_OUT_MAX = 200;
const DIAL_IN_MAX = 50;

type UnboundEvent = Extract<UnboundDocument, { readonly doc_type: "calendar" }>;

const KINDS: ReadonlyMap<string, CalendarEvent["kind"]> = new Map([
  ["seriesmaster", "series"],
  ["occurrence", "occurrence"],
  ["exception", "exception"],
]);
const ANSWERS: ReadonlyMap<string, Attendee["response"]> = new Map([
  ["accepted", "accepted"],
  ["declined", "declined"],
  ["tentativelyaccepted", "tentative"],
  // What the organizer has "answered" to the own invitation.
  ["organizer", "accepted"],
]);
const SHOWN: ReadonlyMap<string, CalendarEvent["show_as"]> = new Map([
  ["free", "free"],
  ["tentative", "tentative"],
  ["busy", "busy"],
  ["oof", "away"],
  ["workingelsewhere", "elsewhere"],
]);
const SENSITIVITIES: ReadonlyMap<string, CalendarEvent["sensitivity"]> = new Map([
  ["personal", "private"],
  ["private", "private"],
  ["confidential", "confidential"],
]);

/**
 * The document of an event, or why there is none. A plain occurrence is left out: its series says all of it. Were it an
 * exception before, what was published of that is withdrawn.
 */
export function eventOf(item: unknown, place: ItemPlace): ItemReading {
  const parsed = GraphEvent.safeParse(item);
  if (!parsed.success) return refusalOf(item, place.container, "event", parsed.error);
  const event = parsed.data;
  const { container, choice } = place;
  const document = documentOf(event, place);
  if (document.kind === "occurrence" || isBefore(choice, lastMoment(event, document))) {
    return { left_out: true, provider_id: event.id, container };
  }
  return {
    provider_id: event.id,
    container,
    version: versionOf(event.lastModifiedDateTime),
    document: choice.private_events === "busy" ? busyOnly(document) : document,
  };
}

function documentOf(event: GraphEvent, place: ItemPlace): UnboundEvent {
  const { container, containers } = place;
  const created_at = momentOf(event.createdDateTime);
  const times = timesOf(event);
  return {
    doc_type: "calendar",
    provider: "microsoft",
    provider_id: event.id,
    container,
    title: event.subject,
    url: event.webLink,
    last_updated: momentOf(event.lastModifiedDateTime) || created_at || times.starts_at || NO_MOMENT,
    calendar_name: containers.get(container)?.name ?? "",
    ical_uid: event.iCalUId,
    kind: KINDS.get(event.type.toLowerCase()) ?? "single",
    series_id: event.seriesMasterId,
    original_starts_at: momentOf(event.originalStart),
    status: event.isCancelled ? "cancelled" : "confirmed",
    ...textOf(event, place),
    ...times,
    recurrence: recurrenceOf(event, times.starts_at),
    location: locationOf(event),
    ...meetingOf(event),
    organizer: event.organizer,
    attendees: attendeesOf(event),
    my_response: event.isOrganizer ? "organizer" : answerOf(event.responseStatus),
    show_as: SHOWN.get(event.showAs.toLowerCase()) ?? "",
    sensitivity: SENSITIVITIES.get(event.sensitivity.toLowerCase()) ?? "normal",
    importance: importanceOf(event.importance),
    labels: event.categories,
    attachments: event.attachments,
    created_at,
  };
}

function textOf(event: GraphEvent, { choice, html }: ItemPlace) {
  if (!choice.bodies) return { body: "", truncated: false };
  const { body, truncated } = contentOf(event.body, html);
  return { body, truncated };
}

/** Times come in universal time, as they are asked for. Whole days are the same days in every zone. */
function timesOf({ start, end, isAllDay, originalStartTimeZone }: GraphEvent) {
  const time_zone = ianaZone(originalStartTimeZone);
  if (!isAllDay) {
    const [starts_at, ends_at] = [instantOf(start), instantOf(end)];
    return { starts_at, ends_at, all_day: false, start_date: "", end_date: "", time_zone };
  }
  const [start_date, end_date] = [dateOf(start), dateOf(end)];
  return {
    starts_at: momentOf(start_date),
    ends_at: momentOf(end_date),
    all_day: true,
    start_date,
    end_date,
    time_zone,
  };
}

/** The rule, and the occurrences that were taken out: `OID.{series}.{day}`, the day being that of the series' zone. */
function recurrenceOf(event: GraphEvent, starts_at: string): string[] {
  const zone = event.recurrence?.range?.recurrenceTimeZone || event.originalStartTimeZone;
  const days = event.cancelledOccurrences.flatMap((id) => /\.(\d{4}-\d{2}-\d{2})$/.exec(id)?.[1] ?? []).toSorted();
  const time = localIn(starts_at, zone).slice(10);
  const taken_out = event.isAllDay ? days : days.map((day) => instantIn(`${day}${time}`, zone));
  return [
    ...recurrenceRule(event.recurrence, event.isAllDay),
    ...taken_out.filter((moment) => moment !== "").slice(-TAKEN_OUT_MAX).map((moment) =>
      `EXDATE${event.isAllDay ? ";VALUE=DATE" : ""}:${compact(moment)}`
    ),
  ];
}

/** When it is all over; `""` for a series, which may have no end or one that only its rule tells. */
function lastMoment({ recurrence }: GraphEvent, { kind, ends_at }: UnboundEvent): string {
  if (kind !== "series") return ends_at;
  const { type, endDate } = recurrence?.range ?? { type: "", endDate: "" };
  return type === "endDate" ? momentOf(`${endDate}T23:59:59Z`) : "";
}

function locationOf({ location, locations }: GraphEvent): string {
  const names = (locations ?? []).map((place) => place?.displayName ?? "").filter((name) => name !== "");
  return location?.displayName || names.join("; ");
}

function meetingOf({ onlineMeeting, onlineMeetingUrl, onlineMeetingProvider }: GraphEvent) {
  const online_url = onlineMeeting?.joinUrl || onlineMeetingUrl;
  const { tollNumber, tollFreeNumber, tollFreeNumbers = [], phones } = onlineMeeting ?? {};
  const numbers = [tollNumber, tollFreeNumber, ...tollFreeNumbers, ...(phones ?? []).map(({ number }) => number)];
  return {
    online_url,
    online_provider: online_url === "" || onlineMeetingProvider === "unknown" ? "" : onlineMeetingProvider,
    dial_in: [...new Set(numbers.flatMap((number) => number === undefined || number === "" ? [] : [number]))]
      .slice(0, DIAL_IN_MAX),
  };
}

/**
 * Each person once, with the answer where there is one. The organizer is none of them: an invited person's copy lists
 * the organizer as well, as somebody who has not answered, and the organizer's own copy does not.
 */
function attendeesOf({ attendees, organizer }: GraphEvent): Attendee[] {
  const people = new Map<string, Attendee>();
  for (const { emailAddress: person, type, status } of attendees ?? []) {
    if (!isSomebody(person) || isSame(person, organizer)) continue;
    const key = person.address || person.name;
    const attendee: Attendee = { ...person, response: answerOf(status), role: roleOf(type) };
    if (attendee.response !== "none" || !people.has(key)) people.set(key, attendee);
  }
  return [...people.values()].slice(0, ATTENDEES_MAX);
}

function isSame(person: Person, other: Person): boolean {
  return person.address === "" ? false : person.address === other.address;
}

function answerOf(status: z.infer<typeof Answer>): Attendee["response"] {
  return ANSWERS.get(status?.response.toLowerCase() ?? "") ?? "none";
}

function roleOf(type: string): Attendee["role"] {
  const role = type.toLowerCase();
  return role === "optional" || role === "resource" ? role : "required";
}
