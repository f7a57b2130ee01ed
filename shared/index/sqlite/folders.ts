/** The folders, calendars and lists of a person's documents. */
import { type Database, integer, text } from "../../sqlite/mod.ts";
import { fold } from "../fold.ts";
import type { IndexDocument } from "../port.ts";

/** The folder's number, given when it is new; 0 for none. Inside a transaction. */
export function folderNumber(db: Database, user_no: number, { role, name }: IndexDocument["folder"]): number {
  if (role === "" && name === "") return 0;
  const known = db.prepare("SELECT folder_no FROM folders WHERE user_no = ? AND role = ? AND name = ?")
    .get(user_no, role, name);
  const row = known ??
    db.prepare("INSERT INTO folders (user_no, role, name) VALUES (?, ?, ?) RETURNING folder_no").get(
      user_no,
      role,
      name,
    );
  return integer(row, "folder_no");
}

/** The numbers of the folders with this role or name, whatever its case and accents. */
export function foldersNamed(db: Database, user_no: number, asked: string): number[] {
  const wanted = fold(asked.trim());
  return db.prepare("SELECT folder_no, role, name FROM folders WHERE user_no = ?").all(user_no)
    .filter((row) => text(row, "role") === wanted || fold(text(row, "name")) === wanted)
    .map((row) => integer(row, "folder_no"));
}
