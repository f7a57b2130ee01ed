/** A Graph message as an email document. A pure function: nothing is read but what is handed in. */
import { z } from "zod";
import { Email } from "../../contracts/documents.ts";
import type { ItemReading } from "../port.ts";
import { cut, messageIds, momentOf, NO_MOMENT, PREVIEW_CHARS_MAX } from "../text.ts";
import {
  Address,
  Addresses,
  Attachments,
  Body,
  contentOf,
  Flag,
  importanceOf,
  isBefore,
  Moment,
  refusalOf,
  Text,
  Texts,
  versionOf,
} from "./fields.ts";
import type { ItemPlace } from "./kind.ts";

/** The members of a message that are used; all but the id may be absent. */
const GraphMessage = z.object({
  id: z.string().min(1),
  subject: Text,
  from: Address,
  sender: Address,
  toRecipients: Addresses,
  ccRecipients: Addresses,
  bccRecipients: Addresses,
  replyTo: Addresses,
  sentDateTime: Moment,
  receivedDateTime: Moment,
  createdDateTime: Moment,
  lastModifiedDateTime: Moment,
  conversationId: Text,
  internetMessageId: Text,
  internetMessageHeaders: z.array(z.object({ name: Text, value: Text })).nullish(),
  webLink: Text,
  isRead: Flag,
  isDraft: Flag,
  flag: z.object({ flagStatus: Text }).nullish(),
  importance: Text,
  categories: Texts,
  hasAttachments: Flag,
  attachments: Attachments,
  bodyPreview: Text,
  body: Body,
});
type GraphMessage = z.infer<typeof GraphMessage>;

const Role = Email.shape.folder_role.catch("");

/** The document of a message, or why there is none. */
export function emailOf(item: unknown, place: ItemPlace): ItemReading {
  const parsed = GraphMessage.safeParse(item);
  if (!parsed.success) return refusalOf(item, place.container, "message", parsed.error);
  const message = parsed.data;
  const { container, containers, choice } = place;
  const folder = containers.get(container);
  const received_at = momentOf(message.receivedDateTime);
  if (isBefore(choice, received_at || momentOf(message.createdDateTime))) {
    return { left_out: true, provider_id: message.id, container };
  }
  return {
    provider_id: message.id,
    container,
    version: versionOf(message.lastModifiedDateTime),
    document: {
      ...fieldsOf(message),
      ...textOf(message, place),
      container,
      folder_role: Role.parse(folder?.role),
      folder_name: folder?.name ?? "",
    },
  };
}

function fieldsOf(message: GraphMessage) {
  const header = (name: string) =>
    message.internetMessageHeaders?.find((header) => header.name.toLowerCase() === name)?.value ?? "";
  const sent_at = momentOf(message.sentDateTime);
  const received_at = momentOf(message.receivedDateTime);
  return {
    doc_type: "email" as const,
    provider: "microsoft" as const,
    provider_id: message.id,
    title: message.subject,
    url: message.webLink,
    last_updated: momentOf(message.lastModifiedDateTime) || received_at || sent_at ||
      momentOf(message.createdDateTime) || NO_MOMENT,
    thread_id: message.conversationId,
    internet_message_id: message.internetMessageId,
    in_reply_to: messageIds(header("in-reply-to"))[0] ?? "",
    references: messageIds(header("references")),
    list_id: header("list-id"),
    labels: message.categories,
    from: message.from,
    sender: message.sender,
    to: message.toRecipients,
    cc: message.ccRecipients,
    bcc: message.bccRecipients,
    reply_to: message.replyTo,
    sent_at,
    received_at,
    read: message.isRead,
    draft: message.isDraft,
    flagged: message.flag?.flagStatus.toLowerCase() === "flagged",
    importance: importanceOf(message.importance),
    has_attachments: message.hasAttachments || message.attachments.some((file) => !file.inline),
    attachments: message.attachments,
    // Graph does not tell the size of a mail.
    size_bytes: 0,
  };
}

function textOf(message: GraphMessage, { choice, html }: ItemPlace) {
  if (!choice.bodies) return { body: "", preview: "", truncated: false, links: [], structured: [] };
  return { ...contentOf(message.body, html), preview: cut(message.bodyPreview, PREVIEW_CHARS_MAX) };
}
