/** Backups of the state, from either adapter into either. */
export type { BackupCounts, OnProgress } from "./format.ts";
export { writeBackup } from "./write.ts";
export { checkBackup, type OpenBackup, restoreBackup } from "./restore.ts";
