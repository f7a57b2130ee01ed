/** The folder list: which folders there are, what they are called and what they are for. */
import { z } from "zod";
import type { ChangePage, Mailbox } from "../port.ts";
import { tidy } from "../text.ts";
import { readBatch } from "./batch.ts";
import { advanced, type Folder, isEndless, type MailCursor, NEW_WALK, type Role, walked } from "./cursor.ts";
import { FOLDER_HEADERS, isLost, pageOf, refusedBy } from "./graph.ts";
import type { Folders } from "./message.ts";

/** Graph's aliases of the folders that every mailbox has, in any language. */
const ALIASES: Readonly<Record<Role, string>> = {
  inbox: "inbox",
  sent: "sentitems",
  drafts: "drafts",
  archive: "archive",
  junk: "junkemail",
  trash: "deleteditems",
  outbox: "outbox",
};

/** What a person looks for first is read first. */
const READING_ORDER: readonly (Role | "")[] = ["inbox", "sent", "", "archive", "drafts", "outbox", "trash", "junk"];

const FolderItem = z.object({
  id: z.string().min(1),
  displayName: z.string().nullish(),
  isHidden: z.boolean().nullish(),
  "@removed": z.unknown().optional(),
});
type FolderItem = z.infer<typeof FolderItem>;

/** A page without mails: what the calls that read folders answer. */
export function emptyPage(cursor: MailCursor): ChangePage {
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

/** Reads one page of the folder list. After the last one the folders have their turn. */
export async function readFolderPage(mailbox: Mailbox, base: string, cursor: MailCursor): Promise<ChangePage> {
  const { tree } = cursor;
  const first = `${base}/me/mailFolders/delta?$select=displayName,parentFolderId,isHidden`;
  const answer = await mailbox.request(tree.page || tree.link || first, { headers: FOLDER_HEADERS });
  if (isLost(answer) && tree.page + tree.link !== "" && !isEndless(cursor.walk)) {
    const walk = { ...NEW_WALK, restarts: cursor.walk.restarts + 1 };
    return emptyPage({ ...cursor, tree: { link: "", page: "", listed: [] }, walk });
  }
  if (answer.status !== 200) throw refusedBy(answer, "list the mail folders");
  const page = pageOf(answer, base);
  const items = page.items.flatMap((item) => FolderItem.safeParse(item).data ?? []);
  const { folders, gone } = merged(cursor.folders, items);
  const listed = tree.link === "" ? [...tree.listed, ...items.map((item) => item.id)] : [];
  const walk = walked(cursor.walk, items.map((item) => item.id).join());
  const ended = page.next_link === "" || isEndless(walk);
  if (!ended) {
    const next = { ...cursor, folders, tree: { ...tree, page: page.next_link, listed }, walk };
    return { ...emptyPage(next), gone_containers: gone };
  }
  const whole = tree.link === "" && page.delta_link !== "";
  const unlisted = whole ? folders.filter((folder) => !listed.includes(folder.id)) : [];
  const kept = folders.filter((folder) => !unlisted.includes(folder));
  const known = await withRoles(mailbox, base, { ...cursor, folders: kept });
  const next = advanced({
    ...known,
    folders: ordered(kept, known.roles),
    tree: { link: page.delta_link || tree.link, page: "", listed: [] },
  }, 0);
  const gone_containers = [...gone, ...unlisted.map((folder) => folder.id)];
  return { ...emptyPage(next), gone_containers, done: next.at === -1 };
}

/** The folders after a page of their list: new, renamed, gone. */
function merged(known: readonly Folder[], items: readonly FolderItem[]): { folders: Folder[]; gone: string[] } {
  const folders = new Map(known.map((folder) => [folder.id, folder]));
  const gone: string[] = [];
  for (const item of items) {
    const folder = folders.get(item.id);
    if (item["@removed"] !== undefined || item.isHidden === true) {
      if (folders.delete(item.id)) gone.push(item.id);
      continue;
    }
    const name = typeof item.displayName === "string" ? tidy(item.displayName) : folder?.name ?? "";
    folders.set(item.id, { link: "", page: "", ...folder, id: item.id, name });
  }
  return { folders: [...folders.values()], gone };
}

function ordered(folders: readonly Folder[], roles: MailCursor["roles"]): Folder[] {
  const rank = (folder: Folder) => READING_ORDER.indexOf(roles[folder.id] ?? "");
  return [...folders].sort((a, b) => rank(a) - rank(b));
}

/** Learns the folders' roles, once for a connection; what could not be read is asked for again in the next round. */
async function withRoles(mailbox: Mailbox, base: string, cursor: MailCursor): Promise<MailCursor> {
  if (cursor.roles_known) return cursor;
  const { roles, complete } = await readRoles(mailbox, base);
  return { ...cursor, roles: { ...cursor.roles, ...roles }, roles_known: complete };
}

async function readRoles(mailbox: Mailbox, base: string) {
  const names = Object.entries(ALIASES) as [Role, string][];
  const urls = names.map(([, alias]) => `/me/mailFolders/${alias}?$select=id`);
  const answers = await readBatch(mailbox, base, urls, {});
  const roles: Record<string, Role> = {};
  let complete = true;
  for (const [at, [role]] of names.entries()) {
    const answer = answers[at];
    const id = z.object({ id: z.string() }).safeParse(answer?.body).data?.id;
    if (answer?.status === 200 && id !== undefined) roles[id] = role;
    // A mailbox without an archive answers 404; that is an answer too.
    else if (answer?.status !== 404) complete = false;
  }
  return { roles, complete };
}

/** The folders' names and roles as the cursor knows them. */
export function foldersOf(cursor: MailCursor): Folders {
  return new Map(cursor.folders.map(({ id, name }) => [id, { name, role: cursor.roles[id] ?? "" }]));
}

/** The names and roles of these folders, asked for: for a reader that has no cursor at hand. */
export async function readFolders(mailbox: Mailbox, base: string, ids: readonly string[]): Promise<Folders> {
  const { roles } = await readRoles(mailbox, base);
  const urls = ids.map((id) => `/me/mailFolders/${encodeURIComponent(id)}?$select=displayName`);
  const answers = await readBatch(mailbox, base, urls, {});
  return new Map(ids.map((id, at) => {
    const name = z.object({ displayName: z.string() }).safeParse(answers[at]?.body).data?.displayName ?? "";
    return [id, { name: tidy(name), role: roles[id] ?? "" }];
  }));
}
