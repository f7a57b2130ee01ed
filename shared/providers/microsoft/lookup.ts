/** Reads mails by id, whatever folder they are in: what a folder's delta says of a removal is no proof. */
import { z } from "zod";
import type { LookedUp, Mailbox } from "../port.ts";
import { BATCH_MAX, type BatchItem, readBatch } from "./batch.ts";
import { parseCursor } from "./cursor.ts";
import { foldersOf, readFolders } from "./folders.ts";
import { graphError, MAIL_PREFERENCES, MAIL_SELECT } from "./graph.ts";
import { htmlReader } from "./mail.ts";
import { emailOf, type Folders } from "./message.ts";

const HEADERS = { prefer: MAIL_PREFERENCES.join(", ") };

/** Looks mails up, 20 a request, one request after the other: Outlook reads a batch four at a time itself. */
export async function lookupMails(
  mailbox: Mailbox,
  base: string,
  ids: readonly string[],
  cursor: string,
): Promise<readonly LookedUp[]> {
  const found: LookedUp[] = [];
  for (let at = 0; at < ids.length; at += BATCH_MAX) {
    found.push(...await lookupBatch(mailbox, base, ids.slice(at, at + BATCH_MAX), cursor));
  }
  return found;
}

async function lookupBatch(
  mailbox: Mailbox,
  base: string,
  ids: readonly string[],
  cursor: string,
): Promise<readonly LookedUp[]> {
  const urls = ids.map((id) => `/me/messages/${encodeURIComponent(id)}?$select=${MAIL_SELECT}`);
  const answers = await readBatch(mailbox, base, urls, HEADERS);
  const bodies = answers.flatMap((answer) => answer?.status === 200 ? [answer.body] : []);
  const folders = cursor === "" ? await askedFolders(mailbox, base, bodies) : foldersOf(parseCursor(cursor));
  const toText = await htmlReader(bodies);
  return ids.map((id, at) => verdictOf(id, answers[at], (body) => emailOf(body, "", folders, toText)));
}

function verdictOf(
  provider_id: string,
  answer: BatchItem | undefined,
  read: (body: unknown) => ReturnType<typeof emailOf>,
): LookedUp {
  if (answer?.status === 200) {
    const outcome = read(answer.body);
    if ("document" in outcome) return { kind: "found", read: outcome };
    return { kind: "refused", refusal: { ...outcome, provider_id } };
  }
  // "No such mailbox" says nothing about the mail; nor does any other error.
  const gone = answer?.status === 404 && !/mailbox/i.test(graphError(answer.body).code);
  return { kind: gone ? "gone" : "unknown" };
}

async function askedFolders(mailbox: Mailbox, base: string, bodies: readonly unknown[]): Promise<Folders> {
  const named = z.object({ parentFolderId: z.string().min(1) });
  const ids = new Set(bodies.flatMap((body) => named.safeParse(body).data?.parentFolderId ?? []));
  return ids.size === 0 ? new Map() : await readFolders(mailbox, base, [...ids]);
}
