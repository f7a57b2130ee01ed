/** A Graph message as an email document. A pure function: nothing is read but what is handed in. */
import { z } from "zod";
import type { Attachment, Email, Person } from "../../contracts/documents.ts";
import type { ReadDocument, Refusal } from "../port.ts";
import {
  bodyText,
  cut,
  type HtmlToText,
  messageIds,
  momentOf,
  NO_MOMENT,
  PREVIEW_CHARS_MAX,
  sizeOf,
  tidy,
} from "../text.ts";

/** What a message does not say about its folder. */
export interface FolderFacts {
  readonly name: string;
  readonly role: Email["folder_role"];
}

/** Folders by id. */
export type Folders = ReadonlyMap<string, FolderFacts>;

// Graph leaves members out, sends null, "" or {} for "nothing", and its documentation prints booleans as strings.
const Text = z.string().nullish().transform((text) => tidy(text ?? ""));
const Flag = z.union([z.boolean(), z.enum(["true", "false"])]).nullish().transform((flag) =>
  flag === true || flag === "true"
);
const Address = z.object({ emailAddress: z.object({ name: Text, address: Text }).nullish() }).nullish()
  .transform((recipient): Person => ({
    name: recipient?.emailAddress?.name ?? "",
    address: (recipient?.emailAddress?.address ?? "").trim().toLowerCase(),
  }));
const Addresses = z.array(Address).nullish().transform((people) => (people ?? []).filter(isSomebody));
const Moment = z.string().nullish();

const Attached = z.object({
  id: Text,
  name: Text,
  contentType: Text,
  size: z.number().nullish(),
  isInline: Flag,
}).transform((file): Attachment => ({
  id: file.id,
  name: file.name,
  mime_type: file.contentType.toLowerCase(),
  size_bytes: sizeOf(file.size),
  inline: file.isInline,
}));

/** The members of a message that are used; all but the id may be absent. */
export const GraphMessage = z.object({
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
  parentFolderId: Text,
  webLink: Text,
  isRead: Flag,
  isDraft: Flag,
  flag: z.object({ flagStatus: Text }).nullish(),
  importance: Text,
  categories: z.array(Text).nullish(),
  hasAttachments: Flag,
  attachments: z.array(Attached).nullish(),
  bodyPreview: Text,
  body: z.object({ contentType: Text, content: z.string().nullish() }).nullish(),
});
export type GraphMessage = z.infer<typeof GraphMessage>;

/** True when the body of this item must be reduced from HTML. */
export function hasHtml(item: unknown): boolean {
  const { data } = z.object({ body: z.object({ contentType: z.string() }) }).safeParse(item);
  return data?.body.contentType.toLowerCase() === "html";
}

/**
 * The document of a message, or why there can't be one.
 * @param folder the id of the folder it was found in, for items that do not name theirs; `""` when it is not known
 */
export function emailOf(item: unknown, folder: string, folders: Folders, toText: HtmlToText): ReadDocument | Refusal {
  const parsed = GraphMessage.safeParse(item);
  if (!parsed.success) return refusalOf(item, parsed.error);
  const message = parsed.data;
  const container = message.parentFolderId || folder;
  const modified_at = momentOf(message.lastModifiedDateTime);
  return {
    provider_id: message.id,
    container,
    version: modified_at === "" ? 0 : Date.parse(modified_at),
    document: { ...fieldsOf(message), ...contentOf(message, toText), ...placeOf(container, folders) },
  };
}

function fieldsOf(message: GraphMessage) {
  const header = (name: string) =>
    message.internetMessageHeaders?.find((header) => header.name.toLowerCase() === name)?.value ?? "";
  const sent_at = momentOf(message.sentDateTime);
  const received_at = momentOf(message.receivedDateTime);
  const attachments = message.attachments ?? [];
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
    labels: message.categories ?? [],
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
    has_attachments: message.hasAttachments || attachments.some((file) => !file.inline),
    attachments,
    links: [],
    structured: [],
    // Graph does not tell the size of a mail.
    size_bytes: 0,
  };
}

function contentOf(message: GraphMessage, toText: HtmlToText) {
  const content = message.body?.content ?? "";
  const html = message.body?.contentType.toLowerCase() === "html";
  return {
    ...bodyText((reduced) => html ? reduced(content) : content, toText),
    preview: cut(message.bodyPreview, PREVIEW_CHARS_MAX),
  };
}

function placeOf(container: string, folders: Folders) {
  const folder = folders.get(container);
  return { container, folder_role: folder?.role ?? "" as const, folder_name: folder?.name ?? "" };
}

function importanceOf(text: string): Email["importance"] {
  const importance = text.toLowerCase();
  return importance === "low" || importance === "high" ? importance : "normal";
}

function isSomebody(person: Person): boolean {
  return person.name !== "" || person.address !== "";
}

function refusalOf(item: unknown, error: z.ZodError): Refusal {
  const named = z.object({ id: z.string() }).safeParse(item);
  const issue = error.issues[0];
  return {
    provider_id: named.success ? named.data.id : "",
    container: "",
    reason: `The message can't be read: ${issue?.message ?? "unknown form"}`,
    field: issue?.path.join(".") ?? "",
  };
}
