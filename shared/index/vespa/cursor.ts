/** Where a page of a search ended. */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import { digest } from "../../contracts/ids.ts";
import type { SearchQuery } from "../port.ts";
import { integer } from "./yql.ts";

const Ordinal = z.int().nonnegative();

/** Ordinals, ascending, as differences in base 36. */
const Ordinals = z.string().max(8_000).regex(/^(?:[0-9a-z]{1,11}(?:\.[0-9a-z]{1,11})*)?$/);

const Cursor = z.object({
  query: z.string(),
  position: z.discriminatedUnion("by", [
    z.object({ by: z.literal("time"), ms: z.int(), ordinal: Ordinal }),
    z.object({ by: z.literal("ranked"), shown: Ordinals }),
    z.object({ by: z.literal("rest"), shown: Ordinals, below: Ordinal }),
  ]),
});

/**
 * `time`: after this moment and ordinal. Scores shift with each document that comes or goes, so `ranked` names all that
 * were shown, and `rest` goes on after the best few hundred by ordinal.
 */
export type Position =
  | { readonly by: "time"; readonly ms: number; readonly ordinal: number }
  | { readonly by: "ranked"; readonly shown: readonly number[] }
  | { readonly by: "rest"; readonly shown: readonly number[]; readonly below: number };

/** Above all ordinals. */
export const ORDINAL_END = 2 ** 52;

/** The condition of what comes after a position, `""` for the begin. */
export function afterPosition(position: Position, oldest_first: boolean): string {
  if (position.by === "time") {
    const [ms, ordinal, than] = [integer(position.ms), integer(position.ordinal), oldest_first ? ">" : "<"];
    return `(happened_at ${than} ${ms} or (happened_at = ${ms} and ordinal ${than} ${ordinal}))`;
  }
  const shown = position.shown.map((ordinal) => `ordinal = ${integer(ordinal)}`);
  const others = shown.length === 0 ? [] : [`!(${shown.join(" or ")})`];
  return [...others, ...(position.by === "rest" ? [`ordinal < ${integer(position.below)}`] : [])].join(" and ");
}

/** A short hash of everything that makes a query what it is, but the cursor and the size of its pages. */
export async function queryHash(query: SearchQuery): Promise<string> {
  const { user_id, words, types, providers, conditions, after, before, sort } = query;
  const asked = [words, [...types].sort(), [...providers].sort(), conditions, after, before];
  return (await digest("search", user_id, JSON.stringify(asked), sort)).slice(0, 12);
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

function packed(ordinals: readonly number[]): string {
  let last = 0;
  return [...ordinals].sort((a, b) => a - b).map((ordinal) => {
    const step = ordinal - last;
    last = ordinal;
    return step.toString(36);
  }).join(".");
}

function unpacked(text: string): number[] {
  let last = 0;
  return text === "" ? [] : text.split(".").map((step) => last += Number.parseInt(step, 36));
}
