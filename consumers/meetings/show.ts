/** Occurrences and meetings as the API shows them. */
import { attendeesOf, busyness, joiningIn, type Meeting, myResponse, rsvpOf } from "./fold.ts";
import type { Copy } from "./model.ts";
import type { Occurrence } from "./occurrences.ts";
import { externalDomains, isExternal, type Own } from "./people.ts";
import type { Incomplete, MeetingView, OccurrenceView, Related } from "./views.ts";
import { localOf } from "./zone.ts";

/** An occurrence, with the times that a clock shows in that zone. */
export function occurrenceView(occurrence: Occurrence, own: Own, zone: string): OccurrenceView {
  const { meeting, planned, copies, from, to } = occurrence;
  const [said] = copies;
  const local = (at: number) => new Date(localOf(at, zone)).toISOString().slice(0, 19);
  return {
    meeting_id: meeting.meeting_id,
    occurrence: planned === null ? "" : momentOf(planned),
    title: said.title,
    status: occurrence.status,
    starts_at: momentOf(from),
    ends_at: momentOf(to),
    local_start: local(from),
    local_end: local(to),
    all_day: occurrence.all_day,
    start_date: occurrence.start_date,
    end_date: occurrence.end_date,
    recurring: planned !== null,
    moved: occurrence.moved,
    location: said.location,
    // An exception that says nothing of it is joined like its series.
    ...joiningIn([...copies, ...meeting.wholes]),
    organizer: said.organizer,
    my_response: myResponse(copies),
    rsvp: rsvpOf(attendeesOf(copies)),
    busy: occurrence.status === "cancelled" ? "free" : busyness(copies),
    sensitivity: said.sensitivity,
    external_domains: externalDomains(peopleOf(copies), own),
    calendars: [...new Set(copies.map(({ calendar_name }) => calendar_name))].sort(),
  };
}

/** A meeting whole. */
export function meetingView(
  meeting: Meeting,
  own: Own,
  more: {
    readonly occurrences: OccurrenceView[];
    readonly incomplete: Incomplete[];
    readonly related: Related[];
  },
): MeetingView {
  const { lead, plan, wholes, copies } = meeting;
  const saying = wholes.length > 0 ? wholes : copies;
  const attendees = attendeesOf(saying);
  return {
    meeting_id: meeting.meeting_id,
    ical_uid: lead.ical_uid,
    title: lead.title,
    status: lead.status,
    kind: plan?.kind === "single" ? "single" : "series",
    time_zone: lead.time_zone,
    recurrence: lead.recurrence,
    location: lead.location,
    ...joiningIn(saying),
    organizer: { ...lead.organizer, external: isExternal(lead.organizer, own) },
    attendees: attendees.map((attendee) => ({
      ...attendee,
      external: attendee.role !== "resource" && isExternal(attendee, own),
    })),
    my_response: myResponse(saying),
    rsvp: rsvpOf(attendees),
    external_domains: externalDomains(peopleOf(saying), own),
    sensitivity: lead.sensitivity,
    ...more,
    sources: copies.map(({ doc_id, provider, calendar_name, kind, status }) => ({
      doc_id,
      url: `/v1/documents/${doc_id}`,
      provider,
      calendar_name,
      kind,
      status,
    })),
  };
}

/** Everybody but rooms and the like. */
export function peopleOf(copies: readonly Copy[]) {
  return copies.flatMap(({ organizer, attendees }) => [
    organizer,
    ...attendees.filter(({ role }) => role !== "resource"),
  ]);
}

function momentOf(ms: number): string {
  return new Date(ms).toISOString();
}
