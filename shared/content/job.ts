/** What passes between the threads. */
import { z } from "zod";
import { ContentKind, Extracted } from "./extracted.ts";
import { ContentLimits } from "./limits.ts";

/** A document to read. */
export const Job = z.object({ bytes: z.instanceof(Uint8Array), kind: ContentKind, limits: ContentLimits });
export type Job = z.infer<typeof Job>;

/** The thread can begin, or what became of the document and how large the thread's heap is now. */
export const Answer = z.union([z.literal("ready"), z.object({ outcome: Extracted, heap_bytes: z.int() })]);
export type Answer = z.infer<typeof Answer>;
