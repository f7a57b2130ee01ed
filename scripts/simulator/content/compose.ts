import { type Chance, chanceOf } from "../chance.ts";
import { type Company, company, correspondent } from "./correspondents.ts";
import { distinctWord } from "./distinct_word.ts";
import { ENGLISH } from "./english.ts";
import { FRENCH } from "./french.ts";
import { GERMAN } from "./german.ts";
import { type Address, asHtml, type Attachment, escapeHtml, type Language, type MailContent } from "./mail.ts";
import type { Phrases } from "./phrases.ts";

const PHRASES: Readonly<Record<Language, Phrases>> = { en: ENGLISH, de: GERMAN, fr: FRENCH };
const CARRIERS = ["DHL", "UPS", "Colissimo", "DPD", "Royal Mail"];
const NO_SUBJECT_SHARE = 0.01;

/** Which mail of whose mailbox is to be composed. */
export interface Composition {
  readonly seed: number;
  readonly owner: Address;
  /** The mail's number in its mailbox. */
  readonly number: number;
  /** Number of the mail that began the thread; the same as `number` for the first. */
  readonly thread: number;
}

/** The content that mail `number` of this mailbox has from birth: always the same, so that it need not be kept. */
export function composeMail(composition: Composition): MailContent {
  const { seed, owner, number, thread } = composition;
  const first = chanceOf(seed, owner.address, "thread", thread);
  const language = first.pick<Language>(["en", "de", "fr"]);
  const phrases = PHRASES[language];
  const sender = company(language, first);
  const chance = chanceOf(seed, owner.address, "mail", number);
  const kind = thread === number ? pickKind(first) : "note";
  const from = kind === "newsletter" || kind === "order"
    ? { name: sender.name, address: `${kind === "order" ? "orders" : "news"}@${sender.domain}` }
    : correspondent(language, chance, sender);
  const fill = filler(phrases, first, sender);
  const word = distinctWord(owner.address, number, 0);
  const greeting = chance.pick(phrases.greetings).replace("{to}", owner.name);
  const closing = chance.pick(phrases.closings).replace("{from}", from.name);
  const subject = fill(first.pick(phrases[thread === number ? kind : pickKind(first)].subjects));
  const core = fill(body(kind, phrases, chance));
  const text = [greeting, core, phrases.reference.replace("{word}", word), closing].join("\n\n");
  const colleague = correspondent(language, chance, sender);
  return {
    subject: chance.happens(NO_SUBJECT_SHARE) ? "" : (thread === number ? subject : `Re: ${subject}`),
    text,
    html: chance.happens(kind === "newsletter" ? 1 : 0.55) ? html(kind, text, sender) : null,
    from,
    to: [owner],
    cc: kind === "meeting" || (kind === "report" && chance.happens(0.5)) ? [colleague] : [],
    headers: kind === "newsletter" ? listHeaders(sender) : [],
    language,
    word,
    importance: chance.pick(["normal", "normal", "normal", "normal", "high", "low"]),
    attachment: kind === "report" && chance.happens(0.6) ? attachment(subject, text) : null,
  };
}

/** What an edit that gives no text of its own makes of a mail: a corrected subject and a new word. */
export function correct(content: MailContent, owner: Address, number: number, edits: number): MailContent {
  const phrases = PHRASES[content.language];
  const word = distinctWord(owner.address, number, edits);
  const day = phrases.weekdays[edits % phrases.weekdays.length] ?? "";
  const line = phrases.correction.replace("{day}", day).replace("{word}", word);
  const text = `${line}\n\n${content.text}`;
  return { ...content, text, html: content.html === null ? null : asHtml(text), word };
}

type Kind = "meeting" | "order" | "newsletter" | "note" | "report";

function pickKind(chance: Chance): Kind {
  return chance.pick<Kind>(["meeting", "meeting", "order", "order", "newsletter", "note", "note", "report"]);
}

function body(kind: Kind, phrases: Phrases, chance: Chance): string {
  const sentences = (count: number) => chance.shuffle(phrases.sentences).slice(0, count).join(" ");
  switch (kind) {
    case "order":
      return chance.pick(phrases.order.bodies);
    case "newsletter":
      return [...chance.shuffle(phrases.newsletter.items), phrases.newsletter.ending].join("\n\n");
    case "note":
      return chance.happens(0.4) ? chance.pick(phrases.note.bodies) : sentences(1 + chance.below(3));
    case "meeting":
      return `${chance.pick(phrases.meeting.bodies)} ${sentences(1 + chance.below(4))}`;
    case "report": {
      const rounds = 1 + chance.below(4);
      const parts = Array.from({ length: rounds }, () => phrases.report.headings).flat();
      return parts.map((heading) => `${heading}\n${sentences(3)}\n\n${sentences(4)}`).join("\n\n");
    }
  }
}

/** Fills the placeholders; the same placeholder gets the same value all through a mail. */
function filler(phrases: Phrases, chance: Chance, sender: Company): (text: string) => string {
  const parcel = `${chance.pick(["JD0", "1Z", "6A", "CB"])}${String(chance.below(9e9) + 1e9)}${chance.below(90) + 10}`;
  const values: Readonly<Record<string, string>> = {
    topic: chance.pick(phrases.topics),
    day: chance.pick(phrases.weekdays),
    hour: `${8 + chance.below(10)}:${chance.pick(["00", "15", "30"])}`,
    room: chance.pick(phrases.rooms),
    goods: chance.pick(phrases.goods),
    order: `${chance.below(900) + 100}-${chance.below(9_000_000) + 1_000_000}`,
    parcel,
    carrier: chance.pick(CARRIERS),
    price: `${chance.below(200) + 9},${chance.below(90) + 10} EUR`,
    company: sender.name,
    domain: sender.domain,
  };
  return (text) => text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function html(kind: Kind, text: string, sender: Company): string {
  if (kind !== "newsletter") return asHtml(text);
  const cells = text.split("\n\n").map((part) => `<tr><td>${escapeHtml(part)}</td></tr>`).join("\n");
  const logo = `<img src="https://${sender.domain}/logo.png" alt="${escapeHtml(sender.name)}">`;
  const style = "<style>td { padding: 8px; font-family: sans-serif }</style>";
  return `<html><head>${style}</head><body>${logo}<table>\n${cells}\n</table></body></html>`;
}

function listHeaders(sender: Company): [string, string][] {
  return [
    ["List-Id", `${sender.name} <news.${sender.domain}>`],
    ["List-Unsubscribe", `<https://${sender.domain}/unsubscribe>`],
    ["Precedence", "bulk"],
  ];
}

function attachment(subject: string, text: string): Attachment {
  const name = `${subject.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40)}.txt`;
  return { name, mediaType: "text/plain", text: text.slice(0, 400) };
}
