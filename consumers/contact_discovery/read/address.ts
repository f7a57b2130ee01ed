/** E-mail addresses as documents write them, and what can be told by an address alone. Pure. */

/** Longer ones no mail server takes (RFC 5321). */
const ADDRESS_CHARS_MAX = 254;
const ADDRESS = /^[^\s@<>()[\]\\,;:"|]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.[\p{L}\p{N}-]{2,}$/u;

/** The address in lower case; `""` for what no mail can be sent to, such as an Exchange server's own names. */
export function addressOf(text: string): string {
  const address = text.trim().toLowerCase();
  return address.length <= ADDRESS_CHARS_MAX && ADDRESS.test(address) ? address : "";
}

/** Bounded on both sides, so that a long text without spaces is read in linear time. */
const IN_TEXT = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,190}/gu;

/** The addresses in a text, each once, in their order, at most `max`. */
export function addressesIn(text: string, max: number): string[] {
  const found = new Set<string>();
  for (const [match] of text.matchAll(IN_TEXT)) {
    const address = addressOf(match.replace(/[.-]+$/, "").replace(/^[.]+/, ""));
    if (address !== "") found.add(address);
    if (found.size === max) break;
  }
  return [...found];
}

/** The part before the `@`. */
export function localPart(address: string): string {
  return address.slice(0, address.lastIndexOf("@"));
}

/** The part behind the `@`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

/** Whole local parts, and their first or last word: nobody reads what is sent there. */
const MACHINE_WORDS = new Set([
  "alert",
  "alerts",
  "automailer",
  "bounce",
  "bounces",
  "calendar-notification",
  "daemon",
  "digest",
  "donotreply",
  "mailer",
  "mailer-daemon",
  "mailing",
  "marketing",
  "msonlineservicesteam",
  "newsletter",
  "newsletters",
  "news",
  "nicht-antworten",
  "nichtantworten",
  "noreply",
  "notification",
  "notifications",
  "notify",
  "postmaster",
  "promo",
  "promotions",
  "root",
  "unsubscribe",
  "updates",
]);
const NO_REPLY =
  /(?:^|[._+-])(?:no|not|do[._-]?not|ne[._-]?pas|nicht|geen)[._-]?(?:reply|replies|respond|response|antwort|antworten|repondre|antwoord)(?:$|[._+-]|\d)/;
const MACHINE_DOMAINS =
  /(?:^|\.)(?:resource\.calendar\.google\.com|group\.calendar\.google\.com|docs-share\.google\.com|noreply\.github\.com|unknownorganizer\.calendar\.google\.com|bounces?\.[^.]+\.[a-z]+)$/;

/** True for addresses that a machine sends from, by what they are called. */
export function isMachine(address: string): boolean {
  const local = localPart(address);
  if (MACHINE_DOMAINS.test(domainOf(address)) || NO_REPLY.test(local)) return true;
  const words = local.split(/[._+-]/);
  return MACHINE_WORDS.has(local) || MACHINE_WORDS.has(words[0] ?? "") || MACHINE_WORDS.has(words.at(-1) ?? "");
}

/** Desks, not people: whoever sits there, the name on the mail is not theirs alone. */
const ROLES = new Set([
  "accounts",
  "admin",
  "anfrage",
  "billing",
  "bonjour",
  "booking",
  "buchhaltung",
  "careers",
  "contact",
  "customerservice",
  "enquiries",
  "feedback",
  "hello",
  "help",
  "helpdesk",
  "hr",
  "info",
  "invoice",
  "invoices",
  "jobs",
  "kontakt",
  "kundenservice",
  "mail",
  "office",
  "orders",
  "post",
  "press",
  "rechnung",
  "reservations",
  "sales",
  "service",
  "shop",
  "support",
  "team",
  "verwaltung",
  "webmaster",
  "welcome",
]);

/** True for the address of a desk (`info@`): what it is called joins it with nobody. */
export function isRole(address: string): boolean {
  return ROLES.has(localPart(address).split("+")[0] ?? "");
}
