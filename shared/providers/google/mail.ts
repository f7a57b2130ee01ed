/** Changes of a Gmail mailbox: a listing the first time and after a loss, the history from then on. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { choiceOf, depthOf } from "../choice.ts";
import { away } from "../http.ts";
import type { ChangePage, PageItem, Removal } from "../port.ts";
import { assertProgress, BATCH_MAX, fetchMessages } from "./batch.ts";
import { afterQuiet, BEGINNING, type GmailCursor, laterId, PAGES_MAX, parseCursor } from "./cursor.ts";
import { refusedBy } from "./errors.ts";
import { readHistory } from "./history.ts";
import { lookupMails } from "./mail_lookup.ts";
import { knownLabels, readingOf } from "./mail_reading.ts";
import { readMail } from "./large_texts.ts";
import { GMAIL_CONTAINER } from "./message.ts";
import type { GoogleOptions, GoogleReader, GoogleResource } from "./resource.ts";
import { openMailWatch } from "./watch.ts";

/** Gmail. `gmail.metadata` is not enough: it shows no bodies. */
export function openMail(options: GoogleOptions): GoogleResource {
  return {
    scopes: [
      "https://www.googleapis.com/auth/gmail.readonly",
      "https://www.googleapis.com/auth/gmail.modify",
      "https://mail.google.com/",
    ],
    id_scope: "account",
    notifications: openMailWatch(options),
    changes: (mailbox, cursor, urgent) => readMailChanges({ ...options, mailbox }, cursor, urgent),
    lookup: (mailbox, items, cursor) =>
      lookupMails({ ...options, mailbox }, items.map((item) => item.provider_id), cursor),
  };
}

const HistoryId = z.union([z.string(), z.number()]).transform(String).pipe(z.string().regex(/^\d+$/));
const Profile = z.object({ historyId: HistoryId });
const Listed = z.object({
  // Gmail leaves the list out when there is nothing in it.
  messages: z.array(z.object({ id: z.string().min(1) })).default([]),
  nextPageToken: z.string().optional(),
});

/** One page from the cursor: at most one batch of messages, which is the one request that reads documents. */
async function readMailChanges(reader: GoogleReader, text: string, urgent = false): Promise<ChangePage> {
  const before = parseCursor(text);
  const depth = depthIn(choiceOf(reader.mailbox.connection, "mail"));
  const cursor = before.depth === depth ? before : { ...BEGINNING, depth };
  if (cursor.listing && urgent && cursor.next !== "") {
    const ahead = await readAhead(reader, cursor);
    if (ahead !== null) return ahead;
  }
  if (cursor.listing) return await readListing(reader, cursor);
  if (cursor.pending.length > 0) return await readPending(reader, cursor, []);
  return await readHistoryPage(reader, cursor);
}

/** What the choice leaves out of single mails depends on their labels too. */
function depthIn(choice: ResourceChoice): string {
  return JSON.stringify([depthOf(choice), choice.containers_in, choice.containers_out]);
}

/** A page of the listing, newest first, as Gmail lists. Its history id is taken before: what comes between is read twice. */
async function readListing(reader: GoogleReader, before: GmailCursor): Promise<ChangePage> {
  const { mailbox, urls } = reader;
  const started = before.next === "";
  let cursor = before;
  if (started) {
    const profile = await mailbox.request(`${urls.mailbox}/profile`);
    if (profile.status !== 200) throw refusedBy(profile, "read the mailbox's profile");
    cursor = { ...cursor, next: parsed(Profile, profile.json, "a profile").historyId };
  }
  if (cursor.pending.length === 0) {
    const query = new URLSearchParams({ maxResults: String(BATCH_MAX), includeSpamTrash: "true" });
    const { since } = choiceOf(mailbox.connection, "mail");
    // What is older would be left out one by one, after it was read.
    if (since !== "") query.set("q", `after:${Math.floor(Date.parse(since) / 1000) - 1}`);
    if (cursor.page !== "") query.set("pageToken", cursor.page);
    const listed = await mailbox.request(`${urls.mailbox}/messages?${query}`);
    // A page token that is not known any more: the listing begins again, with another history id.
    if (cursor.page !== "" && (listed.status === 400 || listed.status === 404)) return lostPage(reader, cursor);
    if (listed.status !== 200) throw refusedBy(listed, "list the mails");
    const page = parsed(Listed, listed.json, "a list of mails");
    const pages = cursor.pages + 1;
    const next = pages < PAGES_MAX ? page.nextPageToken ?? "" : "";
    cursor = { ...cursor, pending: page.messages.map(({ id }) => id), page: next, pages };
  }
  const { page, after } = await readBatch(reader, cursor);
  const ended = after.pending.length === 0 && after.page === "";
  const finished = ended && after.pages < PAGES_MAX;
  // The history since the listing began is still to be read: the round goes on.
  const cursorAfter = ended ? { ...after, listing: false, ahead: "", history: after.next, next: "", pages: 0 } : after;
  return {
    ...page,
    cursor: JSON.stringify(cursorAfter),
    done: false,
    enumeration: { container: GMAIL_CONTAINER, started, finished },
  };
}

/**
 * What changed since the listing began, ahead of it: the newest of one page of the history. Nothing rests on it, for
 * the whole history is read once the listing has ended. Null where there is nothing.
 */
async function readAhead(reader: GoogleReader, cursor: GmailCursor): Promise<ChangePage | null> {
  const history = await readHistory(reader.mailbox, reader.urls, { history: cursor.ahead || cursor.next, page: "" });
  if (history === null || history.changed.length === 0) return null;
  const { page, after } = await readBatch(reader, { ...cursor, pending: history.changed.slice(-BATCH_MAX) });
  const { labels, labels_read } = after;
  const next = { ...cursor, labels, labels_read, ahead: laterId(cursor.ahead, history.last_record) };
  return { ...page, cursor: JSON.stringify(next), done: false, enumeration: null };
}

/** A page of the history. Records say which mails changed; the mails themselves are read by id. */
async function readHistoryPage(reader: GoogleReader, before: GmailCursor): Promise<ChangePage> {
  const begun = before.page === "" ? { ...before, labels_read: false, next: "", pages: 0 } : before;
  const history = await readHistory(reader.mailbox, reader.urls, begun);
  if (history === null) return lostPage(reader, begun);
  const pages = begun.pages + 1;
  const cursor: GmailCursor = {
    ...begun,
    pages,
    page: pages < PAGES_MAX ? history.next_page : "",
    // The last record, not the newest id: what Gmail has numbered but not indexed yet is in none of them.
    next: laterId(begun.next, history.last_record),
    pending: [...history.changed],
  };
  if (cursor.page === "" && cursor.next === "") {
    const quiet = afterQuiet(cursor, history.newest, reader.deps.clock.now());
    return { ...emptyPage(quiet), done: true };
  }
  return await readPending(reader, cursor, history.deleted);
}

/** Reads the next batch of what the history named; the round is done with the last one of its last page. */
async function readPending(reader: GoogleReader, cursor: GmailCursor, deleted: readonly string[]): Promise<ChangePage> {
  const { page, after } = await readBatch(reader, cursor);
  const done = after.pending.length === 0 && after.page === "";
  const next = done ? { ...after, history: laterId(after.history, after.next), next: "", quiet: null } : after;
  const removals = [...page.removals, ...deleted.map(removalOf)];
  return { ...page, removals, cursor: JSON.stringify(next), done, enumeration: null };
}

/** The history or the listing can't be gone on with: the mailbox is listed anew. */
function lostPage(reader: GoogleReader, { depth }: GmailCursor): ChangePage {
  reader.deps.counters.add("provider_cursors_lost_total", { provider: "google" });
  return {
    ...emptyPage({ ...BEGINNING, depth }),
    enumeration: { container: GMAIL_CONTAINER, started: true, finished: false },
  };
}

function emptyPage(cursor: GmailCursor): ChangePage {
  return {
    documents: [],
    removals: [],
    partial: [],
    refused: [],
    cursor: JSON.stringify(cursor),
    done: false,
    enumeration: null,
    gone_containers: [],
  };
}

function removalOf(provider_id: string): Removal {
  return { provider_id, container: GMAIL_CONTAINER, doc_type: "email" };
}

/** Reads one batch of the pending ids; those that Gmail refuses for now stay pending. */
async function readBatch(reader: GoogleReader, cursor: GmailCursor) {
  const ids = cursor.pending.slice(0, BATCH_MAX);
  const fetched = await fetchMessages(reader.deps.random, reader.mailbox, reader.urls, ids);
  assertProgress(fetched);
  const { labels, labels_read } = await knownLabels(reader, cursor, fetched);
  const reading = await readingOf(reader, labels, fetched);
  const documents = fetched.flatMap((one): PageItem[] => {
    if (one.kind !== "item") return [];
    return [{ provider_id: one.id, container: GMAIL_CONTAINER, read: () => readMail(reader, one.item, reading) }];
  });
  const page = {
    documents,
    // Deleted between the history and the read.
    removals: fetched.flatMap((one) => one.kind === "gone" ? [removalOf(one.id)] : []),
    partial: [],
    refused: fetched.flatMap((one) =>
      one.kind === "refused"
        ? [{ provider_id: one.id, container: GMAIL_CONTAINER, reason: `Gmail answers ${one.status}`, field: "" }]
        : []
    ),
    gone_containers: [],
  };
  const later = fetched.flatMap((one) => one.kind === "later" ? [one.id] : []);
  const pending = [...later, ...cursor.pending.slice(BATCH_MAX)];
  return { page, after: { ...cursor, pending, labels, labels_read } };
}

function parsed<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const result = schema.safeParse(json);
  if (!result.success) throw away(`Gmail's answer is not ${what}`, result.error);
  return result.data;
}
