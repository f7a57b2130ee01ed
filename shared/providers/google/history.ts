/** Gmail's history: which mails changed since an id. */
import { z } from "zod";
import { away } from "../http.ts";
import type { Mailbox } from "../port.ts";
import type { GoogleUrls } from "./config.ts";
import type { GmailCursor } from "./cursor.ts";
import { laterId } from "./cursor.ts";
import { refusedBy } from "./errors.ts";

/** Records a page. One record is one change of one or, in bulk, many mails. */
const RECORDS_PER_PAGE = 100;

const TYPES = ["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"] as const;

const HistoryId = z.union([z.string(), z.number()]).transform(String).pipe(z.string().regex(/^\d+$/));
const Changes = z.array(z.object({ message: z.object({ id: z.string().min(1) }) })).nullish();
const Answer = z.object({
  // Absent when nothing changed. A record may carry nothing but `messages`, which says nothing.
  history: z.array(z.object({
    id: HistoryId,
    messagesAdded: Changes,
    messagesDeleted: Changes,
    labelsAdded: Changes,
    labelsRemoved: Changes,
  })).nullish(),
  nextPageToken: z.string().nullish(),
  historyId: HistoryId.nullish(),
});

/** One page of the history, each mail once, with what happened to it last. */
export interface HistoryPage {
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  /** The id of the last record, `""` when there is none. */
  readonly last_record: string;
  /** The mailbox's newest history id. */
  readonly newest: string;
  readonly next_page: string;
}

/**
 * Reads a page from the stored id: the id of a notification would find nothing.
 * @returns null when the id is too old (404) or its page is gone: history goes back about a week
 */
export async function readHistory(
  mailbox: Mailbox,
  urls: GoogleUrls,
  cursor: Pick<GmailCursor, "history" | "page">,
): Promise<HistoryPage | null> {
  const query = new URLSearchParams({ startHistoryId: cursor.history, maxResults: String(RECORDS_PER_PAGE) });
  for (const type of TYPES) query.append("historyTypes", type);
  if (cursor.page !== "") query.set("pageToken", cursor.page);
  const answer = await mailbox.request(`${urls.mailbox}/history?${query}`);
  if (answer.status === 404 || (answer.status === 400 && cursor.page !== "")) return null;
  if (answer.status !== 200) throw refusedBy(answer, "read the history");
  const page = Answer.safeParse(answer.json);
  if (!page.success) throw away("Gmail's answer is not a history", page.error);
  const last = new Map<string, "changed" | "deleted">();
  let last_record = "";
  for (const record of page.data.history ?? []) {
    last_record = laterId(last_record, record.id);
    for (const changes of [record.messagesAdded, record.labelsAdded, record.labelsRemoved]) {
      for (const { message } of changes ?? []) last.set(message.id, "changed");
    }
    for (const { message } of record.messagesDeleted ?? []) last.set(message.id, "deleted");
  }
  const ids = (what: "changed" | "deleted") => [...last].filter(([, happened]) => happened === what).map(([id]) => id);
  return {
    changed: ids("changed"),
    deleted: ids("deleted"),
    last_record,
    newest: page.data.historyId ?? "",
    next_page: page.data.nextPageToken ?? "",
  };
}
