/** Where the reading of a person's files stands. Counts are part of it, so that they are right after a crash too. */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";

/** A file that the page before read, and how far it came. */
const Progress = z.object({
  /** `fileKey`. */
  file: z.string().min(1),
  /** Where the next item begins, bytes. */
  offset: z.int().nonnegative(),
  done: z.boolean(),
  found: z.int().nonnegative(),
  duplicates: z.int().nonnegative(),
});
export type Progress = z.infer<typeof Progress>;

const Cursor = z.object({ files: z.array(Progress) });
export type Cursor = z.infer<typeof Cursor>;

/** The cursor from its text; `""` is the beginning. @throws PermanentError `cursor_invalid` */
export function parseCursor(text: string): Cursor {
  if (text === "") return { files: [] };
  const parsed = Cursor.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new PermanentError("cursor_invalid", "Cannot read the stored cursor: it is not in a known form");
}
