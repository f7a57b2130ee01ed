/**
 * The files that hang on items. A delta can't be asked for their names alone: `$select` within `$expand` is not obeyed
 * there, and the contents would come too. So they are read beside it, for the items that say they have any.
 */
import { z } from "zod";
import { readBatch } from "./batch.ts";
import type { ContainedKind } from "./kind.ts";
import { pageItems } from "./graph.ts";
import type { Reading } from "./resource.ts";

const Having = z.looseObject({ id: z.string().min(1), hasAttachments: z.literal(true) });
const SELECT = "id,name,contentType,size,isInline";

/** Items by their position, with their attachments; `unread` are the positions whose attachments could not be read. */
export async function withAttachments(
  kind: ContainedKind,
  reading: Reading,
  items: readonly unknown[],
): Promise<{ readonly items: readonly unknown[]; readonly unread: ReadonlySet<number> }> {
  const having = items.flatMap((item, position) => {
    const { data } = Having.safeParse(item);
    return data === undefined || kind.attachmentsUrl === undefined ? [] : [{ position, item: data }];
  });
  if (having.length === 0 || kind.attachmentsUrl === undefined) return { items, unread: new Set() };
  const urls = having.map(({ item }) => `${kind.attachmentsUrl?.(item.id) ?? ""}?$select=${SELECT}`);
  const answers = await readBatch(reading, urls, kind.headers);
  const complete = [...items];
  const unread = new Set<number>();
  for (const [at, { position, item }] of having.entries()) {
    const answer = answers[at];
    // Gone with its item: the delta will tell.
    if (answer?.status === 200 || answer?.status === 404) {
      complete[position] = { ...item, attachments: pageItems(answer.body) };
    } else unread.add(position);
  }
  return { items: complete, unread };
}
