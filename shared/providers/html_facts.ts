/** What a program can use of an HTML mail besides its text: its links, and its schema.org statements. */
import { Parser } from "htmlparser2";
import type { Link } from "../contracts/documents.ts";
import { flattened } from "./html_text.ts";
import { microdata } from "./microdata.ts";
import { cut, HTML_CHARS_MAX, tidy } from "./text.ts";

/** The most links of one document. */
export const LINKS_MAX = 200;

/** The most structured statements of one document. */
export const STRUCTURED_MAX = 8;

/** The most bytes of one statement: half of one is none, so a larger one is left out. */
export const STRUCTURED_BYTES_MAX = 16 * 1024;

const LINK_TEXT_CHARS_MAX = 500;
const LINK_URL_CHARS_MAX = 4 * 1024;
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** Links each once in their order, and statements as JSON texts. */
export interface HtmlFacts {
  readonly links: Link[];
  readonly structured: string[];
}

/** The facts of a document without HTML. */
export const NO_FACTS: HtmlFacts = { links: [], structured: [] };

/** Reads the facts of an HTML document or fragment: JSON-LD, microdata (as JSON-LD), and links that lead outside. */
export function htmlFacts(html: string): HtmlFacts {
  const links = new Map<string, string>();
  const structured: string[] = [];
  const items = microdata((item) => addStatement(structured, item));
  let link: { url: string; text: string } | null = null;
  let script: string | null = null;

  function endLink(): void {
    if (link === null) return;
    const text = cut(tidy(link.text).replaceAll(/\s+/g, " ").trim(), LINK_TEXT_CHARS_MAX);
    // The first text that says something: a picture often has the same link before the words.
    if (links.get(link.url) === "" || (!links.has(link.url) && links.size < LINKS_MAX)) links.set(link.url, text);
    link = null;
  }

  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === "script") script = isJsonLd(attributes["type"]) ? "" : null;
      if (name === "a" || name === "area") {
        endLink();
        const url = outsideUrl(attributes["href"]);
        if (url !== "") link = { url, text: name === "area" ? attributes["alt"] ?? "" : "" };
        if (name === "area") endLink();
      }
      if (name === "img" && link !== null && link.text === "") link.text = attributes["alt"] ?? "";
      items.open(name, attributes);
    },
    ontext(text) {
      if (script !== null) script += text;
      else if (link !== null && link.text.length < 4 * LINK_TEXT_CHARS_MAX) link.text += text;
      items.text(text);
    },
    onclosetag(name) {
      if (name === "script" && script !== null) {
        addStatement(structured, parsedJson(script));
        script = null;
      }
      if (name === "a") endLink();
      items.close();
    },
  });
  parser.end(flattened(cut(html, HTML_CHARS_MAX)));
  endLink();
  return { links: [...links].map(([url, text]) => ({ text, url })), structured };
}

function isJsonLd(type: string | undefined): boolean {
  return /^\s*application\/ld\+json\s*(;|$)/i.test(type ?? "");
}

/** The address of a link that leads somewhere by itself, `""` for any other. */
function outsideUrl(href: string | undefined): string {
  if (href === undefined || href.length > LINK_URL_CHARS_MAX) return "";
  const url = URL.parse(tidy(href).trim());
  return url !== null && PROTOCOLS.has(url.protocol) && url.href.length <= LINK_URL_CHARS_MAX ? url.href : "";
}

function parsedJson(text: string): unknown {
  if (text.length > 4 * STRUCTURED_BYTES_MAX) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Adds a statement, which is an object or a list of them, each once. */
function addStatement(structured: string[], statement: unknown): void {
  if (typeof statement !== "object" || statement === null || structured.length >= STRUCTURED_MAX) return;
  const text = jsonText(statement);
  if (text === "" || structured.includes(text)) return;
  if (new TextEncoder().encode(text).length <= STRUCTURED_BYTES_MAX) structured.push(text);
}

/** `""` for what is nested too deep to be written, or says nothing. */
function jsonText(statement: object): string {
  try {
    const text = tidy(JSON.stringify(statement));
    return text === "{}" || text === "[]" ? "" : text;
  } catch {
    return "";
  }
}
