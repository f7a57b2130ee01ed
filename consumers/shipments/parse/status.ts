/** What a text says has happened to a parcel. */
import type { Status } from "../model.ts";
import { DUTCH } from "./phrases/dutch.ts";
import { ENGLISH } from "./phrases/english.ts";
import { FRENCH } from "./phrases/french.ts";
import { GERMAN } from "./phrases/german.ts";
import { SPANISH } from "./phrases/spanish.ts";

const LANGUAGES = [ENGLISH, GERMAN, FRENCH, SPANISH, DUTCH];

/** What is said of a parcel alone, the gravest first: of several in one mail the first here holds. */
const GRAVE = ["returned", "failed", "delivered", "out_for_delivery", "delayed", "label_created"] as const;
/** What is said of an order as of a parcel, the furthest first. */
const PLAIN = ["in_transit", "shipped", "ordered"] as const;

function phrasesOf(status: Status): readonly [Status, RegExp] {
  return [status, new RegExp(LANGUAGES.flatMap(({ says }) => says[status]).join("|"), "u")];
}

const GRAVE_PHRASES = GRAVE.map(phrasesOf);
const PLAIN_PHRASES = PLAIN.map(phrasesOf);
/** Sentences that tell of what may come. */
const CONDITIONAL = new RegExp(LANGUAGES.flatMap(({ conditional }) => conditional).join("|"), "u");

/** The sentences of a text, lower-case, without those that tell of what may come. */
function statements(text: string): string[] {
  return text.toLowerCase().split(/(?<=[.!?…])\s+|\n+/u).map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "" && !CONDITIONAL.test(sentence));
}

function first(phrases: readonly (readonly [Status, RegExp])[], sentences: readonly string[]): Status | null {
  const found = phrases.find(([, pattern]) => sentences.some((sentence) => pattern.test(sentence)));
  return found?.[0] ?? null;
}

/** In a subject these may leave out that a delivery was tried in vain, or that the parcel goes back. */
const MILD: ReadonlySet<Status | null> = new Set(["out_for_delivery", "delayed", "label_created", null]);

/**
 * The status that a mail or a part of it tells of, null when it tells of none. The subject knows best, but for what is
 * grave: that is said of a parcel alone, wherever it stands.
 */
export function statusOf(subject: string, body: string): Status | null {
  const above = statements(subject), below = statements(body);
  const grave = first(GRAVE_PHRASES, above), graver = first(GRAVE_PHRASES, below);
  if (MILD.has(grave) && (graver === "failed" || graver === "returned")) return graver;
  return grave ?? graver ?? first(PLAIN_PHRASES, above) ?? first(PLAIN_PHRASES, below);
}
