/** Phone numbers in a text, by the rules of each country. */
import { type CountryCode, findPhoneNumbersInText, isSupportedCountry } from "libphonenumber-js/min";

const PHONES_MAX = 3;

/** Domains that end otherwise than their country is called. */
const COUNTRIES: Readonly<Record<string, CountryCode>> = { uk: "GB", eu: "DE", edu: "US", gov: "US", mil: "US" };

/** The country that numbers without one are of, by the sender's domain. */
function countryOf(domain: string): CountryCode | undefined {
  const top = domain.slice(domain.lastIndexOf(".") + 1);
  const country = COUNTRIES[top] ?? top.toUpperCase();
  return isSupportedCountry(country) ? country : undefined;
}

/** Says that a number is one to call; alone on its line a number needs no word. */
const LABEL =
  /(?:^|[^\p{L}])(?:tel|telefon|telephone|téléphone|teléfono|telefoon|phone|fon|mobile?|mobil|handy|cell|portable|móvil|mobiel|direct|durchwahl|office|büro|call|t|m|p)[.:)]?\s*[:.]?\s*[+(\d]/iu;
const ALONE = /^[\s\d+()./-]+$/;
const FAX = /(?:tele)?fax\b[^|·•,]*/gi;

/** The numbers in E.164, each once; without a country's code where words and the domain say enough. No fax numbers. */
export function phonesIn(text: string, domain: string): string[] {
  const country = countryOf(domain);
  const lines = text.replace(FAX, " ").split("\n").filter((line) => /\d{3}/.test(line));
  const found = lines.flatMap((line) => {
    const national = country !== undefined && (LABEL.test(line) || ALONE.test(line));
    return findPhoneNumbersInText(line, national ? { defaultCountry: country } : {});
  });
  return [...new Set(found.filter(({ number }) => number.isValid()).map(({ number }) => String(number.number)))]
    .slice(0, PHONES_MAX);
}
