/** Changes of a Microsoft mailbox: the folder list, then each folder's delta, one page a call. */
import { z } from "zod";
import { digest } from "../../contracts/ids.ts";
import type { Deps } from "../../contracts/deps.ts";
import type { ChangePage, Mailbox, PageItem, ProviderResponse, Refusal, Removal } from "../port.ts";
import { type HtmlToText, loadHtmlToText } from "../text.ts";
import { advanced, type Folder, isEndless, type MailCursor, parseCursor, walked, withFolder } from "./cursor.ts";
import { emptyPage, foldersOf, readFolderPage } from "./folders.ts";
import { graphError, isLost, leadsTo, MAIL_HEADERS, MAIL_SELECT, pageOf, refusedBy } from "./graph.ts";
import { emailOf, hasHtml } from "./message.ts";

/**
 * One page from the cursor. Exactly one request that reads mails, so that the revision issued just before it is that of
 * what it saw; an ordinary round costs one request for the folder list and one a folder.
 */
export async function readMailChanges(
  deps: Pick<Deps, "log" | "counters">,
  mailbox: Mailbox,
  base: string,
  text: string,
): Promise<ChangePage> {
  const cursor = atHome(parseCursor(text), base);
  const folder = cursor.folders[cursor.at];
  if (folder === undefined) return await readFolderPage(mailbox, base, { ...cursor, at: -1 });
  const started = folder.link + folder.page === "";
  const answer = await mailbox.request(folder.page || folder.link || firstUrl(base, folder), { headers: MAIL_HEADERS });
  if (isLost(answer)) return lostPage(deps, cursor, folder, answer);
  if (answer.status !== 200) throw refusedBy(answer, "read a mail folder");
  const page = pageOf(answer, base);
  const sorted = sortItems(page.items, folder, cursor, await htmlReader(page.items));
  const walk = walked(cursor.walk, page.items.length === 0 ? "" : await digest(JSON.stringify(page.items)));
  const listing = folder.link === "";
  if (page.delta_link === "" && page.next_link !== "" && !isEndless(walk)) {
    const next = { ...withFolder(cursor, { ...folder, page: page.next_link }), walk };
    return { ...sorted, ...ended(next, false, listing ? { container: folder.id, started, finished: false } : null) };
  }
  const finished = page.delta_link !== "";
  if (!finished) cutShort(deps, mailbox);
  // A round that was cut short begins again where the last finished one ended.
  const link = finished ? page.delta_link : folder.link;
  const next = advanced(withFolder(cursor, { ...folder, link, page: "" }));
  return { ...sorted, ...ended(next, next.at === -1, listing ? { container: folder.id, started, finished } : null) };
}

/** The cursor, or the beginning when its links lead to another host: the address of Graph was moved since. */
function atHome(cursor: MailCursor, base: string): MailCursor {
  const links = [cursor.tree.link, cursor.tree.page, ...cursor.folders.flatMap(({ link, page }) => [link, page])];
  return links.every((link) => link === "" || leadsTo(base, link)) ? cursor : parseCursor("");
}

/**
 * `$orderby` on the time of receipt is the one order that a delta supports: a first sync shows the newest mails first.
 * Source: message-delta in the Graph documentation. `$select` and `$orderby` are part of the links from then on.
 */
function firstUrl(base: string, folder: Folder): string {
  const query = `$select=${MAIL_SELECT}&$orderby=${encodeURIComponent("receivedDateTime desc")}`;
  return `${base}/me/mailFolders/${encodeURIComponent(folder.id)}/messages/delta?${query}`;
}

/** The link leads nowhere: the folder is listed anew, or it is gone when even its beginning can't be read. */
function lostPage(
  deps: Pick<Deps, "log" | "counters">,
  cursor: MailCursor,
  folder: Folder,
  answer: ProviderResponse,
): ChangePage {
  if (folder.link + folder.page === "") {
    const { code } = graphError(answer.json);
    if (answer.status !== 404 || /mailbox/i.test(code)) throw refusedBy(answer, "read a mail folder");
    // The folder list is read from its beginning next time: if it still names the folder, it comes back.
    const folders = cursor.folders.filter((known) => known.id !== folder.id);
    const next = advanced({ ...cursor, folders, tree: { link: "", page: "", listed: [] } }, cursor.at);
    return { ...emptyPage(next), done: next.at === -1, gone_containers: [folder.id] };
  }
  deps.counters.add("provider_cursors_lost_total", { provider: "microsoft" });
  const walk = { ...cursor.walk, restarts: cursor.walk.restarts + 1 };
  const restarted = withFolder(cursor, { ...folder, link: "", page: "" });
  // After too many restarts the folder waits for the next round; the others have their turn.
  const next = isEndless(walk) ? advanced(restarted) : { ...restarted, walk };
  return {
    ...emptyPage(next),
    done: next.at === -1,
    enumeration: { container: folder.id, started: true, finished: false },
  };
}

function cutShort(deps: Pick<Deps, "log" | "counters">, mailbox: Mailbox): void {
  deps.counters.add("provider_rounds_cut_total", { provider: "microsoft" });
  deps.log.warn("provider.round_cut", {
    connection_id: mailbox.connection.connection_id,
    reason: "A folder's delta did not end",
  });
}

function ended(cursor: MailCursor, done: boolean, enumeration: ChangePage["enumeration"]) {
  return { cursor: JSON.stringify(cursor), done, enumeration, gone_containers: [] };
}

/** The reducer of HTML, loaded only when an item needs it. */
export async function htmlReader(items: readonly unknown[]): Promise<HtmlToText> {
  return items.some(hasHtml) ? await loadHtmlToText() : (text) => text;
}

const Item = z.object({
  id: z.string().min(1),
  // A member of another type is the normaliser's to refuse, by name.
  parentFolderId: z.string().nullish().catch(undefined),
  "@removed": z.unknown().optional(),
  "@odata.etag": z.unknown().optional(),
});

/** What a page says, each id once: a page may show an item several times, and the last one is its state. */
function sortItems(items: readonly unknown[], folder: Folder, cursor: MailCursor, toText: HtmlToText) {
  const folders = foldersOf(cursor);
  const last = new Map<string, z.infer<typeof Item>>();
  const raw = new Map<string, unknown>();
  const refused: Refusal[] = [];
  for (const item of items) {
    const named = Item.safeParse(item);
    if (!named.success) {
      refused.push({
        provider_id: "",
        container: folder.id,
        reason: "The item has no id",
        field: named.error.issues[0]?.path.join(".") ?? "",
      });
      continue;
    }
    last.set(named.data.id, named.data);
    raw.set(named.data.id, item);
  }
  const documents: PageItem[] = [];
  const removals: Removal[] = [];
  const partial: { provider_id: string; container: string }[] = [];
  for (const [provider_id, item] of last) {
    const container = item.parentFolderId || folder.id;
    if (item["@removed"] !== undefined) removals.push({ provider_id, container: folder.id, doc_type: "email" });
    // Seen live: a change of `isRead` alone shows only that member, and no etag tells it from a whole item.
    else if (item["@odata.etag"] === undefined) partial.push({ provider_id, container });
    else {
      const read = () => emailOf(raw.get(provider_id), folder.id, folders, toText);
      documents.push({ provider_id, container, read });
    }
  }
  return { documents, removals, partial, refused };
}
