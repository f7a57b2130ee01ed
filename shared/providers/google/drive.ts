/**
 * Changes of a person's Google Drive and of the shared drives that they are a member of: an enumeration of each the
 * first time and after a loss, its own log of changes from then on. Every log has to be replayed
 * (developers.google.com/workspace/drive/api/guides/about-changes).
 */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { choiceOf, depthOf, includes } from "../choice.ts";
import type { ChangePage, ItemName, LookedUp } from "../port.ts";
import { googleReasons } from "../verdict.ts";
import { type DriveReader, logParameters, parsed, queryOf, startToken } from "./drive_api.ts";
import { type DriveCursor, type DriveState, MY_DRIVE, newDrive, parseDriveCursor } from "./drive_cursor.ts";
import { DriveFile, FILE_FIELDS, kindOf } from "./drive_file.ts";
import { FileItems } from "./drive_items.ts";
import { NOTHING, readListing, readLog } from "./drive_pages.ts";
import { refusedBy } from "./errors.ts";

const DRIVES_PER_PAGE = 100;
const DRIVE_PAGES_MAX = 100;
const Drives = z.object({
  drives: z.array(z.object({ id: z.string().min(1) })).nullish(),
  nextPageToken: z.string().nullish(),
});

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
  for (const { provider_id } of items) found.push(await lookupFile(reader, files, provider_id));
  return found;
}

/** The parts of a person's drives that have a log of changes of their own: `""` for their own, else a shared drive. */
export function driveTargets(text: string): readonly string[] {
  return parseDriveCursor(text).drives.filter((drive) => !drive.withdrawn).map(({ id }) => id === MY_DRIVE ? "" : id);
}

/**
 * Where the changes of a target (`driveTargets`) are watched from now on: the address to post the channel to.
 * @returns null when a shared drive is out of reach
 */
export async function driveWatchUrl(reader: Pick<DriveReader, "urls" | "mailbox">, target: string) {
  const drive = target === "" ? MY_DRIVE : target;
  const pageToken = await startToken(reader, drive);
  if (pageToken === null) return null;
  const query = queryOf({ pageToken, ...logParameters(drive) });
  return `${reader.urls.drive}/changes/watch?${query}`;
}

/** The cursor with the shared drives, asked for at first and when one came or went, and those that are gone. */
async function withSharedDrives(reader: DriveReader, cursor: DriveCursor) {
  if (cursor.drives_known) return { cursor, gone: [] };
  const ids = await readSharedDrives(reader);
  // Asked for with a scope that does not reach them, they stay as they were.
  if (ids === null) return { cursor: { ...cursor, drives_known: true }, gone: [] };
  const before = new Map(cursor.drives.map((drive) => [drive.id, drive]));
  const drives = [MY_DRIVE, ...ids].map((id) => before.get(id) ?? newDrive(id));
  const gone = cursor.drives.map(({ id }) => id).filter((id) => id !== MY_DRIVE && !ids.includes(id));
  // The places may be others now. What was read in this round already has nothing more to tell.
  return { cursor: { ...cursor, drives, drives_known: true, at: 0 }, gone };
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
  const drives = cursor.drives.map((drive): DriveState => {
    if (includes(anywhere, [drive.id])) return other || drive.withdrawn ? newDrive(drive.id) : drive;
    if (!drive.withdrawn) left_out_containers.push(drive.id);
    return { ...newDrive(drive.id), withdrawn: true };
  });
  return { cursor: { ...cursor, depth, picked, drives, at: other ? 0 : cursor.at }, left_out_containers };
}

async function lookupFile(reader: DriveReader, files: FileItems, id: string): Promise<LookedUp> {
  const { urls, mailbox } = reader;
  const query = queryOf({ fields: FILE_FIELDS, supportsAllDrives: "true" });
  const answer = await mailbox.request(`${urls.drive}/files/${encodeURIComponent(id)}?${query}`);
  if (answer.status === 404 || answer.status === 410 || accessLost(answer.status, googleReasons(answer.json))) {
    return { kind: "gone" };
  }
  const file = DriveFile.safeParse(answer.json).data;
  if (answer.status !== 200 || file === undefined) return { kind: "unknown" };
  if (file.trashed === true || kindOf(file) === null) return { kind: "gone" };
  const read = await (await files.item(file)).read();
  if ("document" in read) return { kind: "found", read };
  return "left_out" in read ? { kind: "left_out" } : { kind: "refused", refusal: read };
}

function accessLost(status: number, reasons: readonly string[]): boolean {
  return status === 403 && reasons.some((reason) => ACCESS_LOST.has(reason));
}

/** The file is there, but not for this person any more. */
const ACCESS_LOST = new Set(["insufficientFilePermissions", "teamDriveMembershipRequired"]);
