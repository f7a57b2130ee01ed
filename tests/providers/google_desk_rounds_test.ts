/** Rounds over simulated calendars, contacts and task lists at Google: what is read becomes what the account holds. */
import assert from "node:assert/strict";
import type { DeskPart, SimulatorFaults } from "../../scripts/simulator/mod.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { TestAccount } from "./account.ts";
import { Follower } from "./follower.ts";
import { benOf } from "./google_account.ts";

const PARTS = [["calendar", "calendar"], ["contacts", "contacts"], ["todos", "tasks"]] as const;
const DESK = { events: 40, contacts: 40, files: 0, tasks: 40 };
const DAY_MS = 86_400_000;

interface Followed extends TestAccount {
  readonly part: DeskPart;
  readonly follower: Follower;
  round(): Promise<void>;
}

async function ben(resource: ResourceName, part: DeskPart, seed = 1): Promise<Followed> {
  const account = await benOf(DESK, seed);
  const follower = new Follower(account.provider, account.mailbox, resource);
  return { ...account, part, follower, round: () => account.run(follower.round()) };
}

/** Compares what was followed with what the account holds. */
function assertTrue({ follower, simulator, part }: Followed): void {
  const truth = simulator.person("ben").items(part);
  assert.deepEqual([...follower.documents.keys()].sort(), [...truth.keys()].sort());
  for (const [id, item] of truth) {
    const read = follower.documents.get(id);
    assert.ok(read !== undefined);
    assert.equal(read.title, item.title);
    const text = read.doc_type === "contact" ? read.notes : "body" in read ? read.body : "";
    assert.ok(text.includes(item.word), `the text of ${id} holds its word`);
    if (part !== "contacts") assert.equal(read.container, item.container);
    if (read.doc_type === "calendar") assert.equal(read.kind, item.kind);
  }
  assert.deepEqual(follower.refused, []);
}

const HABITS: readonly (readonly [string, (faults: SimulatorFaults) => void])[] = [
  ["no bad habit", () => {}],
  ["empty pages", (faults) => (faults.emptyPages = true)],
  ["repeated items", (faults) => (faults.repeatItemsOnPages = true)],
  ["lost tokens", (faults) => (faults.loseCursorShare = 0.2)],
  ["late changes", (faults) => (faults.deltaDelayMs = 3_000)],
  ["throttling", (faults) => (faults.throttle = { share: 0.1, retryAfterSeconds: 2 })],
];

for (const [resource, part] of PARTS) {
  for (const [name, habit] of HABITS) {
    Deno.test(`changes() of ${resource} follows random changes to the account's true state, with ${name}`, async () => {
      for (const seed of [1, 2]) {
        const account = await ben(resource, part, seed);
        habit(account.simulator.faults);
        await account.clock.advance(5_000);
        await account.round();
        assertTrue(account);
        for (let round = 0; round < 6; round++) {
          for (let change = 0; change < 8; change++) account.simulator.person("ben").changeDesk(part);
          if (round === 2) account.simulator.faults.loseCursors = 1;
          if (round === 4) account.simulator.faults.loseCursors = "all";
          await account.clock.advance(5_000);
          await account.round();
          assertTrue(account);
        }
      }
    });
  }
}

Deno.test("changes() of calendars finds those that were made, renamed and deleted meanwhile", async () => {
  const account = await ben("calendar", "calendar");
  const { calendar } = account.simulator.person("ben").desk;
  await account.round();
  const [event] = calendar.live().filter((one) => calendar.kind(one) === "single");
  const made = calendar.addContainer("Harvest");
  calendar.create(made.number, event?.content ?? assert.fail());
  calendar.deleteContainer(calendar.container(1));
  await account.round();
  assertTrue(account);
  calendar.renameContainer(made, "Barn");
  await account.round();
  const names = [...account.follower.documents.values()].map((one) => "calendar_name" in one ? one.calendar_name : "");
  assert.ok(names.includes("Barn") && !names.includes("Harvest"));
});

Deno.test("changes() of contacts reads everything anew after a week without a full round", async () => {
  const account = await ben("contacts", "contacts");
  await account.round();
  const { contacts } = account.simulator.person("ben").desk;
  contacts.delete(contacts.live()[0] ?? assert.fail());
  await account.clock.advance(8 * DAY_MS);
  await account.round();
  assertTrue(account);
  assert.equal(account.follower.enumerated.length, 2);
});
