/**
 * What a mail says itself: without the mails that it answers, and without the signature. Pure, and linear in the length
 * of the text, for mails come from strangers: libraries for this match expressions over the whole text.
 */

/** `On Monday, Ada <ada@example.com> wrote:`, in the languages whose mail programs write it at the begin or the end. */
const QUOTE_HEADER =
  /^(?:On|Am|Le|El|Il|Em|Op|Den|W dniu|Dnia)\s.{4,300}?(?:wrote|schrieb|écrit|escribió|scritto|escreveu|schreef|skrev|pisze|napisał).{0,200}:$/u;

/** Lines that say that the whole rest is another mail. */
const ORIGINAL =
  /^[-_ ]{3,}\s?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht)\s?[-_ ]{3,}$/iu;

/** The head of a mail as Outlook repeats it: one of the first, followed soon by one of the others. */
const FIRST_FIELD = /^\*?(?:From|Von|De|Da|Van)\s?:\*?\s/u;
const NEXT_FIELD = /^\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden)\s?:\*?\s/u;
const FIELD_LINES = 4;

/** `-- ` ends the text (RFC 3676 §4.3). */
const SIGNATURE = /^--\s*$/u;

const DEVICE =
  /^(?:Sent from my|Get Outlook for|Von meinem .{1,40} gesendet|Envoyé de mon|Enviado desde mi)\b.{0,100}$/u;

/** Lines longer than this are text. */
const HEADER_CHARACTERS_MAX = 600;

/** The text that is the mail's own; all of it when nothing would be left, as in what is merely passed on. */
export function ownText(body: string): string {
  const lines = body.split(/\r?\n/);
  const own: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? "").trim();
    if (line.startsWith(">")) continue;
    if (line.length > HEADER_CHARACTERS_MAX) {
      own.push(lines[at] ?? "");
      continue;
    }
    if (SIGNATURE.test(line) || ORIGINAL.test(line) || isRepeatedHead(lines, at)) {
      break;
    }
    const header = headerLines(lines, at);
    if (header > 0) {
      // With quote marks what follows is told apart line by line; without them all of it is the other mail.
      if (!isMarked(lines, at + header) && own.some((kept) => kept.trim() !== "")) break;
      at += header - 1;
      continue;
    }
    if (!DEVICE.test(line)) own.push(lines[at] ?? "");
  }
  const text = own.join("\n").trim();
  return text === "" ? body.trim() : text;
}

/** How many lines a quote's header takes: mail programs break it at 78 characters. 0 when there is none. */
function headerLines(lines: readonly string[], at: number): number {
  const first = (lines[at] ?? "").trim();
  if (QUOTE_HEADER.test(first)) return 1;
  const both = `${first} ${(lines[at + 1] ?? "").trim()}`;
  return both.length <= HEADER_CHARACTERS_MAX && QUOTE_HEADER.test(both) ? 2 : 0;
}

function isMarked(lines: readonly string[], from: number): boolean {
  return lines.slice(from, from + FIELD_LINES).find((line) => line.trim() !== "")?.trim().startsWith(">") === true;
}

function isRepeatedHead(lines: readonly string[], at: number): boolean {
  return FIRST_FIELD.test((lines[at] ?? "").trim()) &&
    lines.slice(at + 1, at + 1 + FIELD_LINES).some((line) =>
      NEXT_FIELD.test(line.trim().slice(0, HEADER_CHARACTERS_MAX))
    );
}
