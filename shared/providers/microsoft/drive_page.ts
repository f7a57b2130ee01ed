/** What a page of a drive's delta says: the latest state of each item, not each change. */
import type { PageItem, Refusal, Removal } from "../port.ts";
import { type DriveFiles, folderOf } from "./drive_files.ts";
import { DriveItem, kindOf } from "./drive_item.ts";

/** The lists of a page, and what became of folders. */
export interface DrivePage {
  readonly documents: PageItem[];
  readonly removals: Removal[];
  readonly partial: [];
  readonly refused: Refusal[];
  /** Folders that are not what or where they were, or gone: the files in them have no entries of their own for that. */
  readonly moved: readonly string[];
}

/**
 * Sorts a page; an item may come several times, and the last time counts.
 * @param listing whether the drive is being listed: then a file that is no document proves that by its absence
 */
export async function sortPage(
  items: readonly unknown[],
  files: DriveFiles,
  drive: string,
  listing: boolean,
): Promise<DrivePage> {
  const last = new Map<string, DriveItem>();
  const refused: Refusal[] = [];
  for (const item of items) {
    const parsed = DriveItem.safeParse(item);
    if (!parsed.success) refused.push(refusalOf(item, drive, parsed.error.issues[0]?.path.join(".") ?? ""));
    else {
      last.delete(parsed.data.id);
      last.set(parsed.data.id, parsed.data);
    }
  }
  const moved: string[] = [];
  const removals: Removal[] = [];
  const documents: PageItem[] = [];
  // Folders first: a file's path is to be the one that its folders have by now.
  for (const item of last.values()) if (changedFolder(item, files)) moved.push(item.id);
  for (const item of last.values()) {
    // The root is repeated on every page.
    if (item.root || (item.folder && !item.deleted)) continue;
    if (item.deleted) removals.push({ provider_id: item.id, container: drive, doc_type: "word_document" });
    else if (!listing || kindOf(item) !== null) documents.push(await files.item(item));
  }
  return { documents, removals, partial: [], refused, moved };
}

/** Takes note of a folder. @returns whether files that were read before may lie elsewhere now */
function changedFolder(item: DriveItem, { folders }: DriveFiles): boolean {
  // Business drives do not always say of what is gone that it was a folder.
  if (item.deleted) return folders.removed(item.id, item.folder);
  return (item.folder || item.root) && folders.shown(item.id, folderOf(item));
}

function refusalOf(item: unknown, container: string, field: string): Refusal {
  const named = DriveItem.pick({ id: true }).safeParse(item);
  const provider_id = named.success ? named.data.id : "";
  return { provider_id, container, reason: "The drive item can't be read", field };
}
