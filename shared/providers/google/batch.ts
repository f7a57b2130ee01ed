/** Reads items by id, up to 50 in one request. */
import type { Random } from "../../contracts/deps.ts";
import { TransientError } from "../../contracts/errors.ts";
import { away } from "../http.ts";
import type { Mailbox, ProviderResponse } from "../port.ts";
import { judge } from "../verdict.ts";
import type { GoogleUrls } from "./config.ts";
import { refusedBy } from "./errors.ts";
import { batchBody, boundaryOf, type InnerAnswer, parseBatch } from "./multipart.ts";

/** Google allows 100 and advises against more than 50. */
export const BATCH_MAX = 50;

/** What became of one id. `later`: nothing is known, ask again. */
export type Fetched =
  | { readonly kind: "item"; readonly id: string; readonly item: unknown }
  | { readonly kind: "gone"; readonly id: string }
  | { readonly kind: "refused"; readonly id: string; readonly status: number }
  | { readonly kind: "later"; readonly id: string };

/** One item to read. */
export interface ToFetch {
  readonly id: string;
  /** The address that reads it. */
  readonly url: string;
}

/**
 * Reads these items.
 * @param batch_url the API's batch endpoint
 * @returns an outcome for each of them, in their order
 */
export async function fetchBatch(
  random: Random,
  mailbox: Mailbox,
  batch_url: string,
  items: readonly ToFetch[],
): Promise<readonly Fetched[]> {
  if (items.length === 0) return [];
  const boundary = `batch_${random.uuid()}`;
  const answer = await mailbox.request(batch_url, {
    method: "POST",
    headers: { "content-type": `multipart/mixed; boundary=${boundary}`, accept: "multipart/mixed, application/json" },
    body: batchBody(boundary, items.map(({ url }) => apiPath(url))),
  });
  if (answer.status !== 200) throw refusedBy(answer, "read a batch");
  const answers = parseBatch(answer.text, boundaryOf(answer.headers.get("content-type") ?? ""));
  if (answers.size === 0) throw away("Google's answer is not a batch");
  return items.map(({ id }, at) => fetchedOf(id, answers.get(at)));
}

/** Inner addresses are paths of the API itself: what a configured base adds before them does not count. */
function apiPath(url: string): string {
  const { pathname, search } = new URL(url);
  const begins = pathname.search(/\/(gmail\/v1|calendar\/v3)\//);
  return `${pathname.slice(Math.max(0, begins))}${search}`;
}

/** Reads these messages whole. @returns an outcome for each id, in their order */
export async function fetchMessages(
  random: Random,
  mailbox: Mailbox,
  urls: GoogleUrls,
  ids: readonly string[],
): Promise<readonly Fetched[]> {
  const items = ids.map((id) => ({ id, url: `${urls.mailbox}/messages/${encodeURIComponent(id)}?format=full` }));
  return await fetchBatch(random, mailbox, urls.batch, items);
}

function fetchedOf(id: string, inner: InnerAnswer | undefined): Fetched {
  if (inner === undefined) return { kind: "later", id };
  const answer: ProviderResponse = { ...inner, headers: new Headers(), json: parsed(inner.text) };
  if (inner.status === 200) {
    return answer.json === null ? { kind: "later", id } : { kind: "item", id, item: answer.json };
  }
  // 410: an event that was deleted, and is not shown any more.
  if (inner.status === 404 || inner.status === 410) return { kind: "gone", id };
  // Only the frame of the batch was judged by the mailbox; each inner answer is throttled by itself.
  return judge(answer, 0).kind === "answer" ? { kind: "refused", id, status: inner.status } : { kind: "later", id };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** When not one message of a batch could be read, going on at once would only be throttled again. */
export function assertProgress(fetched: readonly Fetched[]): void {
  if (fetched.length === 0 || fetched.some(({ kind }) => kind !== "later")) return;
  throw new TransientError("throttled", "Google refuses every item of a batch for now", { retry_after_ms: 10_000 });
}
