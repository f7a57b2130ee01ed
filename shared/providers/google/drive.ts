/**
 * Changes of a person's Google Drive and of the shared drives that they are a member of: an enumeration of each the
 * first time and after a loss, its own log of changes from then on. Every log has to be replayed
 * (developers.google.com/workspace/drive/api/guides/about-changes).
 */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import type { ResourceChoice } from "../../contracts/records.ts";
import { choiceOf, depthOf, includes } from "../choice.ts";
import type { ChangePage, ItemName, LookedUp, Mailbox } from "../port.ts";
import { googleReasons } from "../verdict.ts";
import { openChannels } from "./channels.ts";
import { type DriveReader, logParameters, parsed, queryOf, startToken } from "./drive_api.ts";
import {
  type DriveCursor,
  type DriveState,
  MY_DRIVE,
  newDrive,
  parseDriveCursor,
  withChangedFolders,
} from "./drive_cursor.ts";
import { DriveFile, FILE_FIELDS, kindOf } from "./drive_file.ts";
import { FileItems } from "./drive_items.ts";
import { NOTHING, readListing, readLog } from "./drive_pages.ts";
import { refusedBy } from "./errors.ts";
import { refusalOf } from "./fields.ts";
import type { GoogleOptions, GoogleResource } from "./resource.ts";

const DRIVES_PER_PAGE = 100;
const DRIVE_PAGES_MAX = 100;
const Drives = z.object({
  drives: z.array(z.object({ id: z.string().min(1) })).nullish(),
  nextPageToken: z.string().nullish(),
});

/** Google Drive. A file keeps its id wherever it is moved. */
export function openDrive(options: GoogleOptions): GoogleResource {
  const { urls } = options;
  const reader = (mailbox: Mailbox): DriveReader => ({ ...options, mailbox });
  return {
    // Both let contents be read; the metadata scopes don't.
    scopes: ["https://www.googleapis.com/auth/drive.readonly", "https://www.googleapis.com/auth/drive"],
    id_scope: "account",
    notifications: openChannels(options, {
      api: "drive",
      watchUrl: (mailbox, target) => driveWatchUrl({ urls, mailbox }, target),
      stop_url: `${urls.drive}/channels/stop`,
      targets: driveTargets,
    }),
    changes: (mailbox, cursor) => readDriveChanges(reader(mailbox), cursor),
    lookup: (mailbox, items, cursor) => lookupFiles(reader(mailbox), items, cursor),
  };
}

/** One page from the cursor: of one drive, its enumeration or its changes. */
export async function readDriveChanges(reader: DriveReader, text: string): Promise<ChangePage> {
  const choice = choiceOf(reader.mailbox.connection, "drive");
  const { cursor: known, gone } = await withSharedDrives(reader, parseDriveCursor(text));
  const { cursor, left_out_containers } = followChoice(known, choice);
  const at = cursor.drives.findIndex((drive, place) => place >= cursor.at && !drive.withdrawn);
  const drive = cursor.drives[at];
  if (drive === undefined) {
    const ended = JSON.stringify({ ...cursor, at: 0 });
    return { ...NOTHING, cursor: ended, done: true, enumeration: null, gone_containers: gone, left_out_containers };
  }
  const read = drive.token === "" ? readListing : readLog;
  const page = await read(reader, new FileItems(reader, choice, cursor), { ...cursor, at }, drive);
  return { ...page, gone_containers: [...gone, ...page.gone_containers], left_out_containers };
}

/** Reads files by id. One that is in the bin, can't be reached or is no document any more is gone. */
export async function lookupFiles(
  reader: DriveReader,
  items: readonly ItemName[],
  text: string,
): Promise<readonly LookedUp[]> {
  const choice = choiceOf(reader.mailbox.connection, "drive");
  const files = new FileItems(reader, choice, parseDriveCursor(text));
  const found: LookedUp[] = [];
  for (const item of items) found.push(await lookupFile(reader, files, item));
  return found;
}

/** The parts of a person's drives that have a log of changes of their own: `""` for their own, else a shared drive. */
function driveTargets(text: string): readonly string[] {
  return parseDriveCursor(text).drives.filter((drive) => !drive.withdrawn).map(({ id }) => id === MY_DRIVE ? "" : id);
}

/** Where the changes of a target are watched from now on. @throws PermanentError `subscription_refused` */
async function driveWatchUrl(reader: Pick<DriveReader, "urls" | "mailbox">, target: string): Promise<string> {
  const drive = target === "" ? MY_DRIVE : target;
  const pageToken = await startToken(reader, drive);
  if (pageToken === null) throw new PermanentError("subscription_refused", "A shared drive is out of reach");
  const query = queryOf({ pageToken, ...logParameters(drive) });
  return `${reader.urls.drive}/changes/watch?${query}`;
}

/** The cursor with the shared drives, asked for at first and when one came or went, and those that are gone. */
async function withSharedDrives(reader: DriveReader, cursor: DriveCursor) {
  if (cursor.drives_known) return { cursor, gone: [] };
  const ids = await readSharedDrives(reader);
  // Asked for with a scope that does not reach them, they stay as they were.
  if (ids === null) return { cursor: { ...cursor, drives_known: true }, gone: [] };
  const there = (drive: DriveState) => drive.id === MY_DRIVE || ids.includes(drive.id);
  const known = cursor.drives.filter(there);
  const added = ids.filter((id) => known.every((drive) => drive.id !== id)).map(newDrive);
  const gone = cursor.drives.filter((drive) => !there(drive)).map(({ id }) => id);
  // Those that were read in this round stay before its place.
  const at = cursor.drives.slice(0, cursor.at).filter(there).length;
  return { cursor: { ...cursor, drives: [...known, ...added], drives_known: true, at }, gone };
}

async function readSharedDrives({ urls, mailbox }: DriveReader): Promise<readonly string[] | null> {
  const ids = new Set<string>();
  for (let page = "", pages = 0; pages < DRIVE_PAGES_MAX; pages++) {
    const query = queryOf({ pageSize: String(DRIVES_PER_PAGE), pageToken: page, fields: "nextPageToken,drives(id)" });
    const answer = await mailbox.request(`${urls.drive}/drives?${query}`);
    if (answer.status === 403) return null;
    if (answer.status !== 200) throw refusedBy(answer, "list the shared drives");
    const { drives, nextPageToken } = parsed(Drives, answer, "a list of shared drives");
    for (const { id } of drives ?? []) ids.add(id);
    page = nextPageToken ?? "";
    if (page === "") break;
  }
  return [...ids];
}

/** What the person's choice changes: drives that are left out from now on, and what has to be read anew. */
function followChoice(cursor: DriveCursor, choice: ResourceChoice) {
  const depth = depthOf(choice);
  const picked = JSON.stringify([choice.included, choice.containers_in, choice.containers_out]);
  const other = cursor.picked !== picked || cursor.depth !== depth;
  // An id that is no drive's is a folder's, which may lie in any drive.
  const folders = choice.containers_in.some((id) => cursor.drives.every((drive) => drive.id !== id));
  const anywhere = folders ? { ...choice, containers_in: [] } : choice;
  const left_out_containers: string[] = [];
  // With other containers only, what was read is still as it would be read now.
  const again = ({ id }: DriveState) =>
    cursor.depth === depth ? withChangedFolders(newDrive(id), cursor.folders) : newDrive(id);
  const drives = cursor.drives.map((drive): DriveState => {
    if (includes(anywhere, [drive.id])) return other || drive.withdrawn ? again(drive) : drive;
    if (!drive.withdrawn) left_out_containers.push(drive.id);
    return { ...newDrive(drive.id), withdrawn: true };
  });
  return { cursor: { ...cursor, depth, picked, drives, at: other ? 0 : cursor.at }, left_out_containers };
}

async function lookupFile(
  reader: DriveReader,
  files: FileItems,
  { provider_id: id, container }: ItemName,
): Promise<LookedUp> {
  const { urls, mailbox } = reader;
  const query = queryOf({ fields: FILE_FIELDS, supportsAllDrives: "true" });
  const answer = await mailbox.request(`${urls.drive}/files/${encodeURIComponent(id)}?${query}`);
  if (answer.status === 404 || answer.status === 410 || accessLost(answer.status, googleReasons(answer.json))) {
    return { kind: "gone" };
  }
  if (answer.status !== 200) return { kind: "unknown" };
  const { data: file, error } = DriveFile.safeParse(answer.json);
  if (file === undefined) return { kind: "refused", refusal: refusalOf({ provider_id: id, container }, "file", error) };
  if (file.trashed || kindOf(file) === null) return { kind: "gone" };
  const read = await (await files.item(file)).read();
  if ("document" in read) return { kind: "found", read };
  return "left_out" in read ? { kind: "left_out" } : { kind: "refused", refusal: read };
}

function accessLost(status: number, reasons: readonly string[]): boolean {
  return status === 403 && reasons.some((reason) => ACCESS_LOST.has(reason));
}

/** The file is there, but not for this person any more. */
const ACCESS_LOST = new Set(["insufficientFilePermissions", "teamDriveMembershipRequired"]);
