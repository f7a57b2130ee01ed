/** The cursor of a person's drives: for each where its changes go on, or the enumeration under way. */
import { z } from "zod";

/** The container of everything that is in no shared drive of the person: own files, and those shared one by one. */
export const MY_DRIVE = "my-drive";

/** More folders than this are not remembered: the least recently used are asked for again. */
export const FOLDERS_MAX = 500;

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
  /** A folder went or moved: what lay in it is found by another enumeration. */
  moved: z.boolean(),
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
  /** Folder id → its name (`""` for a root) and the folder above (`""` for none). */
  folders: z.record(z.string(), z.object({ name: z.string(), parent: z.string() })),
});
export type DriveCursor = z.infer<typeof DriveCursor>;

/** Lost more often than this in a row, a drive is not going to be read. */
export const LOSSES_MAX = 3;

/** A drive that was not read yet. */
export function newDrive(id: string): DriveState {
  return { id, token: "", listing: null, pages: 0, moved: false, losses: 0, withdrawn: false };
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

/** The cursor with one drive in another state. */
export function withDrive(cursor: DriveCursor, drive: DriveState): DriveCursor {
  return { ...cursor, drives: cursor.drives.map((one) => one.id === drive.id ? drive : one) };
}
