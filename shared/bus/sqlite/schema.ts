/**
 * The tables of the embedded bus.
 *
 * A message's id tells its topic: topic number × 2^45 + a number counted up within the topic. So the messages of a topic
 * lie together in the order of their publishing, and retention and seek read ranges of the primary key alone.
 * A delivery is a message that one subscription has not acknowledged yet; the acknowledgement deletes it, the message
 * stays until its retention has ended, so that a subscription can be set back.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE topics (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    retention_ms INTEGER NOT NULL,
    -- The highest id that retention has deleted: ids are never given twice.
    swept_id INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE subscriptions (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    topic INTEGER NOT NULL,
    retention_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    published_at INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE TABLE deliveries (
    subscription INTEGER NOT NULL,
    message INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (subscription, message)
  ) STRICT, WITHOUT ROWID;
  -- One row: whether the last process that delivered from this file stopped in order.
  CREATE TABLE run (clean INTEGER NOT NULL) STRICT;
  INSERT INTO run VALUES (1);
  `,
];

/** Ids of one topic, and so how many messages it can ever carry. 2^53 is the largest exact number: 255 topics. */
export const TOPIC_SPAN = 2 ** 45;
