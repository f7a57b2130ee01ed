/** A Gmail message as an email document. A pure function: nothing is read but what is handed in. */
import { z } from "zod";
import type { Email, Person } from "../../contracts/documents.ts";
import type { ResourceChoice } from "../../contracts/records.ts";
import { includes } from "../choice.ts";
import type { HtmlFacts } from "../html_facts.ts";
import type { ItemReading, ReadDocument, Refusal } from "../port.ts";
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
import { labelFields, type LabelNames } from "./labels.ts";
import { attachmentsOf, htmlOf, type LargeParts, largeTexts, type Part, partOf, textOf } from "./parts.ts";

/** Gmail has one container: its labels are no folders, and a mail can't be in two of them. */
export const GMAIL_CONTAINER = "mailbox";

/** What reading a message needs besides the message. */
export interface GmailReading {
  readonly labels: LabelNames;
  /** The account's address, which chooses the account where a person has several. */
  readonly address: string;
  readonly toText: HtmlToText;
  readonly facts: (html: string) => HtmlFacts;
  readonly people: (line: string) => Person[];
  readonly choice: ResourceChoice;
}

/** A text of a message that has to be fetched by itself. */
export interface LargeText {
  readonly part_id: string;
  readonly attachment_id: string;
  readonly size: number;
}

const NO_LARGE_PARTS: LargeParts = new Map();

/** The texts of a message that are too large to stand in it; none for what is no message. */
export function largeTextsOf(item: unknown): readonly LargeText[] {
  try {
    const parts = largeTexts(partOf(GmailMessage.parse(item).payload, NO_LARGE_PARTS));
    return parts.map(({ id, attachment_id, size }) => ({ part_id: id, attachment_id, size }));
  } catch {
    return [];
  }
}

/** The members of a message that are used. `payload` is read part by part. */
export const GmailMessage = z.object({
  id: z.string().min(1),
  threadId: z.string().nullish(),
  labelIds: z.array(z.string()).nullish(),
  snippet: z.string().nullish(),
  /** 64-bit numbers come as texts. */
  historyId: z.union([z.string(), z.number()]).nullish(),
  internalDate: z.union([z.string(), z.number()]).nullish(),
  sizeEstimate: z.number().nullish(),
  payload: z.unknown(),
});
export type GmailMessage = z.infer<typeof GmailMessage>;

const NOBODY: Person = { name: "", address: "" };

/**
 * The document of a message (`format=full`), why there can't be one, or that the person does not give it.
 * @param large the contents of `largeTextsOf`, those that were fetched
 */
export function emailOf(item: unknown, reading: GmailReading, large: LargeParts = NO_LARGE_PARTS): ItemReading {
  try {
    const message = GmailMessage.parse(item);
    if (isLeftOut(message, reading.choice)) {
      return { provider_id: message.id, container: GMAIL_CONTAINER, left_out: true };
    }
    if (message.payload === undefined || message.payload === null) {
      return {
        provider_id: message.id,
        container: GMAIL_CONTAINER,
        reason: "The message has no payload",
        field: "payload",
      };
    }
    const version = Number(message.historyId ?? 0);
    return {
      provider_id: message.id,
      container: GMAIL_CONTAINER,
      version: Number.isSafeInteger(version) && version > 0 ? version : 0,
      document: documentOf(message, partOf(message.payload, large), reading),
    };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return refusalOf(item, error);
  }
}

/** A mail's containers, as far as a choice goes, are its labels. */
function isLeftOut(message: GmailMessage, choice: ResourceChoice): boolean {
  if (!includes(choice, [GMAIL_CONTAINER, ...message.labelIds ?? []])) return true;
  const received_at = receivedAt(message);
  return choice.since !== "" && received_at !== "" && received_at < choice.since;
}

function receivedAt(message: GmailMessage): string {
  const internal = Number(message.internalDate ?? NaN);
  return momentOf(Number.isFinite(internal) ? internal : "");
}

function documentOf(message: GmailMessage, payload: Part, reading: GmailReading): ReadDocument["document"] {
  const header = (name: string) => tidy(payload.header(name)).trim();
  const people = (name: string) => reading.people(payload.header(name));
  const received_at = receivedAt(message);
  const sent_at = momentOf(payload.header("date").replace(/\s*\([^()]*\)\s*$/, "")) || received_at;
  const from = people("from")[0] ?? NOBODY;
  const attachments = attachmentsOf(payload);
  return {
    doc_type: "email",
    provider: "google",
    provider_id: message.id,
    container: GMAIL_CONTAINER,
    title: header("subject"),
    url: `https://mail.google.com/mail/?authuser=${encodeURIComponent(reading.address)}#all/${message.id}`,
    // Gmail tells no time of a label's change: what a person calls a mail's time is that of its receipt.
    last_updated: received_at || sent_at || NO_MOMENT,
    thread_id: message.threadId ?? "",
    internet_message_id: header("message-id"),
    in_reply_to: messageIds(header("in-reply-to"))[0] ?? "",
    references: messageIds(header("references")),
    list_id: header("list-id"),
    from,
    sender: people("sender")[0] ?? from,
    to: people("to"),
    cc: people("cc"),
    bcc: people("bcc"),
    reply_to: people("reply-to"),
    sent_at,
    received_at,
    ...contentOf(message, payload, reading),
    importance: importanceOf(header("importance"), header("x-priority")),
    has_attachments: attachments.some((file) => !file.inline),
    attachments,
    size_bytes: sizeOf(message.sizeEstimate),
    // An absent list is an empty one here: a whole message without labels is an archived one.
    ...labelFields(message.labelIds ?? [], reading.labels),
  };
}

function contentOf(message: GmailMessage, payload: Part, { choice, toText, facts }: GmailReading) {
  if (!choice.bodies) return { body: "", truncated: false, preview: "", links: [], structured: [] };
  const html = htmlOf(payload);
  const { body, truncated } = bodyText((toText) => textOf(payload, toText), toText);
  return {
    body,
    truncated: truncated || largeTexts(payload).length > 0,
    preview: cut(tidy(unescaped(message.snippet ?? "")), PREVIEW_CHARS_MAX),
    ...(html === "" ? { links: [], structured: [] } : facts(html)),
  };
}

function importanceOf(importance: string, priority: string): Email["importance"] {
  const said = importance.toLowerCase();
  if (said === "high" || said === "low") return said;
  if (/^[12]\b/.test(priority)) return "high";
  return /^[45]\b/.test(priority) ? "low" : "normal";
}

const NAMED = new Map([["amp", "&"], ["lt", "<"], ["gt", ">"], ["quot", '"'], ["apos", "'"], ["nbsp", " "]]);

/** A snippet without HTML's escapes, which Gmail puts into it. */
export function unescaped(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED.get(String(name).toLowerCase()) ?? whole;
    const code = decimal === undefined ? parseInt(String(hex), 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}

function refusalOf(item: unknown, error: z.ZodError): Refusal {
  const named = z.object({ id: z.string() }).safeParse(item);
  const issue = error.issues[0];
  return {
    provider_id: named.success ? named.data.id : "",
    container: GMAIL_CONTAINER,
    reason: `The message can't be read: ${issue?.message ?? "unknown form"}`,
    field: issue?.path.join(".") ?? "",
  };
}
