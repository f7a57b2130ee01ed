/** A card of a vCard file as a contact (RFC 6350, RFC 2426, and version 2.1 as phones write it). */
import ICAL from "ical.js";
import { digest } from "../../contracts/ids.ts";
import type { UnboundDocument } from "../port.ts";
import { bodyText, cut, momentOf, NO_MOMENT, tidy } from "../text.ts";
import { componentOf, type JComponent, type JProperty } from "./jcal.ts";

const VALUES_MAX = 100;
const UID_CHARS_MAX = 512;

type UnboundContact = Extract<UnboundDocument, { readonly doc_type: "contact" }>;

/** Parameters that say how a value is written, not what it is for. */
const FORMS = new Set(["internet", "pref", "x400", "voice", "utf-8"]);

/** The id of a card before it is parsed: its UID, or a digest of its name, addresses and numbers. */
export async function cardIdOf(text: string): Promise<string> {
  const unfolded = text.replaceAll(/\r?\n[ \t]/g, "");
  const uid = /^(?:[\w-]+\.)?UID(?:;[^:\r\n]*)?:(.*)$/im.exec(unfolded)?.[1]?.trim() ?? "";
  if (uid !== "" && uid.length <= UID_CHARS_MAX) return tidy(uid);
  const told = unfolded.split(/\r?\n/).filter((line) => /^(?:[\w-]+\.)?(FN|N|EMAIL|TEL|ORG)[:;]/i.test(line));
  return told.length === 0 ? "" : `card:${await digest("card", ...told.map((line) => line.trim()).sort())}`;
}

/** The document of a card; a sentence when it is none. */
export function contactOf(text: string, provider_id: string): UnboundContact | string {
  const card = componentOf(ICAL.parse(readable(text)));
  const [family = "", given = ""] = parts(card.all("n")[0]);
  const [company = "", department = ""] = parts(card.all("org")[0]);
  const addresses = labelled(card, "email").map(({ label, value }) => ({ label, value: value.toLowerCase() }));
  const title = card.text("fn").trim() || [given, family].filter(Boolean).join(" ") || company ||
    (addresses[0]?.value ?? "");
  if (title === "") return "nameless: The card names nobody.";
  return {
    doc_type: "contact",
    provider: "import",
    provider_id,
    container: "",
    title,
    url: "",
    last_updated: momentOf(revisionOf(card.text("rev"))) || NO_MOMENT,
    given_name: given,
    family_name: family,
    nickname: card.text("nickname").trim(),
    addresses,
    phones: labelled(card, "tel").map(({ label, value }) => ({ label, value: value.replace(/^tel:/i, "") })),
    postal_addresses: labelled(card, "adr"),
    company,
    department,
    job_title: card.text("title").trim(),
    websites: labelled(card, "url").map(({ value }) => value),
    birthday: birthdayOf(card.text("bday").trim()),
    labels: card.all("categories").flatMap(({ values }) => values.flat()).map((label) => label.trim())
      .filter((label) => label !== "" && label !== "myContacts").slice(0, VALUES_MAX),
    notes: bodyText(() => card.text("note"), (html) => html).body,
  };
}

/** The parts of a structured value, trimmed. */
function parts(property: JProperty | undefined): readonly string[] {
  const value = property?.values[0] ?? "";
  return (typeof value === "string" ? value.split(";") : value).map((part) => part.trim());
}

function labelled(card: JComponent, name: string): { label: string; value: string }[] {
  return card.all(name).map((property) => ({
    label: property.parameters("type").find((type) => !FORMS.has(type)) ?? "",
    value: parts(property).filter((part) => part !== "").join(", "),
  })).filter(({ value }) => value !== "").slice(0, VALUES_MAX);
}

function revisionOf(text: string): string {
  const compact = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z?$/.exec(text);
  if (compact === null) return text;
  const [, year, month, day, hour, minute, second] = compact;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** A date, without its year where that is not told; else what is written. */
function birthdayOf(text: string): string {
  const [, year = "", month = "", day = ""] = /^(\d{4}|--)-?(\d{2})-?(\d{2})/.exec(text) ?? [];
  if (month === "") return cut(text, 100);
  // Apple writes 1604 for a year that it does not know.
  return year === "--" || year === "1604" ? `--${month}-${day}` : `${year}-${month}-${day}`;
}

/** Version 2.1 names no parameters and writes quoted-printable, neither of which the parser knows. */
function readable(text: string): string {
  if (!/^VERSION:2\.1/im.test(text) && !/QUOTED-PRINTABLE/i.test(text)) return text.trim();
  return text.replaceAll(/=\r?\n/g, "").trim().split(/\r?\n/).map(modern).join("\r\n");
}

/** A line of version 2.1 as later versions write it. */
function modern(line: string): string {
  const [, name = "", parameters = "", value = ""] = /^([\w.-]+)((?:;[^:;]*)*):(.*)$/.exec(line) ?? [];
  if (parameters === "") return line;
  const all = parameters.slice(1).split(";");
  const quoted = all.some((one) => /^(ENCODING=)?QUOTED-PRINTABLE$/i.test(one));
  const charset = all.map((one) => /^CHARSET=(.+)$/i.exec(one)?.[1]).find((found) => found !== undefined) ?? "utf-8";
  const kept = all.filter((one) => one !== "" && !/^(CHARSET=|(ENCODING=)?(QUOTED-PRINTABLE|8BIT|7BIT)$)/i.test(one))
    .map((one) => one.includes("=") ? one : `TYPE=${one}`);
  const text = quoted ? decoded(value, charset).replaceAll(/\r?\n/g, "\\n") : value;
  return `${[name, ...kept].join(";")}:${text}`;
}

function decoded(value: string, charset: string): string {
  const bytes = new TextEncoder().encode(value);
  const plain: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] === 61 ? parseInt(hexAt(bytes, at), 16) : NaN;
    if (Number.isNaN(code)) plain.push(bytes[at] ?? 0);
    else {
      plain.push(code);
      at += 2;
    }
  }
  try {
    return new TextDecoder(charset).decode(new Uint8Array(plain));
  } catch {
    return new TextDecoder().decode(new Uint8Array(plain));
  }
}

function hexAt(bytes: Uint8Array, at: number): string {
  const digits = String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
  return /^[0-9A-Fa-f]{2}$/.test(digits) ? digits : "";
}
