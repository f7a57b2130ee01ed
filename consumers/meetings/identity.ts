/** What makes a meeting itself, in whatever calendars and for whomever it is. */
import type { CalendarEvent } from "../../shared/contracts/documents.ts";
import { digest } from "../../shared/contracts/ids.ts";

/** How Exchange begins its global object ids (MS-OXOCAL 2.2.1.27), as hex digits. */
const GLOBAL_OBJECT_ID = /^040000008200E00074C5B7101A82E008([0-9A-F]{8})([0-9A-F]{40,})$/i;
/** Where an id of another system is carried in one: `vCal-Uid`, 1 as four bytes, and the id until a zero. */
const FOREIGN = /^7643616C2D55696401000000((?:[0-9A-F]{2})+?)(?:00)*$/i;

/**
 * The iCal UID that all calendars share. Exchange writes the day of an exception into its id, and the id that a meeting
 * has elsewhere in hex digits: both are undone.
 */
export function sharedUid(ical_uid: string): string {
  const uid = ical_uid.trim();
  const [, , rest = ""] = GLOBAL_OBJECT_ID.exec(uid) ?? [];
  if (rest === "") return uid;
  // After eight bytes of time, eight reserved ones and four of size comes what is Exchange's own, or foreign.
  const [, foreign = ""] = FOREIGN.exec(rest.slice(40)) ?? [];
  if (foreign !== "") return new TextDecoder().decode(Uint8Array.fromHex(foreign)).trim();
  return `040000008200E00074C5B7101A82E00800000000${rest}`.toUpperCase();
}

/** The meeting that an event is of. Without a UID it is its own, or its series'. */
export async function meetingIdOf(event: CalendarEvent): Promise<string> {
  const uid = sharedUid(event.ical_uid);
  if (uid !== "") return await digest("meeting", uid);
  const series = event.series_id || event.provider_id;
  return await digest("meeting of a calendar", event.connection_id, event.container, series);
}
