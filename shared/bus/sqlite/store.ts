/** All SQL of the embedded bus. What takes a `Database` runs inside a group commit, the rest reads what is committed. */
import { type Database, integer, type Row, text } from "../../sqlite/mod.ts";
import { StoredMessage } from "./message.ts";
import { TOPIC_SPAN } from "./schema.ts";

/** A row of `topics`. */
export interface TopicRow {
  readonly number: number;
  readonly name: string;
  readonly retention_ms: number;
  readonly swept_id: number;
}

/** A row of `subscriptions`. */
export interface SubscriptionRow {
  readonly number: number;
  readonly name: string;
  readonly topic: number;
  readonly retention_ms: number;
}

/** A message that a subscription has not acknowledged. */
export interface DeliveryRow {
  readonly message: StoredMessage;
  readonly attempts: number;
  readonly due_at: number;
}

/** Rows that one transaction of a sweep or a seek touches, so that publishes get their turn in between. */
export const SLICE_ROWS = 500;

/** The first id that a topic's messages can have. */
export function firstIdOf(topic: number): number {
  return topic * TOPIC_SPAN;
}

/** Reads and writes the rows of the bus's file. It decides nothing. */
export class BusStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  topics(): TopicRow[] {
    return this.#db.prepare("SELECT number, name, retention_ms, swept_id FROM topics").all().map((row) => ({
      number: integer(row, "number"),
      name: text(row, "name"),
      retention_ms: integer(row, "retention_ms"),
      swept_id: integer(row, "swept_id"),
    }));
  }

  subscriptions(): SubscriptionRow[] {
    return this.#db.prepare("SELECT number, name, topic, retention_ms FROM subscriptions").all().map((row) => ({
      number: integer(row, "number"),
      name: text(row, "name"),
      topic: integer(row, "topic"),
      retention_ms: integer(row, "retention_ms"),
    }));
  }

  /** The last message of a topic, or undefined. */
  newest(topic: number): { id: number; published_at: number } | undefined {
    const sql = "SELECT id, published_at FROM messages WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1";
    return idAndTime(this.#db.prepare(sql).get(firstIdOf(topic), firstIdOf(topic + 1)));
  }

  /** The first id of a topic that was published at or after `time`, or `end` when none was. Ids and times rise together. */
  firstIdSince(topic: number, time: number, end: number): number {
    const statement = this.#db.prepare(
      "SELECT id, published_at FROM messages WHERE id >= ? AND id < ? ORDER BY id LIMIT 1",
    );
    let low = firstIdOf(topic), high = end;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      const found = idAndTime(statement.get(middle, high));
      if (found === undefined || found.published_at >= time) high = middle;
      else low = found.id + 1;
    }
    return low;
  }

  /** How many messages there are from one id up to, and without, another. */
  count(from: number, end: number): number {
    return integer(this.#db.prepare("SELECT count(*) AS n FROM messages WHERE id >= ? AND id < ?").get(from, end), "n");
  }

  message(id: number): StoredMessage | undefined {
    const row = this.#db.prepare("SELECT id, published_at, attributes, data FROM messages WHERE id = ?").get(id);
    return row === undefined ? undefined : messageOf(row);
  }

  /** The deliveries of a subscription after a message, in order. Stop reading to stop loading. */
  *deliveriesAfter(subscription: number, message: number, rows: number): Generator<DeliveryRow> {
    const statement = this.#db.prepare(
      "SELECT id, published_at, attributes, data, attempts, due_at FROM deliveries JOIN messages ON id = message" +
        " WHERE subscription = ? AND message > ? ORDER BY message LIMIT ?",
    );
    for (const row of statement.iterate(subscription, message, rows)) {
      yield { message: messageOf(row), attempts: integer(row, "attempts"), due_at: integer(row, "due_at") };
    }
  }

  /** How many messages a subscription holds, and when the oldest was published. */
  backlog(subscription: number): { count: number; oldest_at: number | undefined } {
    const count = this.#db.prepare("SELECT count(*) AS n FROM deliveries WHERE subscription = ?").get(subscription);
    const oldest = this.#db.prepare(
      "SELECT id, published_at FROM deliveries JOIN messages ON id = message WHERE subscription = ? ORDER BY message LIMIT 1",
    ).get(subscription);
    return { count: integer(count, "n"), oldest_at: idAndTime(oldest)?.published_at };
  }

  /** @throws Error when the file is closed or broken */
  ping(): void {
    this.#db.prepare("SELECT 1").get();
  }
}

/** The retention of a topic or subscription, milliseconds; undefined when there is none of that name. */
export function retentionOf(db: Database, table: "topics" | "subscriptions", name: string): number | undefined {
  const row = db.prepare(`SELECT retention_ms FROM ${table} WHERE name = ?`).get(name);
  return row === undefined ? undefined : integer(row, "retention_ms");
}

/** Creates the topic or gives it the retention. @returns what was there, or undefined */
export function putTopic(db: Database, name: string, retention_ms: number): number | undefined {
  const was = db.prepare("SELECT retention_ms FROM topics WHERE name = ?").get(name);
  // Nothing is written when nothing changes: a start then waits for no sync of the disk.
  if (was?.["retention_ms"] === retention_ms) return retention_ms;
  db.prepare(
    "INSERT INTO topics (name, retention_ms, swept_id) VALUES (?, ?, 0)" +
      " ON CONFLICT (name) DO UPDATE SET retention_ms = excluded.retention_ms",
  ).run(name, retention_ms);
  return was === undefined ? undefined : integer(was, "retention_ms");
}

/** Creates the subscription or gives it the retention; its topic stays. @returns the retention that was there */
export function putSubscription(db: Database, name: string, topic: string, retention_ms: number): number | undefined {
  const was = db.prepare("SELECT retention_ms FROM subscriptions WHERE name = ?").get(name);
  if (was?.["retention_ms"] === retention_ms) return retention_ms;
  db.prepare(
    "INSERT INTO subscriptions (name, topic, retention_ms) SELECT ?, number, ? FROM topics WHERE name = ?" +
      " ON CONFLICT (name) DO UPDATE SET retention_ms = excluded.retention_ms",
  ).run(name, retention_ms, topic);
  return was === undefined ? undefined : integer(was, "retention_ms");
}

/** Takes a subscription out of the file; what it held must be gone already, or a later one of its number would get it. */
export function deleteSubscription(db: Database, number: number): void {
  db.prepare("DELETE FROM subscriptions WHERE number = ?").run(number);
}

/** Messages of one statement. To call one costs as much as to write three rows. */
const ROWS_PER_STATEMENT = 16;

const INSERT_MESSAGE = "INSERT INTO messages (id, published_at, attributes, data) VALUES (?, ?, ?, ?)";
const INSERT_MESSAGES = INSERT_MESSAGE + ", (?, ?, ?, ?)".repeat(ROWS_PER_STATEMENT - 1);

/** The statements that write the deliveries of messages to the same subscriptions; "" when there are none. */
export interface FanOut {
  /** Of one message. */
  readonly one: string;
  /** Of `ROWS_PER_STATEMENT` messages. */
  readonly many: string;
}

/** The statements for these subscriptions, by their numbers. */
export function fanOutTo(subscriptions: readonly number[]): FanOut {
  if (subscriptions.length === 0) return { one: "", many: "" };
  const statement = (messages: number) => {
    const rows = Array.from({ length: messages }, (_, at) => subscriptions.map((to) => `(${to}, ?${at + 1}, 0, 0)`));
    return `INSERT INTO deliveries VALUES ${rows.flat().join(", ")}`;
  };
  return { one: statement(1), many: statement(ROWS_PER_STATEMENT) };
}

/** Writes a message and one delivery for each of the subscriptions. */
export function insertMessage(db: Database, message: StoredMessage, fan_out: FanOut): void {
  db.prepare(INSERT_MESSAGE).run(message.id, message.published_at, message.attributes, message.data);
  if (fan_out.one !== "") db.prepare(fan_out.one).run(message.id);
}

/** Writes messages with their deliveries, many rows at a time where neighbours go to the same subscriptions. */
export function insertMessages(
  db: Database,
  drafts: readonly { readonly message: StoredMessage; readonly fan_out: FanOut }[],
): void {
  let at = 0;
  for (let draft = drafts[at]; draft !== undefined; draft = drafts[at]) {
    const { fan_out } = draft;
    const rows = drafts.slice(at, at + ROWS_PER_STATEMENT);
    if (rows.length < ROWS_PER_STATEMENT || rows.some((row) => row.fan_out !== fan_out)) {
      insertMessage(db, draft.message, fan_out);
      at++;
      continue;
    }
    db.prepare(INSERT_MESSAGES)
      .run(
        ...rows.flatMap(({ message: { id, published_at, attributes, data } }) => [id, published_at, attributes, data]),
      );
    if (fan_out.many !== "") db.prepare(fan_out.many).run(...rows.map(({ message }) => message.id));
    at += ROWS_PER_STATEMENT;
  }
}

/** The message was acknowledged. */
export function deleteDelivery(db: Database, subscription: number, message: number): void {
  db.prepare("DELETE FROM deliveries WHERE subscription = ? AND message = ?").run(subscription, message);
}

/** The message was refused, or is to be delivered again. */
export function updateDelivery(
  db: Database,
  subscription: number,
  message: number,
  attempts: number,
  due_at: number,
): void {
  db.prepare("UPDATE deliveries SET attempts = ?, due_at = ? WHERE subscription = ? AND message = ?")
    .run(attempts, due_at, subscription, message);
}

/** Makes a slice of the messages after one id, up to another, deliverable again. @returns the last of it, if any */
export function redeliverSlice(db: Database, subscription: number, after: number, until: number): number | undefined {
  const row = db.prepare(
    "SELECT max(id) AS last FROM (SELECT id FROM messages WHERE id > ? AND id <= ? ORDER BY id LIMIT ?)",
  ).get(after, until, SLICE_ROWS);
  const last = row?.["last"];
  if (typeof last !== "number") return undefined;
  db.prepare("INSERT OR IGNORE INTO deliveries SELECT ?, id, 0, 0 FROM messages WHERE id > ? AND id <= ?")
    .run(subscription, after, last);
  return last;
}

/** Deletes a slice of the deliveries before an id. @returns the messages that the subscription will not get */
export function expireSlice(db: Database, subscription: number, before: number): number[] {
  return db.prepare(
    "DELETE FROM deliveries WHERE subscription = ?1 AND message IN" +
      " (SELECT message FROM deliveries WHERE subscription = ?1 AND message < ?2 ORDER BY message LIMIT ?3)" +
      " RETURNING message",
  ).all(subscription, before, SLICE_ROWS).map((row) => integer(row, "message"));
}

/** Deletes a slice of a topic's messages before an id. @returns how many */
export function sweepSlice(db: Database, topic: number, before: number): number {
  const ids = db.prepare(
    "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE id >= ? AND id < ? ORDER BY id LIMIT ?) RETURNING id",
  ).all(firstIdOf(topic), before, SLICE_ROWS).map((row) => integer(row, "id"));
  if (ids.length > 0) {
    const highest = ids.reduce((a, b) => Math.max(a, b));
    db.prepare("UPDATE topics SET swept_id = max(swept_id, ?) WHERE number = ?").run(highest, topic);
  }
  return ids.length;
}

/** Notes whether this process stopped in order. @returns what was noted before */
export function setClean(db: Database, clean: boolean): boolean {
  const was = integer(db.prepare("SELECT clean FROM run").get(), "clean") === 1;
  if (was !== clean) db.prepare("UPDATE run SET clean = ?").run(clean ? 1 : 0);
  return was;
}

/**
 * After a crash: counts an attempt for the messages that a subscription may have had in flight, which are the first of
 * those that were due. The others of them were not delivered; they lose one of many attempts.
 */
export function countInterrupted(db: Database, subscription: number, inFlightMax: number, now: number): void {
  db.prepare(
    "UPDATE deliveries SET attempts = attempts + 1 WHERE subscription = ?1 AND message IN" +
      " (SELECT message FROM deliveries WHERE subscription = ?1 AND due_at <= ?2 ORDER BY message LIMIT ?3)",
  ).run(subscription, now, inFlightMax);
}

function idAndTime(row: Row | undefined): { id: number; published_at: number } | undefined {
  return row === undefined ? undefined : { id: integer(row, "id"), published_at: integer(row, "published_at") };
}

function messageOf(row: Row): StoredMessage {
  return new StoredMessage(
    integer(row, "id"),
    integer(row, "published_at"),
    text(row, "attributes"),
    text(row, "data"),
  );
}
