import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import type { LogFields } from "../../shared/contracts/deps.ts";
import { type LogLevel, openLog } from "../../shared/telemetry/mod.ts";

async function setup(level: LogLevel = "debug", pretty = false) {
  const written: string[] = [];
  const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) };
  const log = await openLog({
    level,
    pretty,
    clock,
    write: (line) => written.push(line),
    atTurnEnd: (then) => then(),
  });
  const lines = () => written.map((line) => JSON.parse(line));
  return { log, written, lines };
}

Deno.test("openLog() writes one JSON line each with level, time, fields and message", async () => {
  const { log, written } = await setup();
  log.info("delivered 100 % of %s", { event_id: "e1", duration_ms: 12, revision: 1_700_000_000_000_001 });
  assert.deepEqual(written, [
    '{"time":"2026-01-02T03:04:05.006Z","level":"info","event_id":"e1","duration_ms":12,' +
    '"revision":1700000000000001,"msg":"delivered 100 % of %s"}\n',
  ]);
});

Deno.test("openLog() writes nothing below its level and everything from it on", async () => {
  const said: Record<string, string[]> = {};
  for (const level of ["debug", "info", "warn", "error", "silent"] as const) {
    const { log, lines } = await setup(level);
    log.debug("d");
    log.info("i");
    log.warn("w");
    log.error("e");
    said[level] = lines().map((line) => line.level);
  }
  assert.deepEqual(said, {
    debug: ["debug", "info", "warn", "error"],
    info: ["info", "warn", "error"],
    warn: ["warn", "error"],
    error: ["error"],
    silent: [],
  });
});

Deno.test("openLog() drops fields of other names and values that are no plain value", async () => {
  const { log, lines } = await setup();
  const fields: LogFields = { doc_id: "d1" };
  Object.assign(fields, {
    token: "t",
    authorization: "a",
    cookie: "c",
    password: "p",
    body: "b",
    subject: "s",
    level: "forged",
    msg: "forged",
    constructor: "x",
    reason: { text: "an object" },
  });
  log.info("done", fields);
  assert.deepEqual(lines(), [{ time: "2026-01-02T03:04:05.006Z", level: "info", doc_id: "d1", msg: "done" }]);
});

Deno.test("openLog() redacts the message and each text value", async () => {
  const { log, lines } = await setup();
  log.warn("ada@example.com was told to wait", {
    user_id: "ada@example.com",
    reason: "key mr_9fKx2LqPz7VbTn4RwYc8Hd3Js6Gm1Ae5 refused",
    message_id: "9fKx2LqPz7VbTn4RwYc8Hd3Js6Gm1Ae5",
  });
  const [line] = lines();
  assert.equal(line.msg, "[address] was told to wait");
  assert.equal(line.user_id, "[address]");
  assert.equal(line.reason, "key [secret] refused");
  assert.equal(line.message_id, "9fKx2LqPz7VbTn4RwYc8Hd3Js6Gm1Ae5");
});

Deno.test("openLog() writes an error as name, message, code, stack and causes, redacted, without its other properties", async () => {
  const { log, written, lines } = await setup();
  const cause = new TypeError("bad bob@example.com");
  const error = Object.assign(new Error("Cannot reach ada@example.com", { cause }), {
    code: "ECONNREFUSED",
    response: { body: "Dear Ada" },
  });
  log.error("failed", { error });
  const written1 = lines()[0].error;
  assert.deepEqual(Object.keys(written1), ["name", "message", "code", "stack", "cause"]);
  assert.equal(written1.message, "Cannot reach [address]");
  assert.equal(written1.code, "ECONNREFUSED");
  assert.match(written1.stack, /^Error: Cannot reach \[address\]\n {4}at .*log_test\.ts/);
  assert.equal(written1.cause.name, "TypeError");
  assert.ok(!/example\.com|Dear/.test(written.join("")));
});

Deno.test("openLog() writes what was thrown without being an error, and ends a circle of causes", async () => {
  const { log, lines } = await setup();
  const circle = new Error("a");
  circle.cause = circle;
  log.error("text", { error: "for ada@example.com" });
  log.error("object", { error: { secret: "x" } });
  log.error("circle", { error: circle });
  const errors = lines().map((line) => line.error);
  assert.deepEqual(errors.slice(0, 2), [
    { name: "thrown string", message: "for [address]" },
    { name: "thrown object", message: "" },
  ]);
  assert.equal(JSON.stringify(errors[2]).split('"message":"a"').length - 1, 4);
});

Deno.test("openLog() keeps a line one line whatever the message holds", async () => {
  const { log, written, lines } = await setup();
  log.info('first\n{"level":"error","msg":"forged"}', { reason: "a\r\nb\u2028" });
  assert.equal(written.length, 1);
  assert.equal(written[0]?.trimEnd().includes("\n"), false);
  assert.equal(lines()[0].reason, "a\r\nb\u2028");
});

Deno.test("openLog() writes lines for people when pretty", async () => {
  const { log, written } = await setup("info", true);
  log.info("delivered", { event_id: "e1" });
  const plain = stripVTControlCharacters(written.join(""));
  assert.match(plain, /^\[\d\d:04:05\.006\] INFO: delivered \{"event_id":"e1"\}\n$/);
});
