/** Meetings at one time. Pure. */
import { busyness } from "./fold.ts";
import type { Occurrence } from "./occurrences.ts";

/** Two occurrences that take the same time. */
export interface Overlap {
  readonly from: number;
  readonly to: number;
  readonly firm: boolean;
  readonly pair: readonly [Occurrence, Occurrence];
}

/**
 * Each two occurrences that take the person's time at once, by when that begins. One by one: there may be very many.
 * @param occurrences ascending by their beginning
 */
export function* overlapsOf(occurrences: readonly Occurrence[]): Generator<Overlap> {
  let running: Occurrence[] = [];
  for (const next of occurrences) {
    if (next.to <= next.from || takes(next) === "free") continue;
    running = running.filter(({ to }) => to > next.from);
    for (const other of running) {
      const firm = takes(next) === "busy" && takes(other) === "busy" && isAnswered(next) && isAnswered(other);
      yield { from: next.from, to: Math.min(next.to, other.to), firm, pair: [other, next] };
    }
    running.push(next);
  }
}

/** How much of the person's time an occurrence takes. */
export function takes({ status, copies }: Occurrence): "busy" | "tentative" | "free" {
  return status === "cancelled" ? "free" : busyness(copies);
}

/** An invitation that nobody answered is not yet a booking; what has no attendees is the person's own. */
function isAnswered({ copies }: Occurrence): boolean {
  return copies.some(({ my_response, attendees }) => my_response !== "none" || attendees.length === 0);
}
