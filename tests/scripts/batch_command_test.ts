import assert from "node:assert/strict";
import { writeInstanceFile } from "../../instance_file.ts";
import { type BatchDeps, runBatchCommand, type ShownBatch } from "../../scripts/batch_command.ts";
import { SYNC } from "../../scripts/sync.ts";
import { tick } from "../../scripts/tick.ts";
import { VERIFY } from "../../scripts/verify.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { CONNECTION } from "../consumers/office/world.ts";
import { ADMIN_KEY, openBundle } from "../routes/app_bundle.ts";

/** An instance that is noted in a data folder, and a terminal. */
async function openTerminal(over: Parameters<typeof openBundle>[0] = {}) {
  const opened = await openBundle(over);
  const { app, state } = opened;
  await state.records({ user_id: "ada" }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: CONNECTION.connection_id, value: CONNECTION },
  ]);
  const DATA_DIR = await Deno.makeTempDir();
  const token = new Secret("the-operator-token-of-instance-json");
  await writeInstanceFile(DATA_DIR, { url: "http://127.0.0.1:1", token, pid: 1 });
  const stop = new AbortController();
  const said: string[] = [];
  const warned: string[] = [];
  const shown: ShownBatch[] = [];
  const seen = Promise.withResolvers<void>();
  const fetch: Fetch = async (input, init) => {
    const response = await app.request(String(input), init);
    if (init?.signal === undefined || init.signal === null) return response;
    // As the network does: an aborted request breaks its body off.
    const body = response.body?.pipeThrough(new TransformStream(), { signal: init.signal }) ?? null;
    return new Response(body, response);
  };
  const out: BatchDeps = {
    env: { DATA_DIR },
    fetch,
    clock: opened.deps.clock,
    say(line) {
      said.push(line);
      seen.resolve();
    },
    warn: (line) => warned.push(line),
    openBars: () =>
      Promise.resolve({
        show(batch) {
          shown.push(batch);
          seen.resolve();
        },
        stop: () => {},
      }),
    signal: stop.signal,
  };
  return {
    ...opened,
    out,
    stop,
    said,
    warned,
    shown,
    /** The batch was shown for the first time. */
    seen: seen.promise,
    async close() {
      await state.close();
      await Deno.remove(DATA_DIR, { recursive: true });
    },
  };
}

type Terminal = Awaited<ReturnType<typeof openTerminal>>;

const listed = async ({ app, as }: Terminal) =>
  (await (await app.request("/v1/sync/batches", { headers: await as("ada") })).json()).items;

Deno.test("sync paused by Ctrl-C leaves a batch that can be resumed, says how, and that goes on with the same one", async () => {
  const terminal = await openTerminal();
  const running = runBatchCommand(SYNC, ["--user", "ada"], terminal.out);
  await terminal.seen;
  terminal.stop.abort();
  assert.equal(await running, 130);
  const [batch] = await listed(terminal);
  assert.equal(batch.state, "paused");
  const how = `deno task sync --user ada --batch ${batch.batch_id}`;
  assert.ok(terminal.warned.some((line) => line.includes(how)), terminal.warned.join("\n"));

  const again = new AbortController();
  const args = how.split(" ").slice(3);
  const resumed = runBatchCommand(SYNC, args, { ...terminal.out, signal: again.signal });
  await terminal.deps.clock.advance(2_000);
  assert.equal((await listed(terminal))[0].state, "running");
  assert.equal((await listed(terminal)).length, 1);
  await terminal.app.request(`/v1/sync/batches/${batch.batch_id}/cancel`, {
    method: "POST",
    headers: await terminal.as("ada"),
  });
  assert.equal(await terminal.deps.clock.runUntil(resumed, { limitMs: 10_000 }), 1);
  assert.match(terminal.said.join("\n"), /^cancelled: 0 looked at/m);
  assert.deepEqual(terminal.shown.map(({ state }) => state).at(-1), "cancelled");
  await terminal.close();
});

Deno.test("verify begins a batch that compares, and --json says each change of it", async () => {
  const terminal = await openTerminal();
  const running = runBatchCommand(VERIFY, ["--user", "ada", "--resource", "mail", "--json"], terminal.out);
  await terminal.seen;
  const [batch] = await listed(terminal);
  assert.equal(batch.kind, "verify");
  terminal.stop.abort();
  assert.equal(await running, 130);
  assert.equal(JSON.parse(terminal.said[0] ?? "").batch_id, batch.batch_id);
  assert.equal(terminal.shown.length, 0, "no bars");
  await terminal.close();
});

Deno.test("sync and verify say what was refused with 1, wrong usage with 2, and that nothing runs with 3", async () => {
  const terminal = await openTerminal();
  const { out, warned, said } = terminal;
  assert.equal(await runBatchCommand(SYNC, ["--user", "ada", "--resource", "todos"], out), 1);
  assert.match(warned.at(-1) ?? "", /No connection of this person gives/);
  assert.equal(await runBatchCommand(SYNC, ["--user", "ada", "--batch", "unknown"], out), 1);
  assert.equal(await runBatchCommand(SYNC, ["--user", "ada", "--from", "2026-02-01", "--to", "2026-01-01"], out), 1);
  assert.match(warned.at(-1) ?? "", /Nothing lies between/);
  assert.equal(await runBatchCommand(VERIFY, [], out), 2);
  assert.equal(await runBatchCommand(VERIFY, ["--usr", "ada"], out), 2);
  assert.equal(await runBatchCommand(SYNC, ["--help"], out), 0);
  assert.match(said.at(-1) ?? "", /Exit codes: 0 /);
  const away: Fetch = () => Promise.reject(new TypeError("connection refused"));
  assert.equal(await runBatchCommand(SYNC, ["--user", "ada"], { ...out, fetch: away }), 3);
  await terminal.close();
});

Deno.test("tick runs slices until there are no more, and says what was done", async () => {
  let left = 3;
  const terminal = await openTerminal({
    ports: { ticks: new Map([["polls", () => Promise.resolve({ done: 2, more: --left > 0 })]]) },
  });
  const { out, said, warned } = terminal;
  assert.equal(await tick(["polls", "--json"], out), 0);
  assert.deepEqual(JSON.parse(said.at(-1) ?? ""), { tick: "polls", slices: 3, done: 6 });
  assert.equal(await tick(["polls"], out), 0);
  assert.equal(said.at(-1), "polls: 2 done in 1 slices");
  assert.equal(await tick(["renewals"], out), 1, "not served here");
  assert.equal(await tick(["coffee"], out), 2);
  assert.match(warned.at(-1) ?? "", /renewals, polls, reconcile, sweeps/);
  assert.equal(await tick([], out), 2);
  assert.equal(await tick(["--help"], out), 0);
  await terminal.close();
});

Deno.test("tick speaks to the address that it is given, with the operator's key", async () => {
  const terminal = await openTerminal();
  const { out, app } = terminal;
  const called: string[] = [];
  const fetch: Fetch = (input, init) => {
    called.push(String(input));
    return Promise.resolve(app.request(String(input), init));
  };
  const env = { ADMIN_API_KEY: ADMIN_KEY };
  assert.equal(await tick(["polls", "--url", "https://millrace.test/"], { ...out, env, fetch }), 0);
  assert.deepEqual(called, ["https://millrace.test/ticks/polls"]);
  assert.equal(await tick(["polls", "--url", "https://millrace.test"], { ...out, env: {}, fetch }), 3);
  await terminal.close();
});
