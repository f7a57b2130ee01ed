/** When a parcel is to come, as its mail says it. */
import type { Expected, Status } from "../model.ts";
import { type DateSense, findDays, findWindow } from "./calendar.ts";

/** Words that make a day in their sentence, or on the line below, the day of a delivery to come. */
const CUE = new RegExp(
  [
    "deliver|arriv|estimated|expected?|scheduled|due|get it|coming|try again|will be with you|should be there|between",
    "zugestellt|zustell|liefer|ankunft|kommt|voraussichtlich|lieferung|zwischen|ist es soweit",
    "livr|arriv|prévu|entre|passera|estimée",
    "entreg|llega|prevista|estimada",
    "bezorg|lever|verwacht|komt|tussen|morgen",
  ].join("|"),
  "iu",
);

/** Words that make a day another one: of the past, of a deadline, of somebody's paper. */
const NOT_CUE = new RegExp(
  [
    "ship date|placed on|ordered on|dispatched on \\d|marked your order|invoice|picked up by|collect it by|hold it|kept for|returned",
    "(?:was|were|been) delivered|has been prepared|arrived at|left the|tried|attempted|unable to|could ?n[o'’]t|delivery time: \\d+:\\d+ ?[ap]\\.?m\\.?$",
    "abholbar|abholen|ab dem|wurde am|konnten|nicht angetroffen|nicht zustellen|bestellt am|bestelldatum",
    "conservé|à partir du|présentés|absent|n['’]avons pas pu|commandé le|passée le",
    "no hemos podido|hemos intentado|recógelo|realizado el",
    "bewaard|geprobeerd|konden|besteld op|ophalen",
  ].join("|"),
  "iu",
);

/** Words beside the window of a delivery, and those beside the hours of a shop. */
const TIME_WORDS = /time|window|slot|between|zeit|zwischen|heure|créneau|entre|hora|franja|tijd|tussen/iu;
const OPENING = /open|hours|call|phone|öffnung|telefon|mo\p{L}* ?(?:-|bis)|ouvert|horaires|abierto|horario|lun/iu;

/** Statuses after which nothing is to come. */
const OVER: ReadonlySet<Status> = new Set(["delivered", "returned"]);

/**
 * The day or the window that a mail gives, null when it gives none.
 * @param place the parcel waits at a pickup place: the days in its mail are deadlines
 */
export function expectedOf(
  parts: readonly string[],
  sense: DateSense,
  status: Status,
  { place, time_zone }: { readonly place: boolean; readonly time_zone: string },
): Expected | null {
  if (OVER.has(status) || place) return null;
  const lines = parts.flatMap((part) => part.split("\n")).map((line) => line.trim()).filter((line) => line !== "");
  const found = lines.flatMap((_, at) => inLine(lines, at, sense));
  const [first] = found;
  if (first === undefined) return null;
  // Where the day stands for the first time its window may be missing.
  const whole = found.find(({ from, to }) => from.startsWith(first.from) && from !== to);
  if (whole !== undefined) return { ...whole, time_zone };
  const window = first.from.length === 10 ? windowAlone(lines) : null;
  return window === null
    ? { ...first, time_zone }
    : { from: `${first.from}T${window[0]}`, to: `${first.from}T${window[1]}`, time_zone };
}

/** A window on a line of its own that is called one. */
function windowAlone(lines: readonly string[]): readonly [string, string] | null {
  const line = lines.find((line) =>
    line.length < 60 && TIME_WORDS.test(line) && !OPENING.test(line) && findWindow(line)
  );
  return line === undefined ? null : findWindow(line);
}

/** What a line says, sentence by sentence. */
function inLine(lines: readonly string[], at: number, sense: DateSense): { from: string; to: string }[] {
  const line = lines[at] ?? "", above = lines[at - 1] ?? "", below = lines[at + 1] ?? "";
  return sentencesOf(line).flatMap((sentence) => {
    const cued = CUE.test(sentence) || CUE.test(above) && sentence === line && line.length < 80;
    if (!cued || NOT_CUE.test(sentence)) return [];
    const days = findDays(sentence, sense).filter(({ day }) => day >= sense.today);
    const [first, second] = days;
    if (first === undefined) return [];
    const from = first.day;
    if (second !== undefined && second.day > from && isRange(sentence.slice(first.end, second.start))) {
      return [{ from, to: second.day }];
    }
    const window = windowNear(sentence, [above, below], days);
    return [window === null ? { from, to: from } : { from: `${from}T${window[0]}`, to: `${from}T${window[1]}` }];
  });
}

/** Sentences end before a capital letter; the points of dates and abbreviations do not end one. */
function sentencesOf(line: string): string[] {
  return line.split(/(?<=(?:\p{L}{2}|\d{4}|\))[.!?])\s+(?=\p{Lu})/u);
}

function isRange(between: string): boolean {
  return between.length < 24 &&
    /^[\s,.]*(?:\p{L}{2,9}\.?,? ?)?(?:-|–|and|to|bis|und|et|au|y|al|en|tot|t\/m)(?!\p{L})/u.test(between);
}

/** A window beside the day, on its line first; the day's own digits are not one. */
function windowNear(
  sentence: string,
  around: readonly string[],
  days: readonly { readonly start: number; readonly end: number }[],
): readonly [string, string] | null {
  let without = sentence;
  for (const { start, end } of days) without = without.slice(0, start) + " ".repeat(end - start) + without.slice(end);
  const own = findWindow(without);
  if (own !== null) return own;
  for (const line of around) {
    const other = (CUE.test(line) || TIME_WORDS.test(line)) && !OPENING.test(line) ? findWindow(line) : null;
    if (other !== null) return other;
  }
  return null;
}
