import type { Hono } from "hono";
import { SYSTEM_LABELS } from "../mailbox/labels.ts";
import type { GoogleCaller, GoogleContext, GoogleDeps, GoogleEnv } from "./context.ts";
import { base64url, byteLength } from "./encoding.ts";
import { GoogleError, invalid, notFound } from "./errors.ts";
import { FULL_SCOPES, type GoogleGuard, METADATA_SCOPES } from "./guard.ts";
import { FORMATS, gmailMessage } from "./message_shape.ts";
import { partTree } from "./mime.ts";
import { readCount, readPageToken, writePageToken } from "./paging.ts";
import { z } from "zod";

const BASE = "/google/gmail/v1/users/:userId";
const WatchRequest = z.object({
  topicName: z.string().regex(/^projects\/[^/]+\/topics\/[^/]+$/),
  labelIds: z.array(z.string()).optional(),
  labelFilterBehavior: z.string().optional(),
  labelFilterAction: z.string().optional(),
});

/** The Gmail API but for history: profile, labels, messages, attachments, watch and stop. */
export function gmailRoutes(app: Hono<GoogleEnv>, guard: GoogleGuard, deps: GoogleDeps): void {
  app.get(
    `${BASE}/profile`,
    guard("gmail.profile", METADATA_SCOPES, (c, { me }) =>
      c.json({
        emailAddress: me.address,
        messagesTotal: me.mailbox.store.size,
        threadsTotal: me.mailbox.store.threads,
        historyId: String(me.mailbox.history.last),
      })),
  );
  app.get(`${BASE}/labels`, guard("gmail.labels", METADATA_SCOPES, (c, { me }) => c.json({ labels: labels(me) })));
  app.get(`${BASE}/messages`, guard("gmail.messages", METADATA_SCOPES, (c, caller) => listMessages(c, caller)));
  app.get(`${BASE}/messages/:id`, guard("gmail.message", METADATA_SCOPES, (c, caller) => getMessage(c, caller)));
  app.get(
    `${BASE}/messages/:id/attachments/:attachmentId`,
    guard("gmail.attachment", FULL_SCOPES, (c, { me }) => {
      const mail = me.mailbox.find(c.req.param("id") ?? "");
      if (mail === undefined) throw notFound();
      const content = me.mailbox.content(mail);
      const id = partTree(me, mail, content).parts?.[1]?.body.attachmentId;
      if (content.attachment === null || id !== c.req.param("attachmentId")) throw notFound();
      return c.json({ size: byteLength(content.attachment.text), data: base64url(content.attachment.text, true) });
    }),
  );
  app.post(
    `${BASE}/watch`,
    guard("gmail.watch", METADATA_SCOPES, async (c, { me }) => {
      const parsed = WatchRequest.safeParse(await c.req.json().catch(() => undefined));
      if (!parsed.success) throw invalid(`Invalid topicName or labels: ${parsed.error.issues[0]?.path.join(".")}`);
      const { labelIds = [], labelFilterBehavior, labelFilterAction } = parsed.data;
      const exclude = (labelFilterBehavior ?? labelFilterAction)?.toUpperCase() === "EXCLUDE";
      const historyId = String(me.mailbox.history.last);
      const expiresAt = deps.watches.start(me, labelIds, exclude);
      return c.json({ historyId, expiration: String(expiresAt) });
    }),
  );
  app.post(
    `${BASE}/stop`,
    guard("gmail.stop", METADATA_SCOPES, (c, { me }) => {
      deps.watches.stop(me);
      return c.body(null, 204);
    }),
  );
}

function labels(me: GoogleCaller["me"]): unknown[] {
  const system = SYSTEM_LABELS.map(({ id, hidden }) => ({
    id,
    name: id,
    type: "system",
    ...(hidden ? { messageListVisibility: "hide", labelListVisibility: "labelHide" } : {}),
  }));
  const own = me.mailbox.ownLabels().map(({ id, name }) => ({
    id,
    name,
    type: "user",
    messageListVisibility: "show",
    labelListVisibility: "labelShow",
  }));
  return [...system, ...own];
}

/** Ids, newest first. Spam and bin are left out unless asked for. */
function listMessages(c: GoogleContext, { me }: GoogleCaller): Response {
  if (c.req.query("q") !== undefined) throw invalid("Searching by q is not simulated.");
  const wanted = c.req.queries("labelIds") ?? [];
  const hidden = c.req.query("includeSpamTrash") === "true"
    ? []
    : ["SPAM", "TRASH"].filter((one) => !wanted.includes(one));
  const limit = readCount(c, 100, 500);
  const { mailbox } = me;
  const token = c.req.query("pageToken");
  const from = token === undefined ? mailbox.store.nextNumber : readPageToken(token, "messages");
  const messages: { id: string; threadId: string }[] = [];
  let number = from - 1;
  for (; number >= 0 && messages.length < limit; number--) {
    const mail = mailbox.store.find(number);
    if (mail === undefined || !wanted.every((label) => mail.labels.includes(label))) continue;
    if (mail.labels.some((label) => hidden.includes(label))) continue;
    messages.push({ id: mailbox.id(mail.number), threadId: mailbox.id(mail.thread) });
  }
  return c.json({
    ...(messages.length > 0 ? { messages } : {}),
    ...(number >= 0 && messages.length === limit ? { nextPageToken: writePageToken(number + 1, "messages") } : {}),
    resultSizeEstimate: messages.length < limit && token === undefined ? messages.length : mailbox.store.size,
  });
}

function getMessage(c: GoogleContext, { me, grant }: GoogleCaller): Response {
  const format = FORMATS.find((one) => one === (c.req.query("format") ?? "full").toLowerCase());
  if (format === undefined) throw invalid(`Invalid value for format: ${c.req.query("format")}`);
  if ((format === "full" || format === "raw") && !FULL_SCOPES.some((scope) => grant.scopes.includes(scope))) {
    throw new GoogleError(403, "forbidden", `Metadata scope doesn't allow format ${format.toUpperCase()}`);
  }
  const mail = me.mailbox.find(c.req.param("id") ?? "");
  if (mail === undefined) throw notFound();
  return c.json(gmailMessage(me, mail, format, c.req.queries("metadataHeaders") ?? []));
}
