/** Mail signatures: who signs, as what, for whom, and how to call them. Pure. */
import type { Details } from "../model.ts";
import { addressesIn, domainOf } from "./address.ts";
import { phonesIn } from "./phones.ts";
import { folded, wordsOf } from "./names.ts";

/** Mails are read this far for a signature: what comes later is quoted. */
const BODY_CHARS_MAX = 32_768;
const LINES_MAX = 14;
const LINE_CHARS_MAX = 120;
/** Addresses of a signature beside the sender's own. */
const ADDRESSES_MAX = 3;

/** What a signature says. */
export interface Signature extends Details {
  /** Addresses of the same person that it names. */
  readonly addresses: readonly string[];
}

/** Where what was written before begins, in the mail programs of five languages. */
const QUOTE =
  /^(?:>|-{3,} ?(?:original|ursprüngliche|forwarded|weitergeleitete|message d'origine|mensaje original|oorspronkelijk)|_{10,}$|(?:on|am|le|el|op) .{6,200}(?:wrote|schrieb|a écrit|escribió|schreef)|(?:from|von|de|van): .*@)/i;

const COMPANY =
  /(?:^|\s)(?:gmbh(?: & co\.? kg)?|ag|kg|ohg|ug|e\.?v\.?|inc\.?|ltd\.?|llc|llp|plc|corp\.?|corporation|s\.?a\.?s?|s\.?r\.?l\.?|s\.?l\.?|b\.?v\.?|n\.?v\.?|group|university|universität|universiteit|université)(?=$|[\s,|·])/i;

const TITLE = new RegExp(
  "\\b(?:manager|engineer|director|head of|officer|developer|designer|consultant|analyst|architect|assistant|president|founder|partner|" +
    "lead|specialist|coordinator|administrator|accountant|editor|lawyer|attorney|professor|researcher|scientist|teacher|" +
    "sales|marketing|ceo|cto|cfo|coo|cio|vp|geschäftsführer(?:in)?|leiter(?:in)?|berater(?:in)?|entwickler(?:in)?|" +
    "ingenieur(?:in)?|referent(?:in)?|sachbearbeiter(?:in)?|vorstand|prokurist(?:in)?|vertrieb|einkauf|buchhaltung|" +
    "directeur|directrice|responsable|ingénieure?|conseill(?:er|ère)|chef de|gérante?|jefe|directora?|ingenier[oa]|" +
    "gerente|consultora?|directeur|adviseur|ontwikkelaar|hoofd)(?!\\p{L})",
  "iu",
);

/** Reads the signature of a mail's sender; null when the mail has none that is clearly theirs. */
export function signatureOf(
  { body, name, address }: { readonly body: string; readonly name: string; readonly address: string },
): Signature | null {
  const lines = signatureLines(body.slice(0, BODY_CHARS_MAX), name);
  if (lines === null) return null;
  const text = lines.join("\n");
  const addresses = addressesIn(text, ADDRESSES_MAX + 1).filter((other) => other !== address).slice(0, ADDRESSES_MAX);
  const { title, company } = placeOf(lines.slice(1, 7));
  const signature = { title, company, phones: phonesIn(text, domainOf(address)), addresses };
  const says = title !== "" || company !== "" || signature.phones.length > 0 || addresses.length > 0;
  return says ? signature : null;
}

/** The lines from the sender's name on: behind `-- `, or the last ones before a quotation. */
function signatureLines(body: string, name: string): string[] | null {
  const lines = body.split(/\r?\n/).map((line) => line.trimEnd());
  const quoted = lines.findIndex((line) => QUOTE.test(line.trimStart()));
  const own = quoted < 0 ? lines : lines.slice(0, quoted);
  // The space behind the dashes is often lost on the way (RFC 3676).
  const dashes = own.findLastIndex((line) => line === "--");
  const from = Math.max(dashes + 1, dashes >= 0 ? 0 : own.length - LINES_MAX);
  const last = own.slice(from, dashes >= 0 ? from + LINES_MAX : undefined).map((line) => line.trim().slice(0, 400));
  const at = last.findLastIndex((line) => signs(line, name));
  return at < 0 ? null : last.slice(at).filter((line) => line !== "");
}

/** Whether a line is the sender's name: all words of one are in the other, two at least. */
function signs(line: string, name: string): boolean {
  if (line.length > LINE_CHARS_MAX || /[@:]|https?/.test(line)) return false;
  const named = new Set(wordsOf(name)), words = wordsOf(line.split(/[,|·–—]/)[0] ?? "");
  if (named.size < 2 || words.length < 2 || words.length > named.size + 3) return false;
  return [...named].filter((word) => words.includes(word)).length >= 2;
}

/** Title and company from the lines under the name: `Head of Sales`, `Northgate Ltd`, or both on one line. */
function placeOf(lines: readonly string[]): { title: string; company: string } {
  let title = "", company = "";
  for (const line of lines) {
    if (/@|https?:|www\.|\d{4}/.test(line) || line.length > LINE_CHARS_MAX) continue;
    const parts = line.split(/\s*(?:\||·|•|–|—|,\s| at | bei | chez )\s*/u).filter((part) => part !== "");
    for (const [at, part] of parts.entries()) {
      if (title === "" && TITLE.test(part) && !COMPANY.test(part)) title = part;
      else if (company === "" && COMPANY.test(part)) company = part;
      // `Head of Sales, Northgate Freight`: what follows a title is who it is for.
      else if (company === "" && title !== "" && at > 0 && parts[at - 1] === title && /^\p{Lu}/u.test(part)) {
        company = part;
      }
    }
  }
  return { title, company: folded(company) === folded(title) ? "" : company };
}
