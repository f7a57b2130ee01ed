/** The forms that Google's answers are made of. Members may be missing, or null. */
import { z } from "zod";
import type { Refusal } from "../port.ts";
import { momentOf, tidy } from "../text.ts";

/** A text, `""` for none. */
export const Text = z.string().nullish().transform((text) => tidy(text ?? ""));

/** A text of one line. */
export const Line = Text.transform((text) => text.replaceAll(/\s+/g, " ").trim());

/** False for none. */
export const Flag = z.boolean().nullish().transform((flag) => flag === true);

/** A list, empty for none; what is in it is checked. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).nullish().transform((items) => items ?? []);
}

/** A moment of change as a version, milliseconds; 0 for none. */
export function versionOf(updated: string): number {
  const moment = momentOf(updated);
  return moment === "" ? 0 : Date.parse(moment);
}

/** A date as Google writes it (`2026-08-05`), `""` for what is none. */
export function dateOf(text: string): string {
  const date = text.slice(0, 10);
  return /^\d{4}-\d{2}-\d{2}$/.test(date) && momentOf(date).startsWith(date) ? date : "";
}

/** Whether a text was written with a rich editor: calendars and tasks hold plain text and HTML alike. */
export function looksLikeHtml(text: string): boolean {
  return /<\/?(a|b|i|u|br|p|div|span|ul|ol|li|html|strong|em|table|h[1-6])\b[^>]*>/i.test(text);
}

/** HTML of an editor that shows line feeds as line breaks. */
export function withLineBreaks(html: string): string {
  return html.split("\n").map((line) => ENDS_BLOCK.test(line.slice(-64)) ? line : `${line}<br>`).join("\n");
}

/** A line that ends with what begins a new one by itself. */
const ENDS_BLOCK = /<(br|\/?(p|div|ul|ol|li|table|tr|h[1-6]|html|body))\b[^<>]*>\s*$/i;

/** Why an item can't become a document. @param what the item's kind, e.g. `event` */
export function refusalOf(
  named: { readonly provider_id: string; readonly container: string },
  what: string,
  error: z.ZodError,
): Refusal {
  const issue = error.issues[0];
  return {
    ...named,
    reason: `The ${what} can't be read: ${issue?.message ?? "unknown form"}`,
    field: issue?.path.join(".") ?? "",
  };
}
