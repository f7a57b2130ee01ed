import type { ContactContent } from "../contacts/store.ts";
import { type DeskComposition, settingOf } from "./setting.ts";

/** Somebody who writes mails too, with what an address book has of such a person. */
export function composeContact(composition: DeskComposition): ContactContent {
  const { chance, phrases, company, person, language, fill, word, reference } = settingOf(composition);
  const [givenName = "", ...family] = person.name.split(" ");
  const [jobTitle, department] = chance.pick(phrases.jobs);
  const [postcode, city] = chance.pick(phrases.cities);
  const place = { street: chance.pick(phrases.streets), city, postcode, country: phrases.country };
  const country = { en: "+44 113", de: "+49 8382", fr: "+33 4" }[language];
  const line = () => `${country} 49${chance.below(90_000) + 10_000}`;
  const year = 1955 + chance.below(45);
  const month = String(1 + chance.below(12)).padStart(2, "0");
  return {
    givenName,
    familyName: family.join(" "),
    nickname: chance.happens(0.2) ? givenName.slice(0, 3) : "",
    addresses: [
      { kind: "work", address: person.address },
      ...(chance.happens(0.3) ? [{ kind: "home", address: `${word}@home.example` } as const] : []),
    ],
    phones: [
      ...(chance.happens(0.8) ? [{ kind: "work", number: line() } as const] : []),
      ...(chance.happens(0.5) ? [{ kind: "mobile", number: line() } as const] : []),
      ...(chance.happens(0.2) ? [{ kind: "home", number: line() } as const] : []),
    ],
    places: chance.happens(0.6) ? [{ kind: "work", ...place }] : [],
    company: company.name,
    department,
    jobTitle,
    website: chance.happens(0.4) ? `https://${company.domain}` : "",
    birthday: chance.happens(0.4) ? `${year}-${month}-${String(1 + chance.below(28)).padStart(2, "0")}` : "",
    labels: chance.happens(0.3) ? [fill("{topic}")] : [],
    notes: [chance.pick(phrases.remarks), reference].join("\n"),
    language,
    word,
  };
}

/** What an edit makes of a contact: another telephone number, and a note with another word. */
export function correctContact(composition: DeskComposition): Partial<ContactContent> {
  const { phones, notes, word } = composeContact(composition);
  return { phones: [...phones, { kind: "mobile", number: `+44 7700 ${900_000 + composition.edits}` }], notes, word };
}
