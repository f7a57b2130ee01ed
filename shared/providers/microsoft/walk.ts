/** Changes of a resource that Graph keeps in containers: their list, then each one's delta, one page a call. */
import { digest } from "../../contracts/ids.ts";
import type { ChangePage, ProviderResponse } from "../port.ts";
import { depthOf } from "../choice.ts";
import { choiceFor, type ContainedKind } from "./kind.ts";
import { emptyPage, readListPage } from "./containers.ts";
import {
  advanced,
  type Container,
  type Cursor,
  detoured,
  isEndless,
  NEW_LIST,
  NEW_WALK,
  parseCursor,
  unread,
  walked,
  withContainer,
} from "./cursor.ts";
import { graphError, isLost, leadsTo, pageOf, refusedBy } from "./graph.ts";
import { sortItems } from "./items.ts";
import { readOverviewPage } from "./overview.ts";
import type { Reading } from "./resource.ts";

/**
 * One page from the cursor. Exactly one request that reads a delta, so that the revision issued just before it is that
 * of what it saw; an ordinary round costs one request for the list and one a container.
 */
export async function readContained(
  kind: ContainedKind,
  reading: Reading,
  text: string,
  urgent: boolean,
): Promise<ChangePage> {
  const stored = stillGood(kind, reading, parseCursor(text));
  if (stored.overview.pages > 0 && stored.at !== -1) return await readOverviewPage(kind, reading, stored);
  if (urgent) {
    const newest = await newestPage(kind, reading, stored);
    if (newest !== null) return newest;
  }
  const cursor = urgent ? detoured(stored) : stored;
  const known = cursor.containers[cursor.at];
  if (known === undefined) return await readListPage(kind, reading, { ...cursor, at: -1 });
  const container = current(kind, reading, known);
  const started = container.link + container.page === "";
  const url = container.page || container.link || firstUrl(kind, reading, container);
  const answer = await reading.mailbox.request(url, { headers: kind.headers });
  if (isLost(answer)) return lostPage(kind, reading, cursor, container, answer);
  if (answer.status === 403 && started) return forbiddenPage(kind, reading, cursor, container, answer);
  if (answer.status !== 200) throw refusedBy(answer, `read a container of ${kind.resource}`);
  const page = pageOf(answer, reading.base);
  const items = await sortItems(kind, reading, page.items, container, cursor);
  const walk = walked(cursor.walk, page.items.length === 0 ? "" : await digest(JSON.stringify(page.items)));
  const begun = started ? { ...container, begun_ms: reading.deps.clock.now() } : container;
  const listing = container.link === "";
  if (page.delta_link === "" && page.next_link !== "" && !isEndless(walk)) {
    const next = { ...withContainer(cursor, { ...begun, page: page.next_link }), walk };
    return { ...items, ...ended(next, false, listing ? { container: container.id, started, finished: false } : null) };
  }
  const finished = page.delta_link !== "";
  if (!finished) cutShort(kind, reading);
  // A round that was cut short begins again where the last finished one ended.
  const link = finished ? page.delta_link : container.link;
  const next = advanced(withContainer(cursor, { ...begun, link, page: "" }));
  return { ...items, ...ended(next, next.at === -1, listing ? { container: container.id, started, finished } : null) };
}

/**
 * The newest items of a container that is being listed, which its delta shows last: null where there is nothing to go
 * ahead of, or where they can't be asked for. Nothing rests on them, for the listing comes to them too.
 */
async function newestPage(kind: ContainedKind, reading: Reading, cursor: Cursor): Promise<ChangePage | null> {
  const container = cursor.containers[cursor.at];
  if (cursor.detour !== null || container === undefined || kind.newestUrl === undefined) return null;
  if (container.link !== "" || container.page === "") return null;
  const url = `${reading.base}${kind.newestUrl(container.id, choiceFor(kind, reading))}`;
  const answer = await reading.mailbox.request(url, { headers: kind.headers });
  if (answer.status !== 200) return null;
  const items = await sortItems(kind, reading, pageOf(answer, reading.base).items, container, cursor);
  return { ...items, ...ended(detoured(cursor), false, null) };
}

/**
 * The cursor; with everything to be read anew when its links lead to another host (the address of Graph was moved
 * since) or when the person chose otherwise how items are read.
 */
function stillGood(kind: ContainedKind, reading: Reading, cursor: Cursor): Cursor {
  const choice = depthOf(choiceFor(kind, reading));
  const { list, overview } = cursor;
  const links = [overview.page, list.link, list.page, ...cursor.containers.flatMap(({ link, page }) => [link, page])];
  const at_home = links.every((link) => link === "" || leadsTo(reading.base, link));
  if (at_home && choice === cursor.choice) return cursor;
  return {
    ...cursor,
    choice,
    list: NEW_LIST,
    overview: { ...overview, page: "" },
    containers: cursor.containers.map(unread),
    at: -1,
    walk: NEW_WALK,
    detour: null,
  };
}

/** The container; to be listed anew when the span of time that its link covers lies too far back. */
function current(kind: ContainedKind, { deps }: Reading, container: Container): Container {
  const { link, page, begun_ms } = container;
  const old = kind.link_ms_max !== undefined && deps.clock.now() - begun_ms > kind.link_ms_max;
  return old && link !== "" && page === "" ? unread(container) : container;
}

function firstUrl(kind: ContainedKind, reading: Reading, container: Container): string {
  const at = { choice: choiceFor(kind, reading), now_ms: reading.deps.clock.now() };
  return `${reading.base}${kind.firstUrl(container.id, at)}`;
}

/** The link leads nowhere: the container is listed anew, or it is gone when even its beginning can't be read. */
function lostPage(
  kind: ContainedKind,
  { deps }: Reading,
  cursor: Cursor,
  container: Container,
  answer: ProviderResponse,
): ChangePage {
  if (container.link + container.page === "") {
    const { code } = graphError(answer.json);
    if (answer.status !== 404 || /mailbox/i.test(code)) throw refusedBy(answer, `read a container of ${kind.resource}`);
    // The list is read from its beginning next time: if it still names the container, it comes back.
    const containers = cursor.containers.filter((known) => known.id !== container.id);
    const next = advanced({ ...cursor, containers, list: NEW_LIST }, cursor.at);
    return { ...emptyPage(next), done: next.at === -1, gone_containers: [container.id] };
  }
  deps.counters.add("provider_cursors_lost_total", { provider: "microsoft" });
  const walk = { ...cursor.walk, restarts: cursor.walk.restarts + 1 };
  const restarted = withContainer(cursor, unread(container));
  // After too many restarts the container waits for the next round; the others have their turn.
  const next = isEndless(walk) ? advanced(restarted) : { ...restarted, walk };
  return {
    ...emptyPage(next),
    done: next.at === -1,
    enumeration: { container: container.id, started: true, finished: false },
  };
}

/** What was granted does not open this container, such as somebody else's calendar: it waits for the next round. */
function forbiddenPage(
  kind: ContainedKind,
  { deps, mailbox }: Reading,
  cursor: Cursor,
  container: Container,
  answer: ProviderResponse,
): ChangePage {
  const { connection_id } = mailbox.connection;
  const reason = refusedBy(answer, "read the container").message;
  deps.log.warn("provider.container_refused", { connection_id, resource: kind.resource, reason });
  const next = advanced(withContainer(cursor, unread(container)));
  return { ...emptyPage(next), done: next.at === -1 };
}

function cutShort(kind: ContainedKind, { deps, mailbox }: Reading): void {
  deps.counters.add("provider_rounds_cut_total", { provider: "microsoft" });
  deps.log.warn("provider.round_cut", {
    connection_id: mailbox.connection.connection_id,
    resource: kind.resource,
    reason: "A container's delta did not end",
  });
}

function ended(cursor: Cursor, done: boolean, enumeration: ChangePage["enumeration"]) {
  return { cursor: JSON.stringify(cursor), done, enumeration, gone_containers: [] };
}
