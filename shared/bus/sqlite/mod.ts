/** The embedded bus: a durable queue in one SQLite file that delivers to the app of the same process. */
import { GroupCommit, openDatabase } from "../../sqlite/mod.ts";
import { SqliteBusCore } from "./bus.ts";
import { SQLITE_BUS_NAME, type SqliteBus, type SqliteBusOptions } from "./options.ts";
import { MIGRATIONS } from "./schema.ts";

export type { SqliteBus, SqliteBusOptions } from "./options.ts";
export type { Deliver, PushAnswer } from "./pump.ts";

/**
 * Opens the file. What is published is durable when `publish` resolves; it is delivered at least once, and twice only
 * after a crash or a passed ack deadline.
 *
 * Leases live in memory, since one process owns the file: after a crash everything not acknowledged is delivered at
 * once. An attempt is written when it is refused; after a crash one is counted for each message that may have been in
 * flight, so that a message that kills the process ends as a dead letter.
 * @throws StoreAwayError when another process holds the file
 */
export function openSqliteBus(options: SqliteBusOptions): SqliteBus {
  const db = openDatabase({ path: options.path, name: SQLITE_BUS_NAME, migrations: MIGRATIONS });
  return new SqliteBusCore(db, new GroupCommit(db), options);
}
