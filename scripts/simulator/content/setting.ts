import { type Chance, chanceOf } from "../chance.ts";
import { type Company, company, correspondent } from "./correspondents.ts";
import { DESK_PHRASES, type DeskPhrases } from "./desk_phrases.ts";
import { distinctWord } from "./distinct_word.ts";
import { ENGLISH } from "./english.ts";
import { FRENCH } from "./french.ts";
import { GERMAN } from "./german.ts";
import type { Address, Language } from "./mail.ts";
import type { Phrases } from "./phrases.ts";

const PHRASES: Readonly<Record<Language, Phrases>> = { en: ENGLISH, de: GERMAN, fr: FRENCH };

/** Which item of whose desk is to be composed. */
export interface DeskComposition {
  readonly seed: number;
  readonly owner: Address;
  readonly of: "event" | "contact" | "file" | "task";
  /** The item's number in its store. */
  readonly number: number;
  /** How often it was edited: each edit has a word of its own. */
  readonly edits: number;
  /** Milliseconds; dates lie around it. */
  readonly now: number;
}

/** What an item is about: a language, a firm and a person there, who write mails too, and a distinct word. */
export interface Setting {
  readonly chance: Chance;
  readonly language: Language;
  readonly phrases: Phrases & DeskPhrases;
  readonly company: Company;
  readonly person: Address;
  readonly word: string;
  /** The sentence that mentions the word. */
  readonly reference: string;
  /** Fills `{topic}` and the like; one placeholder has one value in the whole item. */
  readonly fill: (text: string) => string;
}

export function settingOf({ seed, owner, of, number, edits }: DeskComposition): Setting {
  const chance = chanceOf(seed, owner.address, of, number);
  const language = chance.pick<Language>(["en", "de", "fr"]);
  const phrases = { ...PHRASES[language], ...DESK_PHRASES[language] };
  const firm = company(language, chance);
  const person = correspondent(language, chance, firm);
  const word = distinctWord(`${owner.address} ${of}`, number, edits);
  const values: Readonly<Record<string, string>> = {
    topic: chance.pick(phrases.topics),
    room: chance.pick(phrases.rooms),
    goods: chance.pick(phrases.goods),
    company: firm.name,
    name: person.name,
  };
  return {
    chance,
    language,
    phrases,
    company: firm,
    person,
    word,
    reference: phrases.reference.replace("{word}", word),
    fill: (text) => text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  };
}
