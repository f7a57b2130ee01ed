import type { ResourceKey } from "../../contracts/ids.ts";
import { type Database, integer, type Row } from "../../sqlite/mod.ts";

/** The row of a resource, or undefined before anything was written about it. */
export function findResource(db: Database, key: ResourceKey): Row | undefined {
  return db.prepare(
    `SELECT id, not_before_ms, head, revision, work, tries FROM resource
     WHERE user_id = ? AND connection_id = ? AND resource = ?`,
  ).get(key.user_id, key.connection_id, key.resource);
}

/** The id of a resource, made when missing. Not to be kept beyond the transaction, which may be undone. */
export function ensureResource(db: Database, key: ResourceKey): number {
  const row = findResource(db, key);
  if (row !== undefined) return integer(row, "id");
  const made = db.prepare("INSERT INTO resource (user_id, connection_id, resource) VALUES (?, ?, ?) RETURNING id")
    .get(key.user_id, key.connection_id, key.resource);
  return integer(made, "id");
}
