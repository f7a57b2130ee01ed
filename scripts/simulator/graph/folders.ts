import type { Hono } from "hono";
import type { Folder } from "../mailbox/folder.ts";
import { FOLDER_NAMES } from "../mailbox/folder.ts";
import type { MicrosoftMailbox } from "../mailbox/microsoft_mailbox.ts";
import { type Caller, type GraphContext, type GraphDeps, type GraphEnv, odataContext } from "./context.ts";
import { answerDelta } from "./delta.ts";
import { notFound } from "./errors.ts";
import { type graphGuard, MAIL_SCOPES } from "./guard.ts";
import { answerList } from "./lists.ts";
import { readSelect, selected } from "./select.ts";

const PROPERTIES = new Set([
  "id",
  "displayName",
  "parentFolderId",
  "childFolderCount",
  "unreadItemCount",
  "totalItemCount",
  "sizeInBytes",
  "isHidden",
]);

/** Routes of mail folders below `base`, `/me` or `/users/{id}`. */
export function folderRoutes(
  app: Hono<GraphEnv>,
  base: string,
  guard: ReturnType<typeof graphGuard>,
  deps: GraphDeps,
): void {
  app.get(
    `${base}/mailFolders`,
    guard("graph.folders", MAIL_SCOPES, (c, caller) => {
      return list(c, caller, deps, "me/mailFolders", (folder) => folder.parent === undefined);
    }),
  );
  app.get(
    `${base}/mailFolders/delta`,
    guard("graph.folders.delta", MAIL_SCOPES, (c, caller) => {
      const { mailbox } = caller.me;
      readFolderSelect(c.req.query("$select"), deps);
      return answerDelta(c, caller, deps, {
        of: "folders",
        folder: undefined,
        log: mailbox.folderLog,
        path: "me/mailFolders/delta",
        start: { select: c.req.query("$select"), filter: undefined },
        show: (change, cursor) => {
          const type = { "@odata.type": "#microsoft.graph.mailFolder" };
          const folder = mailbox.folders[change.number];
          if (folder === undefined) return undefined;
          if (change.kind === "removed") return { ...type, id: folder.id, "@removed": { reason: "deleted" } };
          const names = readFolderSelect(cursor.select, deps);
          return selected({ ...type, ...folderShape(folder, mailbox, deps) }, names);
        },
      });
    }),
  );
  app.get(
    `${base}/mailFolders/:folderId`,
    guard("graph.folder", MAIL_SCOPES, (c, { me }) => {
      const names = readFolderSelect(c.req.query("$select"), deps);
      const context = odataContext(deps, `users('${encodeURIComponent(me.address)}')/mailFolders/$entity`);
      const shape = c.req.param("folderId")?.toLowerCase() === "msgfolderroot"
        ? rootShape(me.mailbox)
        : folderShape(folderOf(c, me.mailbox), me.mailbox, deps);
      return c.json({ "@odata.context": context, ...selected(shape, names) });
    }),
  );
  app.get(
    `${base}/mailFolders/:folderId/childFolders`,
    guard("graph.folders", MAIL_SCOPES, (c, caller) => {
      if (c.req.param("folderId")?.toLowerCase() === "msgfolderroot") {
        return list(c, caller, deps, "me/mailFolders/msgfolderroot/childFolders", (one) => one.parent === undefined);
      }
      const parent = folderOf(c, caller.me.mailbox);
      return list(c, caller, deps, `me/mailFolders('${parent.id}')/childFolders`, (one) => one.parent === parent);
    }),
  );
}

/** The folder that the path names by id or alias. */
export function folderOf(c: GraphContext, mailbox: MicrosoftMailbox): Folder {
  const key = c.req.param("folderId") ?? "";
  const folder = mailbox.listFolders().find((one) => one.id === key || one.alias === key.toLowerCase());
  if (folder === undefined) throw notFound();
  return folder;
}

function list(
  c: GraphContext,
  { me }: Caller,
  deps: GraphDeps,
  path: string,
  belongs: (folder: Folder) => boolean,
): Response {
  const select = readFolderSelect(c.req.query("$select"), deps);
  const folders = ordered(me.mailbox.listFolders().filter(belongs), deps);
  return answerList(c, deps, {
    path,
    type: `users('${encodeURIComponent(me.address)}')/mailFolders`,
    select,
    items: folders.map((one) => folderShape(one, me.mailbox, deps)),
  });
}

function ordered(folders: Folder[], deps: GraphDeps): Folder[] {
  switch (deps.faults.orderOfFolderReads) {
    case "created":
      return folders;
    case "reversed":
      return folders.reverse();
    case "shuffled":
      return deps.chance.shuffle(folders);
  }
}

function readFolderSelect(text: string | undefined, deps: GraphDeps): string[] | undefined {
  const known = deps.faults.personalAccounts ? PROPERTIES : new Set([...PROPERTIES, "wellKnownName"]);
  return readSelect(text, known, "mailFolder");
}

function folderShape(folder: Folder, mailbox: MicrosoftMailbox, deps: GraphDeps): Record<string, unknown> {
  const name = folder.alias === undefined ? folder.name : FOLDER_NAMES[deps.faults.folderLanguage][folder.alias];
  return {
    id: folder.id,
    displayName: name,
    parentFolderId: folder.parent?.id ?? mailbox.ids.root(),
    childFolderCount: mailbox.listFolders().filter((one) => one.parent === folder).length,
    unreadItemCount: folder.unread,
    totalItemCount: folder.total,
    sizeInBytes: folder.total * 24_576,
    isHidden: false,
    ...(deps.faults.personalAccounts ? {} : { wellKnownName: folder.alias ?? null }),
  };
}

function rootShape(mailbox: MicrosoftMailbox): Record<string, unknown> {
  return {
    id: mailbox.ids.root(),
    displayName: "Top of Information Store",
    parentFolderId: "AAMkADrootparentAAA=",
    childFolderCount: mailbox.listFolders().filter((one) => one.parent === undefined).length,
    unreadItemCount: 0,
    totalItemCount: 0,
    sizeInBytes: 0,
    isHidden: false,
  };
}
