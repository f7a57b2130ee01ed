/** Meetings: what a person's calendars say together. Loaded with the first event, or the first question. */
import type { State } from "../../shared/state/port.ts";
import type { Consumer, EventHandler } from "../registry.ts";
import type { MeetingPorts, Meetings } from "./meetings.ts";

export type { AskedSpan, AvailabilityQuery, Meetings, PageOfSpan } from "./meetings.ts";
export { Availability, Conflict, Incomplete, MeetingView, OccurrenceView, Sharing } from "./views.ts";
export { dayAt } from "./zone.ts";

/** The consumer of `meetings-calendars`. */
export function createMeetingsConsumer(state: Pick<State, "records">): Consumer {
  let handler: Promise<EventHandler> | null = null;
  return {
    service: "meetings",
    kind: "events",
    async handle(event, document, delivery) {
      handler ??= import("./apply.ts").then(({ applyTo }) => applyTo(state));
      return await (await handler)(event, document, delivery);
    },
  };
}

/** The meetings of all people, for the routes. */
export function openMeetings(ports: MeetingPorts): Meetings {
  let loaded: Promise<Meetings> | null = null;
  const opened = () => loaded ??= import("./meetings.ts").then(({ meetingsOf }) => meetingsOf(ports));
  return {
    list: async (...args) => await (await opened()).list(...args),
    get: async (...args) => await (await opened()).get(...args),
    conflicts: async (...args) => await (await opened()).conflicts(...args),
    availability: async (...args) => await (await opened()).availability(...args),
    ics: async (...args) => await (await opened()).ics(...args),
    icsOf: async (...args) => await (await opened()).icsOf(...args),
    sharing: async (...args) => await (await opened()).sharing(...args),
    share: async (...args) => await (await opened()).share(...args),
  };
}
