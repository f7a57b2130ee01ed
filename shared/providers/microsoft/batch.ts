/** Graph's JSON batching: up to 20 reads in one request. */
import { z } from "zod";
import { away } from "../http.ts";
import { refusedBy } from "./graph.ts";
import type { Reading } from "./resource.ts";

/** The most that one batch may hold. Source: json-batching in the Graph documentation. */
export const BATCH_MAX = 20;

const BatchAnswer = z.object({
  // An inner answer may come without a body, which must not spoil the others.
  responses: z.array(z.object({ id: z.string(), status: z.int(), body: z.unknown().optional() })),
});

/** One inner answer. */
export interface BatchItem {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Reads addresses relative to Graph's version, {@link BATCH_MAX} a request, one request after the other: Outlook reads
 * a batch four at a time itself.
 * @returns the answers in the order of the addresses, undefined where none came: they come in any order
 */
export async function readBatch(
  reading: Pick<Reading, "mailbox" | "base">,
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
  { mailbox, base }: Pick<Reading, "mailbox" | "base">,
  urls: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<readonly (BatchItem | undefined)[]> {
  const requests = urls.map((url, at) => ({ id: String(at), method: "GET", url, headers }));
  const answer = await mailbox.request(`${base}/$batch`, { method: "POST", body: { requests } });
  if (answer.status !== 200) throw refusedBy(answer, "read a batch");
  const batch = BatchAnswer.safeParse(answer.json);
  if (!batch.success) throw away("Graph's answer is not a batch", batch.error);
  const byId = new Map(batch.data.responses.map(({ id, status, body }) => [id, { status, body }]));
  return urls.map((_, at) => byId.get(String(at)));
}
