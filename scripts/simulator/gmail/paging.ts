import type { GoogleContext } from "./context.ts";
import { invalid } from "./errors.ts";

/** A page token. It holds `+`, `&` and `=` on purpose, which have to be encoded in a query (PROTOCOLS G-26). */
export function writePageToken(place: number, of: string): string {
  return `${btoa(`${of} ${place}`).replaceAll("=", "")}+&=${(place * 7 + of.length) % 97}`;
}

/** The place that a token stands for. */
export function readPageToken(token: string, of: string): number {
  const [body = ""] = token.split("+&=");
  let text = "";
  try {
    text = atob(body);
  } catch {
    throw invalid("Invalid pageToken");
  }
  const place = Number(text.slice(of.length + 1));
  if (!text.startsWith(`${of} `) || !Number.isInteger(place) || writePageToken(place, of) !== token) {
    throw invalid("Invalid pageToken");
  }
  return place;
}

/** `maxResults` of the query, or what the API calls it. */
export function readCount(c: GoogleContext, otherwise: number, most: number, name = "maxResults"): number {
  const text = c.req.query(name);
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text) || Number(text) < 1) throw invalid(`Invalid ${name}: ${text}`, name);
  return Math.min(Number(text), most);
}
