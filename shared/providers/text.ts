/** Texts of providers, made fit to be stored, hashed and searched. */

/** A body is cut at this many characters. */
export const BODY_CHARS_MAX = 1_000_000;

/** HTML is cut at this many characters before it is reduced to text: markup is most of it. */
export const HTML_CHARS_MAX = 2 * BODY_CHARS_MAX;

/** A preview is cut at this many characters, as Outlook does. */
export const PREVIEW_CHARS_MAX = 255;

/** Reduces HTML to text (`html_text.ts`). */
export type HtmlToText = (html: string) => string;

/** Control characters but tab and line feed, and code points that stand for no character: stores refuse them. */
const UNFIT = /(?![\t\n])\p{Cc}|[\uFDD0-\uFDEF\uFFFE\uFFFF]/gu;

/** A text with plain line feeds, without control characters and halves of characters. */
export function tidy(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").toWellFormed().replace(UNFIT, "");
}

/** The first `limit` characters, never half of one. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/**
 * A body as it is stored, with whether it was cut.
 * @param read makes the text, reducing HTML with what it is handed
 */
export function bodyText(
  read: (toText: HtmlToText) => string,
  toText: HtmlToText,
): { readonly body: string; readonly truncated: boolean } {
  let truncated = false;
  const whole = tidy(read((html) => {
    truncated ||= html.length > HTML_CHARS_MAX;
    return toText(html);
  })).trim();
  return { body: cut(whole, BODY_CHARS_MAX), truncated: truncated || whole.length > BODY_CHARS_MAX };
}

/** Loads the reducer, which is of some size: only once a page holds HTML. */
export async function loadHtmlToText(): Promise<HtmlToText> {
  return (await import("./html_text.ts")).htmlToText;
}

/** A moment as documents carry it, from any text or number that names one; `""` when it names none. */
export function momentOf(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === "") return "";
  const at = typeof value === "number" ? value : Date.parse(value);
  // Exchange says "never" with year 1, and years of more than four digits have another form.
  if (!Number.isFinite(at) || at <= Date.parse("1900-01-01") || at >= Date.parse("9999-12-31")) return "";
  return new Date(at).toISOString();
}

/** The moment that stands in `last_updated` when a provider gives none at all. */
export const NO_MOMENT = "1970-01-01T00:00:00.000Z";

/** The message ids of a References or In-Reply-To header, in order, at most 100. */
export function messageIds(header: string): string[] {
  return (header.match(/<[^<>\s]{1,998}>/g) ?? []).slice(0, 100);
}

/** A size in bytes as documents carry it, 0 for what is none. */
export function sizeOf(value: number | null | undefined): number {
  return Number.isFinite(value) ? Math.min(Math.max(0, Math.trunc(value ?? 0)), Number.MAX_SAFE_INTEGER) : 0;
}
