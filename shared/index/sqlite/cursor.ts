/** Where a page of a search ended. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import type { SearchQuery } from "../port.ts";

const Local = z.int().nonnegative().max(2 ** 32);

/** Numbers of documents (`localId`), ascending, as differences in base 36. */
const Locals = z.string().max(8_000).regex(/^(?:[0-9a-z]{1,7}(?:\.[0-9a-z]{1,7})*)?$/);

/**
 * `time`: after this moment and document. Scores shift with each document that comes or goes, so a page by relevance
 * can't be continued by its last score without skipping or repeating: `ranked` names all that were shown, and `rest`
 * goes on after the best few hundred by arrival. Documents that arrived after the first page (`up_to`) wait for the
 * next search.
 */
const Position = z.discriminatedUnion("by", [
  z.object({ by: z.literal("time"), ms: z.int(), id: Local }),
  z.object({ by: z.literal("ranked"), shown: Locals, up_to: Local }),
  z.object({ by: z.literal("rest"), shown: Locals, below: Local }),
]);

/** A page's end. The numbers are those of the person's own documents. */
export type Position =
  | { readonly by: "time"; readonly ms: number; readonly id: number }
  | { readonly by: "ranked"; readonly shown: readonly number[]; readonly up_to: number }
  | { readonly by: "rest"; readonly shown: readonly number[]; readonly below: number };

const Cursor = z.object({ query: z.string(), position: Position });

/** A short hash of everything that makes a query what it is, but the cursor and the size of its pages. */
export function queryHash(query: SearchQuery): string {
  const { user_id, words, types, providers, conditions, after, before, sort } = query;
  const asked = [words, [...types].sort(), [...providers].sort(), conditions, after, before];
  return createHash("sha256").update(JSON.stringify([user_id, sort, asked])).digest("hex").slice(0, 12);
}

/** The cursor's text for its query. */
export function writeCursor(query: string, position: Position): string {
  const stored = position.by === "time" ? position : { ...position, shown: packed(position.shown) };
  return btoa(JSON.stringify({ query, position: stored })).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @returns null for `""`, the first page. @throws PermanentError `cursor_invalid` when it is of another query */
export function readCursor(query: string, cursor: string): Position | null {
  if (cursor === "") return null;
  const parsed = Cursor.safeParse(decoded(cursor));
  if (!parsed.success || parsed.data.query !== query) {
    throw new PermanentError(
      "cursor_invalid",
      "The cursor is not of this search: take it from next_cursor and leave the other parameters as they were, or begin without one",
      { field: "cursor" },
    );
  }
  const { position } = parsed.data;
  return position.by === "time" ? position : { ...position, shown: unpacked(position.shown) };
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return undefined;
  }
}

function packed(ids: readonly number[]): string {
  let last = 0;
  return [...ids].sort((a, b) => a - b).map((id) => {
    const step = id - last;
    last = id;
    return step.toString(36);
  }).join(".");
}

function unpacked(text: string): number[] {
  let last = 0;
  return text === "" ? [] : text.split(".").map((step) => last += Number.parseInt(step, 36));
}
