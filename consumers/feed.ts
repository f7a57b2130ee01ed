/** The feed: a person's changes as this instance handles them, for who watches right now. */
import type { NormalisedDocument } from "../shared/contracts/documents.ts";
import type { Clock } from "../shared/contracts/deps.ts";
import type { Event } from "../shared/contracts/event.ts";
import type { EventFeed, FeedEvent } from "../shared/contracts/feed.ts";
import type { Consumer } from "./registry.ts";

/** An in-process feed. */
export function createFeed(): EventFeed {
  const listeners = new Map<string, Set<(event: FeedEvent) => void>>();
  return {
    publish(user_id, event) {
      for (const listener of listeners.get(user_id) ?? []) listener(event);
    },
    subscribe(user_id, listener) {
      const set = listeners.get(user_id) ?? new Set();
      listeners.set(user_id, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(user_id);
      };
    },
  };
}

/** The consumer, with each change that it applied told to the feed. */
export function withFeed(consumer: Consumer, feed: EventFeed, clock: Clock): Consumer {
  if (consumer.kind !== "events") return consumer;
  return {
    ...consumer,
    async handle(event, document, delivery) {
      const outcome = await consumer.handle(event, document, delivery);
      if (outcome === "applied") feed.publish(event.user_id, toldOf(event, document, clock));
      return outcome;
    },
  };
}

function toldOf(event: Event, document: NormalisedDocument | null, clock: Clock): FeedEvent {
  return {
    time: new Date(clock.now()).toISOString(),
    operation: event.operation,
    provider: event.provider,
    doc_type: event.doc_type,
    doc_id: event.doc_id,
    title: document?.title ?? "",
    folder: document?.doc_type === "email" ? document.folder_name : "",
  };
}
