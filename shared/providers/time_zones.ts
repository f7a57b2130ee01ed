/** Time zones as providers name them, and times of day in them. */
import { findIana } from "windows-iana";

/** The many names of universal time, Exchange's own among them. */
const UNIVERSAL_NAMES: ReadonlyMap<string, string> = new Map([
  ["tzone://microsoft/utc", "UTC"],
  ["utc", "UTC"],
  ["etc/utc", "UTC"],
  ["etc/gmt", "UTC"],
  ["gmt", "UTC"],
]);

/**
 * The IANA name of a zone that has one there or in Windows; `""` for any other, such as a zone of Outlook's own making.
 * Of the many zones that Windows has one name for, the one that CLDR calls its best known.
 */
export function ianaZone(name: string): string {
  if (name === "") return "";
  const universal = UNIVERSAL_NAMES.get(name.toLowerCase());
  if (universal !== undefined) return universal;
  return findIana(name)[0] ?? (isZone(name) ? name : "");
}

function isZone(name: string): boolean {
  // An offset such as `+02:00` is accepted by `Intl` as well, but names no zone.
  return /^[A-Za-z]/.test(name) &&
    zoned(() => Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)) !== null;
}

/**
 * The instant of a local time such as `2026-08-03T09:00:00.0000000`, ISO 8601 UTC; `""` for what is none. In the hour
 * that a clock change repeats the first is meant, in the one that it skips the time after it.
 * @param zone a provider's name; unknown ones and `""` count as UTC
 */
export function instantIn(local: string, zone: string): string {
  const time = zoned(() => Temporal.PlainDateTime.from(local.replace(/Z$/i, "")));
  const at = zoned(() => time?.toZonedDateTime(ianaZone(zone) || "UTC").epochMilliseconds);
  return at === null || at === undefined ? "" : new Date(at).toISOString();
}

/** The local time of an instant, such as `2026-08-03T09:00:00`; `""` for what is no instant. */
export function localIn(instant: string, zone: string): string {
  const time = zoned(() => Temporal.Instant.from(instant).toZonedDateTimeISO(ianaZone(zone) || "UTC"));
  return time?.toPlainDateTime().toString({ smallestUnit: "second" }) ?? "";
}

/** The outcome, or null where it has none: `Temporal` throws a RangeError for what it can't read. */
function zoned<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
