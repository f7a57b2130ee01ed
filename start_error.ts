/** Why the program does not start, for whoever started it: what is wrong and what to do, without a stack. */

/** The message is all that is said; the process ends with the code: 1 refused or failed, 2 wrong usage. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly exit_code: 1 | 2;

  constructor(message: string, exit_code: 1 | 2 = 1) {
    super(message);
    this.exit_code = exit_code;
  }
}

/** What `errcode` of SQLite says of a file that can't be read as one. Source: sqlite.org/rescode.html. */
const SQLITE_CORRUPT = 11;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/** What the data folder's owner can put right, or null when it is something else that failed. */
export function folderError(data_dir: string, error: unknown): StartError | null {
  if (!(error instanceof Error)) return null;
  const errcode = "errcode" in error ? error.errcode : undefined;
  if (errcode === SQLITE_CORRUPT || errcode === SQLITE_NOTADB) {
    return new StartError(
      `Cannot read a file in ${data_dir}: ${error.message}. Restore the folder, or set DATA_DIR to an empty one.`,
    );
  }
  const refused = errcode === SQLITE_CANTOPEN || error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.AlreadyExists ||
    error instanceof Deno.errors.NotADirectory || "code" in error && error.code === "EROFS";
  if (!refused) return null;
  return new StartError(
    `Cannot use ${data_dir} as the data folder. Set DATA_DIR to a folder that this user may make and write to.`,
  );
}
