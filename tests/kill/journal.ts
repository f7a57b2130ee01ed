/** What the writer noted, and what the index may hold after it. */

/** One write of one document. */
export interface Write {
  readonly doc_id: string;
  readonly revision: number;
  readonly operation: "put" | "delete";
  /** A word of this write alone; `""` for a delete. */
  readonly word: string;
  /** True once the victim has answered for it. Of the others nothing is known: they may be there or not. */
  acknowledged: boolean;
}

/** A document as the index holds it. */
export interface Found {
  readonly revision: number;
  readonly text: string;
}

/**
 * Compares what the index holds of one document with all that was written of it.
 * @returns what is wrong, or null: it shows the newest acknowledged write, or a newer one without an answer, as a whole.
 */
export function verdict(writes: readonly Write[], found: Found | null): string | null {
  const newest = writes.findLast(({ acknowledged }) => acknowledged);
  const possible = newest === undefined ? writes : writes.filter(({ revision }) => revision >= newest.revision);
  if (found === null) {
    if (newest === undefined || possible.some(({ operation }) => operation === "delete")) return null;
    return `lost: revision ${newest.revision} was acknowledged`;
  }
  const shown = possible.find(({ revision }) => revision === found.revision);
  if (shown === undefined) return `revision ${found.revision} instead of ${newest?.revision ?? "none"}`;
  if (shown.operation === "delete") return `revision ${found.revision} is a delete, and still there`;
  if (!found.text.includes(shown.word)) return `revision ${found.revision} without its text`;
  return null;
}

/** All writes, by document in the order of their revisions. */
export class Journal {
  readonly #writes = new Map<string, Write[]>();

  note(write: Write): void {
    const writes = this.#writes.get(write.doc_id);
    if (writes === undefined) this.#writes.set(write.doc_id, [write]);
    else writes.push(write);
  }

  get doc_ids(): string[] {
    return [...this.#writes.keys()];
  }

  of(doc_id: string): readonly Write[] {
    return this.#writes.get(doc_id) ?? [];
  }

  /** How many writes were acknowledged, and how many were not. */
  counts(): { acknowledged: number; unknown: number } {
    const all = [...this.#writes.values()].flat();
    const acknowledged = all.filter((write) => write.acknowledged).length;
    return { acknowledged, unknown: all.length - acknowledged };
  }
}
