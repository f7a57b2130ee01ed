import assert from "node:assert/strict";
import { audit } from "../../scripts/audit.ts";
import { openBundle } from "../routes/app_bundle.ts";
import { openTerminal } from "./door_terminal.ts";

Deno.test("audit prints the log of the running instance, narrowed and as JSON, and says what is wrong usage", async () => {
  const bundle = await openBundle();
  for (const user of ["ada", "ben\u001b"]) {
    const headers = { ...bundle.operator, "millrace-user": encodeURIComponent(user) };
    await bundle.app.request("/v1/connections", { headers });
  }
  await using terminal = await openTerminal(bundle, audit);
  const { run, said, warned, DATA_DIR } = terminal;
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
});
