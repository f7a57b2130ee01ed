/** The carriers: how mails name them, where they write from, where they show a parcel, and which clock they live by. */
import type { Carrier } from "../model.ts";

interface CarrierFacts {
  /** How a text names it. */
  readonly name: RegExp;
  /** Its domains, of senders and of tracking pages; subdomains belong to them. */
  readonly domains: readonly string[];
  /** The page of a number, `{}` in its place; `""` when only its customers' accounts show it. */
  readonly page: string;
  /** The zone that all its recipients live in, `""` when there are several. */
  readonly time_zone: string;
}

const CARRIERS: Readonly<Record<Exclude<Carrier, "">, CarrierFacts>> = {
  ups: {
    name: /\bUPS\b/,
    domains: ["ups.com"],
    page: "https://www.ups.com/track?tracknum={}",
    time_zone: "",
  },
  fedex: {
    name: /\bFed ?Ex\b/i,
    domains: ["fedex.com"],
    page: "https://www.fedex.com/fedextrack/?trknbr={}",
    time_zone: "",
  },
  usps: {
    name: /\b(?:USPS|U\.?S\.? Postal Service)\b/i,
    domains: ["usps.com"],
    page: "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    time_zone: "",
  },
  dhl: {
    name: /\b(?:DHL|Deutsche[nr]? Post|Packstation)\b/i,
    domains: ["dhl.com", "dhl.de", "dhlecommerce.nl", "dhlparcel.nl", "dhl.nl", "dhl.co.uk", "deutschepost.de"],
    page: "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    time_zone: "",
  },
  amazon: {
    name: /\bAmazon\b/i,
    domains: [
      "amazon.com",
      "amazon.co.uk",
      "amazon.de",
      "amazon.fr",
      "amazon.es",
      "amazon.nl",
      "amazon.it",
      "amazon.ca",
      "amazon.com.au",
      "amazon.co.jp",
      "amazon.com.be",
    ],
    page: "",
    time_zone: "",
  },
  royal_mail: {
    name: /\b(?:Royal ?Mail|Parcelforce)\b/i,
    domains: ["royalmail.com", "parcelforce.com", "parcelforce.net"],
    page: "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    time_zone: "Europe/London",
  },
  dpd: {
    name: /\bDPD(?:group)?\b/i,
    domains: [
      "dpd.co.uk",
      "dpd.de",
      "dpd.fr",
      "dpd.nl",
      "dpd.com",
      "dpdgroup.com",
      "dpd.at",
      "dpd.ch",
      "dpd.be",
      "dpd.ie",
    ],
    page: "https://www.dpdgroup.com/nl/mydpd/my-parcels/track?lang=en&parcelNumber={}",
    time_zone: "",
  },
  gls: {
    name: /\bGLS\b/,
    domains: [
      "gls-group.eu",
      "gls-group.com",
      "gls-group.net",
      "gls-france.com",
      "gls-spain.es",
      "gls-netherlands.com",
      "gls-germany.com",
      "gls-pakete.de",
      "gls-italy.com",
      "gls-us.com",
    ],
    page: "https://gls-group.com/track/{}",
    time_zone: "",
  },
  evri: {
    name: /\b(?:Evri|myHermes UK)\b/i,
    domains: ["evri.com", "myhermes.co.uk"],
    page: "https://www.evri.com/track/parcel/{}",
    time_zone: "Europe/London",
  },
  hermes: {
    name: /\bHermes\b/i,
    domains: ["myhermes.de", "hermesworld.com", "hermes-germany.de"],
    page: "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{}",
    time_zone: "Europe/Berlin",
  },
  postnl: {
    name: /\bPost ?NL\b/i,
    domains: ["postnl.nl", "postnl.com", "postnl.be", "postnl.post"],
    page: "https://postnl.post/details?barcodes={}",
    time_zone: "Europe/Amsterdam",
  },
  canada_post: {
    name: /\b(?:Canada Post|Postes Canada)\b/i,
    domains: ["canadapost.ca", "canadapost-postescanada.ca", "postescanada.ca"],
    page: "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
    time_zone: "",
  },
  australia_post: {
    name: /\b(?:Australia Post|AusPost|StarTrack)\b/i,
    domains: ["auspost.com.au", "startrack.com.au"],
    page: "https://auspost.com.au/mypost/track/#/details/{}",
    time_zone: "",
  },
  la_poste: {
    name: /\b(?:La Poste|Colissimo|Chronopost)\b/i,
    domains: [
      "laposte.fr",
      "laposte.net",
      "notif-colissimo-laposte.info",
      "colissimo.fr",
      "chronopost.fr",
      "pickup.fr",
    ],
    page: "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    time_zone: "Europe/Paris",
  },
  japan_post: {
    name: /\b(?:Japan Post|Yu-?Pack|ゆうパック|日本郵便)/i,
    domains: ["post.japanpost.jp", "japanpost.jp"],
    page: "https://trackings.post.japanpost.jp/services/srv/search/direct?locale=en&reqCodeNo1={}",
    time_zone: "Asia/Tokyo",
  },
  s10: {
    name:
      /\b(?:Correos|bpost|Poste Italiane|Swiss ?Post|Die Post|An ?Post|PostNord|China Post|(?:Registered|International) (?:Mail|Post))\b/i,
    domains: [
      "correos.com",
      "correos.es",
      "bpost.be",
      "poste.it",
      "post.ch",
      "post.at",
      "anpost.com",
      "anpost.ie",
      "postnord.com",
    ],
    page: "https://globaltracktrace.ptc.post/gtt.web/Search.aspx?id={}",
    time_zone: "",
  },
};

const NAMED = Object.entries(CARRIERS).map(([carrier, facts]) => ({
  carrier: carrier as Exclude<Carrier, "">,
  ...facts,
}));

/** Zones of countries that have one, by the last label of a domain. */
const COUNTRY_ZONES: Readonly<Record<string, string>> = {
  de: "Europe/Berlin",
  at: "Europe/Vienna",
  ch: "Europe/Zurich",
  fr: "Europe/Paris",
  nl: "Europe/Amsterdam",
  be: "Europe/Brussels",
  uk: "Europe/London",
  ie: "Europe/Dublin",
  it: "Europe/Rome",
  jp: "Asia/Tokyo",
};

/** The part of an address behind its `@`, lower-case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

/** The carrier that a host belongs to, `""` for any other. */
export function carrierOfHost(host: string): Carrier {
  const belongs = (domain: string) => host === domain || host.endsWith(`.${domain}`);
  return NAMED.find(({ domains }) => domains.some(belongs))?.carrier ?? "";
}

/** The carriers that a text names. Amazon is one only where it writes itself: every shop sells what works with it. */
export function carriersNamed(text: string): Carrier[] {
  return NAMED.filter(({ carrier, name }) => carrier !== "amazon" && name.test(text)).map(({ carrier }) => carrier);
}

/** The carrier whose name begins or is that of an organisation, as structured data gives it. */
export function carrierNamed(name: string): Carrier {
  return NAMED.find((facts) => facts.name.test(name))?.carrier ?? "";
}

/** The carrier's page for a number, `""` when it has none. */
export function trackingUrl(carrier: Carrier, number: string): string {
  if (carrier === "" || number === "") return "";
  return CARRIERS[carrier].page.replace("{}", encodeURIComponent(number));
}

/** The zone that the recipient of a mail from that host lives by, `""` when it has several or none is known. */
export function timeZoneOf(carrier: Carrier, host: string): string {
  const own = carrier === "" ? "" : CARRIERS[carrier].time_zone;
  return own || (COUNTRY_ZONES[host.slice(host.lastIndexOf(".") + 1)] ?? "");
}

/** A zone in the middle of those that a carrier's English mails go to, for which day "today" is. */
const CLOCKS: Partial<Record<Carrier, string>> = {
  ups: "America/Chicago",
  fedex: "America/Chicago",
  usps: "America/Chicago",
  canada_post: "America/Toronto",
  australia_post: "Australia/Sydney",
};

/** The zone by which a mail's "today" is most likely meant. */
export function clockOf(carrier: Carrier, host: string, language: string): string {
  if (language !== "en") return "UTC";
  return /(?:^|\.)amazon\.com$/.test(host) ? "America/Chicago" : CLOCKS[carrier] ?? "UTC";
}
