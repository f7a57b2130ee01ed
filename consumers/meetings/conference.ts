/** Where a meeting is joined and what to dial, in whatever field it stands. */
import type { CalendarEvent } from "../../shared/contracts/documents.ts";
import type { DialIn, Joining } from "./model.ts";

/** Conference services by their word, the hosts that they have, and how the path of a meeting begins. */
const SERVICES: readonly (readonly [string, RegExp, RegExp])[] = [
  ["teams", /^(teams\.(live|microsoft)\.com|(gov\.|dod\.)?teams\.microsoft\.us)$/, /^\/(l\/meetup-join|meet|dl)\//],
  ["meet", /^(meet|hangouts)\.google\.com$/, /^\/([a-z]{3}-?[a-z]{4}-?[a-z]{3}$|lookup\/|hangouts?\/)/],
  ["zoom", /(^|\.)zoom(gov)?\.(us|com)(\.cn)?$/, /^\/(j|my|w|s|wc)\//],
  ["webex", /\.webex\.com$/, /\/(meet|join|j\.php|wbxmjs|webappng)(\/|$)/],
  ["gotomeeting", /^(meet\.goto\.com|(global|app|www)\.gotomeeting\.com|(www\.)?gotomeet\.me)$/, /^\/./],
  ["chime", /^(app\.)?chime\.aws$/, /^\/(meetings\/)?\d/],
  ["bluejeans", /(^|\.)bluejeans\.com$/, /^\/\d/],
  ["ringcentral", /^(v|meetings|video)\.ringcentral\.com$/, /^\/(join|j|conf)\//],
  ["whereby", /(^|\.)whereby\.com$/, /^\/[\w-]+/],
  ["jitsi", /^(meet\.jit\.si|8x8\.vc)$/, /^\/./],
  ["slack", /^app\.slack\.com$/, /^\/huddle\//],
  ["facetime", /^facetime\.apple\.com$/, /^\/join/],
  ["lifesize", /^call\.lifesizecloud\.com$/, /^\/\d/],
  ["skype", /^join\.skype\.com$/, /^\/[A-Za-z0-9]{8,}$/],
  // Skype for Business at a firm's own address.
  ["skype", /^meet\.[\w.-]+$/, /^\/[\w.-]+\/[\w.-]+\/[A-Z0-9]{6,10}$/],
  ["starleaf", /^meet\.starleaf\.com$/, /^\/\d/],
];

/** What the calendars call the services. */
const PROVIDER_WORDS: readonly (readonly [string, RegExp])[] = [
  ["teams", /teams/i],
  ["meet", /google meet|hangout/i],
  ["skype", /skype/i],
  ["zoom", /zoom/i],
  ["webex", /webex/i],
];

const LINK = /https?:\/\/[^\s<>"'\])]+/gi;
const LINKS_MAX = 100;
const DIAL_IN_MAX = 20;
const URL_CHARACTERS_MAX = 2_048;

/** A number in international form, with a code that is dialled after it. */
const NUMBER = /(?<![\w+])(\+\d[\d\s().\-\u2011]{5,20}\d)(?:\s*,{1,2}\s*(\d[\d*]*#?))?/g;
/** Words beside which a number is one to dial into the meeting: a signature's telephone number is none. */
const DIAL_WORDS =
  /\b(dial|call[ -]?in|by phone|phone one-tap|one tap|audio only|join by phone|toll|einwahl|einwählen|per telefon|telefonisch|par téléphone|composez|conference id|pin|access code)\b/i;
const CODE =
  /\b(?:phone conference id|conference id|telefonkonferenz-id|meeting id|meeting number|access code|zugangscode|code d'accès|pin)\b\W{0,3}((?:\d[\d ]{2,18}\d)#?)/i;
/** How far before a number such a word may stand. */
const NEAR_CHARACTERS = 200;

/** How the event is joined: by what its calendar says, and else by what its place and its text say. */
export function joiningOf(event: CalendarEvent): Joining {
  const texts = [event.location, event.body];
  const found = linkIn([event.online_url, ...texts]);
  const known = found?.service ?? "";
  const said = PROVIDER_WORDS.find(([, word]) => word.test(event.online_provider))?.[0] ?? event.online_provider;
  const own = webUrl(event.online_url);
  return {
    // What the calendar names as its link is it, whoever's service it is.
    online_url: own || (found?.url ?? ""),
    online_provider: own === "" ? known : said || serviceOf(own),
    dial_in: dialInOf(event),
  };
}

function linkIn(texts: readonly string[]): { readonly url: string; readonly service: string } | null {
  for (const text of texts) {
    for (const [link] of [...text.matchAll(LINK)].slice(0, LINKS_MAX)) {
      const url = webUrl(unwrapped(link.replace(/[.,;:!?]+$/, "")));
      const service = serviceOf(url);
      if (service !== "") return { url, service };
    }
  }
  return null;
}

/** The service whose meeting this link is; `""` for any other link. */
function serviceOf(link: string): string {
  const url = URL.parse(link);
  if (url === null) return "";
  const [name = ""] = SERVICES.find(([, host, path]) => host.test(url.hostname) && path.test(url.pathname)) ?? [];
  return name;
}

/** The link that a mail filter or a calendar has wrapped into its own. */
function unwrapped(link: string): string {
  const url = URL.parse(link);
  if (url === null) return "";
  if (url.hostname.endsWith(".safelinks.protection.outlook.com")) return url.searchParams.get("url") ?? "";
  if (/^www\.google\.[a-z.]+$/.test(url.hostname) && url.pathname === "/url") return url.searchParams.get("q") ?? "";
  return link;
}

/** A link as it may be shown; `""` for what is none: a place's text or a `javascript:` one. */
function webUrl(link: string): string {
  const url = URL.parse(link.trim());
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return "";
  return url.href.length > URL_CHARACTERS_MAX ? "" : url.href;
}

function dialInOf({ dial_in, location, body }: CalendarEvent): DialIn[] {
  const numbers = new Map<string, DialIn>();
  const add = (number: string, code: string) => {
    const shown = number.replace(/\s+/g, " ").trim().slice(0, 64);
    const key = shown.replace(/\D/g, "");
    if (key !== "" && !numbers.has(key) && numbers.size < DIAL_IN_MAX) numbers.set(key, { number: shown, code });
  };
  for (const said of dial_in) {
    const [, number = said, code = ""] = /^(.*), PIN (.*)$/.exec(said) ?? [];
    add(number, code.slice(0, 64));
  }
  for (const text of [location, body]) {
    const code = CODE.exec(text)?.[1]?.trim() ?? "";
    for (const match of text.matchAll(NUMBER)) {
      const [whole, number = "", dialled = ""] = match;
      const near = text.slice(Math.max(0, match.index - NEAR_CHARACTERS), match.index + whole.length);
      if (dialled !== "" || DIAL_WORDS.test(near)) add(number, dialled || code);
    }
  }
  return [...numbers.values()];
}
