import { type Chance, chanceOf } from "../chance.ts";
import type { Address, Language } from "./mail.ts";

const FIRST: Readonly<Record<Language, readonly string[]>> = {
  en: ["Olivia", "James", "Priya", "Thomas", "Amara", "Eleanor", "Callum", "Grace"],
  de: ["Jörg", "Katharina", "Sören", "Anneliese", "Müge", "Lukas", "Friederike", "Götz"],
  fr: ["Élodie", "François", "Chloé", "Rémi", "Aïcha", "Benoît", "Noémie", "Hélène"],
};
const LAST: Readonly<Record<Language, readonly string[]>> = {
  en: ["Whitfield", "Okafor", "Hartley", "O'Brien", "Mehta", "Ashdown", "Fairbanks"],
  de: ["Schröder", "Weiß", "Bäumler", "Yıldız", "Hoffmann", "Krüger", "Oberndörfer"],
  fr: ["Lefèvre", "Garçon", "Dubois", "Étienne", "Marchand", "Bélanger", "Côté"],
};
const COMPANIES: Readonly<Record<Language, readonly (readonly [string, string])[]>> = {
  en: [["Northgate Freight", "northgate.example"], ["Alder & Finch", "alderfinch.example"], [
    "Tidewater Books",
    "tidewater.example",
  ]],
  de: [["Brückner Logistik", "brueckner.example"], ["Waldkontor", "waldkontor.example"], [
    "Stadtwerke Lindau",
    "lindau.example",
  ]],
  fr: [["Ateliers Rousseau", "rousseau.example"], ["La Maison Verte", "maisonverte.example"], [
    "Transports Guérin",
    "guerin.example",
  ]],
};

/** A firm with its mail domain. */
export interface Company {
  readonly name: string;
  readonly domain: string;
}

/** The letters of a name that an address can carry. */
function plain(text: string): string {
  const spelled = text.toLowerCase().replaceAll("ß", "ss").replaceAll("ı", "i").replaceAll("œ", "oe");
  return spelled.normalize("NFD").replace(/[^a-z]/g, "");
}

/** A firm that writes in this language. */
export function company(language: Language, chance: Chance): Company {
  const [name, domain] = chance.pick(COMPANIES[language]);
  return { name, domain };
}

/** Somebody at a firm: the same few dozen people come back again and again, as in a real mailbox. */
export function correspondent(language: Language, chance: Chance, at: Company): Address {
  const person = chanceOf("correspondent", language, at.domain, chance.below(9));
  const first = person.pick(FIRST[language]);
  const last = person.pick(LAST[language]);
  return { name: `${first} ${last}`, address: `${plain(first)}.${plain(last)}@${at.domain}` };
}
