/** How lists are paged: `limit` and an opaque `cursor`. */
import { z } from "@hono/zod-openapi";
import { PermanentError } from "../shared/contracts/errors.ts";

/** The query of a list. What it does not know it refuses: a misspelt filter would list everything. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ description: "How many at most, 1 to 200." }),
  cursor: z.string().max(1_024).default("").openapi({
    description: "`next_cursor` of the page before; empty: the first.",
  }),
});

/** The cursor that goes on after this id. */
export function cursorAfter(id: string): string {
  return new TextEncoder().encode(id).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** The id that a cursor goes on after; `""` for the beginning. @throws PermanentError `cursor_invalid` */
export function afterOf(cursor: string): string {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new PermanentError("cursor_invalid", "Give the next_cursor of the page before, unchanged.", {
      field: "cursor",
    });
  }
}

/** A page of what was read with one more than the limit. */
export function pageOf<T>(
  items: readonly T[],
  limit: number,
  idOf: (item: T) => string,
): { items: T[]; next_cursor: string } {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, next_cursor: items.length > limit && last !== undefined ? cursorAfter(idOf(last)) : "" };
}
