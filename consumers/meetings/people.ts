/** Who of a meeting's people is the person's own, and who comes from elsewhere. */
import type { Person } from "../../shared/contracts/documents.ts";

/** The addresses that a person has connected, and the domains that make a colleague. */
export interface Own {
  readonly addresses: ReadonlySet<string>;
  readonly domains: ReadonlySet<string>;
}

/** Domains at which everybody can have an address: nobody is a colleague by them. */
const PUBLIC_DOMAINS: ReadonlySet<string> = new Set([
  "aol.com",
  "fastmail.com",
  "free.fr",
  "gmail.com",
  "gmx.at",
  "gmx.ch",
  "gmx.com",
  "gmx.de",
  "gmx.net",
  "googlemail.com",
  "hotmail.co.uk",
  "hotmail.com",
  "icloud.com",
  "live.com",
  "mac.com",
  "mail.com",
  "mail.ru",
  "me.com",
  "msn.com",
  "orange.fr",
  "outlook.com",
  "outlook.de",
  "pm.me",
  "proton.me",
  "protonmail.com",
  "qq.com",
  "t-online.de",
  "web.de",
  "yahoo.co.uk",
  "yahoo.com",
  "yandex.com",
  "yandex.ru",
  "zoho.com",
]);

/** What is the person's own by the addresses of their accounts. */
export function ownOf(addresses: readonly string[]): Own {
  const known = addresses.map((address) => address.toLowerCase()).filter((address) => address !== "");
  return {
    addresses: new Set(known),
    domains: new Set(known.map(domainOf).filter((domain) => domain !== "" && !PUBLIC_DOMAINS.has(domain))),
  };
}

/** True for somebody at a domain where the person has no account. Nobody is, as long as no account is connected. */
export function isExternal({ address }: Pick<Person, "address">, own: Own): boolean {
  if (address === "" || own.addresses.size === 0) return false;
  return !own.addresses.has(address) && !own.domains.has(domainOf(address));
}

/** The domains of those from elsewhere, in order. */
export function externalDomains(people: readonly Pick<Person, "address">[], own: Own): string[] {
  return [...new Set(people.filter((person) => isExternal(person, own)).map(({ address }) => domainOf(address)))]
    .sort();
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}
