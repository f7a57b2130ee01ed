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
const Visited = z.object({ continuation: z.string().optional() });

/**
 * The person's id as Vespa's group. Vespa pastes it into an expression, so a quote in it would reach other persons.
 * @throws PermanentError `user_id_invalid`
 */
export function groupOf(user_id: string): string {
  if (!UserId.safeParse(user_id).success) {
    throw new PermanentError("user_id_invalid", "must be 1 to 64 of A-Z a-z 0-9 _ -", { field: "user_id" });
  }
  return user_id;
}

function folderOf(user_id: string): string {
  return `/document/v1/millrace/item/group/${encodeURIComponent(groupOf(user_id))}/`;
}

function pathOf(user_id: string, doc_id: string): string {
  if (!DocId.safeParse(doc_id).success) {
    throw new PermanentError("doc_id_invalid", "must be 32 hex digits", { field: "doc_id" });
  }
  return `${folderOf(user_id)}${encodeURIComponent(doc_id)}`;
}

/** The items of all persons, one write at a time for each. */
export class Documents {
  readonly #client: VespaClient;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(client: VespaClient) {
    this.#client = client;
  }

  /** Writes an item when its revision is newer than what is there. */
  put(user_id: string, doc_id: string, revision: number, fields: ItemFields): Promise<"applied" | "stale"> {
    const path = pathOf(user_id, doc_id);
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
    const path = `${pathOf(user_id, doc_id)}${only}`;
    const { status, json } = await this.#client.send({ method: "GET", path, limit_ms: READ_MS_MAX });
    return status === 200 ? Got.parse(json).fields : null;
  }

  /** Removes all items of a person. */
  async removeAll(user_id: string): Promise<void> {
    const folder = folderOf(user_id);
    let continuation: string | undefined;
    do {
      const from = continuation === undefined ? "" : `&continuation=${encodeURIComponent(continuation)}`;
      const path = `${folder}?selection=true&cluster=${CLUSTER}${from}`;
      const { status, json } = await this.#client.send({ method: "DELETE", path, limit_ms: WRITE_MS_MAX });
      if (status !== 200) throw new StoreAwayError("Vespa");
      continuation = Visited.parse(json).continuation;
    } while (continuation !== undefined);
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
