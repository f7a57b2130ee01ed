/** HTML mail as text. */
// @ts-types="@types/html-to-text"
import { compile } from "html-to-text";
import { cut, HTML_CHARS_MAX } from "./text.ts";

/** Elements open at once beyond which further ones are left out: the parser's time grows with the square of them. */
const OPEN_MAX = 300;

const convert = compile({
  wordwrap: false,
  // A hostile mail nests without end. The length is limited below; what replaces tags there is longer than some.
  limits: { maxDepth: 2 * OPEN_MAX, maxInputLength: 2 * HTML_CHARS_MAX },
  selectors: [
    // Tracking links are hundreds of characters that nobody searches for: the text of a link is what counts.
    { selector: "a", options: { ignoreHref: true } },
    { selector: "img", format: "skip" },
    { selector: "style", format: "skip" },
    { selector: "script", format: "skip" },
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: "table", format: "block" },
    { selector: "ul", options: { itemPrefix: "- " } },
  ],
});

/** Elements that never stay open, because they are empty or because the next one of their kind closes them. */
const NEVER_OPEN = new Set(
  "area base br col embed hr img input link meta source track wbr p li td th tr dt dd option".split(" "),
);

/** HTML that is nested no deeper than a person nests; its text stays. */
export function flattened(html: string): string {
  let open = 0;
  return html.replaceAll(/<(\/?)([a-z][a-z0-9]*)/gi, (tag, closing: string, name: string) => {
    if (NEVER_OPEN.has(name.toLowerCase())) return tag;
    if (closing !== "") {
      open = Math.max(0, open - 1);
      return tag;
    }
    // An element that nobody knows and that is closed at once: what follows becomes its attributes.
    return open++ < OPEN_MAX ? tag : "<wbr";
  });
}

/** The readable text of an HTML document or fragment, without images, styles and the addresses of links. */
export function htmlToText(html: string): string {
  return convert(flattened(cut(html, HTML_CHARS_MAX)));
}
