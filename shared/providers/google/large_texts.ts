/** Mails whose text is too large to stand in them: Gmail gives it by itself, as it gives attachments. */
import { z } from "zod";
import type { ItemReading } from "../port.ts";
import { emailOf, type GmailReading, type LargeText, largeTextsOf } from "./message.ts";
import type { GoogleReader } from "./resource.ts";

/** So many texts of a mail are fetched, and none that is larger: a body is cut long before. Bytes. */
const TEXTS_MAX = 4;
const TEXT_BYTES_MAX = 16 * 1024 * 1024;

const Named = z.object({ id: z.string() });
const Body = z.object({ data: z.string() });

/** Reads a mail, with its large texts if it has any. @throws TransientError when one can't be fetched now */
export async function readMail(reader: GoogleReader, item: unknown, reading: GmailReading): Promise<ItemReading> {
  const texts = reading.choice.bodies ? largeTextsOf(item).filter(({ size }) => size <= TEXT_BYTES_MAX) : [];
  const id = Named.safeParse(item).data?.id;
  if (texts.length === 0 || id === undefined) return emailOf(item, reading);
  const large = new Map<string, string>();
  for (const text of texts.slice(0, TEXTS_MAX)) {
    const data = await fetchText(reader, id, text);
    if (data !== "") large.set(text.part_id, data);
  }
  return emailOf(item, reading, large);
}

/** In base64url; `""` when it can't be had: the mail says so by being truncated. */
async function fetchText({ mailbox, urls }: GoogleReader, id: string, { attachment_id }: LargeText): Promise<string> {
  const path = `messages/${encodeURIComponent(id)}/attachments/${encodeURIComponent(attachment_id)}`;
  const answer = await mailbox.request(`${urls.mailbox}/${path}`);
  return answer.status === 200 ? Body.safeParse(answer.json).data?.data ?? "" : "";
}
