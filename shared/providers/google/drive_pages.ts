/** One page of a drive: of its enumeration, or of its log of changes. */
import { z } from "zod";
import { DOC_TYPE_OF, OFFICE_MIME_TYPES } from "../office_file.ts";
import type { ChangePage, PageItem, ProviderResponse, Refusal, Removal } from "../port.ts";
import { type DriveReader, isLost, logParameters, parsed, queryOf, startToken } from "./drive_api.ts";
import {
  type DriveCursor,
  type DriveState,
  LOSSES_MAX,
  MY_DRIVE,
  newDrive,
  PAGES_MAX,
  withChangedFolders,
  withDrive,
} from "./drive_cursor.ts";
import { DriveFile, EXPORTS, FILE_FIELDS, FileHead, FOLDER_TYPE, kindOf } from "./drive_file.ts";
import type { FileItems } from "./drive_items.ts";
import { refusedBy } from "./errors.ts";
import { refusalOf } from "./fields.ts";

/** Files a page: each of them may have to be fetched before the page is done. */
const FILES_PER_PAGE = 50;

/** The types that are searched for. Those with macros are registered with a capital in the middle. */
const TYPES = [...Object.keys(EXPORTS), ...OFFICE_MIME_TYPES].flatMap((type) => [
  ...new Set([type, type.replace("macroenabled", "macroEnabled")]),
]);
const QUERY = `trashed = false and (${TYPES.map((type) => `mimeType = '${type}'`).join(" or ")})`;

const Files = z.object({
  files: z.array(z.unknown()).nullish(),
  nextPageToken: z.string().nullish(),
  incompleteSearch: z.boolean().nullish(),
});
const Log = z.object({
  changes: z.array(z.unknown()).nullish(),
  nextPageToken: z.string().nullish(),
  newStartPageToken: z.union([z.string(), z.number().transform(String)]).nullish(),
});
const Change = z.object({
  changeType: z.string().nullish(),
  removed: z.boolean().nullish(),
  fileId: z.string().nullish(),
  file: z.unknown().optional(),
});

/** The lists of a page that tells of nothing. */
export const NOTHING = { documents: [], removals: [], partial: [], refused: [] } as const;

/** A page of an enumeration. Its token is taken before its first page: what changes meanwhile is read twice. */
export async function readListing(
  reader: DriveReader,
  items: FileItems,
  cursor: DriveCursor,
  drive: DriveState,
): Promise<ChangePage> {
  const started = drive.listing === null;
  const token = drive.listing?.token ?? await startToken(reader, drive.id);
  if (token === null) return gonePage(cursor, drive);
  const page = drive.listing?.page ?? "";
  const query = queryOf({
    q: QUERY,
    pageSize: String(FILES_PER_PAGE),
    pageToken: page,
    supportsAllDrives: "true",
    includeItemsFromAllDrives: "true",
    ...(drive.id === MY_DRIVE ? { corpora: "user" } : { corpora: "drive", driveId: drive.id }),
    fields: `nextPageToken,incompleteSearch,files(${FILE_FIELDS})`,
  });
  const answer = await reader.mailbox.request(`${reader.urls.drive}/files?${query}`);
  if (page === "" && drive.id !== MY_DRIVE && isLost(answer)) return gonePage(cursor, drive);
  if (page !== "" && isLost(answer)) return lostPage(reader, cursor, drive, answer);
  if (answer.status !== 200) throw refusedBy(answer, "list the files");
  const { files, nextPageToken, incompleteSearch } = parsed(Files, answer, "a list of files");
  const next = nextPageToken ?? "";
  const ended = next === "" || next === page || drive.pages >= PAGES_MAX;
  // What changed since the enumeration began is still to be read: the round goes on with the log.
  const after: DriveState = ended
    ? { ...newDrive(drive.id), token, losses: drive.losses, relisted: drive.before !== null }
    : { ...drive, listing: { token, page: next }, pages: drive.pages + 1 };
  const seen = new Seen(items, drive.id);
  for (const file of files ?? []) await seen.file(file);
  return {
    ...seen.lists(),
    cursor: JSON.stringify({ ...withDrive(cursor, after), folders: items.folders.remembered() }),
    done: false,
    // Only a listing that came to its own end proves anything by what it does not hold.
    enumeration: { container: drive.id, started, finished: next === "" && incompleteSearch !== true },
    gone_containers: [],
  };
}

/** A page of a drive's log. It has one entry for each file that changed, with the file as it is now. */
export async function readLog(
  reader: DriveReader,
  items: FileItems,
  cursor: DriveCursor,
  drive: DriveState,
): Promise<ChangePage> {
  const query = queryOf({
    pageToken: drive.token,
    pageSize: String(FILES_PER_PAGE),
    ...logParameters(drive.id),
    fields: `nextPageToken,newStartPageToken,changes(changeType,removed,fileId,driveId,file(${FILE_FIELDS}))`,
  });
  const answer = await reader.mailbox.request(`${reader.urls.drive}/changes?${query}`);
  if (isLost(answer)) return lostPage(reader, cursor, drive, answer);
  if (answer.status !== 200) throw refusedBy(answer, "list the changes of files");
  const { changes, nextPageToken, newStartPageToken } = parsed(Log, answer, "a list of changes");
  const seen = new Seen(items, drive.id);
  for (const change of changes ?? []) await seen.change(change);
  const next = nextPageToken ?? "";
  const ended = next === "" || next === drive.token || drive.pages >= PAGES_MAX;
  const token = next !== "" ? next : newStartPageToken ?? drive.token;
  const now = seen.moved ? withChangedFolders(drive, cursor.folders) : drive;
  // Children of a folder that changed or went have no entries of their own for that: they are found by enumerating.
  const moved = now.before !== null && !drive.relisted;
  const after: DriveState = !ended
    ? { ...now, token, pages: drive.pages + 1 }
    : moved
    ? { ...newDrive(drive.id), before: now.before }
    : { ...newDrive(drive.id), token, before: now.before };
  const drives_known = cursor.drives_known && !seen.drives;
  const at = ended && !moved ? cursor.at + 1 : cursor.at;
  const rest = { ...withDrive(cursor, after), at, drives_known, folders: items.folders.remembered() };
  const done = drives_known && rest.drives.every((one, place) => place < at || one.withdrawn);
  return {
    ...seen.lists(),
    cursor: JSON.stringify(done ? { ...rest, at: 0 } : rest),
    done,
    enumeration: null,
    gone_containers: [],
  };
}

/** The drive is enumerated anew. A shared one may be gone, which the list of drives tells. */
function lostPage(
  reader: DriveReader,
  cursor: DriveCursor,
  drive: DriveState,
  answer: ProviderResponse,
): ChangePage {
  const losses = drive.losses + 1;
  if (losses > LOSSES_MAX) throw refusedBy(answer, "follow the files");
  reader.deps.counters.add("provider_cursors_lost_total", { provider: "google" });
  // Folders may have changed unseen, so each is asked for again and compared; of other drives' folders, too.
  const drives = cursor.drives.map((one) => {
    const changed = one.withdrawn ? one : withChangedFolders(one, cursor.folders);
    return one === drive ? { ...newDrive(one.id), before: changed.before, losses } : changed;
  });
  const drives_known = cursor.drives_known && drive.id === MY_DRIVE;
  return {
    ...NOTHING,
    cursor: JSON.stringify({ ...cursor, drives, drives_known, folders: {} }),
    done: false,
    enumeration: { container: drive.id, started: true, finished: false },
    gone_containers: [],
  };
}

/** A shared drive that is listed, but can't be read: it is taken up again when the list of drives is read again. */
function gonePage(cursor: DriveCursor, drive: DriveState): ChangePage {
  const drives = cursor.drives.filter((one) => one !== drive);
  return {
    ...NOTHING,
    cursor: JSON.stringify({ ...cursor, drives }),
    done: false,
    enumeration: null,
    gone_containers: [drive.id],
  };
}

/** What a page says of each file, the last of it where it says several things. */
class Seen {
  /** A folder went or moved. */
  moved = false;
  /** A shared drive came, went or changed. */
  drives = false;
  readonly #items: FileItems;
  readonly #drive: string;
  readonly #documents = new Map<string, PageItem>();
  readonly #removals = new Map<string, Removal>();
  readonly #refused: Refusal[] = [];

  constructor(items: FileItems, drive: string) {
    this.#items = items;
    this.#drive = drive;
  }

  lists(): Pick<ChangePage, "documents" | "removals" | "partial" | "refused"> {
    return {
      documents: [...this.#documents.values()],
      removals: [...this.#removals.values()],
      partial: [],
      refused: this.#refused,
    };
  }

  async change(entry: unknown): Promise<void> {
    const change = Change.safeParse(entry).data;
    if (change?.changeType === "drive") {
      this.drives = true;
      return;
    }
    const id = change?.fileId ?? "";
    if (change?.removed === true && id !== "") return this.#removed(id, "word_document", false);
    if (change?.removed === true) return this.#refuse("fileId");
    await this.file(change?.file);
  }

  async file(entry: unknown): Promise<void> {
    const { data: file, error } = DriveFile.safeParse(entry);
    if (file === undefined) return this.#unreadable(entry, error);
    // A shared drive tells of its own files: what the person's log says of them is neither whole nor in order.
    if (this.#items.drive(file) !== this.#drive) return;
    const kind = kindOf(file);
    if (file.trashed) {
      return this.#removed(file.id, DOC_TYPE_OF[kind ?? "word"], file.mimeType === FOLDER_TYPE);
    }
    if (file.mimeType === FOLDER_TYPE) {
      const parent = file.parents[0] ?? "";
      // The root is a folder like any other here: it says nothing of a move.
      if (parent === "") return;
      this.moved = this.#items.folders.shown(file.id, { name: file.name, parent }) || this.moved;
      return;
    }
    this.#removals.delete(file.id);
    this.#documents.set(file.id, await this.#items.item(file));
  }

  #removed(id: string, doc_type: Removal["doc_type"], folder: boolean): void {
    this.moved = this.#items.folders.removed(id, folder) || this.moved;
    this.#documents.delete(id);
    this.#removals.set(id, { provider_id: id, container: this.#drive, doc_type });
  }

  /** A file of another form is set aside by its id. */
  #unreadable(entry: unknown, error: z.ZodError): void {
    const head = FileHead.safeParse(entry).data;
    if (head === undefined) return this.#refuse("file");
    const named = { provider_id: head.id, container: this.#drive };
    this.#removals.delete(head.id);
    this.#documents.set(head.id, { ...named, read: () => refusalOf(named, "file", error) });
  }

  #refuse(field: string): void {
    this.#refused.push({ provider_id: "", container: this.#drive, reason: "The entry names no file", field });
  }
}
