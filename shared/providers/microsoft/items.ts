/** What a page of items says. */
import { z } from "zod";
import type { ItemName, PageItem, Refusal, Removal } from "../port.ts";
import { withAttachments } from "./attachments.ts";
import { type Container, containersOf, type Cursor } from "./cursor.ts";
import { htmlReader } from "./html.ts";
import { choiceFor, type ContainedKind, readItem } from "./kind.ts";
import type { Reading } from "./resource.ts";

const Item = z.object({
  id: z.string().min(1),
  "@removed": z.unknown().optional(),
  "@odata.etag": z.unknown().optional(),
});

/** What a page says, each id once: a page may show an item several times, and the last one is its state. */
export async function sortItems(
  kind: ContainedKind,
  reading: Reading,
  items: readonly unknown[],
  { id: seen_in }: Pick<Container, "id">,
  cursor: Cursor,
) {
  const refused: Refusal[] = [];
  const last = new Map<string, { readonly named: z.infer<typeof Item>; readonly json: unknown }>();
  for (const json of items) {
    const named = Item.safeParse(json);
    if (named.success) last.set(named.data.id, { named: named.data, json });
    else refused.push(nameless(seen_in, named.error));
  }
  const removals: Removal[] = [];
  const partial = new Map<string, ItemName>();
  const whole: { readonly provider_id: string; readonly json: unknown }[] = [];
  const containers = containersOf(cursor);
  const toLookUp = (provider_id: string, json: unknown) =>
    partial.set(provider_id, { provider_id, container: kind.containerOf(json, seen_in, containers) });
  for (const [provider_id, { named, json }] of last) {
    const glance = kind.glance?.(json) ?? { whole: true, besides: "" };
    if (named["@removed"] !== undefined) {
      removals.push({ provider_id, container: seen_in, doc_type: kind.doc_type });
      continue;
    }
    // Seen live: a change of `isRead` alone shows only that member, and no etag tells it from a whole item.
    if (named["@odata.etag"] === undefined || !glance.whole) toLookUp(provider_id, json);
    else whole.push({ provider_id, json });
    if (glance.besides !== "" && !last.has(glance.besides)) toLookUp(glance.besides, null);
  }
  const complete = await withAttachments(kind, reading, whole.map(({ json }) => json));
  const html = await htmlReader(complete.items);
  const choice = choiceFor(kind, reading);
  const documents: PageItem[] = [];
  for (const [at, { provider_id }] of whole.entries()) {
    const json = complete.items[at];
    const container = kind.containerOf(json, seen_in, containers);
    if (complete.unread.has(at)) partial.set(provider_id, { provider_id, container });
    else {
      const read = () => readItem(kind, json, provider_id, { container, containers, choice, html });
      documents.push({ provider_id, container, read });
    }
  }
  return { documents, removals, partial: [...partial.values()], refused };
}

function nameless(container: string, error: z.ZodError): Refusal {
  const field = error.issues[0]?.path.join(".") ?? "";
  return { provider_id: "", container, reason: "The item has no id", field };
}
