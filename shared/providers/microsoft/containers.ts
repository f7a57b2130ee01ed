/** The list of containers: which there are, what they are called and what they are for. */
import { z } from "zod";
import type { ChangePage } from "../port.ts";
import { tidy } from "../text.ts";
import { readBatch } from "./batch.ts";
import { choiceFor, type ContainedKind, type ContainerList } from "./kind.ts";
import { includes } from "../choice.ts";
import {
  advanced,
  type Container,
  type Containers,
  type Cursor,
  isEndless,
  NEW_LIST,
  NEW_WALK,
  unread,
  walked,
} from "./cursor.ts";
import { isLost, pageOf, refusedBy } from "./graph.ts";
import type { Reading } from "./resource.ts";

const Listed = z.looseObject({
  id: z.string().min(1),
  isHidden: z.boolean().nullish(),
  "@removed": z.unknown().optional(),
});
type Listed = z.infer<typeof Listed>;

/** A page without items: what the calls that read the list answer. */
export function emptyPage(cursor: Cursor): ChangePage {
  return {
    documents: [],
    removals: [],
    partial: [],
    refused: [],
    cursor: JSON.stringify(cursor),
    done: false,
    enumeration: null,
    gone_containers: [],
  };
}

/** Reads one page of the list. After the last one the containers have their turn. */
export async function readListPage(kind: ContainedKind, reading: Reading, cursor: Cursor): Promise<ChangePage> {
  const { mailbox, base } = reading;
  const { list } = cursor;
  const url = list.page || list.link || `${base}${kind.list.url}`;
  const answer = await mailbox.request(url, { headers: kind.list.headers });
  if (isLost(answer) && list.page + list.link !== "" && !isEndless(cursor.walk)) {
    const walk = { ...NEW_WALK, restarts: cursor.walk.restarts + 1 };
    return emptyPage({ ...cursor, list: NEW_LIST, walk });
  }
  if (answer.status !== 200) throw refusedBy(answer, `list the containers of ${kind.resource}`);
  const page = pageOf(answer, base);
  const items = page.items.flatMap((item) => Listed.safeParse(item).data ?? []);
  const { containers, gone } = merged(kind.list, cursor.containers, items);
  const beginning = list.link === "";
  const listed = beginning ? [...list.listed, ...items.map((item) => item.id)] : [];
  const walk = walked(cursor.walk, items.map((item) => item.id).join());
  if (page.next_link !== "" && !isEndless(walk)) {
    const next = { ...cursor, containers, list: { ...list, page: page.next_link, listed }, walk };
    return { ...emptyPage(next), gone_containers: gone };
  }
  const all = beginning && page.next_link === "" && (kind.list.form === "whole" || page.delta_link !== "");
  const named = new Set([...listed, ...kind.list.unlisted.map(({ id }) => id)]);
  const unlisted = all ? containers.filter((container) => !named.has(container.id)) : [];
  return await roundBegun(kind, reading, {
    ...cursor,
    containers: containers.filter((container) => !unlisted.includes(container)),
    list: { link: kind.list.form === "whole" ? "" : page.delta_link || list.link, page: "", listed: [] },
  }, [...gone, ...unlisted.map((container) => container.id)]);
}

/** The list is read: the containers that the choice gives have their turn. */
async function roundBegun(
  kind: ContainedKind,
  reading: Reading,
  cursor: Cursor,
  gone_containers: readonly string[],
): Promise<ChangePage> {
  const { containers, left_out } = chosen(kind, reading, cursor.containers);
  const { roles, roles_known } = await withRoles(kind.list, reading, cursor);
  const rank = (container: Container) => kind.list.order.indexOf(roles[container.id] ?? "");
  const ordered = containers.toSorted((a, b) => rank(a) - rank(b));
  const next = advanced({ ...cursor, containers: ordered, roles, roles_known }, 0);
  return { ...emptyPage(next), gone_containers, left_out_containers: left_out, done: next.at === -1 };
}

/** The containers with who of them is out. Those that were in before, or never seen, are named once. */
function chosen(kind: ContainedKind, reading: Reading, known: readonly Container[]) {
  const choice = choiceFor(kind, reading);
  const left_out: string[] = [];
  const containers = known.map((container) => {
    const out = !includes(choice, [container.id]);
    if (out === container.out) return container;
    if (out) left_out.push(container.id);
    return { ...unread(container), out };
  });
  return { containers, left_out };
}

/** The containers after a page of their list: new, renamed, gone. */
function merged(
  list: ContainerList,
  known: readonly Container[],
  items: readonly Listed[],
): { containers: Container[]; gone: string[] } {
  const containers = new Map(known.map((container) => [container.id, container]));
  const gone: string[] = [];
  const put = (id: string, name: string) =>
    containers.set(id, { link: "", page: "", begun_ms: 0, out: false, ...containers.get(id), id, name });
  for (const { id, name } of list.unlisted) put(id, name);
  for (const item of items) {
    if (item["@removed"] !== undefined || item.isHidden === true) {
      if (containers.delete(item.id)) gone.push(item.id);
      continue;
    }
    const name = item[list.name_member];
    put(item.id, typeof name === "string" ? tidy(name) : containers.get(item.id)?.name ?? "");
  }
  return { containers: [...containers.values()], gone };
}

/** Learns the containers' roles, once; what could not be read is asked for again in the next round. */
async function withRoles(list: ContainerList, reading: Reading, cursor: Cursor) {
  if (list.readRoles === undefined || cursor.roles_known) return cursor;
  const { roles, complete } = await list.readRoles(reading);
  return { roles: { ...cursor.roles, ...roles }, roles_known: complete };
}

/** The names and roles of these containers, asked for: for a reader that has no cursor at hand. */
export async function askedContainers(
  { list }: ContainedKind,
  reading: Reading,
  ids: readonly string[],
): Promise<Containers> {
  const fixed = new Map(list.unlisted.map(({ id, name }) => [id, { name, role: "" }]));
  const asked = ids.filter((id) => id !== "" && !fixed.has(id));
  if (asked.length === 0) return fixed;
  const { roles } = await list.readRoles?.(reading) ?? { roles: {} as Readonly<Record<string, string>> };
  const answers = await readBatch(reading, asked.map((id) => list.itemUrl(id)), {});
  const named = z.record(z.string(), z.unknown());
  return new Map([
    ...fixed,
    ...asked.map((id, at) => {
      const name = named.safeParse(answers[at]?.body).data?.[list.name_member];
      return [id, { name: typeof name === "string" ? tidy(name) : "", role: roles[id] ?? "" }] as const;
    }),
  ]);
}
