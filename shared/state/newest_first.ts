/** Records are listed in ascending order only; ids that begin with this come newest first. */

/** Later than any moment that is written with four digits of year, milliseconds. */
const TIME_END_MS = 999_999_999_999_999;
const DIGITS = 15;

/** Where the records of that millisecond stand; `|` and what tells them apart follows. */
export function newestFirst(ms: number): string {
  return String(TIME_END_MS - ms).padStart(DIGITS, "0");
}

/** Greater than the ids of all records of that millisecond and later, less than those of all earlier ones. */
export function behindAllOf(ms: number): string {
  return `${newestFirst(ms)}|~`;
}
