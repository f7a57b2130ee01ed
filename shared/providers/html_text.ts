/** HTML mail as text. */
// @ts-types="@types/html-to-text"
import { compile } from "html-to-text";
import { cut, HTML_CHARS_MAX } from "./text.ts";

const convert = compile({
  wordwrap: false,
  // A hostile mail nests or repeats without end; what is beyond these limits is left out.
  limits: { maxDepth: 200, maxInputLength: HTML_CHARS_MAX },
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

/** The readable text of an HTML document or fragment, without images, styles and the addresses of links. */
export function htmlToText(html: string): string {
  return convert(cut(html, HTML_CHARS_MAX));
}
