/** What a mail says, whoever keeps it. */

/** A name with its address. */
export interface Address {
  readonly name: string;
  readonly address: string;
}

/** A file that came with a mail; its text is small on purpose. */
export interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
}

export type Language = "en" | "de" | "fr";

/** The content of a mail: everything a change of folder or flags leaves alone. */
export interface MailContent {
  readonly subject: string;
  readonly text: string;
  /** The HTML form, or null where the mail is plain text only. */
  readonly html: string | null;
  readonly from: Address;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** Further header lines, such as List-Id, in the case in which the sender wrote them. */
  readonly headers: readonly (readonly [string, string])[];
  readonly language: Language;
  /** A word that no other mail contains, for searching. */
  readonly word: string;
  readonly importance: "low" | "normal" | "high";
  readonly attachment: Attachment | null;
}

/** A mail as a test or the command line gives it; whatever is left out is made up. */
export interface NewMail {
  subject?: string;
  body?: string;
  html?: string | null;
  /** `Name <address>` or a bare address. */
  from?: string;
  to?: string[];
  cc?: string[];
  headers?: [string, string][];
  importance?: "low" | "normal" | "high";
  /** Graph: folder id, alias or name. Default the inbox. Gmail: a label in place of INBOX. */
  folder?: string;
  /** Gmail: the labels. Default INBOX and UNREAD. */
  labels?: string[];
  isRead?: boolean;
  /** The id of a mail whose thread this one joins. */
  replyTo?: string;
  attachment?: Attachment | null;
}

/** Reads `Name <address>` or a bare address. */
export function parseAddress(text: string): Address {
  const match = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(text);
  if (match?.[2] !== undefined) return { name: match[1] || match[2], address: match[2] };
  const bare = text.trim();
  return { name: bare, address: bare };
}

/** `Name <address>` as a header carries it. */
export function formatAddress(address: Address): string {
  return address.name === address.address ? address.address : `${address.name} <${address.address}>`;
}

/** The text of a mail as simple HTML: paragraphs at blank lines, links and markup characters escaped. */
export function asHtml(text: string): string {
  const paragraphs = text.split(/\n{2,}/).map((part) => `<p>${escapeHtml(part).replaceAll("\n", "<br>\n")}</p>`);
  return `<html><head><meta charset="utf-8"></head><body>\n${paragraphs.join("\n")}\n</body></html>`;
}

/** Escapes as Gmail escapes its snippets: the apostrophe too (PROTOCOLS G-17). */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The first characters of a text on one line, as previews and snippets have them. */
export function preview(text: string, length: number): string {
  return text.replace(/\s+/g, " ").trim().slice(0, length);
}
