/** Files of a page or of a lookup, as what is known of them without their content. */
import type { ResourceChoice } from "../../contracts/records.ts";
import { choiceOf, includes } from "../choice.ts";
import { FolderTree, type KnownFolder, TOP_FOLDER } from "../folder_tree.ts";
import { away } from "../http.ts";
import { inTurns } from "../in_turns.ts";
import { textLeftOut } from "../office_file.ts";
import type { ItemReading, PageItem } from "../port.ts";
import { readContent } from "./drive_content.ts";
import type { DriveCursor } from "./drive_cursor.ts";
import { documentOf, DriveItem, kindOf, versionOfItem } from "./drive_item.ts";
import type { Reading } from "./resource.ts";
import { isBefore } from "./fields.ts";
import { refusedBy } from "./graph.ts";

/** Files that are fetched at once: fewer than the mailbox has slots, so that others get their turn. */
const FETCHES_AT_ONCE = 2;

/** Makes items of files, for one page. */
export class DriveFiles {
  readonly folders: FolderTree;
  readonly #reading: Reading;
  readonly #choice: ResourceChoice;
  readonly #drive: string;
  readonly #trusted: ReadonlySet<string>;
  readonly #inTurn = inTurns(FETCHES_AT_ONCE);

  constructor(reading: Reading, cursor: DriveCursor) {
    this.#reading = reading;
    this.#choice = choiceOf(reading.mailbox.connection, "drive");
    this.#drive = cursor.drive;
    this.#trusted = new Set(cursor.trusted);
    this.folders = new FolderTree((id) => askFolder(reading, id), cursor.folders);
  }

  /** The item of a file, which is fetched and read when its turn comes. */
  async item(file: DriveItem): Promise<PageItem> {
    const container = this.#drive || (file.parentReference?.driveId ?? "");
    const named = { provider_id: file.id, container };
    const kind = kindOf(file);
    // What is no document, or not any more, is not there for the person's documents.
    if (kind === null || isBefore(this.#choice, file.lastModifiedDateTime ?? "")) return leftOut(named);
    const place = await this.folders.place(file.parentReference?.id ?? "");
    if (!includes(this.#choice, [...place.folders, container])) return leftOut(named);
    const read = async (): Promise<ItemReading> => {
      const text = this.#choice.bodies ? await readContent(this.#reading, file, kind) : textLeftOut();
      if (text === "gone") return { ...named, left_out: true };
      if (text === "not_given") return { ...named, reason: "Graph does not give the content", field: "" };
      return documentOf(file, kind, { container, path: place.path, text });
    };
    const item = { ...named, read: () => this.#inTurn(read) };
    const { version, exact } = versionOfItem(file);
    return exact && place.folders.every((id) => this.#trusted.has(id)) ? { ...item, version } : item;
  }
}

function leftOut(named: { provider_id: string; container: string }): PageItem {
  return { ...named, read: () => ({ ...named, left_out: true }) };
}

async function askFolder({ mailbox, base }: Reading, id: string): Promise<KnownFolder> {
  const url = `${base}/me/drive/items/${encodeURIComponent(id)}?$select=id,name,root,parentReference`;
  const answer = await mailbox.request(url);
  if (answer.status === 403 || answer.status === 404) return TOP_FOLDER;
  if (answer.status !== 200) throw refusedBy(answer, "read a folder");
  const folder = DriveItem.safeParse(answer.json);
  if (!folder.success) throw away("Graph's answer is not a folder", folder.error);
  return folderOf(folder.data);
}

/** What is known of a folder that was shown. */
export function folderOf({ root, name, parentReference }: DriveItem): KnownFolder {
  return root ? TOP_FOLDER : { name, parent: parentReference?.id ?? "" };
}
