/** A message of a file as an email document. */
import PostalMime, { decodeWords, type Email as Parsed } from "postal-mime";
import type { Email, Person } from "../../contracts/documents.ts";
import { digest, hex } from "../../contracts/ids.ts";
import { peopleOf } from "../google/addresses.ts";
import { htmlFacts, NO_FACTS } from "../html_facts.ts";
import type { UnboundDocument } from "../port.ts";
import { bodyText, cut, type HtmlToText, messageIds, momentOf, NO_MOMENT, PREVIEW_CHARS_MAX, tidy } from "../text.ts";
import { latin1, startsWith } from "./lines.ts";
import type { RawItem } from "./raw_item.ts";

const HEAD_BYTES_MAX = 256 * 1024;
const MESSAGE_ID_CHARS_MAX = 512;
const HEADER_CHARS_MAX = 32 * 1024;
const LF = 10;
const CR = 13;

type UnboundEmail = Extract<UnboundDocument, { readonly doc_type: "email" }>;

/** What is known of a message before it is parsed. */
export interface MailHead {
  /** The Message-ID, or a digest of the whole message where there is none. */
  readonly provider_id: string;
  /** Thunderbird keeps what was deleted in the file until it is compacted. */
  readonly deleted: boolean;
}

/** Reads the head of a message without parsing it: nothing in it can do harm here. */
export async function mailHeadOf(item: RawItem): Promise<MailHead> {
  const head = latin1(headerBytesOf(withoutSeparator(item.bytes)));
  const header = (name: string) =>
    new RegExp(`^${name}[ \\t]*:((?:.*)(?:\\r?\\n[ \\t].*)*)`, "im").exec(head)?.[1]?.trim() ?? "";
  const id = /<[^<>\s]+>/.exec(header("message-id"))?.[0] ?? "";
  const status = parseInt(header("x-mozilla-status"), 16);
  return {
    provider_id: id !== "" && id.length <= MESSAGE_ID_CHARS_MAX ? id : await unnamed(item.bytes),
    deleted: (status & 0x0008) !== 0,
  };
}

/** What stands before the first empty line. */
function headerBytesOf(bytes: Uint8Array): Uint8Array {
  for (let at = bytes.indexOf(LF); at >= 0 && at < HEAD_BYTES_MAX; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF || (bytes[at + 1] === CR && bytes[at + 2] === LF)) return bytes.subarray(0, at);
  }
  return bytes.subarray(0, HEAD_BYTES_MAX);
}

async function unnamed(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const whole = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", withoutSeparator(bytes))));
  return `sha256:${await digest("message", whole)}`;
}

/** The line that separates messages in an mbox file is no part of one. */
function withoutSeparator(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return startsWith(bytes, "From ") ? bytes.subarray(bytes.indexOf(LF) + 1) : bytes;
}

const ROLES: ReadonlyMap<string, Email["folder_role"]> = new Map([
  ["inbox", "inbox"],
  ["sent", "sent"],
  ["sent mail", "sent"],
  ["sent items", "sent"],
  ["sent messages", "sent"],
  ["draft", "drafts"],
  ["drafts", "drafts"],
  ["archive", "archive"],
  ["archives", "archive"],
  ["archived", "archive"],
  ["spam", "junk"],
  ["junk", "junk"],
  ["trash", "trash"],
  ["bin", "trash"],
  ["deleted items", "trash"],
  ["outbox", "outbox"],
]);

/** Words of Gmail's that are no labels of the person's own. */
const STATES = new Set(["unread", "opened", "starred", "important"]);

/**
 * The document of a message; a sentence when it is none. What a file says of its folder is its name; Gmail's exports
 * name the labels of each message.
 * @param folder the file's name without folders and ending
 */
export async function emailOf(
  item: RawItem,
  { provider_id }: Pick<MailHead, "provider_id">,
  folder: string,
  toText: HtmlToText,
): Promise<UnboundEmail | string> {
  const separator = startsWith(item.bytes, "From ") ? latin1(item.bytes.subarray(0, item.bytes.indexOf(LF))) : "";
  const parsed = await new PostalMime({ maxNestingDepth: 64, rfc822Attachments: true })
    .parse(withoutSeparator(item.bytes));
  const header = (name: string) => tidy(parsed.headers.find(({ key }) => key === name)?.value ?? "").trim();
  if (!["from", "date", "subject", "message-id", "received", "to"].some((name) => header(name) !== "")) {
    return "not_a_message: It has none of the headers that each message has.";
  }
  const people = (name: string) => peopleOf(header(name));
  const sent_at = momentOf(header("date").replace(/\s*\([^()]*\)\s*$/, ""));
  const received_at = momentOf(header("received").split(";").at(-1)?.trim()) || sent_at ||
    momentOf(separator.replace(/^From \S+ /, ""));
  const from = people("from")[0] ?? NOBODY;
  const references = messageIds(header("references"));
  const in_reply_to = messageIds(header("in-reply-to"))[0] ?? "";
  const attachments = parsed.attachments.map(({ filename, mimeType, disposition, contentId, content }, position) => ({
    id: String(position),
    name: tidy(filename ?? ""),
    mime_type: mimeType.toLowerCase(),
    size_bytes: typeof content === "string" ? content.length : content.byteLength,
    inline: disposition === "inline" || (disposition === null && contentId !== undefined),
  }));
  return {
    doc_type: "email",
    provider: "import",
    provider_id,
    container: "",
    title: tidy(parsed.subject ?? "").trim(),
    url: "",
    last_updated: received_at || sent_at || NO_MOMENT,
    thread_id: header("x-gm-thrid") || references[0] || in_reply_to || provider_id,
    internet_message_id: header("message-id"),
    in_reply_to,
    references,
    list_id: header("list-id"),
    ...stateOf(header, folder),
    from,
    sender: people("sender")[0] ?? from,
    to: people("to"),
    cc: people("cc"),
    bcc: people("bcc"),
    reply_to: people("reply-to"),
    sent_at,
    received_at,
    ...contentOf(parsed, item.cut, toText),
    importance: importanceOf(header("importance"), header("x-priority")),
    has_attachments: attachments.some(({ inline }) => !inline),
    attachments,
    size_bytes: item.end - item.offset,
  };
}

const NOBODY: Person = { name: "", address: "" };

function contentOf(parsed: Parsed, was_cut: boolean, toText: HtmlToText) {
  const { html = "", text = "" } = parsed;
  const { body, truncated } = bodyText((toText) => text.trim() === "" && html !== "" ? toText(html) : text, toText);
  return {
    body,
    truncated: truncated || was_cut,
    preview: cut(body.replaceAll(/\s+/g, " "), PREVIEW_CHARS_MAX),
    ...(html === "" ? NO_FACTS : htmlFacts(html)),
  };
}

/** Gmail's labels of a message: `Inbox,Important,"a, b"`. */
function labelsOf(line: string): readonly string[] {
  const labels = decodeWords(line.slice(0, HEADER_CHARS_MAX)).match(/"[^"]*"|[^,]+/g) ?? [];
  return labels.map((label) => tidy(label).replaceAll('"', "").trim()).filter((label) => label !== "");
}

/** Where the message lies and what became of it, as Gmail's exports, Thunderbird and Unix mailboxes say it. */
function stateOf(header: (name: string) => string, folder: string) {
  const labels = labelsOf(header("x-gmail-labels"));
  const has = (label: string) => labels.some((each) => each.toLowerCase() === label);
  const roles = labels.map((label) => ROLES.get(label.toLowerCase()) ?? "").filter((role) => role !== "");
  const mozilla = parseInt(header("x-mozilla-status"), 16) || 0;
  const folder_role = labels.length === 0 ? ROLES.get(folder.toLowerCase()) ?? "" : roles[0] ?? "archive";
  return {
    folder_role,
    folder_name: labels.length === 0 ? folder : "",
    labels: labels.filter((label) => !ROLES.has(label.toLowerCase()) && !STATES.has(label.toLowerCase())),
    // Most files say nothing of it: what a person keeps in an archive was read.
    read: !has("unread"),
    draft: folder_role === "drafts",
    flagged: has("starred") || (mozilla & 0x0004) !== 0 || header("x-status").includes("F"),
  };
}

function importanceOf(importance: string, priority: string): Email["importance"] {
  const said = importance.toLowerCase();
  if (said === "high" || said === "low") return said;
  if (/^[12]\b/.test(priority)) return "high";
  return /^[45]\b/.test(priority) ? "low" : "normal";
}
