/** Changes of a Gmail mailbox: a listing the first time and after a loss, the history from then on. */
import { z } from "zod";
import { away } from "../http.ts";
import type { ChangePage, LookedUp, PageItem, Removal } from "../port.ts";
import { loadHtmlToText } from "../text.ts";
import { assertProgress, BATCH_MAX, type Fetched, fetchMessages } from "./batch.ts";
import { afterQuiet, BEGINNING, type GmailCursor, laterId, PAGES_MAX, parseCursor } from "./cursor.ts";
import { refusedBy } from "./errors.ts";
import { readHistory } from "./history.ts";
import { isOwnLabel, readLabelNames } from "./labels.ts";
import { emailOf, GMAIL_CONTAINER, type GmailReading } from "./message.ts";
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
    changes: (mailbox, cursor) => readMailChanges({ ...options, mailbox }, cursor),
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
async function readMailChanges(reader: GoogleReader, text: string): Promise<ChangePage> {
  const cursor = parseCursor(text);
  if (cursor.listing) return await readListing(reader, cursor);
  if (cursor.pending.length > 0) return await readPending(reader, cursor, []);
  return await readHistoryPage(reader, cursor);
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
    const token = cursor.page === "" ? "" : `&pageToken=${encodeURIComponent(cursor.page)}`;
    const listed = await mailbox.request(
      `${urls.mailbox}/messages?maxResults=${BATCH_MAX}&includeSpamTrash=true${token}`,
    );
    // A page token that is not known any more: the listing begins again, with another history id.
    if (token !== "" && (listed.status === 400 || listed.status === 404)) return lostPage(reader);
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
  const cursorAfter = ended ? { ...after, listing: false, history: after.next, next: "", pages: 0 } : after;
  return {
    ...page,
    cursor: JSON.stringify(cursorAfter),
    done: false,
    enumeration: { container: GMAIL_CONTAINER, started, finished },
  };
}

/** A page of the history. Records say which mails changed; the mails themselves are read by id. */
async function readHistoryPage(reader: GoogleReader, before: GmailCursor): Promise<ChangePage> {
  const begun = before.page === "" ? { ...before, labels_read: false, next: "", pages: 0 } : before;
  const history = await readHistory(reader.mailbox, reader.urls, begun);
  if (history === null) return lostPage(reader);
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
function lostPage(reader: GoogleReader): ChangePage {
  reader.deps.counters.add("provider_cursors_lost_total", { provider: "google" });
  return {
    ...emptyPage(BEGINNING),
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
    return [{ provider_id: one.id, container: GMAIL_CONTAINER, read: () => emailOf(one.item, reading) }];
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

const Labelled = z.object({ labelIds: z.array(z.string()) });

/** The labels' names, read again when a mail carries one that is not known, at most once a round. */
async function knownLabels(
  { mailbox, urls }: GoogleReader,
  { labels, labels_read }: Pick<GmailCursor, "labels" | "labels_read">,
  fetched: readonly Fetched[],
) {
  const used = fetched.flatMap((one) => one.kind === "item" ? Labelled.safeParse(one.item).data?.labelIds ?? [] : []);
  const unknown = used.some((id) => isOwnLabel(id) && labels[id] === undefined);
  if (labels_read || !unknown) return { labels, labels_read };
  return { labels: await readLabelNames(mailbox, urls.mailbox), labels_read: true };
}

/** The parsers, loaded with the first mail. */
async function readingOf(
  { mailbox }: GoogleReader,
  labels: GmailCursor["labels"],
  fetched: readonly Fetched[],
): Promise<GmailReading> {
  if (fetched.length === 0) return { labels, address: "", people: () => [], toText: (text) => text };
  const [{ peopleOf }, toText] = await Promise.all([import("./addresses.ts"), loadHtmlToText()]);
  return { labels, address: mailbox.connection.address, people: peopleOf, toText };
}

/** Reads mails by id. */
async function lookupMails(
  reader: GoogleReader,
  ids: readonly string[],
  text: string,
): Promise<readonly LookedUp[]> {
  let known: Pick<GmailCursor, "labels" | "labels_read"> = { labels: parseCursor(text).labels, labels_read: false };
  const found: LookedUp[] = [];
  for (let at = 0; at < ids.length; at += BATCH_MAX) {
    const batch = ids.slice(at, at + BATCH_MAX);
    const fetched = await fetchMessages(reader.deps.random, reader.mailbox, reader.urls, batch);
    known = await knownLabels(reader, known, fetched);
    const reading = await readingOf(reader, known.labels, fetched);
    found.push(...fetched.map((one) => lookedUp(one, reading)));
  }
  return found;
}

function lookedUp(one: Fetched, reading: GmailReading): LookedUp {
  if (one.kind === "gone") return { kind: "gone" };
  if (one.kind !== "item") return { kind: "unknown" };
  const read = emailOf(one.item, reading);
  if ("document" in read) return { kind: "found", read };
  return { kind: "refused", refusal: { ...read, provider_id: one.id } };
}

function parsed<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const result = schema.safeParse(json);
  if (!result.success) throw away(`Gmail's answer is not ${what}`, result.error);
  return result.data;
}
