/**
 * The forms that tracking numbers have. The library knows the check digits of four carriers; it refuses postal numbers
 * whose service letters are a country's own, so these are checked here with the others.
 */
import { dhl, fedex, getTracking, type TrackingCourier, ups, usps } from "ts-tracking-number";
import type { Carrier } from "../model.ts";
import { gls, gs1, identcode, mod37, mod7, s10 } from "./check_digits.ts";

/** One form of number of one carrier. */
interface Format {
  readonly carrier: Carrier | ((number: string) => Carrier);
  /** Of the whole number, upper-case without separators. */
  readonly pattern: RegExp;
  /** Whether its check digit is right; absent where none is published. */
  readonly valid?: (number: string) => boolean;
  /** Nothing but a parcel is numbered like this; the others are digits that anything can have. */
  readonly unmistakable: boolean;
  /** The number by which the carrier knows the parcel; absent: all of it. */
  readonly core?: (number: string) => string;
}

/** A number as it can be read: one carrier's form. */
export interface Reading {
  readonly carrier: Carrier;
  readonly number: string;
  /** A check digit is published for the form, and right. */
  readonly checked: boolean;
  readonly unmistakable: boolean;
}

/** Whose numbers of the postal format a country's are; other countries' posts are known as `s10` alone. */
const POSTS: Readonly<Record<string, Carrier>> = {
  GB: "royal_mail",
  US: "usps",
  DE: "dhl",
  CA: "canada_post",
  AU: "australia_post",
  FR: "la_poste",
  JP: "japan_post",
  NL: "postnl",
};

/** Knows which two letters are a country. */
const REGIONS = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

function byLibrary(courier: TrackingCourier): (number: string) => boolean {
  return (number) => getTracking(number, [courier]) !== undefined;
}

const FORMATS: readonly Format[] = [
  { carrier: "ups", pattern: /^1Z[0-9A-Z]{15}\d$/, valid: byLibrary(ups), unmistakable: true },
  {
    carrier: (number) => POSTS[number.slice(-2)] ?? "s10",
    pattern: /^[A-Z]{2}\d{9}[A-Z]{2}$/,
    valid: (number) => s10(number) && REGIONS.of(number.slice(-2)) !== undefined,
    unmistakable: true,
  },
  {
    carrier: "usps",
    pattern: /^(?:420\d{5}(?:\d{4})?)?9[1-5]\d{20}(?:\d{4})?$/,
    valid: byLibrary(usps),
    unmistakable: true,
    // Behind the ZIP that the parcel goes to.
    core: (number) => number.replace(/^420\d{5}(?:\d{4})?(?=9[1-5]\d{20}(?:\d{4})?$)/, ""),
  },
  { carrier: "usps", pattern: /^(?:70|03|23)\d{18}$/, valid: byLibrary(usps), unmistakable: false },
  {
    carrier: "fedex",
    pattern: /^\d{12}$|^\d{15}$|^6129\d{16}$|^92\d{2}29\d{16}$|^96\d{20}$/,
    valid: byLibrary(fedex),
    unmistakable: false,
  },
  { carrier: "dhl", pattern: /^00340\d{15}$/, valid: gs1, unmistakable: true },
  { carrier: "dhl", pattern: /^\d{12}$/, valid: identcode, unmistakable: false },
  { carrier: "dhl", pattern: /^\d{10}$/, valid: byLibrary(dhl), unmistakable: false },
  { carrier: "dhl", pattern: /^JJD\d{10,21}$|^JVGL\d{10,20}$|^GM\d{16,20}$/, unmistakable: true },
  { carrier: "amazon", pattern: /^TB[ACM]\d{12}$/, unmistakable: true },
  { carrier: "amazon", pattern: /^DE\d{10}$|^[AFC]\d{10}$/, unmistakable: false },
  {
    carrier: "dpd",
    pattern: /^\d{14}[0-9A-Z]$/,
    valid: mod37,
    unmistakable: false,
  },
  { carrier: "dpd", pattern: /^\d{14}$/, unmistakable: false },
  { carrier: "gls", pattern: /^\d{12}$/, valid: gls, unmistakable: false },
  { carrier: "gls", pattern: /^\d{11}$/, unmistakable: false },
  { carrier: "gls", pattern: /^(?=.*\d)(?=.*[A-Z]{2})[0-9A-Z]{8}$/, unmistakable: false },
  { carrier: "evri", pattern: /^[A-Z]\d{2}[A-Z][0-9A-Z]{2}\d{10}$|^[A-Z]\d[0-9A-Z]{4}\d{10}$/, unmistakable: true },
  { carrier: "hermes", pattern: /^\d{14}$/, valid: gs1, unmistakable: false },
  { carrier: "hermes", pattern: /^H\d{19}$/, unmistakable: true },
  { carrier: "postnl", pattern: /^3S[A-Z]{4}\d{7,9}$/, unmistakable: true },
  { carrier: "canada_post", pattern: /^\d{16}$/, valid: gs1, unmistakable: false },
  { carrier: "australia_post", pattern: /^[0-9A-Z]{3,5}\d{18}$|^[A-Z]{3}\d{7}$/, unmistakable: false },
  { carrier: "la_poste", pattern: /^\d[A-Z]\d{11}$/, valid: (number) => gs1(number.slice(2)), unmistakable: true },
  { carrier: "la_poste", pattern: /^\d{15}$/, unmistakable: false },
  { carrier: "japan_post", pattern: /^\d{12}$/, valid: mod7, unmistakable: false },
];

/** Every way to read a text of upper-case letters and digits as a tracking number. */
export function readings(text: string): Reading[] {
  return FORMATS.flatMap(({ carrier, pattern, valid, unmistakable, core }) => {
    if (!pattern.test(text) || valid?.(text) === false) return [];
    return [{
      carrier: typeof carrier === "string" ? carrier : carrier(text),
      number: core?.(text) ?? text,
      checked: valid !== undefined,
      unmistakable,
    }];
  });
}
