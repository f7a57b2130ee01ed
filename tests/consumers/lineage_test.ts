/** Where a document has been, in each state that it can be in. */
import assert from "node:assert/strict";
import { EVERY_LETTER, openDeadLetters } from "../../consumers/dead_letters/mod.ts";
import { lineageOf, type LineageView } from "../../consumers/lineage/mod.ts";
import type { Held } from "../../consumers/registry.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { DeadLetter, SyncTask } from "../../shared/contracts/messages.ts";
import { COLLECTIONS, type Connection } from "../../shared/contracts/records.ts";
import type { LedgerEntry } from "../../shared/state/port.ts";
import { DOC_ID, emailEvent, LOADER, openRig, pushBody, type Rig } from "./dispatch_rig.ts";
import { CONNECTION, KEY } from "./office/world.ts";

const STORE = "dead-letters-store";

interface World extends AsyncDisposable {
  readonly rig: Rig;
  readonly revision: number;
  /** What the index says that it holds. */
  held: Held | null;
  connect(over?: Partial<Connection>): Promise<void>;
  enter(over?: Partial<LedgerEntry>): Promise<void>;
  /** Delivers what waits on `dead-letters` to the store. */
  store(): Promise<void>;
  ask(doc_id?: string): Promise<LineageView | null>;
}

async function openWorld(): Promise<World> {
  const rig = openRig({ subscriptions: [LOADER, STORE] });
  const { state, bus, deps } = rig;
  const dead_letters = openDeadLetters({ state, bus, deps });
  const { revision } = await emailEvent();
  let stored = 0;
  const world: World = {
    rig,
    revision,
    held: null,
    async connect(over = {}) {
      const value = { ...CONNECTION, ...over };
      await state.records({ user_id: "ada" }).commit([
        { op: "put", collection: COLLECTIONS.connections, id: CONNECTION.connection_id, value },
      ]);
    },
    async enter(over = {}) {
      const taken = await state.leases.acquire(KEY, "change-1");
      assert.ok(taken.kind === "acquired");
      const entry: LedgerEntry = {
        doc_id: DOC_ID,
        doc_type: "email",
        provider_id: "AAMkAD1",
        container: "inbox",
        hash: "h",
        revision,
        version: 0,
        state: "published",
        epoch: 0,
        doubt: "",
        ...over,
      };
      await state.ledger(KEY).commit(taken.lease, { entries: [entry] });
      await state.leases.abandon(taken.lease);
    },
    async store() {
      for (; stored < bus.kept.length; stored++) {
        const kept = bus.kept[stored]!;
        if (kept.topic === "dead-letters") await rig.deliver(STORE, pushBody(STORE, kept.text, kept));
      }
    },
    ask: (doc_id = DOC_ID) =>
      lineageOf(
        {
          state,
          dead_letters,
          holders: [{
            service: "vespa-loader",
            held: (_user, ids) =>
              Promise.resolve(new Map(world.held === null ? [] : ids.map((id) => [id, world.held!] as const))),
          }],
        },
        "ada",
        doc_id,
      ),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
  return world;
}

const code = async (world: World) => (await world.ask())?.verdict.code;
const stateOf = async (world: World, where: string, name: string) =>
  (await world.ask())?.hops.find((hop) => hop.where === where && hop.name === name)?.state;

Deno.test("lineageOf() knows nothing of a document that was never read, and nothing of another person's", async () => {
  await using world = await openWorld();
  await world.connect();
  await world.enter();
  assert.equal(await world.ask("0".repeat(32)), null);
  const { state, bus, deps } = world.rig;
  const ports = { state, dead_letters: openDeadLetters({ state, bus, deps }), holders: [] };
  assert.equal(await lineageOf(ports, "ben", DOC_ID), null);
});

Deno.test("lineageOf() follows a mail from the ledger over its delivery into search", async () => {
  await using world = await openWorld();
  const { rig } = world;
  await world.connect();
  await world.enter({ state: "pending" });
  assert.equal(await code(world), "being_published");
  await world.enter();
  assert.equal(await code(world), "on_its_way");
  assert.equal(await stateOf(world, "subscription", LOADER), "no_trace");
  rig.handle = () => Promise.reject(new Error("…"));
  await rig.push(await emailEvent());
  assert.equal(await code(world), "failing");
  rig.handle = async () => {
    assert.equal(await code(world), "being_indexed");
    return "applied";
  };
  assert.equal((await rig.push(await emailEvent())).outcome, "handled");
  assert.equal(await code(world), "lost");
  world.held = { revision: world.revision, deleted: false };
  const view = await world.ask();
  assert.equal(view?.verdict.code, "searchable");
  assert.deepEqual(view?.hops.map(({ where, name, state }) => [where, name, state]), [
    ["connection", "c1 mail", "new"],
    ["ledger", "c1 mail", "published"],
    ["subscription", "vespa-loader-emails", "done"],
    ["subscription", "contact-discovery-emails", "no_trace"],
    ["subscription", "shipments-emails", "no_trace"],
    ["consumer", "vespa-loader", "current"],
  ]);
  const done = view?.hops.find(({ state }) => state === "done");
  assert.deepEqual([done?.at, done?.detail], [new Date(rig.deps.clock.now()).toISOString(), "applied"]);
  world.held = { revision: world.revision - 1, deleted: false };
  assert.equal(await code(world), "lost");
});

Deno.test("lineageOf() names the dead letter that keeps a mail out of search, and the command that mends it", async () => {
  await using world = await openWorld();
  await world.connect();
  await world.enter();
  world.rig.handle = () => Promise.reject(new PermanentError("no_room", "There is no room"));
  await world.rig.push(await emailEvent());
  await world.store();
  const view = await world.ask();
  assert.equal(view?.verdict.code, "dead_letter");
  assert.match(view?.verdict.text ?? "", /no_room: There is no room/);
  const [letter] = view?.hops.filter(({ where }) => where === "dead_letter") ?? [];
  assert.equal(view?.verdict.command, `deno task replay ${letter?.name}`);
  // A later version that arrived makes the letter history.
  world.held = { revision: world.revision, deleted: false };
  assert.equal(await code(world), "searchable");
});

Deno.test("lineageOf() tells of an item that could not be read at all", async () => {
  await using world = await openWorld();
  await world.connect();
  const task: SyncTask = {
    task_id: "t1",
    kind: "publish_again",
    ...KEY,
    provider: "microsoft",
    doc_ids: [DOC_ID],
    only: [],
    batch_id: "",
    correlation_id: "",
    traceparent: "",
  };
  const letter: DeadLetter = {
    dead_letter_id: "letter_1",
    subscription: "office-sync-tasks",
    topic: "sync-tasks",
    kind: "permanent",
    reason: "item_invalid: no date",
    field: "",
    retry_at: "",
    message_id: "t1",
    published_at: "2026-03-02T08:00:00.000Z",
    failed_at: "2026-03-02T08:00:00.000Z",
    attempts: 1,
    user_id: "ada",
    attributes: {},
    data_base64: btoa(JSON.stringify(task)),
  };
  await world.rig.deliver(STORE, pushBody(STORE, letter));
  const view = await world.ask();
  assert.deepEqual([view?.verdict.code, view?.verdict.command], ["set_aside", "deno task replay letter_1"]);
});

Deno.test("lineageOf() tells a deleted mail from one whose mailbox is not given any more, and from a lost grant", async () => {
  await using world = await openWorld();
  await world.connect({ state: "needs_reauth" });
  await world.enter({ state: "pending" });
  assert.equal(await code(world), "sign_in_again");
  await world.connect();
  await world.enter({ state: "tombstone", hash: "", revision: world.revision + 1 });
  world.held = { revision: world.revision + 1, deleted: true };
  assert.equal(await code(world), "deleted");
  await world.connect({
    choices: [{
      resource: "mail",
      included: false,
      containers_in: [],
      containers_out: [],
      since: "",
      bodies: true,
      private_events: "full",
    }],
  });
  assert.equal(await code(world), "left_out");
});

Deno.test("list() of dead letters finds those of one person by themselves, whatever page they are on", async () => {
  await using world = await openWorld();
  const { rig } = world;
  rig.handle = () => Promise.reject(new PermanentError("no_room", "…"));
  for (const [at, user_id] of ["ada", "ben", "ada", "ada-2", "ben", "ada"].entries()) {
    await rig.push(await emailEvent({ user_id, revision: world.revision + at }), { message_id: `m${at}` });
    await rig.deps.clock.advance(1_000);
  }
  await world.store();
  const letters = openDeadLetters(rig);
  for (const limit of [1, 2, 10]) {
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await letters.list({ ...EVERY_LETTER, user_id: "ada", cursor, limit });
      seen.push(...page.items.map(({ message_id }) => message_id));
      cursor = page.next_cursor;
    } while (cursor !== "");
    assert.deepEqual(seen, ["m5", "m2", "m0"], `limit ${limit}`);
  }
});
