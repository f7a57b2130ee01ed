/** What a calendar's event does to its person's meetings. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { State } from "../../shared/state/port.ts";
import type { EventHandler } from "../registry.ts";
import { copyOf } from "./copy.ts";
import { MeetingStore } from "./store.ts";

/** Handles one event: whatever order they come in, the newest revision counts. */
export function applyTo(state: Pick<State, "records">): EventHandler {
  return async ({ user_id, doc_id, operation, revision }, document, { signal }) => {
    const store = new MeetingStore(state, user_id);
    if (operation === "delete") {
      return await store.contribute({ doc_id, revision, read: () => Promise.resolve(null) }, signal);
    }
    if (document?.doc_type !== "calendar") {
      throw new PermanentError("document_missing", "The event carries no calendar event");
    }
    return await store.contribute({ doc_id, revision, read: () => copyOf(document) }, signal);
  };
}
