/** A person's own files, given instead of an account: what was taken in, and how far its reading is. */
import { z } from "zod";
import { Moment } from "./event.ts";
import { OwnId, ResourceName } from "./ids.ts";

/** What a file is, told by its content. */
export const ImportFormat = z.enum(["mbox", "eml", "ics", "vcf", "word", "sheet", "presentation"]);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** What could not be taken in, with a stable word and a sentence. */
const Refused = z.object({ name: z.string(), reason: z.string() });

/** How many refused entries of one archive are listed. */
export const REFUSED_LISTED_MAX = 1_000;

/** One upload: a file, or an archive of files. In the person's scope, by import id; ids ascend with time. */
export const Import = z.object({
  import_id: OwnId,
  connection_id: OwnId,
  /** The name that the person gave the source, such as `archive`: one connection each. */
  source: z.string(),
  /** The file's name as it was given. */
  name: z.string(),
  size_bytes: z.int().nonnegative(),
  created_at: Moment,
  /** How many files are read of it. */
  files: z.int().nonnegative(),
  /** Files of an archive that are of no kind that is read (pictures, web pages). */
  left_out: z.int().nonnegative(),
  /** How many were refused, and the first of them. */
  refused_count: z.int().nonnegative(),
  refused: z.array(Refused).max(REFUSED_LISTED_MAX),
});
export type Import = z.infer<typeof Import>;

/** One file of an import. In the person's scope, by `fileKey`. */
export const ImportFile = z.object({
  import_id: OwnId,
  /** Its place in the import, from 0. */
  position: z.int().nonnegative(),
  connection_id: OwnId,
  resource: ResourceName,
  format: ImportFormat,
  /** As it was given; in an archive with its path. */
  name: z.string(),
  size_bytes: z.int().nonnegative(),
  state: z.enum(["waiting", "done"]),
  /** How far it is read. */
  read_bytes: z.int().nonnegative(),
  /** Items found so far. */
  found: z.int().nonnegative(),
  /** Of these, how many had been there already (by Message-ID, UID or path), in this file or an earlier one. */
  duplicates: z.int().nonnegative(),
  /** When the file was last changed where it came from, `""` when that is not told. */
  modified_at: z.union([Moment, z.literal("")]),
  created_at: Moment,
});
export type ImportFile = z.infer<typeof ImportFile>;

/** An item that can't become a document. In the person's scope, by `{fileKey}|{where in the file}`. */
export const ImportRefusal = z.object({
  name: z.string(),
  /** Where in the file the item begins, bytes. */
  offset: z.int().nonnegative(),
  reason: z.string(),
});
export type ImportRefusal = z.infer<typeof ImportRefusal>;

/** The record id of a file; a part of an id sorts as its number. */
export function fileKey({ import_id, position }: Pick<ImportFile, "import_id" | "position">): string {
  return `${import_id}|${String(position).padStart(7, "0")}`;
}

/** Where a file waits to be read, in the order of arrival. */
export function queueKey(file: Pick<ImportFile, "connection_id" | "resource" | "import_id" | "position">): string {
  return `${file.connection_id}|${file.resource}|${fileKey(file)}`;
}
