/** Work by due time: records whose ids begin with the moment they are due, read in order by the ticks. */
import type { z } from "zod";
import type { Records, State } from "../../shared/state/port.ts";

/** What is due, with the id that names its moment. */
export interface Due<T> {
  readonly id: string;
  readonly value: T;
}

/** The records of all due work. */
export function dueRecords(state: Pick<State, "records">): Records {
  return state.records({ system: "due" });
}

/** The id of work that is due at `at_ms`; `name` tells it from other work of the same moment. */
export function dueId(at_ms: number, name: string): string {
  return `${new Date(at_ms).toISOString()}|${name}`;
}

/** So many lists of records are looked through for those that can be read. */
const LISTS_MAX = 10;

/**
 * What is due by `now_ms`, oldest first, at most `limit`. Records in no known form are left out, and stand in nobody's
 * way: a newer release may read them.
 */
export async function listDue<S extends z.ZodType>(
  state: State,
  collection: string,
  schema: S,
  now_ms: number,
  limit: number,
): Promise<readonly Due<z.infer<S>>[]> {
  const before = new Date(now_ms + 1).toISOString();
  const due: Due<z.infer<S>>[] = [];
  let after = "";
  for (let lists = 0; due.length < limit && lists < LISTS_MAX; lists++) {
    const records = await dueRecords(state).list(collection, { after, before, limit });
    for (const { id, value } of records) {
      const parsed = schema.safeParse(value);
      if (parsed.success) due.push({ id, value: parsed.data });
    }
    const last = records.at(-1);
    if (last === undefined || records.length < limit) break;
    after = last.id;
  }
  return due.slice(0, limit);
}
