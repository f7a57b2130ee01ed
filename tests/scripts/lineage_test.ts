import assert from "node:assert/strict";
import { lineage, linesOf } from "../../scripts/lineage.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { CONNECTION, KEY } from "../consumers/office/world.ts";
import { openBundle } from "../routes/app_bundle.ts";
import { openTerminal } from "./door_terminal.ts";

const DOC_ID = "fedcba9876543210fedcba9876543210";

Deno.test("lineage prints each place with its time, and what mends it; a stranger's document is not found", async () => {
  const bundle = await openBundle();
  const { state, deps } = bundle;
  await state.records({ user_id: "ada" }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: KEY.connection_id, value: CONNECTION },
  ]);
  const taken = await state.leases.acquire(KEY, "change-1");
  assert.ok(taken.kind === "acquired");
  await state.ledger(KEY).commit(taken.lease, {
    entries: [{
      doc_id: DOC_ID,
      doc_type: "email",
      provider_id: "AAMk\u001b1",
      container: "inbox",
      hash: "h",
      revision: deps.clock.now() * 1_000,
      version: 0,
      state: "published",
      epoch: 0,
      doubt: "",
    }],
  });
  await using terminal = await openTerminal(bundle, lineage);
  const { run, said, warned } = terminal;
  assert.equal(await run("--user", "ada", DOC_ID), 0);
  const text = said.join("\n");
  assert.match(text, /^email fedc/);
  assert.match(text, /ledger +c1 mail +published/);
  assert.match(text, /on_its_way: /);
  assert.ok(!text.includes("\u001b"));
  assert.equal(await run("--user", "ada", DOC_ID, "--json"), 0);
  assert.deepEqual(linesOf(JSON.parse(said.at(-1) ?? "")).length, 8);
  assert.equal(await run("--user", "ben", DOC_ID), 1);
  assert.match(warned.at(-1) ?? "", /deno task verify/);
  for (const wrong of [[DOC_ID], ["--user", "ada"], ["--user", "ada", "x"], ["--user", "ada", DOC_ID, "y"]]) {
    assert.equal(await run(...wrong), 2, wrong.join(" "));
  }
});
