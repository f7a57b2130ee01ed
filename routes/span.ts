/** A span of time in a query: moments, or days of a zone. */
import { z } from "@hono/zod-openapi";
import type { Clock } from "../shared/contracts/deps.ts";

const DAY_MS = 24 * 60 * 60_000;

const When = z.union([z.literal(""), z.iso.date(), z.iso.datetime({ offset: true })], {
  error: "must be a date or time such as 2026-01-31 or 2026-01-31T12:00:00Z",
}).transform((text) => text.length > 10 ? new Date(text).toISOString() : text);

/** The zone of a query. */
export const Zone = z.string().min(1).max(64).default("UTC").openapi({
  description: "IANA name, such as `Europe/Berlin`: days begin and end in it, and local times are of it.",
});

/** From when to when. */
export const SpanQuery = z.strictObject({
  from: When.default("").openapi({ type: "string", description: "A moment or a day; empty: now." }),
  to: When.default("").openapi({ type: "string", description: "The moment or day before which it ends." }),
  zone: Zone,
});

/** The span that was asked for; what is left open is from now on, and so many days long. */
export function spanOf(
  { from, to, zone }: z.output<typeof SpanQuery>,
  clock: Clock,
  days: number,
): { readonly from: string; readonly to: string; readonly zone: string } {
  const begin = from || new Date(clock.now()).toISOString();
  const end = new Date(Date.parse(begin) + days * DAY_MS).toISOString();
  return { from: begin, to: to || end.slice(0, begin.length), zone };
}
