/** Binds what a provider adapter read to its person and connection, and checks it against its contract. */
import { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { digest, docId, type ResourceKey } from "../../shared/contracts/ids.ts";
import type { DocType } from "../../shared/contracts/names.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import type { ItemName, Provider, ReadDocument, Refusal } from "../../shared/providers/port.ts";

/** A document of a person, as it was read. */
export interface BoundRead {
  readonly doc_id: string;
  readonly doc_type: DocType;
  readonly provider_id: string;
  readonly container: string;
  readonly version: number;
  /** Of the document's JSON text. */
  readonly hash: string;
  readonly data: string;
  readonly last_updated: string;
}

/** What names a document: whose it is, and where its id is unique. */
export interface Naming {
  readonly connection: Connection;
  readonly provider: Provider;
  readonly key: Pick<ResourceKey, "resource">;
}

/** The document's id in this connection. Mail is the same mail in every folder; an event is one of its calendar. */
export function docIdIn({ connection, provider, key }: Naming, item: ItemName): Promise<string> {
  return docId({
    user_id: connection.user_id,
    provider: connection.provider,
    account_id: connection.account_id,
    container: provider.idScope(key.resource) === "container" ? item.container : "",
    provider_id: item.provider_id,
  });
}

/** Gives the document its id and connection; a document that breaks its contract is refused by field. */
export async function bind(
  naming: Naming,
  read: ReadDocument,
): Promise<{ readonly read: BoundRead } | { readonly refusal: Refusal }> {
  const doc_id = await docIdIn(naming, read);
  const parsed = NormalisedDocument.safeParse({
    ...read.document,
    doc_id,
    connection_id: naming.connection.connection_id,
  });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return {
      refusal: {
        provider_id: read.provider_id,
        container: read.container,
        field: issue?.path.join(".") ?? "",
        reason: `document_invalid: ${issue?.message ?? "not a document"}`,
      },
    };
  }
  const data = JSON.stringify(parsed.data);
  return {
    read: {
      doc_id,
      doc_type: parsed.data.doc_type,
      provider_id: read.provider_id,
      container: read.container,
      version: read.version,
      hash: await digest(data),
      data,
      last_updated: parsed.data.last_updated,
    },
  };
}
