/** Reads items by id, wherever they are: what a container's delta says of a removal is no proof. */
import type { ItemName, LookedUp } from "../port.ts";
import { withAttachments } from "./attachments.ts";
import { BATCH_MAX, type BatchItem, readBatch } from "./batch.ts";
import { choiceFor, type ContainedKind, readItem } from "./kind.ts";
import { askedContainers } from "./containers.ts";
import { type Containers, containersOf, parseCursor } from "./cursor.ts";
import { graphError } from "./graph.ts";
import { type HtmlReader, htmlReader } from "./html.ts";
import type { Reading } from "./resource.ts";

/** Looks items up, 20 a request. */
export async function lookupItems(
  kind: ContainedKind,
  reading: Reading,
  items: readonly ItemName[],
  cursor: string,
): Promise<readonly LookedUp[]> {
  const found: LookedUp[] = [];
  for (let at = 0; at < items.length; at += BATCH_MAX) {
    found.push(...await lookupBatch(kind, reading, items.slice(at, at + BATCH_MAX), cursor));
  }
  return found;
}

async function lookupBatch(
  kind: ContainedKind,
  reading: Reading,
  items: readonly ItemName[],
  cursor: string,
): Promise<readonly LookedUp[]> {
  const choice = choiceFor(kind, reading);
  const answers = await readBatch(reading, items.map((item) => kind.itemUrl(item, choice)), kind.headers);
  const shown = await withAttachments(
    kind,
    reading,
    answers.map((answer) => answer?.status === 200 ? answer.body : null),
  );
  const containers = await containersFor(kind, reading, cursor, items, shown.items);
  const html = await htmlReader(shown.items);
  return items.map((item, at) => {
    if (answers[at]?.status !== 200) return missing(answers[at]);
    return shown.unread.has(at) ? { kind: "unknown" } : found(kind, reading, item, shown.items[at], containers, html);
  });
}

function found(
  kind: ContainedKind,
  reading: Reading,
  { provider_id, container: seen_in }: ItemName,
  json: unknown,
  containers: Containers,
  html: HtmlReader,
): LookedUp {
  const container = kind.containerOf(json, seen_in, containers);
  const read = readItem(kind, json, provider_id, { container, containers, choice: choiceFor(kind, reading), html });
  if ("document" in read) return { kind: "found", read };
  return "left_out" in read ? { kind: "left_out" } : { kind: "refused", refusal: { ...read, provider_id } };
}

function missing(answer: BatchItem | undefined): LookedUp {
  // "No such mailbox" says nothing about the item; nor does any other error.
  const gone = answer?.status === 404 && !/mailbox/i.test(graphError(answer.body).code);
  return { kind: gone ? "gone" : "unknown" };
}

/** The containers that the items are in: as the cursor knows them, or asked for. */
async function containersFor(
  kind: ContainedKind,
  reading: Reading,
  cursor: string,
  items: readonly ItemName[],
  shown: readonly unknown[],
): Promise<Containers> {
  if (cursor !== "") return containersOf(parseCursor(cursor));
  const none: Containers = new Map();
  const ids = items.flatMap(({ container }, at) =>
    shown[at] === null ? [] : kind.containerOf(shown[at], container, none)
  );
  return await askedContainers(kind, reading, [...new Set(ids)]);
}
