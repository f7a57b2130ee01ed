/** Batches: planned, worked in slices, told to pause, killed, tried again. */
import assert from "node:assert/strict";
import { COLLECTIONS } from "../../../shared/contracts/records.ts";
import { PermanentError, TransientError } from "../../../shared/contracts/errors.ts";
import { connected, watchBatches } from "../../../consumers/office/mod.ts";
import { type BatchWorld, openBatchWorld } from "./batch_world.ts";
import { CONNECTION, KEY } from "./world.ts";

function batches(name: string, body: (world: BatchWorld) => Promise<void>): void {
  Deno.test(`batches ${name}`, async () => {
    const world = await openBatchWorld();
    try {
      await body(world);
    } finally {
      await world.close();
    }
  });
}

/** So many mails, read and published. */
async function mailbox(world: BatchWorld, mails: number): Promise<void> {
  world.provider.pageSize = 200;
  for (let n = 0; n < mails; n++) world.provider.put(`m${n}`, n % 2 === 0 ? "inbox" : "archive", `mail ${n}`);
  await world.signal("poll");
  await world.settle(world.start());
  assert.equal(world.bus.events.length, mails);
  world.bus.events.length = world.bus.only.length = 0;
}

const view = async (world: BatchWorld, batch_id: string) => {
  const found = await world.batches.view(KEY.user_id, batch_id);
  assert.ok(found);
  return found;
};

batches("publish every document of the ledger once more, and count them", async (world) => {
  await mailbox(world, 250);
  const { batch_id } = await world.begin();
  await world.finish();
  const { state, counts, share, parts, ended_at } = await view(world, batch_id);
  assert.equal(state, "finished");
  assert.notEqual(ended_at, "");
  assert.deepEqual(counts, { found: 250, fetched: 250, published: 250, unchanged: 0, failed: 0, differences: 0 });
  assert.equal(share, 1);
  assert.deepEqual(parts.map((part) => [part.resource, part.state, part.reason]), [["mail", "done", ""]]);
  assert.equal(new Set(world.bus.events.map(({ doc_id }) => doc_id)).size, 250);
  assert.equal(world.bus.events.length, 250);
  assert.ok(world.bus.events.every((event) => event.batch_id === batch_id));
});

batches("tell of documents in the range only, and of those that the index does not know", async (world) => {
  await mailbox(world, 30);
  const ids = (await world.state.ledger(KEY).list("", 100)).map(({ doc_id }) => doc_id);
  const day = (n: number) => `2026-01-${String(n + 1).padStart(2, "0")}T00:00:00.000Z`;
  const revisions = () =>
    Promise.resolve(
      new Map(ids.slice(0, 28).map((id, n) => [id, { revision: 1, deleted: false, happened_at: day(n) }])),
    );
  world.equip({ holders: [], index: { revisions } });
  const { batch_id } = await world.begin({ from: day(5), to: day(9) });
  await world.finish();
  assert.equal((await view(world, batch_id)).counts.found, 4 + 2);
  assert.deepEqual(world.bus.events.map(({ doc_id }) => doc_id).sort(), [...ids.slice(5, 9), ...ids.slice(28)].sort());
});

batches("refuse an empty range, one in the future, an unknown connection and one that gives nothing", async (world) => {
  await mailbox(world, 1);
  const refused = async (code: string, over: Parameters<BatchWorld["begin"]>[0]) =>
    await assert.rejects(world.begin(over), (error) => error instanceof PermanentError && error.code === code);
  const day = "2026-01-01T00:00:00.000Z";
  await refused("range_empty", { from: day, to: day });
  await refused("range_in_future", { from: "2999-01-01T00:00:00.000Z" });
  await refused("not_found", { connections: ["nobodys"] });
  await refused("nothing_to_sync", { resources: ["drive"] });
  assert.equal(world.bus.tasks.length, 0);
});

batches("that are asked for twice by one key are one; another wish by that key is refused", async (world) => {
  await mailbox(world, 30);
  const [one, two] = await Promise.all([world.begin({ key: "k" }), world.begin({ key: "k" })]);
  assert.equal(one.batch_id, two.batch_id);
  assert.equal((await world.begin({ key: "k" })).batch_id, one.batch_id);
  assert.equal((await world.batches.list(KEY.user_id, "", 10)).length, 1);
  await world.finish();
  assert.equal(world.bus.events.length, 30, "however many messages were sent, each document is told once");
  await assert.rejects(world.begin({ key: "k", kind: "verify" }), { code: "conflict" });
  assert.notEqual((await world.begin({ key: "other" })).batch_id, one.batch_id);
});

batches("are listed with the newest first", async (world) => {
  await mailbox(world, 1);
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) {
    ids.unshift((await world.begin()).batch_id);
    await world.clock.advance(1_000);
  }
  assert.deepEqual((await world.batches.list(KEY.user_id, "", 10)).map(({ batch_id }) => batch_id), ids);
});

batches("stop within one slice when they are paused, and go on where they were a week later", async (world) => {
  await mailbox(world, 300);
  const { batch_id } = await world.begin();
  const process = world.start();
  world.provider.during = () => world.clock.sleep(2_500);
  assert.equal(await world.work(process, world.takeTask()), "slice_done");
  const before = world.bus.events.length;
  assert.ok(before > 0 && before < 300, `${before} in the first slice`);
  await world.batches.tell(KEY.user_id, batch_id, "pause");
  assert.equal(await world.work(process, world.takeTask()), "paused");
  assert.equal(world.bus.events.length, before);
  assert.equal(world.bus.tasks.length, 0);
  await world.clock.advance(7 * 24 * 60 * 60_000);
  const paused = await view(world, batch_id);
  assert.equal(paused.state, "paused");
  assert.equal(paused.counts.published, before, "live progress has ended, the record has not");
  world.provider.during = () => {};
  await world.batches.tell(KEY.user_id, batch_id, "resume");
  await world.finish();
  const after = await view(world, batch_id);
  assert.deepEqual([after.state, after.counts.published], ["finished", 300]);
  assert.equal(world.bus.events.length, 300, "nothing is done twice");
  assert.ok(after.rate_per_second > 1, "the pause does not count");
});

batches("that are cancelled do nothing any more, and can't be resumed", async (world) => {
  await mailbox(world, 30);
  const { batch_id } = await world.begin();
  await world.batches.tell(KEY.user_id, batch_id, "cancel");
  await world.finish();
  assert.equal(world.bus.events.length, 0);
  assert.equal((await view(world, batch_id)).state, "cancelled");
  await assert.rejects(world.batches.tell(KEY.user_id, batch_id, "resume"), { code: "conflict" });
  assert.equal(await world.batches.tell("ben", batch_id, "cancel"), null, "another's batch is none");
});

for (const moment of ["before the publish of documents", "after it", "before the next message", "after it is sent"]) {
  batches(`go on after a process died ${moment}, and nothing is missing`, async (world) => {
    await mailbox(world, 130);
    const { batch_id } = await world.begin();
    const process = world.start();
    world.provider.during = () => world.clock.sleep(2_500);
    let left = 2;
    const die = (at: string) => (topic: string) => {
      const mine = moment.includes("documents") || moment === "after it" ? "emails" : "sync-tasks";
      const when = moment.startsWith("before") ? "before" : "after";
      if (at !== when || topic !== mine || --left > 0) return Promise.resolve();
      process.kill();
      return new Promise<void>(() => {});
    };
    if (moment.includes("next") || moment.includes("sent")) left = 1;
    world.bus.before = die("before");
    world.bus.after = die("after");
    const task = world.takeTask();
    const dying = world.work(process, task).catch(() => "died");
    await Promise.race([dying, world.until(() => left <= 0)]);
    world.bus.before = world.bus.after = () => {};
    await world.clock.advance(20_000);
    assert.ok(left <= 0);
    // The bus delivers again what was not acknowledged.
    const second = world.start();
    for (let tries = 2; tries < 20; tries++) {
      if (["slice_done", "part_done", "stale"].includes(await world.work(second, task, tries))) break;
      await world.clock.advance(5_000);
    }
    await world.finish(second);
    const { state, counts } = await view(world, batch_id);
    assert.deepEqual([state, counts.found, counts.published], ["finished", 130, 130]);
    assert.equal(new Set(world.bus.events.map(({ doc_id }) => doc_id)).size, 130);
  });
}

batches("let a change that comes in the middle go first", async (world) => {
  await mailbox(world, 300);
  await world.begin();
  let lookups = 0;
  world.provider.during = async (call) => {
    if (call !== "lookup" || ++lookups !== 2) return;
    world.provider.put("urgent", "inbox", "urgent");
    await world.signal("notification");
  };
  await world.work(world.start(), world.takeTask());
  const at = world.bus.events.findIndex(({ data }) => data.includes("urgent"));
  assert.ok(at >= 0 && at < 100, `the live change was number ${at}`);
  await world.finish();
  assert.equal(new Set(world.bus.events.map(({ doc_id }) => doc_id)).size, 301);
});

batches("report a connection that is revoked in the middle, and end", async (world) => {
  await mailbox(world, 300);
  const { batch_id } = await world.begin();
  const process = world.start();
  world.provider.during = () => world.clock.sleep(2_500);
  await world.work(process, world.takeTask());
  world.provider.during = () => {};
  await world.state.records({ user_id: KEY.user_id }).commit([
    {
      op: "put",
      collection: COLLECTIONS.connections,
      id: KEY.connection_id,
      value: { ...CONNECTION, state: "needs_reauth" },
    },
  ]);
  await world.finish(process);
  const { state, parts } = await view(world, batch_id);
  assert.equal(state, "finished");
  assert.deepEqual(parts.map((part) => [part.state, part.reason]), [["failed", "needs_reauth"]]);
  // Once the person has signed in again, that part is tried again by itself.
  await world.state.records({ user_id: KEY.user_id }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: KEY.connection_id, value: CONNECTION },
  ]);
  const retry = await world.batches.retry(KEY.user_id, batch_id);
  await world.finish(process);
  const again = await view(world, retry.batch_id);
  assert.deepEqual([again.state, again.retry_of, again.counts.found], ["finished", batch_id, 300]);
  await assert.rejects(world.batches.retry(KEY.user_id, retry.batch_id), { code: "nothing_failed" });
});

batches("name documents that could not be read, and a retry reads only those", async (world) => {
  await mailbox(world, 60);
  const original = world.provider.lookup.bind(world.provider);
  world.provider.lookup = async (mailbox, resource, items) => {
    const answers = await original(mailbox, resource, items);
    return answers.map((answer, at) =>
      ["m7", "m8"].includes(items[at]?.provider_id ?? "") ? { kind: "unknown" } : answer
    );
  };
  const { batch_id } = await world.begin();
  await world.finish();
  const { state, counts, parts } = await view(world, batch_id);
  assert.deepEqual([state, counts.failed, counts.published], ["finished", 2, 58]);
  assert.equal(parts[0]?.failures.length, 2);
  world.provider.lookup = original;
  world.bus.events.length = world.bus.only.length = 0;
  const retry = await world.batches.retry(KEY.user_id, batch_id);
  assert.equal((await world.batches.retry(KEY.user_id, batch_id)).batch_id, retry.batch_id, "twice is once");
  await world.finish();
  assert.deepEqual(
    world.bus.events.map(({ doc_id }) => doc_id).sort(),
    parts[0]?.failures.map(({ doc_id }) => doc_id).sort(),
  );
});

batches("wait when the provider says so, say so, and lose nothing", async (world) => {
  await mailbox(world, 60);
  const { batch_id } = await world.begin();
  let refused = false;
  world.provider.during = () => {
    if (refused) return;
    refused = true;
    throw new TransientError("throttled", "Slow down", { retry_after_ms: 30_000 });
  };
  const process = world.start();
  const task = world.takeTask();
  await world.clock.advance(1_000);
  assert.equal(await world.work(process, task), "throttled");
  assert.deepEqual((await view(world, batch_id)).parts.map((part) => [part.state, part.reason]), [[
    "waiting",
    "throttled",
  ]]);
  world.bus.tasks.push(task);
  await world.finish(process);
  assert.deepEqual((await view(world, batch_id)).counts.published, 60);
});

batches("show the first sync of a connection, page by page to its end, and never again", async (world) => {
  for (let n = 0; n < 9; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  world.provider.unreadable.add("m4");
  await connected(world.ports, world.signaller, CONNECTION);
  await connected(world.ports, world.signaller, CONNECTION);
  const [batch, ...others] = await world.batches.list(KEY.user_id, "", 10);
  assert.ok(batch);
  assert.deepEqual([batch.kind, batch.cause, others.length], ["first_sync", "connection", 0]);
  const seen: number[] = [];
  world.provider.during = async () => void seen.push((await view(world, batch.batch_id)).counts.found);
  await world.settle(world.start());
  world.provider.during = () => {};
  assert.deepEqual(seen.slice(0, 3), [0, 3, 6], "live, between the pages");
  const done = await view(world, batch.batch_id);
  assert.deepEqual([done.state, done.share, done.parts[0]?.state], ["finished", 1, "done"]);
  assert.deepEqual([done.counts.published, done.counts.failed], [8, 1]);
  assert.ok(world.bus.events.every((event) => event.batch_id === batch.batch_id));
  await assert.rejects(world.batches.tell(KEY.user_id, batch.batch_id, "pause"), { code: "conflict" });
  world.provider.put("later", "inbox", "later");
  await world.signal("notification");
  await world.settle(world.start());
  assert.equal(world.bus.events.at(-1)?.batch_id, "");
  assert.equal(world.bus.tasks.length, 0);
});

batches("of a first sync go on after a process that died, and end with the connection", async (world) => {
  for (let n = 0; n < 9; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  await connected(world.ports, world.signaller, CONNECTION);
  const [batch] = await world.batches.list(KEY.user_id, "", 10);
  assert.ok(batch);
  const dying = world.start();
  let pages = 0;
  world.provider.during = () => {
    if (++pages < 3) return;
    dying.kill();
    return new Promise<void>(() => {});
  };
  const change = world.take();
  dying.handle(change).catch(() => {});
  await world.until(() => pages >= 3);
  world.provider.during = () => {};
  await world.clock.advance(20_000);
  world.bus.changes.push(change);
  await world.settle(world.start());
  assert.equal((await view(world, batch.batch_id)).state, "finished");

  const other = { ...CONNECTION, connection_id: "c2" };
  await world.state.records({ user_id: KEY.user_id }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: "c2", value: other },
  ]);
  await connected(world.ports, world.signaller, other);
  world.bus.changes.length = 0;
  await world.state.records({ user_id: KEY.user_id }).commit([
    { op: "delete", collection: COLLECTIONS.connections, id: "c2" },
  ]);
  for (let looks = 0; looks < 2; looks++) {
    await world.clock.advance(16 * 60_000);
    await watchBatches(world.ports);
  }
  const [second] = await world.batches.list(KEY.user_id, "", 1);
  assert.deepEqual([second?.kind, second?.state], ["first_sync", "finished"]);
  assert.equal((await view(world, second?.batch_id ?? "")).parts[0]?.reason, "connection_gone");
});
