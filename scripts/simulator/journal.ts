/** What can happen to an item. `cancel` takes one occurrence out of a series; `restore` undoes a `trash`. */
export type Verb = "create" | "edit" | "rename" | "move" | "trash" | "restore" | "delete" | "cancel";

/** One thing that happened to an item. */
export interface Entry {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Milliseconds. */
  readonly at: number;
  readonly verb: Verb;
  /** The item's number. */
  readonly item: number;
  /** The container that the item is in afterwards; of a deleted one, that it was in. */
  readonly container: number;
  /** Of a move, the container that it left. */
  readonly from?: number;
  /** Of `cancel`, when the occurrence was planned to start, in local time. */
  readonly occurrence?: string;
}

/** Everything that happened to the items of one store, in order. It only grows. */
export class Journal {
  readonly #entries: Entry[] = [];

  /** The place of the last entry, 0 before there is one. */
  get last(): number {
    return this.#entries.length;
  }

  add(entry: Omit<Entry, "sequence">): Entry {
    const added = { ...entry, sequence: this.#entries.length + 1 };
    this.#entries.push(added);
    return added;
  }

  /** What happened after a place, up to a time. */
  after(sequence: number, until = Infinity): readonly Entry[] {
    const entries = this.#entries.slice(sequence);
    const late = entries.findIndex((entry) => entry.at > until);
    return late === -1 ? entries : entries.slice(0, late);
  }
}
