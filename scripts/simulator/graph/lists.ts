import { graphBase, type GraphContext, type GraphDeps, odataContext } from "./context.ts";
import { badRequest } from "./errors.ts";
import { selected } from "./select.ts";

const PAGE_SIZE = 10;
const PAGE_MAX = 1_000;

/** What a list call answers from. */
export interface Listing {
  /** The path of its links, below the base. */
  readonly path: string;
  /** The type in `@odata.context`. */
  readonly type: string;
  readonly select?: readonly string[] | undefined;
  readonly items: readonly Record<string, unknown>[];
  /** How many there are on a page unless `$top` says otherwise. */
  readonly pageSize?: number;
}

/** Answers a plain list by `$top` and `$skip`. */
export function answerList(c: GraphContext, deps: GraphDeps, listing: Listing): Response {
  const top = readCount(c, "$top", listing.pageSize ?? PAGE_SIZE, PAGE_MAX);
  const skip = readCount(c, "$skip", 0, Infinity);
  const query = new URLSearchParams(new URL(c.req.url).search);
  query.set("$top", String(top));
  query.set("$skip", String(skip + top));
  const more = skip + top < listing.items.length;
  return c.json({
    "@odata.context": odataContext(deps, listing.type),
    value: listing.items.slice(skip, skip + top).map((one) => selected(one, listing.select)),
    ...(more ? { "@odata.nextLink": `${graphBase(deps)}/${listing.path}?${query}` } : {}),
  });
}

/** A whole number of the query. */
export function readCount(c: GraphContext, name: string, otherwise: number, most: number): number {
  const text = c.req.query(name);
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw badRequest(`Invalid value '${text}' for ${name}.`);
  return Math.min(Number(text), most);
}
