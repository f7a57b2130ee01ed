/** What is read of HTML bodies, loaded only when an item has one. */
import { z } from "zod";
import type { Link } from "../../contracts/documents.ts";
import { type HtmlToText, loadHtmlToText } from "../text.ts";

/** Reads HTML. */
export interface HtmlReader {
  readonly toText: HtmlToText;
  facts(html: string): { readonly links: Link[]; readonly structured: string[] };
}

const HasBody = z.object({ body: z.object({ contentType: z.string() }) });

function hasHtml(item: unknown): boolean {
  return HasBody.safeParse(item).data?.body.contentType.toLowerCase() === "html";
}

/** For items without HTML. */
const NOTHING_TO_READ: HtmlReader = { toText: (text) => text, facts: () => ({ links: [], structured: [] }) };

/** The reader for these items. */
export async function htmlReader(items: readonly unknown[]): Promise<HtmlReader> {
  if (!items.some(hasHtml)) return NOTHING_TO_READ;
  const [toText, { htmlFacts }] = await Promise.all([loadHtmlToText(), import("../html_facts.ts")]);
  return { toText, facts: htmlFacts };
}
