/** Reads mails by id. */
import type { LookedUp } from "../port.ts";
import { BATCH_MAX, type Fetched, fetchMessages } from "./batch.ts";
import { type GmailCursor, parseCursor } from "./cursor.ts";
import { readMail } from "./large_texts.ts";
import { knownLabels, readingOf } from "./mail_reading.ts";
import type { GmailReading } from "./message.ts";
import type { GoogleReader } from "./resource.ts";

/** Reads mails by id. */
export async function lookupMails(
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
    found.push(...await Promise.all(fetched.map((one) => lookedUp(reader, one, reading))));
  }
  return found;
}

async function lookedUp(reader: GoogleReader, one: Fetched, reading: GmailReading): Promise<LookedUp> {
  if (one.kind === "gone") return { kind: "gone" };
  if (one.kind !== "item") return { kind: "unknown" };
  const read = await readMail(reader, one.item, reading);
  if ("left_out" in read) return { kind: "left_out" };
  if ("document" in read) return { kind: "found", read };
  return { kind: "refused", refusal: { ...read, provider_id: one.id } };
}
