/** What mails are read with: the names of their labels, and the parsers. */
import { z } from "zod";
import { choiceOf } from "../choice.ts";
import { loadHtmlToText } from "../text.ts";
import type { Fetched } from "./batch.ts";
import type { GmailCursor } from "./cursor.ts";
import { isOwnLabel, readLabelNames } from "./labels.ts";
import type { GmailReading } from "./message.ts";
import type { GoogleReader } from "./resource.ts";

const Labelled = z.object({ labelIds: z.array(z.string()) });

/** The labels' names, read again when a mail carries one that is not known, at most once a round. */
export async function knownLabels(
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
export async function readingOf(
  { mailbox }: GoogleReader,
  labels: GmailCursor["labels"],
  fetched: readonly Fetched[],
): Promise<GmailReading> {
  const { address } = mailbox.connection;
  const choice = choiceOf(mailbox.connection, "mail");
  if (fetched.length === 0) {
    return {
      labels,
      address,
      choice,
      people: () => [],
      toText: (text) => text,
      facts: noFacts,
    };
  }
  const [{ peopleOf }, toText, { htmlFacts }] = await Promise.all([
    import("./addresses.ts"),
    loadHtmlToText(),
    import("../html_facts.ts"),
  ]);
  return { labels, address, choice, people: peopleOf, toText, facts: htmlFacts };
}

const noFacts = () => ({ links: [], structured: [] });
