/** Of a private event only when it is. */
import type { UnboundDocument } from "./port.ts";

type UnboundEvent = Extract<UnboundDocument, { readonly doc_type: "calendar" }>;

/** The title that stands in place of a private event's own. */
export const BUSY = "Busy";

/**
 * What is left of an event when the person gives away only that they are busy: when, how often, and that they are.
 * An event that is not private is returned as it is.
 */
export function busyOnly(event: UnboundEvent): UnboundEvent {
  if (event.sensitivity === "normal") return event;
  return {
    ...event,
    title: BUSY,
    url: "",
    body: "",
    location: "",
    online_url: "",
    online_provider: "",
    dial_in: [],
    organizer: { name: "", address: "" },
    attendees: [],
    labels: [],
    attachments: [],
    importance: "normal",
    truncated: false,
  };
}
