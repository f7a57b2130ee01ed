/** A batch as it is shown: its parts, and what they come to together. */
import { z } from "zod";
import { Batch, BatchCounts, BatchPart } from "../../../shared/contracts/batches.ts";

/** One part as it is shown. */
export const PartView = BatchPart.omit({ batch_id: true, task_id: true, place: true, doc_ids: true });

/** A batch without its parts. */
export const BatchSummary = Batch.omit({ user_id: true, only: true, ran_ms: true, running_since: true });

/** A batch with all that is known of it. */
export const BatchView = BatchSummary.extend({
  counts: BatchCounts,
  /** How much is done, 0 to 1, as well as it can be told. */
  share: z.number(),
  /** Documents looked at in a second, pauses left out. */
  rate_per_second: z.number(),
  /** `""` while nothing can be said. */
  estimated_end: z.string(),
  parts: z.array(PartView),
});
export type BatchView = z.infer<typeof BatchView>;

/** Nothing done yet. */
export const NO_COUNTS: BatchCounts = { found: 0, fetched: 0, published: 0, unchanged: 0, failed: 0, differences: 0 };

/** Adds what was done. */
export function addCounts(one: BatchCounts, other: Partial<BatchCounts>): BatchCounts {
  const sum = (name: keyof BatchCounts) => one[name] + (other[name] ?? 0);
  return {
    found: sum("found"),
    fetched: sum("fetched"),
    published: sum("published"),
    unchanged: sum("unchanged"),
    failed: sum("failed"),
    differences: sum("differences"),
  };
}

/** Puts the parts of a batch together. */
export function viewOf(batch: Batch, parts: readonly BatchPart[], now_ms: number): BatchView {
  const counts = parts.reduce((sum, part) => addCounts(sum, part.counts), NO_COUNTS);
  const share = parts.length === 0 ? 1 : parts.reduce((sum, part) => sum + part.share, 0) / parts.length;
  const ran_ms = ranMs(batch, now_ms);
  const left_ms = share > 0 ? ran_ms * (1 - share) / share : 0;
  const known = batch.state === "running" && share > 0 && ran_ms > 0;
  return {
    ...BatchSummary.parse(batch),
    counts,
    share: Math.round(share * 1_000) / 1_000,
    rate_per_second: ran_ms === 0 ? 0 : Math.round(counts.found * 10_000 / ran_ms) / 10,
    estimated_end: known ? new Date(Math.ceil(now_ms + left_ms)).toISOString() : "",
    parts: parts.map((part) => PartView.parse(part)),
  };
}

/** How long a batch has run by now, milliseconds. */
export function ranMs({ ran_ms, running_since }: Batch, now_ms: number): number {
  return running_since === "" ? ran_ms : ran_ms + Math.max(0, now_ms - Date.parse(running_since));
}
