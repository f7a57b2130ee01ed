/** Texts that are safe to put into a page. */

/** What stands around matches in an escaped text. */
export const MARK_OPEN = "<mark>";
export const MARK_CLOSE = "</mark>";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The text as HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
