/** Records as they will be: what is stored, with what a change has written over it so far. */
import type { RecordOp, Records } from "../../shared/state/port.ts";

interface Written {
  readonly collection: string;
  readonly id: string;
  /** Null when it goes. */
  readonly value: unknown;
}

export class Draft {
  readonly #records: Records;
  readonly #written = new Map<string, Map<string, Written>>();

  constructor(records: Records) {
    this.#records = records;
  }

  async get(collection: string, id: string): Promise<unknown> {
    const written = this.#written.get(collection)?.get(id);
    if (written !== undefined) return written.value;
    return (await this.#records.get(collection, id))?.value ?? null;
  }

  /** The first records, by id, whose ids begin with `{prefix}|`. */
  async under(
    collection: string,
    prefix: string,
    limit: number,
  ): Promise<{ readonly id: string; readonly value: unknown }[]> {
    const written = [...this.#written.get(collection)?.values() ?? []].filter(({ id }) => id.startsWith(`${prefix}|`));
    // `}` is the character behind `|`. Each that goes may leave room for one more.
    const range = { after: `${prefix}|`, before: `${prefix}}`, limit: limit + written.length };
    const stored = await this.#records.list(collection, range);
    const all = new Map<string, unknown>(stored.map(({ id, value }) => [id, value]));
    for (const { id, value } of written) all.set(id, value);
    return [...all].filter(([, value]) => value !== null).map(([id, value]) => ({ id, value }))
      .sort((a, b) => a.id < b.id ? -1 : 1).slice(0, limit);
  }

  put(collection: string, id: string, value: unknown): void {
    const written = this.#written.get(collection) ?? new Map<string, Written>();
    this.#written.set(collection, written.set(id, { collection, id, value }));
  }

  remove(collection: string, id: string): void {
    this.put(collection, id, null);
  }

  /** All that was written. */
  ops(): RecordOp[] {
    return [...this.#written.values()].flatMap((written) => [...written.values()])
      .map(({ collection, id, value }) =>
        value === null ? { op: "delete", collection, id } : { op: "put", collection, id, value }
      );
  }
}
