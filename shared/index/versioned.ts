/** The index as everybody uses it: the version that is active now, of those that there are. */
import { type IndexVersions, versionsKept } from "../contracts/index_versions.ts";
import type {
  Fragment,
  FragmentInPlace,
  HeldRevision,
  Index,
  IndexWrite,
  SearchQuery,
  SearchResult,
  StoredDocument,
  Suggestion,
} from "./port.ts";

/** Where the versions are. */
export interface IndexStore {
  /** Opens a version; what was never written to is empty. @throws StoreAwayError */
  open(version: number): Promise<Index>;
  /** Removes a version with all that it holds; nobody may use it any more. Safe to repeat. */
  drop(version: number): Promise<void>;
  /** Closes all that was opened. */
  close(): Promise<void>;
}

/** Reads and feeds the active version; a person's erasure and the sweep reach all of them. */
export class VersionedIndex implements Index {
  readonly #store: IndexStore;
  readonly #versions: () => Promise<IndexVersions>;
  readonly #opened = new Map<number, Promise<Index>>();

  /** @param versions which there are now; asked at every call, so it answers from memory mostly */
  constructor(store: IndexStore, versions: () => Promise<IndexVersions>) {
    this.#store = store;
    this.#versions = versions;
  }

  /** One version of it, opened when it is first asked for. */
  async version(version: number): Promise<Index> {
    const known = this.#opened.get(version);
    if (known !== undefined) return await known;
    const opening = this.#store.open(version);
    this.#opened.set(version, opening);
    opening.catch(() => this.#opened.delete(version));
    return await opening;
  }

  /** Removes a version that nobody reads or feeds any more. */
  async drop(version: number): Promise<void> {
    this.#opened.delete(version);
    await this.#store.drop(version);
  }

  async feed(writes: readonly IndexWrite[]): Promise<readonly ("applied" | "stale")[]> {
    return await (await this.#active()).feed(writes);
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    return await (await this.#active()).search(query);
  }

  async document(user_id: string, doc_id: string): Promise<StoredDocument | null> {
    return await (await this.#active()).document(user_id, doc_id);
  }

  async fragments(
    user_id: string,
    doc_id: string,
    page: { readonly from: number; readonly limit: number },
  ): Promise<readonly Fragment[] | null> {
    return await (await this.#active()).fragments(user_id, doc_id, page);
  }

  async fragment(user_id: string, doc_id: string, fragment_id: string): Promise<FragmentInPlace | null> {
    return await (await this.#active()).fragment(user_id, doc_id, fragment_id);
  }

  async revisions(user_id: string, doc_ids: readonly string[]): Promise<ReadonlyMap<string, HeldRevision>> {
    return await (await this.#active()).revisions(user_id, doc_ids);
  }

  async suggest(user_id: string, text: string, limit: number): Promise<readonly Suggestion[]> {
    return await (await this.#active()).suggest(user_id, text, limit);
  }

  async people(cursor: string): Promise<{ readonly users: readonly string[]; readonly next_cursor: string }> {
    return await (await this.#active()).people(cursor);
  }

  async purge(user_id: string): Promise<void> {
    for (const index of await this.#all()) await index.purge(user_id);
  }

  async stats(user_id: string): Promise<{ readonly documents: number; readonly newest_sync: string }> {
    return await (await this.#active()).stats(user_id);
  }

  async sweep(now_ms: number): Promise<number> {
    let swept = 0;
    for (const index of await this.#all()) swept += await index.sweep(now_ms);
    return swept;
  }

  async ping(): Promise<void> {
    await (await this.#active()).ping();
  }

  async close(): Promise<void> {
    this.#opened.clear();
    await this.#store.close();
  }

  async #active(): Promise<Index> {
    return await this.version((await this.#versions()).active);
  }

  async #all(): Promise<readonly Index[]> {
    return await Promise.all(versionsKept(await this.#versions()).map((version) => this.version(version)));
  }
}
