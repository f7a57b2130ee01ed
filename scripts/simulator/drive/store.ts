import type { Clock } from "../../../shared/contracts/deps.ts";
import { Collection, type Item } from "../collection.ts";
import type { Address, Language } from "../content/mail.ts";

/** A part of a file's text: a chapter, a sheet, or a slide. */
export interface FilePart {
  readonly heading: string;
  /** Paragraphs, of a slide its bullets, of a sheet its rows with cells parted by tabs. */
  readonly lines: readonly string[];
  /** Notes of a slide, `""` for none. */
  readonly notes: string;
}

/** What a file or folder of a drive is. */
export interface FileContent {
  /** With the extension, of a file. */
  readonly name: string;
  readonly kind: "folder" | "word" | "sheet" | "presentation" | "text";
  readonly parts: readonly FilePart[];
  /** Bytes in place of those that `parts` make, for files that are damaged or worse. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly owner: Address;
  readonly lastEditor: Address;
  readonly shared: boolean;
  /** In the bin, by itself or with a folder above it. */
  readonly trashed: boolean;
  /** Counts the changes of the content, not those of name or place. */
  readonly contentVersion: number;
  readonly language: Language;
  /** A word that nothing else contains. */
  readonly word: string;
}

export type StoredFile = Item<FileContent>;

/** The number of the root folder, which is item 0: an item's `container` is its parent folder. */
export const ROOT = 0;

/**
 * The drive of one person: a tree, whose folders are items too. `trash` and `delete` take what is below along, each
 * with an entry of its own, the deepest first; `rename` and `move` of a folder note the folder alone.
 */
export class DriveStore extends Collection<FileContent> {
  constructor(clock: Clock, owner: Address) {
    super(clock);
    this.addContainer("drive");
    const root = { name: "root", kind: "folder", parts: [], bytes: null, shared: false, trashed: false } as const;
    this.create(ROOT, { ...root, owner, lastEditor: owner, contentVersion: 1, language: "en", word: "" });
  }

  /** Files and folders that are there and not in the bin, without the root. */
  visible(): StoredFile[] {
    return this.live().filter((one) => one.number !== ROOT && !one.content.trashed);
  }

  /** What is directly in a folder, the bin included. */
  children(folder: StoredFile): StoredFile[] {
    return this.live().filter((one) => one.number !== ROOT && one.container === folder.number);
  }

  /** Names of the folders above an item, from the root, which has none. */
  path(item: StoredFile): string[] {
    if (item.container === ROOT) return [];
    const parent = this.at(item.container);
    return parent === undefined ? [] : [...this.path(parent), parent.content.name];
  }

  /** True when `folder` is `item` or stands above it. */
  contains(folder: StoredFile, item: StoredFile): boolean {
    for (let at: StoredFile | undefined = item; at !== undefined; at = this.at(at.container)) {
      if (at === folder) return true;
      if (at.number === ROOT) return false;
    }
    return false;
  }

  rename(item: StoredFile, name: string): void {
    item.content = { ...item.content, name };
    this.touch(item, "rename");
  }

  /** Another content: a new version of a file. */
  rewrite(item: StoredFile, change: Partial<FileContent>): void {
    this.edit(item, { ...change, contentVersion: item.content.contentVersion + 1 });
  }

  override move(item: StoredFile, folder: number): void {
    const target = this.find(folder);
    if (target?.content.kind !== "folder" || this.contains(item, target)) {
      throw new RangeError(`Cannot move file ${item.number} to ${folder}`);
    }
    super.move(item, folder);
  }

  trash(item: StoredFile): void {
    this.#bin(item, true);
  }

  restore(item: StoredFile): void {
    this.#bin(item, false);
  }

  /** For good, with what is below. */
  override delete(item: StoredFile): void {
    if (item.number === ROOT) throw new RangeError("Cannot delete the root of a drive");
    for (const child of this.children(item)) this.delete(child);
    super.delete(item);
  }

  #bin(item: StoredFile, trashed: boolean): void {
    if (item.number === ROOT || item.content.trashed === trashed) return;
    const own = () => {
      item.content = { ...item.content, trashed };
      this.touch(item, trashed ? "trash" : "restore");
    };
    if (!trashed) own();
    for (const child of this.children(item)) this.#bin(child, trashed);
    if (trashed) own();
  }
}
