/** A second version of the index, from its beginning to the end of the first, while people go on working. */
import assert from "node:assert/strict";
import { type ReindexDeps, runReindex } from "../../scripts/reindex_command.ts";
import { firstSync } from "./mail_flow.ts";
import { openEmbedded, type System } from "./system.ts";

interface Told {
  readonly code: number;
  readonly said: readonly string[];
}

/** Runs `deno task reindex` with these arguments. */
async function reindex({ operator, run }: System, ...args: readonly string[]): Promise<Told> {
  const { url, env, fetch, clock } = operator;
  const said: string[] = [];
  const out: ReindexDeps = {
    env,
    fetch,
    clock,
    say: (line) => void said.push(line),
    warn: (line) => void said.push(line),
    openBars: () => Promise.resolve({ show() {}, stop() {} }),
    signal: new AbortController().signal,
  };
  return { code: await run(runReindex([...args, "--url", url], out)), said };
}

async function versions(system: System): Promise<Record<string, unknown>> {
  return await (await system.get(system.users[0], "/v1/admin/index")).json();
}

async function subscriptionsOf2({ stores }: System): Promise<number> {
  return (await stores.bus.stats()).filter(({ subscription }) => subscription.endsWith("-v2")).length;
}

Deno.test("embedded: the index is built anew beside itself, compared, switched, rolled back, and the former one removed", async () => {
  const system = await openEmbedded();
  const { stores, simulator } = system;
  const [ada, ben] = system.users;
  try {
    await firstSync(system, ada);
    await firstSync(system, ben);
    await system.rest(60_000);
    // What nobody can read again: the account is gone, its documents stay.
    const [connection] = (await (await system.get(ben, "/v1/connections")).json()).items;
    await system.run(
      system.operator.fetch(`${system.operator.url}/v1/connections/${connection.connection_id}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${system.operator.env.ADMIN_API_KEY}`, "millrace-user": ben },
      }),
    );
    await system.rest(60_000);
    const before = { ada: await stores.index.stats(ada), ben: await stores.index.stats(ben) };
    assert.ok(before.ada.documents >= 30 && before.ben.documents >= 30);
    const published = () => stores.bus.stats();
    const others = async () => (await published()).find(({ subscription }) => subscription === "shipments-emails");
    const heardBefore = (await others())?.delivered ?? 0;

    const built = await reindex(system);
    assert.deepEqual([built.code, built.said.length], [0, 4], built.said.join("\n"));
    assert.match(
      built.said.join("\n"),
      new RegExp(`ada: ${before.ada.documents} of ${before.ada.documents} documents, 0 of`),
    );
    assert.match(
      built.said.join("\n"),
      new RegExp(`ben: ${before.ben.documents} of .*, ${before.ben.documents} of them taken`),
    );
    assert.equal(await subscriptionsOf2(system), 7);
    // Nobody else was told again.
    assert.equal((await others())?.delivered, heardBefore);
    assert.deepEqual((await versions(system)).active, 1);
    const second = await stores.index.version(2);
    assert.deepEqual((await second.stats(ada)).documents, before.ada.documents);

    // Both follow what happens meanwhile; the one that is searched only shows it once.
    const found = async (q: string) => (await system.search(ada, q)).map(({ title }) => title);
    simulator.person(ada).send({ subject: "Kumquat while both are kept", body: "See there" });
    await system.until("it is found", async () => (await found("kumquat")).length === 1);
    await system.until(
      "and in the second version",
      async () => (await second.stats(ada)).documents === before.ada.documents + 1,
    );

    assert.equal((await reindex(system, "--switch")).code, 0);
    await system.rest(2_000);
    assert.deepEqual((await versions(system)).active, 2);
    assert.deepEqual(await found("kumquat"), ["Kumquat while both are kept"]);
    simulator.person(ada).send({ subject: "Physalis after the switch", body: "See there" });
    await system.until("it is found", async () => (await found("physalis")).length === 1);

    assert.equal((await reindex(system, "--back")).code, 0);
    await system.rest(2_000);
    assert.deepEqual((await versions(system)).active, 1);
    await system.until("the former version has it too", async () => (await found("physalis")).length === 1);

    assert.equal((await reindex(system, "--switch")).code, 0);
    const ended = await reindex(system, "--end");
    assert.match(ended.said.join(), /Version 2 is searched; version 1 is removed after/);
    // A new one is refused until the former is gone.
    assert.equal((await reindex(system)).code, 1);
    // Its own subscriptions are served until what was on its way has come; from now on the base feeds it as well.
    assert.equal(await subscriptionsOf2(system), 7);
    await system.until(
      "the former version is gone",
      async () => (await versions(system)).leaving === null,
      40 * 60_000,
    );
    assert.equal(await subscriptionsOf2(system), 0);
    simulator.person(ada).send({ subject: "Tamarillo by the table's own subscription", body: "See there" });
    await system.until("it is found", async () => (await found("tamarillo")).length === 1);
    assert.equal((await (await stores.index.version(1)).stats(ada)).documents, 0);
    assert.deepEqual(await system.deadLetters(), []);

    // The next one has a number that was never given, and can be given up.
    assert.equal((await reindex(system)).code, 0);
    assert.deepEqual((await versions(system)).extra, 3);
    assert.equal((await reindex(system, "--end")).code, 0);
    await system.until("it is gone", async () => (await versions(system)).leaving === null, 10 * 60_000);
    assert.deepEqual((await versions(system)).active, 2);
    assert.equal((await found("tamarillo")).length, 1);
  } finally {
    await system.close();
  }
});

Deno.test("deno task reindex refuses wrong usage, and says when nothing is there to switch to", async () => {
  const system = await openEmbedded();
  try {
    assert.equal((await reindex(system, "--nonsense")).code, 2);
    assert.equal((await reindex(system, "--switch", "--back")).code, 2);
    for (const command of ["--switch", "--back", "--end"]) {
      const { code, said } = await reindex(system, command);
      assert.deepEqual([code, said], [1, ["There is one version of the index: begin a second one first"]], command);
    }
    assert.deepEqual((await reindex(system, "--status")).said, ["Version 1 is searched."]);
    assert.match((await reindex(system, "--help")).said.join(), /Usage: deno task reindex/);
  } finally {
    await system.close();
  }
});
