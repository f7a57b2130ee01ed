/** The cursor of a person's OneDrive. */
import { z } from "zod";
import { KnownFolders } from "../folder_tree.ts";
import { NEW_WALK, Walk } from "./cursor.ts";

const DriveCursor = z.object({
  v: z.literal(1),
  /** The drive's id, `""` until it was asked for. */
  drive: z.string(),
  /** What the person's choice was: which of each item, and which containers. */
  depth: z.string(),
  picked: z.string(),
  /** True when the whole drive is left out, and office was told so. */
  withdrawn: z.boolean(),
  /** Where the last finished read ended; `""` while the drive is being listed from its beginning. */
  link: z.string(),
  /** The next page of the read under way, `""` when none is. */
  page: z.string(),
  folders: KnownFolders,
  /** Folders that moved, got another name or went in this round: the files in them are found by listing the drive. */
  moved: z.array(z.string()),
  /** In a listing: folders that are known to be what they were, so that a file in them is what it was too. */
  trusted: z.array(z.string()),
  walk: Walk,
});
export type DriveCursor = z.infer<typeof DriveCursor>;

const BEGINNING: DriveCursor = {
  v: 1,
  drive: "",
  depth: "",
  picked: "",
  withdrawn: false,
  link: "",
  page: "",
  folders: {},
  moved: [],
  trusted: [],
  walk: NEW_WALK,
};

/** The cursor in a text; the beginning for `""` and for a text of another form: reading anew loses nothing. */
export function parseDriveCursor(text: string): DriveCursor {
  if (text === "") return BEGINNING;
  try {
    return DriveCursor.parse(JSON.parse(text));
  } catch {
    return BEGINNING;
  }
}

/**
 * The cursor from which the drive is listed again. What lies in folders that did not move is read only where it changed
 * itself: it was read with its folders as they are known. A listing that broke off has proved that of no folder.
 */
export function listedAgain(cursor: DriveCursor): DriveCursor {
  const proved = cursor.link === "" ? cursor.trusted : Object.keys(cursor.folders);
  const trusted = proved.filter((id) => !cursor.moved.includes(id));
  return { ...cursor, link: "", page: "", moved: [], trusted };
}

/** The cursor from which the drive is listed and every file is read. */
export function readAnew(cursor: DriveCursor): DriveCursor {
  return { ...cursor, link: "", page: "", moved: [], trusted: [], walk: NEW_WALK };
}
