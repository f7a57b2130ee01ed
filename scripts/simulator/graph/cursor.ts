import { z } from "zod";
import { hash } from "../chance.ts";
import { badRequest } from "./errors.ts";

/** What a delta token carries. To callers it is an opaque text. */
const Cursor = z.object({
  /** Messages of a folder, or folders. */
  of: z.enum(["messages", "folders"]),
  user: z.string(),
  /** The folder's number; 0 for folders. */
  folder: z.number(),
  /** Place in the log that has been read. */
  after: z.number(),
  /** Place at which the round began. */
  since: z.number(),
  /** In the round that enumerates everything: the log's last place at its start. */
  enumeratedFrom: z.number().nullable(),
  /** Which page of the round comes next; 0 for the first of a new round. */
  page: z.number(),
  /** Items given in this round. */
  given: z.number(),
  generation: z.number(),
  select: z.string().optional(),
  filter: z.string().optional(),
  /** The last item of the page before. */
  last: z.number().optional(),
});
export type Cursor = Readonly<z.infer<typeof Cursor>>;

const KEY = [0x5a, 0x17, 0xc3, 0x88, 0x3e, 0x91, 0x6d];

/** The token of a cursor. */
export function writeCursor(cursor: Cursor): string {
  return writeToken(cursor);
}

/** Reads a token; throws Graph's 400 if it is not one of ours (PROTOCOLS G-5). */
export function readCursor(token: string): Cursor {
  return readToken(Cursor, token);
}

/** Any value as a token: letters, digits, `-` and `_`. */
export function writeToken(value: unknown): string {
  const json = JSON.stringify(value);
  const bytes = new TextEncoder().encode(`${hash(json).toString(36).padStart(7, "0")}${json}`);
  const text = btoa(String.fromCharCode(...bytes.map((byte, at) => byte ^ (KEY[at % KEY.length] ?? 0))));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads a token back; throws Graph's 400 if it is not one of ours. */
export function readToken<Schema extends z.ZodType>(schema: Schema, token: string): z.output<Schema> {
  try {
    const raw = atob(token.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(raw, (letter, at) => letter.charCodeAt(0) ^ (KEY[at % KEY.length] ?? 0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const json = text.slice(7);
    if (hash(json).toString(36).padStart(7, "0") !== text.slice(0, 7)) throw new Error("The check digits differ");
    return schema.parse(JSON.parse(json));
  } catch {
    throw badRequest("Badly formed token.");
  }
}
