/** Files of a person's own as a provider: they are read once, in their order, and what came of them stays. */
import { NormalisedDocument } from "../../contracts/documents.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { docId } from "../../contracts/ids.ts";
import type { Index } from "../../index/port.ts";
import type { Extract } from "../office_file.ts";
import type { ItemName, LookedUp, Mailbox, OpenedProvider } from "../port.ts";
import { nextPage, type PageReader } from "./pages.ts";

export { formatOf, RESOURCE_OF } from "./format.ts";
export type { ArchiveReport, Unpacked } from "./archive.ts";
export type { ByteSource, Shelf, ShelfPlace, Shelved } from "./shelf.ts";
export { openShelf } from "./shelf.ts";

/** Opens the provider. Nobody consents to it and nothing of it notifies: an upload raises the signal. */
export function openImport(
  options: Omit<PageReader, "extract"> & { readonly index: Pick<Index, "document">; readonly extract?: Extract },
): OpenedProvider {
  const reader: PageReader = { ...options, extract: options.extract ?? inThisThread };
  const refuse = () => Promise.reject(new PermanentError("consent_refused", "Files are imported without an account"));
  return {
    name: "import",
    hosts: [],
    oauth: {
      authorizeUrl: refuse,
      exchange: refuse,
      refresh: refuse,
      revoke: () => Promise.resolve(),
      account: refuse,
    },
    resources: () => ["mail", "calendar", "contacts", "drive"],
    changes: (mailbox, resource, cursor) => nextPage(reader, mailbox, resource, cursor),
    lookup: (mailbox, _resource, items) => Promise.all(items.map((item) => lookUp(options.index, mailbox, item))),
    containers: () => Promise.resolve([]),
    idScope: () => "account",
    push: () => ({ supported: false, reason: "Files that are imported tell of themselves.", renewal: "extend" }),
    targets: () => [],
    subscribe: refuse,
    renew: refuse,
    unsubscribe: () => Promise.resolve(),
    subscriptions: () => Promise.resolve(null),
  };
}

/** The file is gone once it is read, so the index, which has the whole document, gives it back. */
async function lookUp(index: Pick<Index, "document">, { connection }: Mailbox, item: ItemName): Promise<LookedUp> {
  const { user_id, account_id } = connection;
  const { provider_id, container } = item;
  const doc_id = await docId({ user_id, provider: "import", account_id, container: "", provider_id });
  const stored = await index.document(user_id, doc_id);
  if (stored === null) return { kind: "unknown" };
  const parsed = NormalisedDocument.safeParse(JSON.parse(stored.document.data));
  if (!parsed.success) return { kind: "unknown" };
  const { doc_id: _id, connection_id: _connection, ...document } = parsed.data;
  return { kind: "found", read: { provider_id, container, version: 0, document } };
}

/** Where no thread of its own is to be had; loaded with the first file. */
const inThisThread: Extract = async (bytes, kind) =>
  (await import("../office_file.ts")).extractInThisThread(bytes, kind);
