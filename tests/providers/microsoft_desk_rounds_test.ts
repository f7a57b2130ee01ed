/** Rounds over simulated calendars, contacts and task lists: what is read becomes what the account holds. */
import assert from "node:assert/strict";
import type { DeskPart } from "../../scripts/simulator/mod.ts";
import type { NormalisedDocument } from "../../shared/contracts/documents.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { openMicrosoft } from "../../shared/providers/mod.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import type { Mailbox } from "../../shared/providers/port.ts";
import { connectAccount, ORIGIN, PUBLIC_URL, type TestAccount } from "./account.ts";
import { Follower } from "./follower.ts";

const PARTS = [["calendar", "calendar"], ["contacts", "contacts"], ["todos", "tasks"]] as const;
const DAY_MS = 86_400_000;

interface Desk extends TestAccount {
  readonly part: DeskPart;
  readonly follower: Follower;
}

async function ada(resource: ResourceName, part: DeskPart, seed = 1, size = 60): Promise<Desk> {
  const account = await connectAccount({
    user: "ada",
    provider: "microsoft",
    mails: 1,
    seed,
    desk: { events: size, contacts: size, files: 0, tasks: size },
    open: (deps) =>
      openMicrosoft({
        deps,
        config: {
          client_id: "client",
          client_secret: "secret",
          graph_url: `${ORIGIN}/graph`,
          login_url: `${ORIGIN}/login`,
          tenant: "common",
          public_url: PUBLIC_URL,
        },
      }),
  });
  return { ...account, part, follower: new Follower(account.provider, account.mailbox, resource) };
}

/** The same account with another choice of the person. */
function choosing(account: Desk, choice: Partial<ResourceChoice>): Mailbox {
  const { resource } = account.follower;
  const chosen = { ...choiceOf({ choices: [] }, resource), ...choice };
  return { ...account.mailbox, connection: { ...account.connection, choices: [chosen] } };
}

function textOf(document: NormalisedDocument): string {
  if (document.doc_type === "contact") return document.notes;
  return "body" in document ? document.body : "";
}

/** Compares what was followed with what the account holds. */
function assertTrue({ follower, simulator, part }: Desk): void {
  const truth = simulator.person("ada").items(part);
  assert.deepEqual([...follower.documents.keys()].sort(), [...truth.keys()].sort());
  for (const [id, item] of truth) {
    const read = follower.documents.get(id);
    assert.ok(read !== undefined);
    assert.equal(read.title, item.title);
    assert.ok(textOf(read).includes(item.word), `the text of ${id} holds its word`);
    if (part !== "contacts") assert.equal(read.container, item.container);
    if (read.doc_type === "calendar") assert.equal(read.kind, item.kind);
  }
  assert.deepEqual(follower.refused, []);
}

for (const [resource, part] of PARTS) {
  Deno.test(`changes() of ${resource} follows random changes to the account's true state`, async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const account = await ada(resource, part, seed);
      await account.run(account.follower.round());
      assertTrue(account);
      for (let round = 0; round < 6; round++) {
        for (let change = 0; change < 8; change++) account.simulator.person("ada").changeDesk(part);
        await account.clock.advance(5_000);
        await account.run(account.follower.round());
        assertTrue(account);
      }
    }
  });

  Deno.test(`changes() of ${resource} comes to the true state under each of Graph's bad habits`, async () => {
    const habits: ((faults: TestAccount["simulator"]["faults"]) => void)[] = [
      (faults) => (faults.emptyPages = true),
      (faults) => (faults.repeatItemsOnPages = true),
      (faults) => (faults.unsetAsNull = true),
      (faults) => (faults.loseCursorShare = 0.15),
      (faults) => (faults.deltaDelayMs = 3_000),
      (faults) => (faults.endlessPages = true),
    ];
    for (const [seed, habit] of habits.entries()) {
      const account = await ada(resource, part, seed, 40);
      await account.run(account.follower.round());
      habit(account.simulator.faults);
      for (let round = 0; round < 3; round++) {
        for (let change = 0; change < 10; change++) account.simulator.person("ada").changeDesk(part);
        await account.run(account.follower.round());
      }
      account.simulator.faults.loseCursorShare = 0;
      account.simulator.faults.endlessPages = false;
      await account.clock.advance(10_000);
      await account.run(account.follower.round());
      assertTrue(account);
    }
  });

  Deno.test(`changes() of ${resource} loses and invents nothing when every cursor is lost`, async () => {
    const account = await ada(resource, part);
    await account.run(account.follower.round());
    for (let change = 0; change < 20; change++) account.simulator.person("ada").changeDesk(part);
    account.simulator.faults.loseCursors = "all";
    await account.run(account.follower.round());
    assertTrue(account);
  });

  Deno.test(`changes() of ${resource} withdraws what is chosen out, and reads it again when it is in`, async () => {
    const account = await ada(resource, part);
    await account.run(account.follower.round());
    const all = [...account.follower.documents.values()];
    const out = all[0]?.container ?? "";
    const without = new Follower(account.provider, choosing(account, { containers_out: [out] }), resource);
    without.cursor = account.follower.cursor;
    for (const document of all) without.documents.set(document.provider_id, document);
    await account.run(without.round());
    const left = all.filter(({ container }) => container !== out);
    assert.ok(left.length < all.length && left.length > 0);
    assert.deepEqual([...without.documents.keys()].sort(), left.map(({ provider_id }) => provider_id).sort());
    // A second round names nothing again, and what changes there is not read.
    for (let change = 0; change < 10; change++) account.simulator.person("ada").changeDesk(part);
    await account.run(without.round());
    assert.ok([...without.documents.values()].every(({ container }) => container !== out));
    account.follower.cursor = without.cursor;
    account.follower.documents.clear();
    for (const [id, document] of without.documents) account.follower.documents.set(id, document);
    await account.run(account.follower.round());
    assertTrue(account);
  });

  Deno.test(`changes() of ${resource} reads everything again without texts when those are not given`, async () => {
    const account = await ada(resource, part);
    await account.run(account.follower.round());
    const bare = new Follower(account.provider, choosing(account, { bodies: false }), resource);
    bare.cursor = account.follower.cursor;
    await account.run(bare.round());
    assert.deepEqual([...bare.documents.keys()].sort(), [...account.follower.documents.keys()].sort());
    for (const document of bare.documents.values()) assert.equal(textOf(document), "");
  });

  Deno.test(`changes() of ${resource} costs one request a container and one for their list when nothing changed`, async () => {
    const account = await ada(resource, part);
    await account.run(account.follower.round());
    const before = calls(account);
    await account.run(account.follower.round());
    const { containers } = JSON.parse(account.follower.cursor);
    assert.equal(calls(account) - before, containers.length + 1);
  });

  Deno.test(`lookup() of ${resource} tells gone from found, without a cursor too`, async () => {
    const account = await ada(resource, part);
    await account.run(account.follower.round());
    const held = [...account.follower.documents.values()].slice(0, 30);
    const items = held.map(({ provider_id, container }) => ({ provider_id, container }));
    for (const cursor of [account.follower.cursor, ""]) {
      const answers = await account.run(account.provider.lookup(account.mailbox, resource, items, cursor));
      for (const [at, answer] of answers.entries()) {
        assert.ok(answer.kind === "found", answer.kind);
        assert.deepEqual({ ...held[at], ...answer.read.document }, held[at]);
      }
    }
    const missing = items.map(({ container }, at) => ({ provider_id: `${items[at]?.provider_id}x`, container }));
    const answers = await account.run(
      account.provider.lookup(account.mailbox, resource, missing, account.follower.cursor),
    );
    assert.deepEqual(new Set(answers.map(({ kind }) => kind)), new Set(["gone"]));
  });
}

function calls(account: TestAccount): number {
  return account.counters.snapshot().filter((series) => series.name === "provider_requests_total")
    .reduce((sum, series) => sum + series.value, 0);
}

Deno.test("changes() of calendar moves its window on, and keeps what has left it", async () => {
  const account = await ada("calendar", "calendar");
  await account.run(account.follower.round());
  const before = [...account.follower.documents.keys()];
  const enumerated = account.follower.enumerated.length;
  await account.run(account.follower.round());
  assert.equal(account.follower.enumerated.length, enumerated);
  await account.clock.advance(31 * DAY_MS);
  await account.run(account.follower.round());
  const calendars = account.simulator.person("ada").desk.calendar.containers().length;
  assert.equal(account.follower.enumerated.length, enumerated + calendars);
  await account.clock.advance(4 * 365 * DAY_MS);
  await account.run(account.follower.round());
  assert.deepEqual([...account.follower.documents.keys()].sort(), before.sort());
  assertTrue(account);
});

Deno.test("targets() of todos are the lists, as soon as they are known", async () => {
  const account = await ada("todos", "tasks");
  assert.deepEqual(account.provider.targets("todos", ""), []);
  await account.run(account.follower.round());
  const lists = new Set([...account.follower.documents.values()].map(({ container }) => container));
  assert.deepEqual(new Set(account.provider.targets("todos", account.follower.cursor)), lists);
  assert.deepEqual(account.provider.targets("calendar", ""), [""]);
});
