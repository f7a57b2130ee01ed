import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { leaves, unpacked } from "./erasure_flow.ts";
import { openEmbedded, type System } from "./system.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

async function withSystem(body: (system: System) => Promise<void>): Promise<void> {
  const system = await openEmbedded();
  try {
    await body(system);
  } finally {
    await system.close();
  }
}

/** The texts of every row of a store's file that match. */
async function rowsThatMatch({ folder }: System, file: string, pattern: RegExp): Promise<string[]> {
  const copy = await Deno.makeTempDir();
  for (const name of [file, `${file}-wal`]) {
    await Deno.copyFile(`${folder}/${name}`, `${copy}/${name}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
  const db = new DatabaseSync(`${copy}/${file}`);
  const decoder = new TextDecoder();
  const found = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'").all()
    .flatMap(({ name }) =>
      db.prepare(`SELECT * FROM "${name}"`).all().flatMap((row) =>
        Object.values(row).map((value) => value instanceof Uint8Array ? decoder.decode(value) : String(value))
          .filter((text) => pattern.test(text)).map((text) => `${name}: ${text.slice(0, 200)}`)
      )
    );
  db.close();
  await Deno.remove(copy, { recursive: true });
  return found;
}

Deno.test("embedded: a person who leaves takes everything with them; no row of state and index is left of them", () =>
  withSystem(async (system) => {
    const [ada, ben] = system.users;
    const receipt = await leaves(system, ada, ben);
    assert.equal(Date.parse(receipt.final_pass_at) - Date.parse(receipt.erased_at), 11 * MINUTE_MS);
    assert.equal(Date.parse(receipt.bus_retention_ends_at) - Date.parse(receipt.erased_at), 31 * DAY_MS);
    // The last pass, and the next look at the batch that showed the first sync.
    await system.rest(20 * MINUTE_MS);
    // Her id, or what was hers. Ben's mails name her as anybody may.
    const hers = /"user_id":"ada"|^ada$|user:ada\b|kim@ada\.example/i;
    assert.notDeepEqual(
      await rowsThatMatch(system, "state.sqlite", /"user_id":"ben"/),
      [],
      "the scan finds what is there",
    );
    assert.deepEqual(await rowsThatMatch(system, "state.sqlite", hers), []);
    assert.deepEqual(await rowsThatMatch(system, "index.sqlite", hers), []);
    assert.deepEqual(await system.deadLetters(), []);

    await system.connect(ada);
    await system.until(
      "who comes back begins anew",
      async () => (await system.search(ada, "Quittenmarmelade")).length > 0,
    );
  }));

Deno.test("embedded: a provider that does not answer is told for a day, and the receipt says so", () =>
  withSystem(async (system) => {
    const [, ben] = system.users;
    await system.connect(ben);
    const records = system.stores.state.records({ user_id: ben });
    const tokens = async () => (await records.list(COLLECTIONS.tokens, { limit: 10 })).length;
    await system.until("ben has a mail", async () => (await system.search(ben, "")).length > 0);
    system.simulator.faults.serverErrors = 1;
    const receipt = await (await system.delete(ben, `/v1/users/${ben}`)).json();
    assert.equal(receipt.providers_pending, 1);
    assert.deepEqual([(await system.search(ben, "")).length, await tokens()], [0, 1]);
    system.simulator.faults.serverErrors = 0;
    await system.rest(20 * MINUTE_MS);
    assert.equal(await tokens(), 0);
    await system.connect(ben);
  }));

Deno.test("embedded: an archive of nobody has no documents; a person's own key opens their own only", () =>
  withSystem(async (system) => {
    const files = await unpacked(await system.get("nobody", "/v1/users/nobody/export"));
    assert.deepEqual([...files.keys()], ["README.txt", "api-keys.ndjson", "dead-letters.ndjson"]);
  }));
