import type { ResourceKey } from "../../contracts/ids.ts";
import { type Database, integer, type Row, text } from "../../sqlite/mod.ts";

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

/** The resources that nobody may read before a time later than that, by name. */
export function waitsAfter(db: Database, now_ms: number): [name: string, not_before_ms: number][] {
  return db.prepare("SELECT user_id, connection_id, resource, not_before_ms FROM resource WHERE not_before_ms > ?")
    .all(now_ms)
    .map((row) => [resourceName(row), integer(row, "not_before_ms")]);
}

function resourceName(row: Row): string {
  return `${text(row, "user_id")}:${text(row, "connection_id")}:${text(row, "resource")}`;
}
