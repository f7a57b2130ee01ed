/** What the embedded stores share: how a SQLite file is opened, and how many writes share one sync. */
export { blob, Database, integer, openDatabase, type Row, storeError, text } from "./database.ts";
export type { DatabaseOptions, SQLOutputValue, StatementSync } from "./database.ts";
export { GroupCommit } from "./group_commit.ts";
