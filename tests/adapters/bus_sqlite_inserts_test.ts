/** Publishes that arrive together share statements and a transaction, and stay messages of their own. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DatabaseSync } from "node:sqlite";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { Inserts } from "../../shared/bus/sqlite/inserts.ts";
import { StoredMessage } from "../../shared/bus/sqlite/message.ts";
import { MIGRATIONS } from "../../shared/bus/sqlite/schema.ts";
import { fanOutTo } from "../../shared/bus/sqlite/store.ts";
import { GroupCommit, openDatabase } from "../../shared/sqlite/mod.ts";
import { sampleEvent } from "../contracts/event_samples.ts";
import { type EmbeddedBus, openEmbeddedBus, type Received, topologyOf } from "./embedded_bus.ts";

const EMAILS = "vespa-loader-emails";
const SHIPMENTS = "shipments-emails";

/** More than two statements of many rows, and a rest. */
const PUBLISHERS = 43;

function event(revision: number, only?: string) {
  const message = sampleEvent("emails", { revision, data: "{}" });
  return { message, attributes: only === undefined ? {} : { only } };
}

function revisionOf({ delivery }: Received): number {
  return JSON.parse(Buffer.from(delivery.data_base64, "base64").toString()).revision;
}

async function withBus(start: boolean, body: (opened: EmbeddedBus) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const topology = topologyOf([EMAILS, SHIPMENTS]);
  const opened = await openEmbeddedBus({ path: `${folder}/bus.db`, topology, start });
  try {
    await body(opened);
  } finally {
    await opened.bus.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("SQLite bus: publishes that arrive together are written each once, to the subscriptions of each", () =>
  withBus(false, async ({ bus, path }) => {
    const revisions = Array.from({ length: PUBLISHERS }, (_, at) => at + 1);
    const results = await Promise.all(
      revisions.map((revision) => bus.publish("emails", [event(revision, revision === 20 ? SHIPMENTS : undefined)])),
    );
    const ids = results.flat().map((result) => result.kind === "published" ? Number(result.message_id) : 0);
    await bus.close();
    using db = new DatabaseSync(path);
    const rows = db.prepare("SELECT id, data FROM messages ORDER BY id").all();
    assert.deepEqual(rows.map(({ id }) => id), ids);
    assert.deepEqual(rows.map(({ data }) => JSON.parse(String(data)).revision), revisions);
    const deliveries = db.prepare(
      "SELECT message, name FROM deliveries JOIN subscriptions ON number = subscription ORDER BY message, name",
    ).all();
    const expected = ids.flatMap((message, at) =>
      (at === 19 ? [SHIPMENTS] : [SHIPMENTS, EMAILS]).map((name) => ({ message, name }))
    );
    assert.deepEqual(deliveries.map((row) => ({ ...row })), expected);
  }));

Deno.test("SQLite bus: publishes that arrive together are delivered each once", () =>
  withBus(true, async ({ bus, received }) => {
    await Promise.all(Array.from({ length: PUBLISHERS }, (_, at) => bus.publish("emails", [event(at + 1)])));
    while (received.length < 2 * PUBLISHERS) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const name of [EMAILS, SHIPMENTS]) {
      const revisions = received.filter(({ subscription }) => subscription === name).map(revisionOf);
      assert.deepEqual(revisions.sort((a, b) => a - b), Array.from({ length: PUBLISHERS }, (_, at) => at + 1));
    }
  }));

Deno.test("SQLite bus: publishes together are refused together when the file is away, and so are those after them", () =>
  withBus(false, async ({ bus }) => {
    const late = [1, 2, 3].map((revision) => bus.publish("emails", [event(revision)]));
    assert.ok((await Promise.all(late)).flat().every(({ kind }) => kind === "published"));
    await bus.close();
    const refused = await Promise.allSettled([4, 5].map((revision) => bus.publish("emails", [event(revision)])));
    assert.ok(refused.every((result) => result.status === "rejected" && result.reason instanceof StoreAwayError));
    await assert.rejects(bus.publish("emails", [event(6)]), StoreAwayError);
  }));

Deno.test("Inserts.add() goes on after a transaction that could not begin", async () => {
  const db = openDatabase({ path: ":memory:", name: "The bus file", migrations: MIGRATIONS });
  const committed: number[] = [];
  const inserts = new Inserts(
    new GroupCommit(db),
    (drafts) => committed.push(...drafts.map(({ message }) => message.id)),
  );
  const draft = (id: number) => ({
    topic: "emails" as const,
    message: new StoredMessage(id, 0, "{}", "{}"),
    fan_out: fanOutTo([1]),
    only: undefined,
  });
  // A transaction within a transaction is an error before any work has run.
  db.exec("BEGIN");
  const refused = await Promise.allSettled([inserts.add([draft(1)]), inserts.add([draft(2)])]);
  assert.deepEqual(refused.map(({ status }) => status), ["rejected", "rejected"]);
  await inserts.add([draft(3)]);
  assert.deepEqual(committed, [3]);
  assert.deepEqual(db.prepare("SELECT id FROM messages").all().map(({ id }) => id), [3]);
  db.close();
});
