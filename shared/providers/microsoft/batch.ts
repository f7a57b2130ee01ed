/** Graph's JSON batching: up to 20 reads in one request. */
import { z } from "zod";
import { away } from "../http.ts";
import { SLEPT_MS_MAX } from "../retry.ts";
import { refusedBy } from "./graph.ts";
import type { Reading } from "./resource.ts";

/** The most that one batch may hold. Source: json-batching in the Graph documentation. */
export const BATCH_MAX = 20;

const BatchAnswer = z.object({
  responses: z.array(z.object({
    id: z.string(),
    status: z.int(),
    headers: z.record(z.string(), z.unknown()).optional(),
    // An inner answer may come without a body, which must not spoil the others.
    body: z.unknown().optional(),
  })),
});

/** Statuses that mean "not now"; the batch itself answers 200 all the same. */
const NOT_NOW: ReadonlySet<number> = new Set([429, 503, 504]);

/** How often those that were refused for now are asked again: of 20, four are read at a time. */
const ASKED_AGAIN_MAX = 3;

/** One inner answer. */
export interface BatchItem {
  readonly status: number;
  readonly body: unknown;
  /** How long to wait before it is asked again; only of those that were refused for now. */
  readonly retry_after_ms: number;
}

/**
 * Reads addresses relative to Graph's version, {@link BATCH_MAX} a request, one request after the other: Outlook reads
 * a batch four at a time itself. Those that it refuses for now are asked again after the longest wait that it names
 * (learn.microsoft.com/graph/throttling, "Throttling and batching"), unless that is too long to hold a lease for.
 * @returns the answers in the order of the addresses, undefined where none came: they come in any order
 */
export async function readBatch(
  reading: Pick<Reading, "deps" | "mailbox" | "base">,
  urls: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<readonly (BatchItem | undefined)[]> {
  const answers: (BatchItem | undefined)[] = [];
  for (let at = 0; at < urls.length; at += BATCH_MAX) {
    answers.push(...await readOne(reading, urls.slice(at, at + BATCH_MAX), headers));
  }
  return answers;
}

async function readOne(
  reading: Pick<Reading, "deps" | "mailbox" | "base">,
  urls: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<readonly (BatchItem | undefined)[]> {
  const answers = new Map<number, BatchItem>();
  let asked = urls.map((_, at) => at);
  for (let times = 0;; times++) {
    const answered = await ask(reading, asked.map((at) => ({ at, url: urls[at] ?? "" })), headers);
    for (const [at, item] of answered) answers.set(at, item);
    asked = asked.filter((at) => NOT_NOW.has(answers.get(at)?.status ?? 0));
    const wait_ms = Math.max(0, ...asked.map((at) => answers.get(at)?.retry_after_ms ?? 0));
    if (asked.length === 0 || times === ASKED_AGAIN_MAX || wait_ms > SLEPT_MS_MAX) break;
    await reading.deps.clock.sleep(wait_ms, reading.mailbox.signal);
  }
  return urls.map((_, at) => answers.get(at));
}

async function ask(
  { mailbox, base }: Pick<Reading, "mailbox" | "base">,
  asked: readonly { readonly at: number; readonly url: string }[],
  headers: Readonly<Record<string, string>>,
): Promise<readonly (readonly [at: number, item: BatchItem])[]> {
  const requests = asked.map(({ at, url }) => ({ id: String(at), method: "GET", url, headers }));
  const answer = await mailbox.request(`${base}/$batch`, { method: "POST", body: { requests } });
  if (answer.status !== 200) throw refusedBy(answer, "read a batch");
  const batch = BatchAnswer.safeParse(answer.json);
  if (!batch.success) throw away("Graph's answer is not a batch", batch.error);
  return batch.data.responses.map(({ id, status, body, headers: given = {} }) => [
    Number(id),
    { status, body, retry_after_ms: retryAfterOf(given) },
  ]);
}

/** Seconds, as Graph writes it; a second where it does not say. */
function retryAfterOf(headers: Readonly<Record<string, unknown>>): number {
  const named = Object.entries(headers).find(([name]) => name.toLowerCase() === "retry-after")?.[1];
  const seconds = Number(named);
  return named !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : 1_000;
}
