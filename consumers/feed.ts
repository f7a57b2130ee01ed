/** The feed: a person's changes as this instance handles them, for who watches right now. */
import type { NormalisedDocument } from "../shared/contracts/documents.ts";
import type { Clock } from "../shared/contracts/deps.ts";
import type { Event } from "../shared/contracts/event.ts";
import type { EventFeed, FedEvent, FeedEvent } from "../shared/contracts/feed.ts";
import type { Consumer } from "./registry.ts";

/** Events kept of a person who is watched or was lately. */
const KEPT_PER_PERSON_MAX = 200;
/** Persons of whom some are kept: of those that nobody watches any more, the longest unwatched goes first. */
const PERSONS_KEPT_MAX = 500;

interface Watched {
  readonly listeners: Set<(fed: FedEvent) => void>;
  /** The newest last. */
  readonly kept: FedEvent[];
}

/**
 * An in-process feed. What is kept is of persons who were watched: whoever watches for the first time begins now.
 * @param boot of this process alone, so that ids of another one are not taken for its own
 */
export function createFeed(boot: string): EventFeed {
  const persons = new Map<string, Watched>();
  let number = 0;

  function forgetUnwatched(): void {
    for (const [user_id, { listeners }] of persons) {
      if (persons.size <= PERSONS_KEPT_MAX) return;
      if (listeners.size === 0) persons.delete(user_id);
    }
  }

  return {
    publish(user_id, event) {
      const watched = persons.get(user_id);
      if (watched === undefined) return;
      const fed = { id: `${boot}-${++number}`, event };
      watched.kept.push(fed);
      if (watched.kept.length > KEPT_PER_PERSON_MAX) watched.kept.shift();
      for (const listener of watched.listeners) listener(fed);
    },
    subscribe(user_id, listener) {
      const watched = persons.get(user_id) ?? { listeners: new Set(), kept: [] };
      persons.set(user_id, watched);
      watched.listeners.add(listener);
      return () => {
        watched.listeners.delete(listener);
        if (watched.listeners.size > 0 || persons.get(user_id) !== watched) return;
        // To the end: the first of the map is the longest unwatched.
        persons.delete(user_id);
        persons.set(user_id, watched);
        forgetUnwatched();
      };
    },
    since(user_id, id) {
      const kept = persons.get(user_id)?.kept ?? [];
      const at = kept.findIndex((fed) => fed.id === id);
      return at < 0 ? null : kept.slice(at + 1);
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
