/** Which language a mail is in, and which day its numbers name. */

/** The languages that are understood. */
export type Language = "en" | "de" | "fr" | "es" | "nl";

const FREQUENT: Readonly<Record<Language, RegExp>> = {
  en: /(?<!\p{L})(?:the|your|you|and|has|was|is|will|of|to)(?!\p{L})/giu,
  de: /(?<!\p{L})(?:der|die|das|ihr|ihre|ihrer|und|ist|wird|wurde|sie|dein|deine|für|am|nicht)(?!\p{L})/giu,
  fr: /(?<!\p{L})(?:le|la|les|votre|vous|est|été|et|de|sera|pour|nous|à)(?!\p{L})/giu,
  es: /(?<!\p{L})(?:el|su|tu|ha|sido|los|del|para|pedido|envío|está|y|de|con)(?!\p{L})/giu,
  nl: /(?<!\p{L})(?:het|je|uw|een|is|wordt|van|op|en|we|pakket|voor|bij)(?!\p{L})/giu,
};

/** What is written where a host's name ends like this. */
const SPOKEN: Readonly<Record<string, Language>> = { de: "de", at: "de", fr: "fr", es: "es", nl: "nl" };
/** Everyday words that make out a language. */
const WORDS_MIN = 3;

/** The language whose everyday words a text has most of; with too few of them that of its sender's country, or English. */
export function languageOf(text: string, host: string): Language {
  const sample = text.slice(0, 4_000);
  let best: Language = "en", most = WORDS_MIN - 1;
  for (const language of ["en", "de", "fr", "es", "nl"] as const) {
    const count = sample.match(FREQUENT[language])?.length ?? 0;
    if (count > most) [best, most] = [language, count];
  }
  return most < WORDS_MIN ? SPOKEN[host.slice(host.lastIndexOf(".") + 1)] ?? best : best;
}

/** Whether a date in digits begins with the month: in the United States alone. */
export function monthFirst(language: Language, host: string): boolean {
  return language === "en" && !/\.(?:uk|au|ie|nz|eu|de|fr|nl|es)$/.test(host);
}
