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

/** The numbers in E.164, each once; those without a country where the domain tells it. Fax numbers are left out. */
export function phonesIn(text: string, domain: string): string[] {
  const spoken = text.split("\n").filter((line) =>
    /\d{3}/.test(line) && !/^\W*(?:tele)?fax\b|^\W*f\s*[:.]/i.test(line)
  );
  if (spoken.length === 0) return [];
  const country = countryOf(domain);
  const found = findPhoneNumbersInText(spoken.join("\n"), country === undefined ? {} : { defaultCountry: country });
  return [...new Set(found.map(({ number }) => String(number.number)))].slice(0, PHONES_MAX);
}
