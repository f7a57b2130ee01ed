/** A hit of Vespa as it is shown in a list. */
import { z } from "zod";
import { DocType, ProviderName } from "../../contracts/names.ts";
import { bestFragments } from "../best_fragments.ts";
import { escaped, MARK_CLOSE, MARK_OPEN } from "../escape.ts";
import type { SearchHit } from "../port.ts";
import type { Term } from "../query_words.ts";
import { FragmentsField } from "./item.ts";
import { shownText } from "./text.ts";

/** The length of a snippet where nothing matches, characters. */
const OPENING_CHARACTERS = 200;

const Moment = z.int().transform((ms) => new Date(ms).toISOString());

/** The document summary `hit`. */
const HitFields = z.object({
  doc_id: z.string(),
  ordinal: z.int(),
  doc_type: DocType,
  provider: ProviderName,
  title: z.string().default("").transform(shownText),
  url: z.string().default(""),
  happened_at: Moment,
  last_updated: Moment,
  synced_at: Moment,
  snippet: z.string().default(""),
  fragments: FragmentsField,
  matchfeatures: z.record(z.string(), z.unknown()).default({}),
});

/** A hit, and where the next page goes on after it. */
export interface PlacedHit {
  readonly hit: SearchHit;
  readonly ordinal: number;
}

/**
 * Reads a hit. @param terms each with the spellings that count as it
 * @throws ZodError when it is not of this schema
 */
export function readHit(
  { relevance, fields }: { readonly relevance: number; readonly fields: unknown },
  terms: readonly (readonly Term[])[],
  explain: boolean,
): PlacedHit {
  const { ordinal, synced_at, snippet, fragments, matchfeatures, ...shown } = HitFields.parse(fields);
  return {
    ordinal,
    hit: {
      ...shown,
      sync_timestamp: synced_at,
      score: relevance,
      snippet: snippetOf(snippet),
      fragments: bestFragments(fragments, terms),
      ...(explain ? { explanation: explanationOf(matchfeatures) } : {}),
    },
  };
}

/** Vespa escapes nothing: all of it is escaped here, then its own marks are made ours. */
function snippetOf(dynamic: string): string {
  // What the texts themselves hold of the kind was broken up when they were written, and is put together after this.
  const marked = escaped(dynamic.replace(/<sep ?\/>/g, "…"))
    .replaceAll("&lt;hi&gt;", MARK_OPEN).replaceAll("&lt;/hi&gt;", MARK_CLOSE);
  const whole = shownText(marked).replaceAll(`${MARK_CLOSE}${MARK_OPEN}`, "").replace(/\s+/gu, " ").trim();
  if (whole.includes(MARK_OPEN)) return whole;
  // Without a match Vespa gives the beginning. No entity may be cut in the middle.
  const characters = whole.match(/&(?:amp|lt|gt|quot|#39);|[^]/gu) ?? [];
  return characters.length <= OPENING_CHARACTERS
    ? whole
    : `${characters.slice(0, OPENING_CHARACTERS).join("").trimEnd()}…`;
}

/** The functions of the rank profile by their names. */
function explanationOf(features: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(features).flatMap(([name, value]) =>
      typeof value === "number" ? [[name.replace("()", ""), value]] : []
    ),
  );
}
