/**
 * The tables of `state.sqlite`. Live claims, leases, counters and slots are not here: they belong to the one process
 * that holds the file, and end with it.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- run_id, boot (how often the file was opened) and time (no revision above it was issued for a dropped resource).
  CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

  -- Finished claims (outcome) and failed ones (failures). Ids grow with time, so the oldest are found without an index.
  CREATE TABLE claim (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, at_ms INTEGER NOT NULL, failures INTEGER NOT NULL, outcome TEXT
  ) STRICT;

  CREATE TABLE ref (
    id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, doc_type TEXT NOT NULL, doc_id TEXT NOT NULL,
    revision INTEGER NOT NULL, hash TEXT NOT NULL, data TEXT NOT NULL, expires_ms INTEGER NOT NULL,
    UNIQUE (user_id, doc_type, doc_id)
  ) STRICT;
  CREATE INDEX ref_expires ON ref (expires_ms);

  -- AUTOINCREMENT: an id is never used again, so that the entries of a dropped resource can be removed at leisure.
  CREATE TABLE resource (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL, connection_id TEXT NOT NULL, resource TEXT NOT NULL,
    not_before_ms INTEGER NOT NULL DEFAULT 0, head TEXT NOT NULL DEFAULT '', revision INTEGER NOT NULL DEFAULT 0,
    work TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0,
    UNIQUE (user_id, connection_id, resource)
  ) STRICT;
  CREATE TABLE dropped (resource INTEGER PRIMARY KEY) STRICT;

  CREATE TABLE entry (
    resource INTEGER NOT NULL, doc_id TEXT NOT NULL, doc_type TEXT NOT NULL, provider_id TEXT NOT NULL,
    container TEXT NOT NULL, hash TEXT NOT NULL, revision INTEGER NOT NULL, version INTEGER NOT NULL,
    state TEXT NOT NULL, epoch INTEGER NOT NULL, doubt TEXT NOT NULL,
    PRIMARY KEY (resource, doc_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entry_doubt ON entry (resource, doc_id) WHERE doubt <> '';
  CREATE INDEX entry_epoch ON entry (resource, container, epoch) WHERE state <> 'tombstone';
  CREATE INDEX entry_tombstone ON entry (resource, revision) WHERE state = 'tombstone';

  -- The next version of any record: one sequence, so that a record made anew never repeats a version.
  INSERT INTO meta VALUES ('version', 0), ('boot', 0), ('time', 0);
  CREATE TABLE record (
    row INTEGER PRIMARY KEY, scope TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL,
    version INTEGER NOT NULL, value TEXT NOT NULL, UNIQUE (scope, collection, id)
  ) STRICT;
  CREATE TABLE floor (scope TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];
