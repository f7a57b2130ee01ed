/** The feed of one process: whoever listens hears what this instance handles. */
import type { EventFeed, FeedEvent } from "../shared/contracts/feed.ts";

/** Opens a feed. A listener that throws does not disturb the others, nor who publishes. */
export function openEventFeed(): EventFeed {
  const listeners = new Map<string, Set<(event: FeedEvent) => void>>();
  return {
    publish(user_id, event) {
      for (const listener of listeners.get(user_id) ?? []) {
        try {
          listener(event);
        } catch {
          // Its stream is gone and will end by itself.
        }
      }
    },
    subscribe(user_id, listener) {
      const ofUser = listeners.get(user_id) ?? new Set();
      listeners.set(user_id, ofUser.add(listener));
      return () => {
        ofUser.delete(listener);
        if (ofUser.size === 0 && listeners.get(user_id) === ofUser) listeners.delete(user_id);
      };
    },
  };
}
