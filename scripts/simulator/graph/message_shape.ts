import { hash } from "../chance.ts";
import { type Address, formatAddress, preview } from "../content/mail.ts";
import type { Folder } from "../mailbox/folder.ts";
import type { MicrosoftMail } from "../mailbox/microsoft_mailbox.ts";
import type { MicrosoftUser } from "./context.ts";

/** How a message is to be shown. */
export interface MessageView {
  readonly immutableIds: boolean;
  readonly textBody: boolean;
  /** Only Mail.ReadBasic was granted: no body, no preview. */
  readonly basic: boolean;
  /** Texts that are not set come as null. */
  readonly unsetAsNull: boolean;
  readonly select: readonly string[] | undefined;
}

/** Properties that a message has, those given only when selected included. */
export const MESSAGE_PROPERTIES: ReadonlySet<string> = new Set([
  "id",
  "createdDateTime",
  "lastModifiedDateTime",
  "changeKey",
  "categories",
  "receivedDateTime",
  "sentDateTime",
  "hasAttachments",
  "internetMessageId",
  "internetMessageHeaders",
  "subject",
  "bodyPreview",
  "importance",
  "parentFolderId",
  "conversationId",
  "conversationIndex",
  "isDeliveryReceiptRequested",
  "isReadReceiptRequested",
  "isRead",
  "isDraft",
  "webLink",
  "inferenceClassification",
  "body",
  "uniqueBody",
  "sender",
  "from",
  "toRecipients",
  "ccRecipients",
  "bccRecipients",
  "replyTo",
  "flag",
]);

const BODY_PROPERTIES = ["body", "uniqueBody", "bodyPreview"];

/** A message as Graph shows it, all that is selected; `folder` is where the reader finds it. */
export function messageShape(
  me: MicrosoftUser,
  mail: MicrosoftMail,
  folder: Folder,
  view: MessageView,
): Record<string, unknown> {
  const content = me.mailbox.content(mail);
  const changeKey = changeKeyOf(me, mail);
  const wanted = (name: string) =>
    view.select?.includes(name) ?? !["uniqueBody", "internetMessageHeaders"].includes(name);
  const body = content.html === null || view.textBody
    ? { contentType: "text", content: content.text.replaceAll("\n", "\r\n") }
    : { contentType: "html", content: content.html };
  const unset = view.unsetAsNull ? null : "";
  const properties: Record<string, () => unknown> = {
    id: () => me.mailbox.id(mail, view.immutableIds),
    createdDateTime: () => time(mail.receivedAt),
    lastModifiedDateTime: () => time(mail.modifiedAt),
    changeKey: () => changeKey,
    categories: () => [],
    receivedDateTime: () => time(mail.receivedAt),
    sentDateTime: () => time(mail.receivedAt - 4_000),
    hasAttachments: () => content.attachment !== null,
    internetMessageId: () => internetMessageId(me, mail.number),
    internetMessageHeaders: () => headers(me, mail, content.from, content.headers),
    subject: () => content.subject === "" ? unset : content.subject,
    bodyPreview: () => preview(content.text, 255),
    importance: () => content.importance,
    parentFolderId: () => folder.id,
    conversationId: () => `AAQkAD${hash("conversation", me.user, mail.thread).toString(16).toUpperCase()}AAQA=`,
    conversationIndex: () => btoa(`Ad${mail.thread}`),
    isDeliveryReceiptRequested: () => false,
    isReadReceiptRequested: () => false,
    isRead: () => mail.isRead,
    isDraft: () => folder.alias === "drafts",
    webLink: () => `https://outlook.example/mail/${hash("link", me.user, mail.number).toString(36)}`,
    inferenceClassification: () => content.headers.length > 0 ? "other" : "focused",
    body: () => body,
    uniqueBody: () => body,
    sender: () => recipient(content.from),
    from: () => recipient(content.from),
    toRecipients: () => content.to.map(recipient),
    ccRecipients: () => content.cc.map(recipient),
    bccRecipients: () => [],
    replyTo: () => [],
    flag: () => ({ flagStatus: mail.flagged ? "flagged" : "notFlagged" }),
  };
  const shape: Record<string, unknown> = { "@odata.etag": `W/"${changeKey}"` };
  for (const [name, value] of Object.entries(properties)) {
    if (name !== "id" && (!wanted(name) || (view.basic && BODY_PROPERTIES.includes(name)))) continue;
    shape[name] = value();
  }
  return shape;
}

/** The key that changes with every change of a message. */
export function changeKeyOf(me: MicrosoftUser, mail: MicrosoftMail): string {
  const digest = hash("change key", me.user, mail.number, mail.version).toString(16).toUpperCase().padStart(8, "0");
  return `CQAAABYAAAD${digest}AA${mail.version.toString(36)}`;
}

/** The Message-ID header: it stays, wherever the mail is moved. */
export function internetMessageId(me: MicrosoftUser, number: number): string {
  return `<${hash("message id", me.user, number).toString(16)}.${number}@mail.outlook.example>`;
}

/** Times come in whole seconds. */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function recipient(address: Address): unknown {
  return { emailAddress: { name: address.name, address: address.address } };
}

function headers(
  me: MicrosoftUser,
  mail: MicrosoftMail,
  from: Address,
  further: readonly (readonly [string, string])[],
): unknown {
  const lines: (readonly [string, string])[] = [
    ["Received", "from mx.outlook.example by mail.outlook.example; " + new Date(mail.receivedAt).toUTCString()],
    ["From", formatAddress(from)],
    ["Message-Id", internetMessageId(me, mail.number)],
    ["MIME-Version", "1.0"],
    ...further,
  ];
  return lines.map(([name, value]) => ({ name, value }));
}

/** The one attachment that some messages have, with its content. */
export function attachmentShape(me: MicrosoftUser, mail: MicrosoftMail): Record<string, unknown> | undefined {
  const file = me.mailbox.content(mail).attachment;
  if (file === null) return undefined;
  const bytes = new TextEncoder().encode(file.text);
  return {
    "@odata.type": "#microsoft.graph.fileAttachment",
    "@odata.mediaContentType": file.mediaType,
    id: `AAMkADattach${hash("attachment", me.user, mail.number).toString(16)}=`,
    lastModifiedDateTime: time(mail.receivedAt),
    name: file.name,
    contentType: file.mediaType,
    size: bytes.length,
    isInline: false,
    contentId: null,
    contentLocation: null,
    contentBytes: btoa(String.fromCharCode(...bytes)),
  };
}
