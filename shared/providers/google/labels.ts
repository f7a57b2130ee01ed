/** Gmail's labels: where a mail is, what it is marked with, and the person's own. */
import { z } from "zod";
import type { Email } from "../../contracts/documents.ts";
import { away } from "../http.ts";
import type { Mailbox } from "../port.ts";
import { tidy } from "../text.ts";

/** Names of the person's own labels by id. */
export type LabelNames = Readonly<Record<string, string>>;

const Labels = z.object({ labels: z.array(z.object({ id: z.string(), name: z.string() })).default([]) });

/** System labels are in capitals; the person's own have ids like `Label_12`, whatever they are called. */
export function isOwnLabel(id: string): boolean {
  return !/^[A-Z][A-Z_]*$/.test(id);
}

/** Reads the names of the person's labels. */
export async function readLabelNames(mailbox: Mailbox, base: string): Promise<Record<string, string>> {
  const answer = await mailbox.request(`${base}/labels`);
  const labels = Labels.safeParse(answer.json);
  if (answer.status !== 200 || !labels.success) throw away(`Gmail answers ${answer.status} to its labels`);
  return Object.fromEntries(
    labels.data.labels.filter(({ id }) => isOwnLabel(id)).map(({ id, name }) => [id, tidy(name)]),
  );
}

/** Labels that other fields of the document say. */
const SAID_ELSEWHERE = new Set(["INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "UNREAD", "STARRED"]);

/** The folder that a set of labels amounts to, the strongest first: a mail sent to oneself is in the inbox. */
const FOLDERS: readonly (readonly [string, Email["folder_role"], string])[] = [
  ["TRASH", "trash", "Trash"],
  ["SPAM", "junk", "Spam"],
  ["DRAFT", "drafts", "Drafts"],
  ["INBOX", "inbox", "Inbox"],
  ["SENT", "sent", "Sent"],
];

/** What the labels of a mail say, independent of their order. */
export function labelFields(ids: readonly string[], names: LabelNames) {
  const own = ids.filter(isOwnLabel).map((id) => names[id] ?? id).sort();
  const labels = [...own, ...ids.filter((id) => !isOwnLabel(id) && !SAID_ELSEWHERE.has(id))].sort();
  const folder = FOLDERS.find(([id]) => ids.includes(id));
  const archived: Email["folder_role"] = own.length === 0 ? "archive" : "";
  return {
    labels,
    folder_role: folder?.[1] ?? archived,
    folder_name: folder?.[2] ?? own[0] ?? "Archive",
    read: !ids.includes("UNREAD"),
    draft: ids.includes("DRAFT"),
    flagged: ids.includes("STARRED"),
  };
}
