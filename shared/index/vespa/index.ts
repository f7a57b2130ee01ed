import { z } from "zod";
import type { Clock } from "../../contracts/deps.ts";
import { StoreAwayError } from "../../contracts/errors.ts";
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
} from "../port.ts";
import type { VespaClient } from "./client.ts";
import { Documents, Groups } from "./documents.ts";
import { FragmentsField, fromFields, Held, toFields } from "./item.ts";
import { ask } from "./query.ts";
import { search } from "./search.ts";
import { suggest } from "./suggest.ts";

const FragmentsOnly = z.object({ deleted: z.boolean().default(false), fragments: FragmentsField.optional() });
const Synced = z.object({ synced_at: z.int() });

/** The index in Vespa, by `vespa/schemas/item.sd`. */
export class VespaIndex implements Index {
  readonly #client: VespaClient;
  readonly #clock: Clock;
  readonly #groups: Groups;
  readonly #documents: Documents;

  /** @param version of the index, from 1 */
  constructor(client: VespaClient, clock: Clock, version: number) {
    this.#client = client;
    this.#clock = clock;
    this.#groups = new Groups(version);
    this.#documents = new Documents(client, this.#groups);
  }

  async feed(writes: readonly IndexWrite[]): Promise<readonly ("applied" | "stale")[]> {
    const now_ms = this.#clock.now();
    // All are looked at before one is sent.
    const prepared = writes.map((write) => ({ ...write, fields: toFields(write, now_ms) }));
    const sent = await Promise.allSettled(
      prepared.map(async ({ user_id, doc_id, revision, fields }) =>
        await this.#documents.put(user_id, doc_id, revision, fields)
      ),
    );
    return sent.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
  }

  // deno-lint-ignore require-await -- a bad id must reject
  async search(query: SearchQuery): Promise<SearchResult> {
    return search(this.#client, this.#groups.of(query.user_id), query, this.#clock.now());
  }

  async document(user_id: string, doc_id: string): Promise<StoredDocument | null> {
    const fields = await this.#documents.get(user_id, doc_id);
    return fields === null ? null : fromFields(fields);
  }

  async fragments(
    user_id: string,
    doc_id: string,
    { from, limit }: { readonly from: number; readonly limit: number },
  ): Promise<readonly Fragment[] | null> {
    return (await this.#fragments(user_id, doc_id))?.slice(from, from + limit) ?? null;
  }

  async fragment(user_id: string, doc_id: string, fragment_id: string): Promise<FragmentInPlace | null> {
    const all = await this.#fragments(user_id, doc_id) ?? [];
    const at = all.findIndex((fragment) => fragment.fragment_id === fragment_id);
    const found = all[at];
    if (found === undefined) return null;
    return { ...found, previous: all[at - 1]?.fragment_id ?? "", next: all[at + 1]?.fragment_id ?? "" };
  }

  async revisions(user_id: string, doc_ids: readonly string[]): Promise<ReadonlyMap<string, HeldRevision>> {
    const held = await Promise.all(doc_ids.map(async (doc_id) => {
      const fields = await this.#documents.get(user_id, doc_id, ["revision", "deleted", "happened_at"]);
      if (fields === null) return [];
      const { revision, deleted, happened_at } = Held.parse(fields);
      const moment = happened_at === undefined ? "" : new Date(happened_at).toISOString();
      return [[doc_id, { revision, deleted, happened_at: moment }] as const];
    }));
    return new Map(held.flat());
  }

  // deno-lint-ignore require-await -- a bad id must reject
  async suggest(user_id: string, text: string, limit: number): Promise<readonly Suggestion[]> {
    return suggest(this.#client, this.#groups.of(user_id), text, limit);
  }

  async people(cursor: string): Promise<{ readonly users: readonly string[]; readonly next_cursor: string }> {
    return await this.#documents.people(cursor);
  }

  async purge(user_id: string): Promise<void> {
    await this.#documents.removeAll(user_id);
  }

  async stats(user_id: string): Promise<{ readonly documents: number; readonly newest_sync: string }> {
    const { total, hits: [newest] } = await ask(this.#client, this.#groups.of(user_id), {
      yql: "select * from item where deleted = false order by synced_at desc limit 1",
      parameters: {},
      summary: "hit",
    });
    if (newest === undefined) return { documents: 0, newest_sync: "" };
    return { documents: total, newest_sync: new Date(Synced.parse(newest.fields).synced_at).toISOString() };
  }

  /** Removes all of this version. */
  async removeEverybody(): Promise<void> {
    await this.#documents.removeEverybody();
  }

  /** Nothing: Vespa's garbage collection removes them, by the selection in `vespa/services.xml`. */
  sweep(): Promise<number> {
    return Promise.resolve(0);
  }

  async ping(): Promise<void> {
    const { status } = await this.#client.send({ method: "GET", path: "/status.html", limit_ms: 2_000 });
    if (status !== 200) throw new StoreAwayError("Vespa");
  }

  // deno-lint-ignore require-await -- the port's closing may take time
  async close(): Promise<void> {
    this.#client.close();
  }

  async #fragments(user_id: string, doc_id: string): Promise<readonly Fragment[] | null> {
    const fields = await this.#documents.get(user_id, doc_id, ["deleted", "fragments"]);
    if (fields === null) return null;
    const { deleted, fragments } = FragmentsOnly.parse(fields);
    return deleted ? null : fragments ?? [];
  }
}
