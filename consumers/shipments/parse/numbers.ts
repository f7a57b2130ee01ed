/** Which numbers of a mail are tracking numbers, by how they are formed and by what stands around them. */
import type { Carrier } from "../model.ts";
import type { Candidate } from "./candidates.ts";
import type { Reading } from "./formats.ts";
import { type Label, labelBefore } from "./labels.ts";
import type { LinkFacts } from "./links.ts";

/** What is known of the mail before its numbers are looked at. */
export interface Surroundings {
  /** The carrier that the mail is from, by the domain of its sender; `""`: somebody else. */
  readonly sender: Carrier;
  /** Carriers that the text names. */
  readonly named: readonly Carrier[];
  readonly links: LinkFacts;
  /** The mail says that something happened to a parcel. */
  readonly tells: boolean;
}

/** A number that is taken for a parcel's. */
export interface FoundNumber {
  readonly number: string;
  readonly carrier: Carrier;
  readonly confidence: number;
  readonly evidence: readonly string[];
  /** Where it stands in the text; -1: in a link only. */
  readonly start: number;
}

/** A number is not certain without anything beside it that says what it is. */
const ALONE_CONFIDENCE = 0.3;

/** Digits from which on a number is not of a customer, a bill or a telephone. */
const LONG_NUMBER = 14;

/** How much each piece of evidence leaves in doubt: doubts are multiplied. */
const DOUBT: Readonly<Record<string, number>> = {
  form: 0.75,
  check_digit: 0.6,
  label: 0.25,
  sender: 0.3,
  carrier_named: 0.5,
  carrier_link: 0.05,
  tells: 0.6,
};

/** Of a text's numbers those that are parcels', each once, in their order; then those that only links have. */
export function findNumbers(text: string, places: readonly Candidate[], around: Surroundings): FoundNumber[] {
  const found = new Map<string, FoundNumber>();
  for (const candidate of places) {
    const best = judge(candidate, text, around);
    const former = best === null ? undefined : found.get(best.number);
    if (best !== null && (former === undefined || former.confidence < best.confidence)) {
      found.set(best.number, { ...best, start: former?.start ?? best.start });
    }
  }
  for (const reading of around.links.numbers) {
    if (found.has(reading.number) || [...found.keys()].some((number) => sameParcel(number, reading.number))) continue;
    found.set(reading.number, numbered(reading, ["carrier_link"], around.tells, -1));
  }
  return withoutSecondIds([...found.values()]);
}

function judge({ start, readings }: Candidate, text: string, around: Surroundings): FoundNumber | null {
  const label = labelBefore(text, start, around.sender !== "");
  const judged = readings.flatMap((reading) => {
    const evidence = evidenceOf(reading, label, around);
    return evidence === null ? [] : [numbered(reading, evidence, around.tells, start)];
  });
  return judged.sort((a, b) => b.confidence - a.confidence)[0] ?? null;
}

/** What speaks for a reading; null when it is not believed. */
function evidenceOf(reading: Reading, label: Label, around: Surroundings): string[] | null {
  const { carrier, unmistakable } = reading;
  const linked = around.links.numbers.some(({ number }) => sameParcel(number, reading.number));
  const sender = around.sender === carrier;
  const named = around.named.includes(carrier) || around.links.carriers.has(carrier);
  const evidence = [
    ...(unmistakable ? ["form"] : []),
    ...(label === "parcel" ? ["label"] : []),
    ...(linked ? ["carrier_link"] : []),
    ...(sender ? ["sender"] : named ? ["carrier_named"] : []),
  ];
  if (linked) return evidence;
  if (label === "other") return null;
  const known = sender || named;
  // Another carrier's mail or name says whose number it is not.
  const foreign = !known && (around.sender !== "" || around.named.length > 0);
  if (unmistakable) {
    return label === "parcel" || known && around.tells ? evidence : ["form"];
  }
  if (sender) {
    // A carrier's own mail has few long numbers that nobody names.
    const likely = reading.checked || reading.number.length >= LONG_NUMBER;
    return label === "parcel" || label === "none" && around.tells && likely ? evidence : null;
  }
  if (label !== "parcel" || foreign) return null;
  // An eight-letter id or a bare consignment is everywhere: its carrier has to be named.
  if (named) return around.tells || reading.checked ? evidence : null;
  return reading.checked && around.tells ? evidence : null;
}

function numbered(reading: Reading, evidence: readonly string[], tells: boolean, start: number): FoundNumber {
  const all = [
    ...evidence,
    ...(reading.checked ? ["check_digit"] : []),
    ...(tells && evidence.some((kind) => kind !== "form") ? ["tells"] : []),
  ];
  const doubt = all.reduce((left, kind) => left * (DOUBT[kind] ?? 1), 1);
  const alone = evidence.every((kind) => kind === "form");
  const confidence = alone ? ALONE_CONFIDENCE : Math.round((1 - doubt) * 100) / 100;
  return { number: reading.number, carrier: reading.carrier, confidence, evidence: all, start };
}

/** DPD prints its number with a check character, and links without it. */
function sameParcel(a: string, b: string): boolean {
  return a === b || a.length === 15 && b.length === 14 && a.startsWith(b) ||
    b.length === 15 && a.length === 14 && b.startsWith(a);
}

/** GLS has an id of eight letters beside the number of the parcel: the number is meant. */
function withoutSecondIds(found: readonly FoundNumber[]): FoundNumber[] {
  const long = found.some(({ carrier, number }) => carrier === "gls" && number.length > 8);
  return found.filter(({ carrier, number }) => !(long && carrier === "gls" && number.length === 8));
}
