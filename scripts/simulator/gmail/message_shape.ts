import { escapeHtml, preview } from "../content/mail.ts";
import type { GmailMail } from "../mailbox/gmail_mailbox.ts";
import type { GoogleUser } from "./context.ts";
import { base64url, byteLength } from "./encoding.ts";
import { mailHeaders, partTree, rawMail } from "./mime.ts";

export const FORMATS = ["minimal", "full", "raw", "metadata"] as const;
export type Format = typeof FORMATS[number];

/** A message as `messages.get` shows it in a format. `metadataHeaders` narrows the headers of `metadata`. */
export function gmailMessage(
  me: GoogleUser,
  mail: GmailMail,
  format: Format,
  metadataHeaders: readonly string[],
): Record<string, unknown> {
  const content = me.mailbox.content(mail);
  const message = {
    id: me.mailbox.id(mail.number),
    threadId: me.mailbox.id(mail.thread),
    labelIds: mail.labels,
    // Snippets are escaped (PROTOCOLS G-17).
    snippet: escapeHtml(preview(content.text, 190)),
    historyId: String(mail.historyId),
    internalDate: String(mail.receivedAt),
    sizeEstimate: byteLength(content.text) + byteLength(content.html ?? "") + 800,
  };
  switch (format) {
    case "minimal":
      return message;
    case "full":
      return { ...message, payload: partTree(me, mail, content) };
    case "raw":
      return { ...message, raw: base64url(rawMail(partTree(me, mail, content), content)) };
    case "metadata": {
      const wanted = metadataHeaders.map((name) => name.toLowerCase());
      const headers = mailHeaders(me, mail, content)
        .filter(({ name }) => wanted.length === 0 || wanted.includes(name.toLowerCase()));
      return { ...message, payload: { mimeType: partTree(me, mail, content).mimeType, headers } };
    }
  }
}
