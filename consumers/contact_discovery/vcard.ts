/** Contacts as vCards 4.0 (RFC 6350). Pure. */
import type { WholeContact } from "./port.ts";

/** What a card is made of. */
export type CardContact =
  & Pick<
    WholeContact,
    "contact_id" | "kind" | "name" | "addresses" | "title" | "company" | "phones" | "last_at"
  >
  & { readonly names?: readonly string[] };

/** Octets of a line, without its end (RFC 6350, 3.2). */
const LINE_OCTETS_MAX = 75;

/** The media type of what {@linkcode vcard} makes. */
export const VCARD_TYPE = "text/vcard; charset=utf-8";

/** One card, its lines ended and folded as the standard wants. */
export function vcard(contact: CardContact): string {
  const { contact_id, kind, name, addresses, title, company, phones, last_at, names = [] } = contact;
  const shown = name || (addresses[0] ?? "");
  const other = names.filter((each) => each !== name);
  const lines = [
    "BEGIN:VCARD",
    "VERSION:4.0",
    "PRODID:-//Millrace//Contacts//EN",
    `UID:urn:uuid:${uuidOf(contact_id)}`,
    `KIND:${kind === "person" ? "individual" : kind === "list" ? "group" : "application"}`,
    `FN:${escaped(shown)}`,
    ...(kind === "person" && name !== "" ? [`N:${nameParts(name).map(field).join(";")}`] : []),
    ...(other.length > 0 ? [`NICKNAME:${other.map(escaped).join(",")}`] : []),
    ...addresses.map((address, at) => `EMAIL;PREF=${Math.min(at + 1, 100)}:${escaped(address)}`),
    ...phones.map((phone) => `TEL:${escaped(phone)}`),
    ...(company === "" ? [] : [`ORG:${field(company)}`]),
    ...(title === "" ? [] : [`TITLE:${escaped(title)}`]),
    `REV:${last_at.replace(/[-:]|\.\d+/g, "")}`,
    "END:VCARD",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** Text as a value (RFC 6350, 3.4): nothing in it ends the value, or the line. */
function escaped(text: string): string {
  return text.replace(/[\\,]/g, (mark) => `\\${mark}`).replace(/\r\n|\r|\n/g, "\\n").replace(/\p{Cc}/gu, " ");
}

/** Text as one of several fields. Elsewhere a semicolon needs no escape, and not every reader takes it for one. */
function field(text: string): string {
  return escaped(text).replaceAll(";", "\\;");
}

/** Family and given names; the last word is the family's unless a comma says otherwise. */
function nameParts(name: string): string[] {
  const comma = name.indexOf(",");
  const space = name.lastIndexOf(" ");
  const [family, given] = comma > 0
    ? [name.slice(0, comma), name.slice(comma + 1)]
    : space > 0
    ? [name.slice(space + 1), name.slice(0, space)]
    : ["", name];
  return [family.trim(), given.trim(), "", "", ""];
}

/** Lines go on behind a line end and a space; no character is torn apart. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let text = "", octets = 0;
  for (const character of line) {
    const length = encoder.encode(character).length;
    if (octets + length > LINE_OCTETS_MAX) {
      text += "\r\n ";
      octets = 1;
    }
    text += character;
    octets += length;
  }
  return text;
}

function uuidOf(id: string): string {
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20, 32)].join("-");
}
