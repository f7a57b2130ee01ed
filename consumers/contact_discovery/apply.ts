/** What a document's event does to its person's contacts. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { EventHandler } from "../registry.ts";
import { contactRounds, type ContactState, ContactStore } from "./store.ts";

/** Handles one event of a document: whatever order they come in, the newest revision counts. */
export function applyTo(state: ContactState): EventHandler {
  const rounds = contactRounds(state);
  return async ({ user_id, doc_id, operation, revision }, document, { signal }) => {
    if (operation !== "delete" && document === null) {
      throw new PermanentError("document_missing", "The event carries no document");
    }
    return await new ContactStore(state, user_id).contribute({ doc_id, revision, document, rounds, signal });
  };
}
