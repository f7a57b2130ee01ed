/** Files of a page or of a lookup, as what is known of them without their content. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { includes } from "../choice.ts";
import { FolderTree, type KnownFolder, type KnownFolders, TOP_FOLDER } from "../folder_tree.ts";
import { inTurns } from "../in_turns.ts";
import { textLeftOut } from "../office_file.ts";
import type { ItemReading, PageItem } from "../port.ts";
import { momentOf } from "../text.ts";
import { type DriveReader, parsed, queryOf } from "./drive_api.ts";
import { readContent } from "./drive_content.ts";
import { type DriveCursor, MY_DRIVE } from "./drive_cursor.ts";
import { documentOf, type DriveFile, kindOf } from "./drive_file.ts";

/** Files that are fetched at once: fewer than the mailbox has slots, so that others get their turn. */
const FETCHES_AT_ONCE = 2;

const Folder = z.object({
  name: z.string().nullish(),
  parents: z.array(z.string()).nullish(),
  ownedByMe: z.boolean().nullish(),
});

/** Makes items of files, for one page. */
export class FileItems {
  readonly folders: FolderTree;
  readonly #reader: DriveReader;
  readonly #choice: ResourceChoice;
  readonly #drives: ReadonlySet<string>;
  /** By drive that is enumerated again: the folders as they were when documents were read. */
  readonly #before: ReadonlyMap<string, KnownFolders | null>;
  readonly #inTurn = inTurns(FETCHES_AT_ONCE);

  constructor(reader: DriveReader, choice: ResourceChoice, cursor: DriveCursor) {
    this.#reader = reader;
    this.#choice = choice;
    this.#drives = new Set(cursor.drives.map(({ id }) => id));
    this.#before = new Map(cursor.drives.map(({ id, token, before }) => [id, token === "" ? before : null]));
    // The id of a shared drive is that of its root folder too.
    const roots = cursor.drives.map(({ id }) => [id, TOP_FOLDER] as const);
    this.folders = new FolderTree((id) => askFolder(reader, id), { ...cursor.folders, ...Object.fromEntries(roots) });
  }

  /** The drive that a file belongs to: a shared one only where the person is a member. */
  drive(file: DriveFile): string {
    return this.#drives.has(file.driveId) ? file.driveId : MY_DRIVE;
  }

  /** The item of a file, which is fetched and read when its turn comes. */
  async item(file: DriveFile): Promise<PageItem> {
    const container = this.drive(file);
    const named = { provider_id: file.id, container };
    const kind = kindOf(file);
    // What is no document, or not any more, is not there for the person's documents.
    if (kind === null || this.#tooOld(file)) return leftOut(named);
    const place = await this.folders.place(file.parents[0] ?? "");
    if (!includes(this.#choice, [container, ...place.folders])) return leftOut(named);
    const read = async (): Promise<ItemReading> => {
      const text = this.#choice.bodies ? await readContent(this.#reader, file, kind) : textLeftOut();
      if (text === "gone") return { ...named, left_out: true };
      if (text === "not_given") return { ...named, reason: "Drive does not give the content", field: "" };
      return documentOf(file, kind, { container, path: place.path, text });
    };
    const item = { ...named, read: () => this.#inTurn(read) };
    const { version } = file;
    return version > 0 && this.#trusts(container, place.folders) ? { ...item, version } : item;
  }

  /** Whether documents of these folders were read while the folders were the same as now. */
  #trusts(drive: string, folders: readonly string[]): boolean {
    const before = this.#before.get(drive) ?? null;
    if (before === null) return false;
    const now = this.folders.remembered();
    return folders.every((id) => {
      const [one, other] = [now[id], before[id]];
      return one !== undefined && one.name === other?.name && one.parent === other.parent;
    });
  }

  #tooOld(file: DriveFile): boolean {
    const { since } = this.#choice;
    return since !== "" && momentOf(file.modifiedTime) !== "" && momentOf(file.modifiedTime) < since;
  }
}

async function askFolder({ mailbox, urls }: DriveReader, id: string): Promise<KnownFolder> {
  const query = queryOf({ fields: "name,parents,ownedByMe", supportsAllDrives: "true" });
  const answer = await mailbox.request(`${urls.drive}/files/${encodeURIComponent(id)}?${query}`);
  // Out of the person's reach, or nothing that can be asked for: the file is not to suffer for it.
  if (answer.status !== 200) return TOP_FOLDER;
  const folder = parsed(Folder, answer, "a folder");
  const parent = folder.parents?.[0] ?? "";
  // A folder of one's own that lies in none is the root; one of somebody else is where the sharing begins.
  return parent === "" && folder.ownedByMe === true ? TOP_FOLDER : { name: folder.name ?? "", parent };
}

function leftOut(named: { provider_id: string; container: string }): PageItem {
  return { ...named, read: () => ({ ...named, left_out: true }) };
}
