import assert from "node:assert/strict";
import { z } from "zod";
import { writeInstanceFile } from "../../instance_file.ts";
import { backup } from "../../scripts/backup.ts";
import { restoreCommand } from "../../scripts/restore.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { fill } from "../adapters/state_contract_backup.ts";
import { openBundle } from "../routes/app_bundle.ts";
import { testDeps } from "../routes/test_app.ts";

const Written = z.object({ file: z.string(), bytes: z.int(), records: z.int(), entries: z.int(), unsettled: z.int() });

/** A folder for the state, one to restore into, and a terminal. */
async function withFolders(body: (rig: ReturnType<typeof openRig>) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(openRig(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function openRig(folder: string) {
  const said: string[] = [];
  const warned: string[] = [];
  const deps = testDeps();
  const out = (DATA_DIR: string, fetch?: Fetch) => ({
    env: { DATA_DIR },
    deps: fetch === undefined ? deps : { ...deps, fetch },
    say: (line: string) => said.push(line),
    warn: (line: string) => warned.push(line),
  });
  const open = (name: string) => openSqliteState({ path: `${folder}/${name}/state.sqlite`, ...deps });
  return { folder, said, warned, deps, out, open };
}

Deno.test("backup writes the stores that nobody holds; restore fills a new folder and no other", () =>
  withFolders(async ({ folder, said, warned, deps, out, open }) => {
    await Deno.mkdir(`${folder}/old`);
    const state = open("old");
    await fill(state);
    await state.close();
    const file = `${folder}/a.backup.gz`;
    assert.equal(await backup([file, "--json"], out(`${folder}/old`)), 0, warned.join("\n"));
    const written = Written.parse(JSON.parse(said[0] ?? ""));
    assert.deepEqual([written.records, written.entries, written.unsettled], [454, 534, 0]);
    assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
    assert.deepEqual([...Deno.readDirSync(`${folder}/old`)].map(({ name }) => name).sort(), ["state.sqlite"]);

    assert.equal(await backup([file], out(`${folder}/old`)), 1);
    assert.match(warned.at(-1) ?? "", /there already.*--force/);
    await deps.clock.advance(1_000);
    assert.equal(await restoreCommand([file, "--check"], out(`${folder}/new`)), 0);
    assert.match(warned.at(-1) ?? "", /is whole/);
    assert.equal(await restoreCommand([file], out(`${folder}/new`)), 0, warned.join("\n"));
    const restored = open("new");
    assert.equal((await restored.records({ user_id: "ada" }).list("contacts", { limit: 500 })).length, 225);
    await restored.close();
    assert.equal(await restoreCommand([file], out(`${folder}/new`)), 1);
    assert.match(warned.at(-1) ?? "", /Give an empty one/);
  }));

Deno.test("backup asks the running instance, and leaves no file behind when the answer breaks off", () =>
  withFolders(async ({ folder, said, warned, out }) => {
    const { app, state, operator } = await openBundle();
    await fill(state);
    await Deno.mkdir(`${folder}/data`);
    const token = new Secret("the-operator-token-of-instance-json");
    await writeInstanceFile(`${folder}/data`, { url: "http://127.0.0.1:1", token, pid: 1 });
    const whole: Fetch = async (input, init) => await app.fetch(new Request(input, init));
    const file = `${folder}/b.backup.gz`;
    assert.equal(await backup([file, "--json"], out(`${folder}/data`, whole)), 0, warned.join("\n"));
    // One more than was there: the note of who took it.
    assert.equal(Written.parse(JSON.parse(said[0] ?? "")).records, 455);
    assert.equal(
      (await app.request("/v1/admin/backup", { headers: { "millrace-user": "ada", ...operator } })).status,
      200,
    );
    const noted = z.object({ items: z.array(z.object({ action: z.string(), object: z.string() })) })
      .parse(await (await app.request("/v1/admin/audit?action=exported", { headers: operator })).json());
    assert.deepEqual(
      noted.items.map(({ object }) => object),
      ["backup", "backup"],
      "who took everybody's data is noted",
    );

    const cut: Fetch = async (input, init) => {
      const bytes = await (await whole(input, init)).bytes();
      return new Response(bytes.slice(0, bytes.length - 100));
    };
    assert.equal(await backup([`${folder}/c.backup.gz`], out(`${folder}/data`, cut)), 1);
    assert.match(warned.at(-1) ?? "", /Cannot read the backup/);
    assert.equal([...Deno.readDirSync(folder)].some(({ name }) => name === "c.backup.gz"), false);
    await state.close();
  }));

Deno.test("backup and restore refuse a wrong call with what to do, and answer --help", () =>
  withFolders(async ({ folder, said, warned, out }) => {
    for (const command of [backup, restoreCommand]) {
      assert.equal(await command([], out(folder)), 2);
      assert.equal(await command(["a", "b"], out(folder)), 2);
      assert.equal(await command(["--what"], out(folder)), 2);
      assert.match(warned.at(-1) ?? "", /--help/);
      assert.equal(await command(["--help"], out(folder)), 0);
      assert.match(said.at(-1) ?? "", /^Usage: deno task/);
    }
    assert.equal(await restoreCommand([`${folder}/none`], out(folder)), 1);
  }));
