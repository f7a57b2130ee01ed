/** What all of Microsoft Graph's answers have in common. */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import { away } from "../http.ts";
import type { ProviderResponse } from "../port.ts";

/** One page of a collection or of a delta. Unknown members are ignored: Graph adds some. */
const Page = z.object({
  value: z.array(z.unknown()),
  "@odata.nextLink": z.string().min(1).optional(),
  "@odata.deltaLink": z.string().min(1).optional(),
});

/** A page with its links, `""` where there is none. Both are never given together. */
export interface GraphPage {
  readonly items: readonly unknown[];
  readonly next_link: string;
  readonly delta_link: string;
}

/** @throws TransientError `provider_away` when the answer is none of Graph's (a proxy's page, half of an answer). @throws PermanentError `foreign_link` */
export function pageOf(answer: ProviderResponse, base: string): GraphPage {
  const page = Page.safeParse(answer.json);
  if (!page.success) throw away("Graph's answer is not a page", page.error);
  const next_link = page.data["@odata.nextLink"] ?? "";
  const delta_link = page.data["@odata.deltaLink"] ?? "";
  for (const link of [next_link, delta_link]) {
    // Said now, and not when it is followed: a stored link from elsewhere means that the address was moved.
    if (link !== "" && !leadsTo(base, link)) throw new PermanentError("foreign_link", "Graph links to a foreign host");
  }
  return { items: page.data.value, next_link, delta_link };
}

/** Whether a link stays under the configured address of Graph. */
export function leadsTo(base: string, link: string): boolean {
  return link.startsWith(`${base}/`);
}

const ErrorBody = z.object({
  error: z.object({ code: z.string().catch(""), message: z.string().catch("") }),
});

/** The code and text of a Graph error body, `""` when it is none. */
export function graphError(json: unknown): { readonly code: string; readonly message: string } {
  const body = ErrorBody.safeParse(json);
  return body.success ? body.data.error : { code: "", message: "" };
}

/** Codes that say "this token leads nowhere any more", whatever status they come with (400 to 410 were seen). */
const LOST_CODES = new Set([
  "syncstatenotfound",
  "syncstateinvalid",
  "resyncrequired",
  "resyncchangesapplydifferences",
  "resyncchangesuploaddifferences",
]);

/**
 * True when a stored link leads nowhere any more: 410, 404, one of the sync state codes, or a token that the server
 * can't read (400 "Badly formed token.").
 */
export function isLost(answer: ProviderResponse): boolean {
  if (answer.status === 410 || answer.status === 404) return true;
  if (answer.status < 400 || answer.status >= 500) return false;
  const { code, message } = graphError(answer.json);
  return LOST_CODES.has(code.toLowerCase()) || (answer.status === 400 && /badly formed token/i.test(message));
}

/** An answer that no retry will change. Its text is left out: it may quote what was sent. */
export function refusedBy(answer: ProviderResponse, what: string): PermanentError {
  const { code } = graphError(answer.json);
  return new PermanentError(
    "provider_refused",
    `Cannot ${what}: Graph answers ${answer.status}${code === "" ? "" : ` ${code.slice(0, 64)}`}`,
  );
}

/** The items of an answer that is a collection, none where it is not. */
export function pageItems(json: unknown): readonly unknown[] {
  return Page.safeParse(json).data?.value ?? [];
}

/** A `Prefer` header. With immutable ids an item keeps its id when it moves; links do not remember headers. */
export function preferring(...preferences: readonly string[]): { readonly prefer: string } {
  return { prefer: ['IdType="ImmutableId"', ...preferences].join(", ") };
}

/** How many containers a page of their list should hold. */
export const LIST_HEADERS = preferring("odata.maxpagesize=250");

/** How many items a page of a delta should hold: Outlook's own default is 10. */
export const ITEMS_PER_PAGE = "odata.maxpagesize=50";
