/** Files of a page or of a lookup, as what is known of them without their content. */
import type { ResourceChoice } from "../../contracts/records.ts";
import { includes } from "../choice.ts";
import { inTurns } from "../in_turns.ts";
import { textLeftOut } from "../office_file.ts";
import type { ItemReading, PageItem } from "../port.ts";
import { momentOf } from "../text.ts";
import type { DriveReader } from "./drive_api.ts";
import { readContent } from "./drive_content.ts";
import { type DriveCursor, MY_DRIVE } from "./drive_cursor.ts";
import { documentOf, type DriveFile, kindOf } from "./drive_file.ts";
import { Folders } from "./drive_folders.ts";

/** Files that are fetched at once: fewer than the mailbox has slots, so that others get their turn. */
const FETCHES_AT_ONCE = 2;

/** Makes items of files, for one page. */
export class FileItems {
  readonly folders: Folders;
  readonly #reader: DriveReader;
  readonly #choice: ResourceChoice;
  readonly #drives: ReadonlySet<string>;
  readonly #inTurn = inTurns(FETCHES_AT_ONCE);

  constructor(reader: DriveReader, choice: ResourceChoice, cursor: DriveCursor) {
    this.#reader = reader;
    this.#choice = choice;
    this.#drives = new Set(cursor.drives.map(({ id }) => id));
    this.folders = new Folders(reader, cursor.folders, cursor.drives.map(({ id }) => id));
  }

  /** The drive that a file belongs to: a shared one only where the person is a member. */
  drive(file: DriveFile): string {
    return this.#drives.has(file.driveId ?? "") ? file.driveId ?? "" : MY_DRIVE;
  }

  /** The item of a file, which is fetched and read when its turn comes. */
  async item(file: DriveFile): Promise<PageItem> {
    const container = this.drive(file);
    const named = { provider_id: file.id, container };
    const kind = kindOf(file);
    // What is no document, or not any more, is not there for the person's documents.
    if (kind === null || this.#tooOld(file)) return leftOut(named);
    const place = await this.folders.place(file.parents?.[0] ?? "");
    if (!includes(this.#choice, [container, ...place.folders])) return leftOut(named);
    const read = async (): Promise<ItemReading> => {
      const text = this.#choice.bodies ? await readContent(this.#reader, file, kind) : textLeftOut();
      if (text !== null) return documentOf(file, kind, { container, path: place.path, text });
      return { ...named, reason: "Drive does not give the content", field: "" };
    };
    return { ...named, read: () => this.#inTurn(read) };
  }

  #tooOld(file: DriveFile): boolean {
    const { since } = this.#choice;
    return since !== "" && momentOf(file.modifiedTime) !== "" && momentOf(file.modifiedTime) < since;
  }
}

function leftOut(named: { provider_id: string; container: string }): PageItem {
  return { ...named, read: () => ({ ...named, left_out: true }) };
}
