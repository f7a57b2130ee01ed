/** What a person can watch as it happens: one line for each change that reached the index. */
import { z } from "zod";
import { Moment } from "./event.ts";
import { DocId } from "./ids.ts";
import { DocType, Operation, ProviderName } from "./names.ts";

/** One change. A deleted document has neither title nor folder. */
export const FeedEvent = z.object({
  time: Moment,
  operation: Operation,
  provider: ProviderName,
  doc_type: DocType,
  doc_id: DocId,
  title: z.string(),
  folder: z.string(),
});
export type FeedEvent = z.infer<typeof FeedEvent>;

/** The changes of each person, as this instance handles them. Nothing is kept for who comes later. */
export interface EventFeed {
  publish(user_id: string, event: FeedEvent): void;
  /** @returns how to end it */
  subscribe(user_id: string, listener: (event: FeedEvent) => void): () => void;
}
