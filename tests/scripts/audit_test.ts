import assert from "node:assert/strict";
import { writeInstanceFile } from "../../instance_file.ts";
import { audit } from "../../scripts/audit.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { openBundle } from "../routes/app_bundle.ts";

Deno.test("audit prints the log of the running instance, narrowed and as JSON, and says what is wrong usage", async () => {
  const bundle = await openBundle();
  const { app, operator, deps, state } = bundle;
  const DATA_DIR = await Deno.makeTempDir();
  try {
    const token = new Secret("the-operator-token-of-instance-json");
    await writeInstanceFile(DATA_DIR, { url: "http://127.0.0.1:1", token, pid: 1 });
    for (const user of ["ada", "ben\u001b"]) {
      await app.request("/v1/connections", { headers: { ...operator, "millrace-user": encodeURIComponent(user) } });
    }
    const said: string[] = [];
    const warned: string[] = [];
    const run = (...args: string[]) =>
      audit(args, {
        env: { DATA_DIR },
        fetch: async (input, init) => await app.request(String(input), init),
        clock: deps.clock,
        say: (line) => said.push(line),
        warn: (line) => warned.push(line),
      });
    assert.equal(await run("--user", "ada", "--action", "acted_for"), 0);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^\S+Z {2}acted_for {5}admin_key for ada {2}GET \/v1\/connections$/);
    said.length = 0;
    assert.equal(await run("--json", "--from", "2020-01-01"), 0);
    const actions = said.map((line) => JSON.parse(line).action).sort();
    assert.deepEqual(actions, ["acted_for", "acted_for", "exported", "exported"]);
    assert.equal(await run("--until", "yesterday"), 2);
    assert.equal(await run("ada"), 2);
    assert.equal(await run("--nope"), 2);
    assert.equal(await run("--action", "nothing"), 1);
    assert.match(warned.at(-1) ?? "", /action/);
    assert.equal(await run("--help"), 0);
    await Deno.remove(`${DATA_DIR}/instance.json`);
    assert.equal(await run(), 3);
  } finally {
    await Deno.remove(DATA_DIR, { recursive: true });
    await state.close();
  }
});
