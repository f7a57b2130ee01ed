/** The folders above a file, by name: asked for once each, and remembered with the cursor. */
import { z } from "zod";
import type { DriveReader } from "./drive_api.ts";
import { type DriveCursor, FOLDERS_MAX } from "./drive_cursor.ts";
import { refusedBy } from "./errors.ts";

/** Deeper than Drive allows folders to be. */
const DEPTH_MAX = 100;

const Folder = z.object({
  name: z.string().nullish(),
  parents: z.array(z.string()).nullish(),
  ownedByMe: z.boolean().nullish(),
});
type Known = DriveCursor["folders"][string];
/** Nothing above is known: the root of a drive, or a folder that the person may not see. */
const TOP: Known = { name: "", parent: "" };

/** Where a file lies. */
export interface Place {
  /** The ids of the folders, the nearest first. */
  readonly folders: readonly string[];
  /** Their names from the root, which has none: `Work/2026`. */
  readonly path: string;
}

/** The folders that are known, and those that have to be asked for. */
export class Folders {
  readonly #reader: DriveReader;
  readonly #known: Map<string, Known>;
  readonly #asked = new Map<string, Promise<Known>>();

  /** @param roots the ids of the shared drives, which are the ids of their root folders too */
  constructor(reader: DriveReader, known: DriveCursor["folders"], roots: readonly string[]) {
    this.#reader = reader;
    this.#known = new Map([...Object.entries(known), ...roots.map((id) => [id, TOP] as const)]);
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
   * Takes note of a folder that was changed.
   * @returns whether what lies in it may lie elsewhere now
   */
  changed(id: string, name: string, parent: string): boolean {
    const before = this.#known.get(id);
    if (before === undefined || before === TOP) return false;
    this.#known.set(id, { name, parent });
    return before.parent !== parent;
  }

  /**
   * Takes note of a folder that is gone, or of something that is gone and may have been one.
   * @returns whether documents may have lain in it
   */
  removed(id: string): boolean {
    const full = this.#known.size >= FOLDERS_MAX;
    return this.#known.delete(id) || full;
  }

  /** What is worth remembering: the most recently used. */
  remembered(): DriveCursor["folders"] {
    return Object.fromEntries([...this.#known].slice(-FOLDERS_MAX));
  }

  async #folder(id: string): Promise<Known> {
    const known = this.#known.get(id) ?? await this.#ask(id);
    this.#known.delete(id);
    this.#known.set(id, known);
    return known;
  }

  #ask(id: string): Promise<Known> {
    const asked = this.#asked.get(id) ?? this.#read(id);
    this.#asked.set(id, asked);
    return asked;
  }

  async #read(id: string): Promise<Known> {
    const { mailbox, urls } = this.#reader;
    const query = new URLSearchParams({ fields: "name,parents,ownedByMe", supportsAllDrives: "true" });
    const answer = await mailbox.request(`${urls.drive}/files/${encodeURIComponent(id)}?${query}`);
    if (answer.status === 403 || answer.status === 404) return TOP;
    const folder = Folder.safeParse(answer.json).data;
    if (answer.status !== 200 || folder === undefined) throw refusedBy(answer, "read a folder");
    const parent = folder.parents?.[0] ?? "";
    // A folder of one's own that lies in none is the root; one of somebody else is where the sharing begins.
    return parent === "" && folder.ownedByMe === true ? TOP : { name: folder.name ?? "", parent };
  }
}
