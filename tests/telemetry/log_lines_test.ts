import assert from "node:assert/strict";
import fc from "fast-check";
import type { LogFields } from "../../shared/contracts/deps.ts";
import { openLog } from "../../shared/telemetry/mod.ts";
import { redactName, redactText } from "../../shared/telemetry/redact.ts";

/** A log whose turn of the event loop ends when the test says so. */
async function setup() {
  const written: string[] = [];
  const ends: (() => void)[] = [];
  const log = await openLog({
    level: "debug",
    pretty: false,
    write: (lines) => written.push(lines),
    atTurnEnd: (then) => ends.push(then),
  });
  const endTurn = () => ends.splice(0).forEach((then) => then());
  const messages = () => written.join("").trimEnd().split("\n").filter((line) => line !== "").map(messageOf);
  return { log, written, endTurn, messages };
}

const messageOf = (line: string): string => JSON.parse(line).msg;

Deno.test("openLog() writes the lines of a turn together at its end, in their order", async () => {
  const { log, written, endTurn, messages } = await setup();
  for (const message of ["a", "b", "c"]) log.info(message);
  assert.deepEqual(written, []);
  endTurn();
  assert.equal(written.length, 1);
  log.debug("d");
  endTurn();
  endTurn();
  assert.equal(written.length, 2);
  assert.deepEqual(messages(), ["a", "b", "c", "d"]);
});

for (const level of ["warn", "error"] as const) {
  Deno.test(`openLog() writes a line of level ${level} at once, behind those that waited`, async () => {
    const { log, endTurn, messages } = await setup();
    log.info("a");
    log[level]("b");
    assert.deepEqual(messages(), ["a", "b"]);
    log.info("c");
    endTurn();
    assert.deepEqual(messages(), ["a", "b", "c"]);
  });
}

Deno.test("openLog() holds no more than 64 Ki characters of lines back in a turn", async () => {
  const { log, written } = await setup();
  for (let line = 0; line < 1_000; line++) log.info("x".repeat(500));
  const longest = Math.max(...written.map((lines) => lines.length));
  assert.ok(written.length >= 7, `${written.length} writes`);
  assert.ok(longest < 65 * 1024, `${longest} characters`);
});

Deno.test("openLog() goes on when the lines of a turn can't be written", async () => {
  let broken = true;
  const written: string[] = [];
  const ends: (() => void)[] = [];
  const log = await openLog({
    level: "info",
    pretty: false,
    write(lines) {
      if (broken) throw new Error("no space left");
      written.push(lines);
    },
    atTurnEnd: (then) => ends.push(then),
  });
  log.info("a");
  ends.splice(0).forEach((then) => then());
  assert.throws(() => log.error("b"), /no space left/);
  broken = false;
  log.info("c");
  ends.splice(0).forEach((then) => then());
  assert.deepEqual(written.map((line) => messageOf(line)), ["c"]);
});

const word = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.stringMatching(/^[A-Za-z0-9_-]{0,40}$/),
  fc.stringMatching(/^[\w.@=:\/ "\\\n-]{0,40}$/),
  fc.constant("a".repeat(9_000)),
  fc.constant("9fKx2LqPz7VbTn4RwYc8Hd3Js6Gm1Ae5"),
);

Deno.test("openLog() writes each value as JSON of what redaction leaves of it, however plain it looks", async () => {
  const { log, written, endTurn } = await setup();
  fc.assert(fc.property(word, word, fc.double(), (message_id, reason, duration_ms) => {
    written.length = 0;
    const fields: LogFields = { message_id, reason, duration_ms };
    log.info("said", fields);
    endTurn();
    const { time: _, ...line } = JSON.parse(written.join(""));
    const number: unknown = JSON.parse(JSON.stringify({ duration_ms })).duration_ms;
    assert.deepEqual(line, {
      level: "info",
      message_id: redactName(message_id),
      reason: redactText(reason),
      duration_ms: number,
      msg: "said",
    });
  }));
});

const MODULE = new URL("../../shared/telemetry/mod.ts", import.meta.url).href;

/** Says two lines in a process of its own, which then ends in that way. @returns the lines on its standard output */
async function linesOf(end: string): Promise<string[]> {
  const program = `import { openLog } from ${JSON.stringify(MODULE)};
    const log = await openLog({ level: "info", pretty: false });
    log.info("first");
    log.info("second");
    ${end}`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--config", config, `data:text/typescript,${encodeURIComponent(program)}`],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "").map(messageOf);
}

const ENDS = {
  "ends by itself": "",
  "exits in the middle of a turn": "Deno.exit(3);",
  "throws": `throw new Error("a bug");`,
  "throws in a microtask": `queueMicrotask(() => { throw new Error("a bug"); });`,
  "leaves a rejection unhandled": `Promise.reject(new Error("a bug"));`,
};

for (const [name, end] of Object.entries(ENDS)) {
  Deno.test(`openLog() has written every line when the process ${name}`, async () => {
    assert.deepEqual(await linesOf(end), ["first", "second"]);
  });
}

Deno.test("openLog() writes what Cloud Logging reads when asked: severity, message and the trace of the project", async () => {
  const lines: string[] = [];
  const form = { kind: "cloud", project_id: "acme" } as const;
  const log = await openLog({
    level: "info",
    pretty: false,
    form,
    write: (text) => lines.push(text),
    atTurnEnd: (then) => then(),
    clock: { now: () => 0 },
  });
  log.warn("push.handled", { trace_id: "0af7651916cd43dd8448eb211c80319c", count: 2 });
  log.info("no trace", { trace_id: 'x","severity":"EMERGENCY' });
  assert.deepEqual(JSON.parse(lines[0] ?? ""), {
    time: "1970-01-01T00:00:00.000Z",
    severity: "WARNING",
    "logging.googleapis.com/trace": "projects/acme/traces/0af7651916cd43dd8448eb211c80319c",
    trace_id: "0af7651916cd43dd8448eb211c80319c",
    count: 2,
    message: "push.handled",
  });
  const second = JSON.parse(lines[1] ?? "");
  assert.equal(second.severity, "INFO");
  assert.ok(!("logging.googleapis.com/trace" in second));
});
