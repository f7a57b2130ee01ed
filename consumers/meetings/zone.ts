/** Local times and instants. A local time is the milliseconds that a clock at UTC would have when it shows the same. */

/** The local time of an instant in a zone; an unknown zone counts as UTC. */
export function localOf(instant_ms: number, zone: string): number {
  if (isUniversal(zone)) return instant_ms;
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant_ms).toZonedDateTimeISO(zone);
  return instant_ms + zoned.offsetNanoseconds / 1_000_000;
}

/**
 * The instant of a local time. In the hour that a clock change repeats the first is meant, in the one that it skips the
 * time after it (RFC 5545 3.3.5).
 */
export function wallMs(local_ms: number, zone: string): number {
  if (isUniversal(zone)) return local_ms;
  const local = Temporal.Instant.fromEpochMilliseconds(local_ms).toZonedDateTimeISO("UTC").toPlainDateTime();
  return local.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** Midnight of a day such as `2026-03-29` in a zone, or the first moment that the day has there. */
export function startOfDay(date: string, zone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
}

/** The day that it is in a zone at an instant, such as `2026-03-29`. */
export function dayAt(instant_ms: number, zone: string): string {
  return new Date(localOf(instant_ms, zone)).toISOString().slice(0, 10);
}

/** True for the name of a zone. An offset such as `+02:00` names none. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const known = new Map<string, boolean>();
/** More zones than there are. */
const KNOWN_MAX = 1_000;

/** Whether times of that zone are those of UTC: its name, none, or one that is not known. */
function isUniversal(zone: string): boolean {
  if (zone === "UTC" || zone === "") return true;
  let zoned = known.get(zone);
  if (zoned === undefined) {
    zoned = isZone(zone);
    if (known.size < KNOWN_MAX) known.set(zone, zoned);
  }
  return !zoned;
}
