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

/** A change with its id, which is of this instance. */
export interface FedEvent {
  readonly id: string;
  readonly event: FeedEvent;
}

/** The changes of each person, as this instance handles them; the newest are kept for who was cut off. */
export interface EventFeed {
  publish(user_id: string, event: FeedEvent): void;
  /** @returns how to end it */
  subscribe(user_id: string, listener: (fed: FedEvent) => void): () => void;
  /** What came after the event of that id; null when that is not known any more, or was another instance's. */
  since(user_id: string, id: string): readonly FedEvent[] | null;
}
