/** What the links of a mail say: whose tracking page they lead to, and for which number. */
import type { Carrier } from "../model.ts";
import { carrierOfHost } from "./carriers.ts";
import { type Reading, readings } from "./formats.ts";

/** A link as it stands in a mail. */
export interface MailLink {
  readonly text: string;
  readonly url: string;
}

/** What leads to carriers. */
export interface LinkFacts {
  /** Numbers on carriers' own tracking pages, each once. */
  readonly numbers: readonly Reading[];
  /** Whose pages are linked at all. */
  readonly carriers: ReadonlySet<Carrier>;
}

const TRACKING_PATH = /track|trace|verfolg|suiv|segui|sendung|parcel|details|search|nolp|status|lookup|\/e\//i;
const URLS_IN_TEXT = /https?:\/\/[^\s<>"')\]]{4,500}/g;
/** Links that are looked at. */
const LINKS_MAX = 200;

/** Reads the links of a mail, those in its text too. Nothing is followed. */
export function readLinks(links: readonly MailLink[], text: string): LinkFacts {
  const urls = [...links.map(({ url }) => url), ...(text.match(URLS_IN_TEXT) ?? [])].slice(0, LINKS_MAX);
  const carriers = new Set<Carrier>(), numbers = new Map<string, Reading>();
  for (const url of urls.flatMap((url) => URL.parse(url) ?? [])) {
    const carrier = carrierOfHost(url.hostname);
    if (carrier === "") continue;
    carriers.add(carrier);
    if (!TRACKING_PATH.test(url.hostname + url.pathname + url.hash)) continue;
    const reading = partsOf(url).flatMap((part) => readings(part)).find((found) => agrees(found.carrier, carrier));
    if (reading !== undefined) {
      numbers.set(reading.number, { ...reading, carrier: carrier === "s10" ? reading.carrier : carrier });
    }
  }
  return { numbers: [...numbers.values()], carriers };
}

/** A carrier's page shows its own numbers, and those of the posts that it hands over to. */
function agrees(read: Carrier, shown: Carrier): boolean {
  return read === shown || shown === "s10";
}

/** Everything in an address that could be a number, upper-case. */
function partsOf(url: URL): string[] {
  const values = [...url.searchParams.values(), ...url.pathname.split("/"), ...url.hash.split(/[/#=&?]/)];
  return values.flatMap((value) => value.toUpperCase().split(/[^0-9A-Z]/)).filter((part) => part.length >= 8);
}
