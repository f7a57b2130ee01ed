/**
 * The newest items of all containers together. Deltas exist for each container alone, so a large one that is read first
 * would hide what is new in all others for as long as it takes. What is shown here is shown again by its container's
 * delta, which costs that page nothing but its bytes: the ledger knows it.
 */
import type { ChangePage } from "../port.ts";
import { emptyPage } from "./containers.ts";
import { advanced, type Cursor } from "./cursor.ts";
import { pageOf, refusedBy } from "./graph.ts";
import { sortItems } from "./items.ts";
import { choiceFor, type ContainedKind } from "./kind.ts";
import type { Reading } from "./resource.ts";

/** One page of them; with the last one the containers have their turn. */
export async function readOverviewPage(kind: ContainedKind, reading: Reading, cursor: Cursor): Promise<ChangePage> {
  const containers = advanced({ ...cursor, overview: { page: "", pages: 0 } }, 0);
  if (kind.overviewUrl === undefined) return emptyPage(containers);
  const { page: link, pages } = cursor.overview;
  const url = link || `${reading.base}${kind.overviewUrl(choiceFor(kind, reading))}`;
  const answer = await reading.mailbox.request(url, { headers: kind.headers });
  if (answer.status !== 200) {
    // It is a matter of order alone: the containers' deltas show everything.
    const reason = refusedBy(answer, `list the newest of ${kind.resource}`).message;
    const { connection_id } = reading.mailbox.connection;
    reading.deps.log.warn("provider.overview_refused", { connection_id, resource: kind.resource, reason });
    return emptyPage(containers);
  }
  const page = pageOf(answer, reading.base);
  // What lies in a container that is not followed would never be taken back.
  const followed = new Set(cursor.containers.filter(({ out }) => !out).map(({ id }) => id));
  const shown = page.items.filter((item) => followed.has(kind.containerOf(item, "", new Map())));
  const { documents } = await sortItems(kind, reading, shown, { id: "" }, cursor);
  const last = page.next_link === "" || pages === 1;
  const next = last ? containers : { ...cursor, overview: { page: page.next_link, pages: pages - 1 } };
  return { ...emptyPage(next), documents };
}
