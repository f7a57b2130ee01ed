/** The cursor of a person's drives: for each where its changes go on, or the enumeration under way. */
import { z } from "zod";
import { KnownFolders } from "../folder_tree.ts";

/** The container of everything that is in no shared drive of the person: own files, and those shared one by one. */
export const MY_DRIVE = "my-drive";

/** More pages than any drive has: an enumeration or a round that goes on longer is not going to end. */
export const PAGES_MAX = 40_000;

const DriveState = z.object({
  id: z.string().min(1),
  /** Where its changes go on, `""` before its first enumeration ended. */
  token: z.string(),
  /** The enumeration under way; its token was taken before its first page. */
  listing: z.object({ page: z.string(), token: z.string() }).nullable(),
  /** Pages of this round. */
  pages: z.int(),
  /**
   * When folders went or changed: all as they were when what lies in them was read. The drive is then enumerated again,
   * where what is in the same folders in the same version need not be read.
   */
  before: KnownFolders.nullable(),
  /** Enumerated again in this round already: a further change of a folder waits for the next one. */
  relisted: z.boolean(),
  /** How often in a row it was lost: a token that never leads anywhere must not be asked for for ever. */
  losses: z.int(),
  /** Left out, and said so. */
  withdrawn: z.boolean(),
});
export type DriveState = z.infer<typeof DriveState>;

const DriveCursor = z.object({
  v: z.literal(1),
  /** Of the choice that everything so far was read by: which of each item, and which containers. */
  depth: z.string(),
  picked: z.string(),
  /** False when the shared drives have to be asked for (again). */
  drives_known: z.boolean(),
  drives: z.array(DriveState).min(1),
  /** The drive that the round is at. */
  at: z.int().nonnegative(),
  folders: KnownFolders,
});
export type DriveCursor = z.infer<typeof DriveCursor>;

/** Lost more often than this in a row, a drive is not going to be read. */
export const LOSSES_MAX = 3;

/** A drive that was not read yet. */
export function newDrive(id: string): DriveState {
  return { id, token: "", listing: null, pages: 0, before: null, relisted: false, losses: 0, withdrawn: false };
}

/** The cursor in a text; the beginning for `""` and for a text of another form: reading anew loses nothing. */
export function parseDriveCursor(text: string): DriveCursor {
  try {
    return DriveCursor.parse(JSON.parse(text));
  } catch {
    return {
      v: 1,
      depth: "",
      picked: "",
      drives_known: false,
      drives: [newDrive(MY_DRIVE)],
      at: 0,
      folders: {},
    };
  }
}

/** A drive of which folders changed since they were as in `folders`; what was known to have changed before stays so. */
export function withChangedFolders(drive: DriveState, folders: KnownFolders): DriveState {
  return { ...drive, before: { ...folders, ...drive.before } };
}

/** The cursor with one drive in another state. */
export function withDrive(cursor: DriveCursor, drive: DriveState): DriveCursor {
  return { ...cursor, drives: cursor.drives.map((one) => one.id === drive.id ? drive : one) };
}
