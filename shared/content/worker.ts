/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The thread in which documents are read, one at a time. `thread.ts` starts it, and ends it when it takes too long. */
import { extractHere } from "./extract.ts";
import { Refusal } from "./extracted.ts";
import { type Answer, Job } from "./job.ts";

/** Beside the document itself. By the limits it stays far below; this holds what they forgot. */
const HEAP_BYTES_MAX = 150_000_000;

function watchHeap(): void {
  if (Deno.memoryUsage().heapUsed <= HEAP_BYTES_MAX) return;
  throw new Refusal("too_large", "Reading the document needs more memory than is given");
}

function answer(message: Answer): void {
  self.postMessage(message);
}

self.onmessage = ({ data }: MessageEvent<unknown>) => {
  const { bytes, kind, limits } = Job.parse(data);
  const outcome = extractHere(bytes, kind, limits, watchHeap);
  answer({ outcome, heap_bytes: Deno.memoryUsage().heapUsed });
};
answer("ready");
