import type { Hono } from "hono";
import type { Grant } from "../oauth/grants.ts";
import {
  type Caller,
  graphBase,
  type GraphContext,
  type GraphDeps,
  type GraphEnv,
  odataContext,
  preferences,
} from "./context.ts";
import type { Cursor } from "./cursor.ts";
import { answerDelta } from "./delta.ts";
import { badRequest, notFound } from "./errors.ts";
import { folderOf } from "./folders.ts";
import { type graphGuard, MAIL_SCOPES, scopesOf } from "./guard.ts";
import { readCount } from "./lists.ts";
import { attachmentShape, MESSAGE_PROPERTIES, messageShape, type MessageView } from "./message_shape.ts";
import { readSelect, selected } from "./select.ts";
import type { Folder } from "../mailbox/folder.ts";
import type { LogChange } from "../mailbox/change_log.ts";

const PAGE_SIZE = 10;
const PAGE_MAX = 1_000;

/** Routes of messages below `base`, `/me` or `/users/{id}`. */
export function messageRoutes(
  app: Hono<GraphEnv>,
  base: string,
  guard: ReturnType<typeof graphGuard>,
  deps: GraphDeps,
): void {
  app.get(
    `${base}/mailFolders/:folderId/messages/delta`,
    guard("graph.messages.delta", MAIL_SCOPES, (c, caller) => folderDelta(c, caller, deps)),
  );
  app.get(
    `${base}/mailFolders/:folderId/messages`,
    guard("graph.messages", MAIL_SCOPES, (c, caller) => list(c, caller, deps, folderOf(c, caller.me.mailbox))),
  );
  app.get(
    `${base}/messages/delta`,
    guard("graph.messages.delta", MAIL_SCOPES, () => {
      throw badRequest("Change tracking is not supported against 'microsoft.graph.message' of a whole mailbox.");
    }),
  );
  app.get(`${base}/messages`, guard("graph.messages", MAIL_SCOPES, (c, caller) => list(c, caller, deps, undefined)));
  app.get(
    `${base}/messages/:messageId`,
    guard("graph.message", MAIL_SCOPES, (c, { me, grant }) => {
      const view = viewOf(c, grant, deps, c.req.query("$select"));
      const mail = me.mailbox.find(c.req.param("messageId") ?? "");
      if (mail === undefined) throw notFound();
      const chosen = view.select === undefined ? "" : `(${view.select.join(",")})`;
      const context = odataContext(deps, `users('${encodeURIComponent(me.address)}')/messages${chosen}/$entity`);
      const applied = view.textBody ? { "preference-applied": 'outlook.body-content-type="text"' } : undefined;
      return c.json({ "@odata.context": context, ...messageShape(me, mail, mail.folder, view) }, 200, applied);
    }),
  );
  app.get(
    `${base}/messages/:messageId/attachments`,
    guard("graph.attachments", MAIL_SCOPES, (c, { me }) => {
      const mail = me.mailbox.find(c.req.param("messageId") ?? "");
      if (mail === undefined) throw notFound();
      const file = attachmentShape(me, mail);
      return c.json({ value: file === undefined ? [] : [file] });
    }),
  );
}

function viewOf(c: GraphContext, grant: Grant, deps: GraphDeps, select: string | undefined): MessageView {
  const preferred = preferences(c);
  return {
    immutableIds: preferred.immutableIds,
    textBody: preferred.textBody,
    basic: !scopesOf(grant).some((scope) => ["mail.read", "mail.readwrite", ".default"].includes(scope)),
    unsetAsNull: deps.faults.unsetAsNull,
    select: readSelect(select, MESSAGE_PROPERTIES, "message"),
  };
}

function folderDelta(c: GraphContext, caller: Caller, deps: GraphDeps): Response {
  const { mailbox } = caller.me;
  const folder = folderOf(c, mailbox);
  for (const name of ["$search", "changeType", "$expand"]) {
    if (c.req.query(name) !== undefined) throw badRequest(`${name} is not supported here.`);
  }
  viewOf(c, caller.grant, deps, c.req.query("$select"));
  readFilter(c.req.query("$filter"));
  return answerDelta(c, caller, deps, {
    of: "messages",
    folder,
    log: folder.log,
    path: `me/mailFolders('${folder.id}')/messages/delta`,
    start: { select: c.req.query("$select"), filter: c.req.query("$filter") },
    show: (change, cursor) => deltaItem(c, caller, deps, folder, change, cursor),
  });
}

/** One item of a message delta: removed, partial (no etag, only what changed), or all that is selected. */
function deltaItem(
  c: GraphContext,
  { me, grant }: Caller,
  deps: GraphDeps,
  folder: Folder,
  change: LogChange,
  cursor: Cursor,
): Record<string, unknown> | undefined {
  const { mailbox } = me;
  const view = viewOf(c, grant, deps, cursor.select);
  const type = { "@odata.type": "#microsoft.graph.message" };
  const mail = mailbox.store.at(change.number);
  if (mail === undefined) return undefined;
  const after = readFilter(cursor.filter);
  if (after !== undefined && mail.receivedAt < after) return undefined;
  if (change.kind === "removed" || mail.gone) {
    // The default id of a mail names its place: of the one that left here, the id that it had here is told.
    const id = mail.gone || view.immutableIds
      ? mailbox.id(mail, view.immutableIds)
      : mailbox.ids.message({ number: mail.number, immutable: false, moves: Math.max(0, mail.moves - 1) });
    return { ...type, id, "@removed": { reason: "deleted" } };
  }
  if (change.kind === "partial") {
    return { ...type, id: mailbox.id(mail, view.immutableIds), isRead: mail.isRead, parentFolderId: folder.id };
  }
  return { ...type, ...messageShape(me, mail, folder, view) };
}

/** The oldest time that a `receivedDateTime` filter lets through; it is the only one supported. */
function readFilter(filter: string | undefined): number | undefined {
  if (filter === undefined || filter === "") return undefined;
  const [, operator, text = ""] = /^receivedDateTime\s+(ge|gt)\s+(\S+)$/.exec(filter.trim()) ?? [];
  const at = Date.parse(text);
  if (operator === undefined || Number.isNaN(at)) throw badRequest(`The filter '${filter}' is not supported.`);
  return operator === "ge" ? at : at + 1;
}

/** Messages, newest first, by `$top` and `$skip`. */
function list(c: GraphContext, { me, grant }: Caller, deps: GraphDeps, folder: Folder | undefined): Response {
  const view = viewOf(c, grant, deps, c.req.query("$select"));
  const after = readFilter(c.req.query("$filter"));
  if (!["receiveddatetime desc", undefined].includes(c.req.query("$orderby")?.toLowerCase())) {
    throw badRequest("Only the order 'receivedDateTime desc' is supported.");
  }
  const top = readCount(c, "$top", PAGE_SIZE, PAGE_MAX);
  const skip = readCount(c, "$skip", 0, Infinity);
  const { store } = me.mailbox;
  const found: Record<string, unknown>[] = [];
  let passed = 0, more = false;
  for (let number = store.nextNumber - 1; number >= 0 && !more; number--) {
    const mail = store.find(number);
    if (mail === undefined || (folder !== undefined && mail.folder !== folder)) continue;
    if (after !== undefined && mail.receivedAt < after) break;
    if (passed++ < skip) continue;
    more = found.length === top;
    if (!more) found.push(selected(messageShape(me, mail, mail.folder, view), view.select));
  }
  const query = new URLSearchParams(new URL(c.req.url).search);
  query.set("$top", String(top));
  query.set("$skip", String(skip + top));
  const path = folder === undefined ? "me/messages" : `me/mailFolders('${folder.id}')/messages`;
  return c.json({
    "@odata.context": odataContext(deps, `users('${encodeURIComponent(me.address)}')/messages`),
    ...(more ? { "@odata.nextLink": `${graphBase(deps)}/${path}?${query}` } : {}),
    value: found,
  });
}
