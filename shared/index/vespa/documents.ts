/** Items by Document v1. The group of an item's id is its person: nothing else says whose it is. */
import { z } from "zod";
import { PermanentError, StoreAwayError } from "../../contracts/errors.ts";
import { DocId, UserId } from "../../contracts/ids.ts";
import type { VespaClient } from "./client.ts";
import type { ItemFields } from "./item.ts";

/** The content cluster in `vespa/services.xml`. */
const CLUSTER = "personal";

/** Retries included; below the time after which a message is delivered again. */
const WRITE_MS_MAX = 60_000;
const READ_MS_MAX = 10_000;

const Got = z.object({ fields: z.record(z.string(), z.unknown()) });
const Visited = z.object({
  documents: z.array(z.object({ id: z.string() })).default([]),
  continuation: z.string().optional(),
});

/** Items of all groups, and where a visit of them begins. */
const ALL = "/document/v1/millrace/item/docid/";

/** Items that one answer of a visit is about. */
const VISITED_MAX = 1_000;

/** The groups of one version of the index: a person has one in each. */
export class Groups {
  readonly #prefix: string;

  /** @param version the first has the persons' ids themselves, `ada`; others `2.ada`, which is nobody's id */
  constructor(version: number) {
    this.#prefix = z.int().positive().parse(version) === 1 ? "" : `${version}.`;
  }

  /**
   * The person's group. Vespa pastes it into an expression, so a quote in it would reach other persons.
   * @throws PermanentError `user_id_invalid`
   */
  of(user_id: string): string {
    if (!UserId.safeParse(user_id).success) {
      throw new PermanentError("user_id_invalid", "must be 1 to 64 of A-Z a-z 0-9 _ -", { field: "user_id" });
    }
    return `${this.#prefix}${user_id}`;
  }

  /** The person of an item's id, `id:millrace:item:g=2.ada:…`; undefined when it is of another version. */
  personOf(id: string): string | undefined {
    const [, group = ""] = /^id:millrace:item:g=([^:]*):/.exec(id) ?? [];
    if (!group.startsWith(this.#prefix)) return undefined;
    const user_id = group.slice(this.#prefix.length);
    return UserId.safeParse(user_id).success ? user_id : undefined;
  }
}

/** The items of all persons, one write at a time for each. */
export class Documents {
  readonly #client: VespaClient;
  readonly #groups: Groups;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(client: VespaClient, groups: Groups) {
    this.#client = client;
    this.#groups = groups;
  }

  /** Writes an item when its revision is newer than what is there. */
  put(user_id: string, doc_id: string, revision: number, fields: ItemFields): Promise<"applied" | "stale"> {
    const path = this.#path(user_id, doc_id);
    const body = { condition: `item.revision < ${z.int().parse(revision)}`, create: true, fields };
    return this.#inTurn(path, async () => {
      const { status } = await this.#client.send({ method: "POST", path, body, limit_ms: WRITE_MS_MAX });
      // A path that the container does not know: the package is not deployed yet.
      if (status === 404) throw new StoreAwayError("Vespa");
      return status === 200 ? "applied" : "stale";
    });
  }

  /** An item's fields, all or some; null when there is none. */
  async get(user_id: string, doc_id: string, fields: readonly string[] = []): Promise<unknown> {
    const only = fields.length === 0 ? "" : `?fieldSet=${encodeURIComponent(`item:${fields.join(",")}`)}`;
    const path = `${this.#path(user_id, doc_id)}${only}`;
    const { status, json } = await this.#client.send({ method: "GET", path, limit_ms: READ_MS_MAX });
    return status === 200 ? Got.parse(json).fields : null;
  }

  /** Removes all items of a person. */
  async removeAll(user_id: string): Promise<void> {
    const folder = this.#folder(user_id);
    let continuation: string | undefined;
    do {
      const from = continuation === undefined ? "" : `&continuation=${encodeURIComponent(continuation)}`;
      const path = `${folder}?selection=true&cluster=${CLUSTER}${from}`;
      const { status, json } = await this.#client.send({ method: "DELETE", path, limit_ms: WRITE_MS_MAX });
      if (status !== 200) throw new StoreAwayError("Vespa");
      continuation = Visited.parse(json).continuation;
    } while (continuation !== undefined);
  }

  /** Some of those who have items, and where the next call goes on. */
  async people(cursor: string): Promise<{ readonly users: readonly string[]; readonly next_cursor: string }> {
    const from = cursor === "" ? "" : `&continuation=${encodeURIComponent(cursor)}`;
    const path = `${ALL}?fieldSet=${encodeURIComponent("[id]")}&cluster=${CLUSTER}` +
      `&wantedDocumentCount=${VISITED_MAX}${from}`;
    const { status, json } = await this.#client.send({ method: "GET", path, limit_ms: WRITE_MS_MAX });
    if (status !== 200) throw new StoreAwayError("Vespa");
    const { documents, continuation } = Visited.parse(json);
    const users = documents.flatMap(({ id }) => this.#groups.personOf(id) ?? []);
    return { users: [...new Set(users)], next_cursor: continuation ?? "" };
  }

  /** Removes the items of everybody who has some in this version. */
  async removeEverybody(): Promise<void> {
    let cursor = "";
    do {
      const { users, next_cursor } = await this.people(cursor);
      for (const user_id of users) await this.removeAll(user_id);
      cursor = next_cursor;
    } while (cursor !== "");
  }

  #folder(user_id: string): string {
    return `/document/v1/millrace/item/group/${encodeURIComponent(this.#groups.of(user_id))}/`;
  }

  #path(user_id: string, doc_id: string): string {
    if (!DocId.safeParse(doc_id).success) {
      throw new PermanentError("doc_id_invalid", "must be 32 hex digits", { field: "doc_id" });
    }
    return `${this.#folder(user_id)}${encodeURIComponent(doc_id)}`;
  }

  async #inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(path);
    const turn = before === undefined ? work() : before.then(work, work);
    this.#last.set(path, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(path) === turn) this.#last.delete(path);
    }
  }
}
