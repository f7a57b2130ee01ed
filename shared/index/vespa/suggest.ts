/** What a person may be about to type: people and subjects of the newest of their documents that have such. */
import { z } from "zod";
import { fold } from "../fold.ts";
import type { Suggestion } from "../port.ts";
import { tokens } from "../tokens.ts";
import type { VespaClient } from "./client.ts";
import { PeopleField } from "./item.ts";
import { ask } from "./query.ts";
import { shownText } from "./text.ts";
import { whereTyped } from "./yql.ts";

/** Documents looked at: the newest. */
const LOOKED_AT = 200;

/** `Re:`, `Fwd:`, `AW:` and `WG:`, as often as they stand there. */
const ANSWER = /^(?:\s*(?:re|fwd?|aw|wg|sv|antw)\s*:)+\s*/iu;

/** The document summary `suggestion`. */
const Fields = z.object({ title: z.string().default("").transform(shownText), people: PeopleField });

/** People first, then subjects; both may fill the list. */
export async function suggest(
  client: VespaClient,
  group: string,
  typed: string,
  limit: number,
): Promise<Suggestion[]> {
  const [withName, withTitle] = await Promise.all([
    newest(client, group, "names", typed),
    newest(client, group, "title", typed),
  ]);
  const people = mostFrequent(
    withName.flatMap(({ people }) => people.filter(({ name, address }) => isMeant(`${name} ${address}`, typed))),
    ({ name, address }) => address.toLowerCase() || fold(name),
  ).map(({ name, address }): Suggestion => ({ kind: "person", name, address }));
  const subjects = mostFrequent(
    withTitle.map(({ title }) => title.replace(ANSWER, "").trim()).filter((title) => title !== ""),
    fold,
  ).map((title): Suggestion => ({ kind: "subject", title }));
  // Some room for subjects, however many people there are.
  const room = Math.max(limit - subjects.length, Math.ceil(limit / 2));
  return [...people.slice(0, room), ...subjects].slice(0, limit);
}

async function newest(client: VespaClient, group: string, field: "names" | "title", typed: string) {
  const where = whereTyped(field, typed);
  if (where === null) return [];
  const { hits } = await ask(client, group, {
    yql: `select * from item where ${where.yql} order by happened_at desc, ordinal desc limit ${LOOKED_AT}`,
    parameters: where.parameters,
    summary: "suggestion",
  });
  return hits.map(({ fields }) => Fields.parse(fields));
}

/** True when the text has the typed words, the last one as a beginning. */
function isMeant(text: string, typed: string): boolean {
  const own = tokens(text).map(({ word }) => word);
  const words = tokens(typed).map(({ word }) => word);
  const last = words.pop() ?? "";
  return words.every((word) => own.includes(word)) && own.some((word) => word.startsWith(last));
}

/** Each once, as it was first seen, those seen most often first. */
function mostFrequent<T>(seen: readonly T[], keyOf: (one: T) => string): T[] {
  const known = new Map<string, { readonly one: T; count: number }>();
  for (const one of seen) {
    const before = known.get(keyOf(one));
    if (before === undefined) known.set(keyOf(one), { one, count: 1 });
    else before.count++;
  }
  return [...known.values()].sort((a, b) => b.count - a.count).map(({ one }) => one);
}
