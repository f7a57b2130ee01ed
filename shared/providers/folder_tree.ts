/** The folders above the files of a drive, by name: asked for once each, and remembered with the cursor. */
import { z } from "zod";

/** Folder id → its name (`""` for a root) and the folder above (`""` for none). */
export const KnownFolders = z.record(z.string(), z.object({ name: z.string(), parent: z.string() }));
export type KnownFolders = z.infer<typeof KnownFolders>;
/** One of them. */
export type KnownFolder = KnownFolders[string];

/** Nothing above is known: the root of a drive, or a folder that the person may not see. */
export const TOP_FOLDER: KnownFolder = { name: "", parent: "" };

/**
 * More folders than this are not remembered: the least recently used are asked for again, and a new name of one of them
 * is noticed only where something in it changes.
 */
export const FOLDERS_MAX = 2_000;

/** Deeper than drives allow folders to be. */
const DEPTH_MAX = 100;

/** Where a file lies. */
export interface Place {
  /** The ids of the folders, the nearest first. */
  readonly folders: readonly string[];
  /** Their names from the root, which has none: `Work/2026`. */
  readonly path: string;
}

/** The folders that are known, and those that have to be asked for. */
export class FolderTree {
  readonly #ask: (id: string) => Promise<KnownFolder>;
  readonly #known: Map<string, KnownFolder>;
  readonly #asked = new Map<string, Promise<KnownFolder>>();

  constructor(ask: (id: string) => Promise<KnownFolder>, known: KnownFolders) {
    this.#ask = ask;
    this.#known = new Map(Object.entries(known));
  }

  /** Where something with this parent lies. */
  async place(parent: string): Promise<Place> {
    const folders: string[] = [];
    const names: string[] = [];
    for (let id = parent; id !== "" && !folders.includes(id) && folders.length < DEPTH_MAX;) {
      const folder = await this.#folder(id);
      folders.push(id);
      if (folder.name !== "") names.unshift(folder.name);
      id = folder.parent;
    }
    return { folders, path: names.join("/") };
  }

  /**
   * Takes note of a folder as a page shows it.
   * @returns whether files that were read before may lie elsewhere now
   */
  shown(id: string, folder: KnownFolder): boolean {
    const before = this.#known.get(id);
    this.#remember(id, folder);
    return before !== undefined && (before.name !== folder.name || before.parent !== folder.parent);
  }

  /**
   * Takes note of something that is gone. @param said whether it is said to be a folder: that is not always told
   * @returns whether files that were read before may have lain in it
   */
  removed(id: string, said: boolean): boolean {
    const full = this.#known.size >= FOLDERS_MAX;
    return this.#known.delete(id) || (said && full);
  }

  /** What is worth remembering: the most recently used. */
  remembered(): KnownFolders {
    return Object.fromEntries([...this.#known].slice(-FOLDERS_MAX));
  }

  async #folder(id: string): Promise<KnownFolder> {
    const folder = this.#known.get(id) ?? await this.#askOnce(id);
    this.#remember(id, folder);
    return folder;
  }

  #remember(id: string, folder: KnownFolder): void {
    this.#known.delete(id);
    this.#known.set(id, folder);
  }

  #askOnce(id: string): Promise<KnownFolder> {
    const asked = this.#asked.get(id) ?? this.#ask(id);
    this.#asked.set(id, asked);
    return asked;
  }
}
