import assert from "node:assert/strict";
import { openDeadLetters } from "../../consumers/dead_letters/mod.ts";
import { replay } from "../../scripts/replay.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { DeadLetterStore } from "../../consumers/dead_letters/store.ts";
import { eventAttributes } from "../../shared/contracts/event.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { emailEvent, LOADER } from "../consumers/dispatch_rig.ts";
import { RecordingBus } from "../consumers/recording_bus.ts";
import { openBundle } from "../routes/app_bundle.ts";
import { testDeps } from "../routes/test_app.ts";
import { openTerminal } from "./door_terminal.ts";

async function openWorld(count: number) {
  const deps = testDeps();
  const state = openSqliteState({ path: ":memory:", ...deps });
  const bus = new RecordingBus();
  const bundle = await openBundle({ ports: { dead_letters: openDeadLetters({ state, bus, deps }) } });
  const store = new DeadLetterStore(state);
  for (let at = 0; at < count; at++) {
    const event = await emailEvent({ revision: deps.clock.now() * 1_000 + at });
    const letter: DeadLetter = {
      dead_letter_id: `letter_${at}`,
      subscription: LOADER,
      topic: "emails",
      kind: "exhausted",
      reason: "no_room: There is no room",
      field: "",
      retry_at: "",
      message_id: String(at),
      published_at: "2026-03-02T08:00:00.000Z",
      failed_at: new Date(Date.UTC(2026, 2, 2, 8) + at).toISOString(),
      attempts: 5,
      user_id: "ada",
      attributes: eventAttributes(event),
      data_base64: at === 2 ? "e30=" : new TextEncoder().encode(JSON.stringify(event)).toBase64(),
    };
    await store.put(letter);
  }
  const terminal = await openTerminal(bundle, replay);
  return { bundle, bus, deps, terminal, ...terminal };
}

Deno.test("replay shows what there is, hands back all that match, and says what stays", async () => {
  const { terminal, run, said, warned, bus, deps, bundle } = await openWorld(6);
  await using _closed = terminal;
  assert.equal(await run(), 0);
  assert.match(said[0] ?? "", /^ +6 {2}vespa-loader-emails {2}exhausted {2}no_room {2}2026/);
  assert.equal(await run("--all", "--preview"), 0);
  assert.equal(bus.on("emails").length, 0);
  assert.equal(await deps.clock.runUntil(run("--all", "--user", "ada", "--rate", "1000"), { stepMs: 10 }), 1);
  assert.equal(bus.on("emails").length, 5);
  assert.match(warned.join("\n"), /5 handed back/);
  assert.match(warned.join("\n"), /letter_2 stays: not_replayable/);
  assert.equal(await run("--discard", "its publisher is corrected", "letter_2", "letter_9"), 1);
  assert.match(warned.join("\n"), /1 given up\.\n1 of these ids are not listed/);
  const audit = await bundle.app.request("/v1/admin/audit", { headers: bundle.operator });
  const entries: { action: string; object: string; note: string }[] = (await audit.json()).items;
  assert.deepEqual(entries.map(({ action, object, note }) => [action, object, note]).sort(), [
    ["discarded", "letter_2 letter_9", "1 given up: its publisher is corrected"],
    ["replayed", "ada", "5 handed back"],
  ]);
  assert.equal(await run("--json"), 0);
  assert.deepEqual(JSON.parse(said.at(-1) ?? ""), { count: 0, truncated: false, groups: [] });
});

Deno.test("replay refuses wrong usage before anything is handed back", async () => {
  const { terminal, run, bus } = await openWorld(1);
  await using _closed = terminal;
  const wrong = [["--rate", "0"], ["--rate", "x", "--all"], ["--all", "letter_0"], ["--discard", "why"], ["--nope"]];
  for (const args of wrong) assert.equal(await run(...args), 2, args.join(" "));
  assert.equal(bus.on("emails").length, 0);
  assert.equal(await run("--kind", "nonsense"), 1);
});
