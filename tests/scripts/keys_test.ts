import assert from "node:assert/strict";
import { z } from "zod";
import { writeInstanceFile } from "../../instance_file.ts";
import { keysCommand } from "../../scripts/keys.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { AccountRecord, COLLECTIONS, TokenRecord } from "../../shared/contracts/records.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { openVault } from "../../shared/security/mod.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import type { State } from "../../shared/state/port.ts";
import { openBundle } from "../routes/app_bundle.ts";
import { testDeps } from "../routes/test_app.ts";

async function withFolder(run: (env: { DATA_DIR: string }) => Promise<void>): Promise<void> {
  const DATA_DIR = await Deno.makeTempDir();
  try {
    await run({ DATA_DIR });
  } finally {
    await Deno.remove(DATA_DIR, { recursive: true });
  }
}

function terminal(env: Record<string, string>, fetch?: Fetch) {
  const said: string[] = [];
  const warned: string[] = [];
  const deps = testDeps(fetch === undefined ? {} : { fetch });
  const keys = (...args: string[]) =>
    keysCommand(args, { env, deps, say: (line) => said.push(line), warn: (line) => warned.push(line) });
  return { keys, said, warned };
}

const Made = z.object({ id: z.string(), scope: z.string(), key: z.string() });
const Listed = z.object({ items: z.array(z.object({ id: z.string(), scope: z.string(), name: z.string() })) });

Deno.test("keys makes, lists and revokes in the stores when no instance runs", async () => {
  await withFolder(async (env) => {
    const { keys, said, warned } = terminal(env);
    assert.equal(await keys("create", "--user", "ada", "--name", "laptop\u001b[31m"), 0);
    assert.match(said[0] ?? "", /^mr_user_[A-Za-z0-9_-]{43}$/);
    assert.equal(await keys("create", "--admin", "--json"), 0);
    const admin = Made.parse(JSON.parse(said[1] ?? ""));
    assert.deepEqual([admin.scope, admin.key.slice(0, 9)], ["admin", "mr_admin_"]);
    assert.equal(await keys("list"), 0);
    assert.equal(said.length, 4);
    assert.doesNotMatch(said.slice(2).join("-"), /mr_|\p{Cc}/u);
    assert.equal(await keys("revoke", admin.id), 0);
    assert.equal(await keys("revoke", admin.id), 1);
    assert.match(warned.at(-1) ?? "", /There is no key/);
    assert.equal(await keys("list", "--json"), 0);
    assert.deepEqual(Listed.parse(JSON.parse(said.at(-1) ?? "")).items.map((item) => item.scope), ["user:ada"]);
  });
});

Deno.test("keys maps a subject that can't stand in keys, as the door does", async () => {
  await withFolder(async (env) => {
    const { keys, said } = terminal(env);
    assert.equal(await keys("create", "--user", "auth0|ada@example.com", "--json"), 0);
    assert.match(Made.parse(JSON.parse(said[0] ?? "")).scope, /^user:u_[0-9a-f]{32}$/);
  });
});

Deno.test("keys asks the running instance that holds the folder, and its key opens that instance", async () => {
  await withFolder(async (env) => {
    const { app, state } = await openBundle();
    const token = new Secret("the-operator-token-of-instance-json");
    await writeInstanceFile(env.DATA_DIR, { url: "http://127.0.0.1:1", token, pid: 1 });
    const { keys, said } = terminal(env, async (input, init) => await app.request(String(input), init));
    assert.equal(await keys("create", "--user", "ada"), 0);
    const headers = { authorization: `Bearer ${said[0]}` };
    assert.equal((await app.request("/v1/connections", { headers })).status, 200);
    assert.equal(await keys("list", "--json"), 0);
    const [item] = Listed.parse(JSON.parse(said.at(-1) ?? "")).items;
    assert.equal(await keys("revoke", item?.id ?? ""), 0);
    assert.equal((await app.request("/v1/connections", { headers })).status, 401);
    assert.equal(await keys("revoke", item?.id ?? ""), 1);
    assert.deepEqual([...Deno.readDirSync(env.DATA_DIR)].map((entry) => entry.name), ["instance.json"]);
    await state.close();
  });
});

Deno.test("keys opens the stores itself when the note of an instance has outlived it", async () => {
  await withFolder(async (env) => {
    const token = new Secret("the-operator-token-of-instance-json");
    await writeInstanceFile(env.DATA_DIR, { url: "http://127.0.0.1:1", token, pid: 1 });
    const { keys, said } = terminal(env, () => Promise.reject(new TypeError("connection refused")));
    assert.equal(await keys("create", "--admin"), 0);
    assert.match(said[0] ?? "", /^mr_admin_/);
  });
});

Deno.test("keys answers wrong usage with 2, and a refusal by the instance with its words", async () => {
  await withFolder(async (env) => {
    const { keys, said, warned } = terminal(env);
    const wrong = [[], ["make"], ["create"], ["create", "--user", "a", "--admin"], ["revoke"], ["revoke", "xyz"], [
      "list",
      "x",
    ], ["--nope"]];
    for (const args of wrong) assert.equal(await keys(...args), 2, args.join(" "));
    assert.equal(said.length, 0);
    assert.equal(await keys("--help"), 0);
    assert.match(said[0] ?? "", /^Usage: deno task keys/);
    const { app, state } = await openBundle();
    await writeInstanceFile(env.DATA_DIR, { url: "http://127.0.0.1:1", token: new Secret("x".repeat(32)), pid: 1 });
    const refused = terminal(env, async (input, init) => await app.request(String(input), init));
    assert.equal(await refused.keys("list"), 1);
    assert.match(refused.warned[0] ?? "", /credentials are not known/);
    await state.close();
    assert.ok(warned.every((line) => !line.includes("    at ")));
  });
});

const ID = "a".repeat(32);
const keyText = (id: string, fill: number) => `${id}:${new Uint8Array(32).fill(fill).toBase64()}`;

/** Ada's tokens, sealed with this key. */
async function putTokens(state: State, id: string, fill: number): Promise<void> {
  const key = new Secret(new Uint8Array(32).fill(fill).toBase64());
  const sealed = await (await openVault([{ id, key }], testDeps().random)).seal("tokens", ID);
  const account: AccountRecord = { connections: [{ user_id: "ada", connection_id: ID }] };
  const value: TokenRecord = { connection_id: ID, sealed, expires_at: "2030-01-01T00:00:00.000Z" };
  await state.records({ system: "accounts" }).commit([
    { op: "put", collection: COLLECTIONS.accounts, id: "google:ada@example.com", value: account },
  ]);
  await state.records({ user_id: "ada" }).commit([{ op: "put", collection: COLLECTIONS.tokens, id: ID, value }]);
}

Deno.test("keys rotate encrypts tokens anew in the stores, says how far it is, and names what no key opens", async () => {
  await withFolder(async (env) => {
    const open = () => openSqliteState({ path: `${env.DATA_DIR}/state.sqlite`, ...testDeps() });
    let state = open();
    await putTokens(state, "k1", 1);
    await state.close();
    const none = terminal(env);
    assert.equal(await none.keys("rotate"), 1);
    assert.match(none.warned[0] ?? "", /ENCRYPTION_KEYS/);
    const lost = terminal({ ...env, ENCRYPTION_KEYS: keyText("k2", 2) });
    assert.equal(await lost.keys("rotate"), 1);
    assert.match(lost.warned.join("\n"), new RegExp(ID));
    const { keys, said, warned } = terminal({ ...env, ENCRYPTION_KEYS: `${keyText("k2", 2)},${keyText("k1", 1)}` });
    assert.equal(await keys("rotate"), 0);
    assert.match(warned[0] ?? "", /1 connections looked at, 1 encrypted anew/);
    assert.equal(await keys("rotate", "--json"), 0);
    assert.deepEqual(JSON.parse(said[0] ?? ""), { checked: 1, resealed: 0, unreadable: [] });
    state = open();
    const stored = await state.records({ user_id: "ada" }).get(COLLECTIONS.tokens, ID);
    assert.equal(TokenRecord.parse(stored?.value).sealed.key_id, "k2");
    await state.close();
  });
});

Deno.test("keys rotate asks the running instance, whose keys count", async () => {
  await withFolder(async (env) => {
    const { app, state } = await openBundle();
    await putTokens(state, "gone", 7);
    const token = new Secret("the-operator-token-of-instance-json");
    await writeInstanceFile(env.DATA_DIR, { url: "http://127.0.0.1:1", token, pid: 1 });
    const { keys, said } = terminal(env, async (input, init) => await app.request(String(input), init));
    assert.equal(await keys("rotate", "--json"), 1);
    assert.deepEqual(JSON.parse(said[0] ?? ""), { checked: 1, resealed: 0, unreadable: [ID] });
    await state.close();
  });
});
