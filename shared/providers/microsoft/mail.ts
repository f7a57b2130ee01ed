/** Mail: messages in folders. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { readBatch } from "./batch.ts";
import { contained } from "./contained.ts";
import { newestFirst } from "./cursor.ts";
import type { ContainedKind } from "./kind.ts";
import { ITEMS_PER_PAGE, LIST_HEADERS, preferring } from "./graph.ts";
import { emailOf } from "./message.ts";
import { type GraphResource, OUTLOOK_LIFE_MINUTES, type Reading, WHOLE } from "./resource.ts";

/** Graph's aliases of the folders that every mailbox has, whose names are localised. */
const ALIASES = {
  inbox: "inbox",
  sent: "sentitems",
  drafts: "drafts",
  archive: "archive",
  junk: "junkemail",
  trash: "deleteditems",
  outbox: "outbox",
} as const;

/** The members of a mail that are read, the same ones by every way: what differed would look like a change. */
const SELECT = [
  "subject",
  "from",
  "sender",
  "toRecipients",
  "ccRecipients",
  "bccRecipients",
  "replyTo",
  "sentDateTime",
  "receivedDateTime",
  "createdDateTime",
  "lastModifiedDateTime",
  "conversationId",
  "internetMessageId",
  "internetMessageHeaders",
  "parentFolderId",
  "webLink",
  "isRead",
  "isDraft",
  "flag",
  "importance",
  "categories",
  "hasAttachments",
];
const BODIES = ["bodyPreview", "body"];

function selected(choice: ResourceChoice): string {
  return [...SELECT, ...choice.bodies ? BODIES : []].join(",");
}

/** So many pages of the newest mails come first, a thousand mails: some seconds of reading. */
const OVERVIEW_PAGES = 20;

const InFolder = z.object({ parentFolderId: z.string().min(1) });

/** Mails that are read ahead of a folder's listing when one is notified. */
const NEWEST_MAILS = 25;

const kind: ContainedKind = {
  resource: "mail",
  doc_type: "email",
  headers: preferring(ITEMS_PER_PAGE),
  list: {
    url: "/me/mailFolders/delta?$select=displayName,parentFolderId,isHidden",
    headers: LIST_HEADERS,
    form: "delta",
    name_member: "displayName",
    itemUrl: (id) => `/me/mailFolders/${encodeURIComponent(id)}?$select=displayName`,
    unlisted: [],
    readRoles,
    order: ["inbox", "sent", "", "archive", "drafts", "outbox", "trash", "junk"],
  },
  // `$orderby` on the time of receipt is the one order that a delta supports: a first sync shows the newest mails
  // first. A `$filter` on it would end the delta after 5,000 mails. Source: message-delta in the Graph documentation.
  firstUrl: (folder, { choice }) =>
    `/me/mailFolders/${encodeURIComponent(folder)}/messages/delta?$select=${selected(choice)}` +
    `&$orderby=${encodeURIComponent("receivedDateTime desc")}`,
  newestUrl: (folder, choice) =>
    `/me/mailFolders/${encodeURIComponent(folder)}/messages?$select=${selected(choice)}` +
    `&$orderby=${encodeURIComponent("receivedDateTime desc")}&$top=${NEWEST_MAILS}`,
  // A list takes its length from `$top`, and is ten long without it.
  overviewUrl: (choice) =>
    `/me/messages?$select=${selected(choice)}&$orderby=${encodeURIComponent("receivedDateTime desc")}&$top=50`,
  containerOf: (item, seen_in) => InFolder.safeParse(item).data?.parentFolderId ?? seen_in,
  itemUrl: ({ provider_id }, choice) => `/me/messages/${encodeURIComponent(provider_id)}?$select=${selected(choice)}`,
  attachmentsUrl: (provider_id) => `/me/messages/${encodeURIComponent(provider_id)}/attachments`,
  read: emailOf,
};

async function readRoles(reading: Reading) {
  const aliases = Object.entries(ALIASES);
  const answers = await readBatch(reading, aliases.map(([, alias]) => `/me/mailFolders/${alias}?$select=id`), {});
  const roles: Record<string, string> = {};
  let complete = true;
  for (const [at, [role]] of aliases.entries()) {
    const answer = answers[at];
    const id = z.object({ id: z.string() }).safeParse(answer?.body).data?.id;
    if (answer?.status === 200 && id !== undefined) roles[id] = role;
    // A mailbox without an archive answers 404; that is an answer too.
    else if (answer?.status !== 404) complete = false;
  }
  return { roles, complete };
}

export const mail: GraphResource = {
  resource: "mail",
  scope: "Mail.Read",
  read_by: ["mail.read", "mail.readwrite"],
  subscription: {
    path: () => "/me/messages",
    watches: (path) => /\/messages$/i.test(path) && !/mailfolders/i.test(path),
    change_types: "created,updated,deleted",
    life_minutes: OUTLOOK_LIFE_MINUTES,
    needs: [],
  },
  ...contained(kind),
  first_cursor: newestFirst(OVERVIEW_PAGES),
  targets: () => WHOLE,
};
