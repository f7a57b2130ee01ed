/** The document that an event is about: carried by it, or looked up by its reference. */
import { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { Event } from "../../shared/contracts/event.ts";
import { officeKey } from "../../shared/contracts/keys.ts";
import { quickParse } from "../../shared/contracts/quick_parse.ts";
import type { Refs } from "../../shared/state/port.ts";
import { parseJson } from "./incoming.ts";

/** What is known of an event's document. `event` carries the revision that the document really has. */
export type Resolved =
  | { readonly kind: "resolved"; readonly event: Event; readonly document: NormalisedDocument | null }
  /** The reference is gone, or holds an older version than the event tells of. */
  | { readonly kind: "stale" };

/**
 * Finds the document. One that is kept by reference may be newer than the event; it is then applied with its own
 * revision, since effects are a function of document and revision.
 * @throws PermanentError `reference_foreign` when the event points at another document's key, `document_invalid`
 */
export async function resolveDocument(refs: Refs, event: Event): Promise<Resolved> {
  if (event.operation === "delete") return { kind: "resolved", event, document: null };
  if (event.data_ref === "") {
    return { kind: "resolved", event, document: readDocument(event, event.data, "data.") };
  }
  const { user_id, doc_type, doc_id } = event;
  if (event.data_ref !== officeKey(user_id, doc_type, doc_id)) {
    throw new PermanentError("reference_foreign", "The reference is not the one of the event's own document", {
      field: "data_ref",
    });
  }
  const value = await refs.get({ user_id, doc_type, doc_id });
  if (value === null || value.revision < event.revision) return { kind: "stale" };
  const document = readDocument(event, value.data, "data_ref.");
  return { kind: "resolved", event: { ...event, revision: value.revision }, document };
}

const parseDocument = quickParse(NormalisedDocument);

function readDocument(event: Event, text: string, path: string): NormalisedDocument {
  const parsed = parseDocument(parseJson(text, "document_invalid", "The document"));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = path + (issue?.path.map(String).join(".") ?? "");
    throw new PermanentError("document_invalid", issue?.message ?? "does not keep the contract", { field });
  }
  const document = parsed.data;
  if (document.doc_id !== event.doc_id || document.doc_type !== event.doc_type) {
    throw new PermanentError("document_invalid", "The document is not the one that the event names", {
      field: `${path}doc_id`,
    });
  }
  return document;
}
