import assert from "node:assert/strict";
import { join } from "node:path";
import { counted, type Counts, countsLine } from "../../scripts/test/counts.ts";
import { selectTests } from "../../scripts/test/select.ts";
import { openServices } from "../../scripts/test/services.ts";

/** Runs test files of the given texts as the task does, and counts them. */
async function run(files: Record<string, string>): Promise<Counts> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
    const report = join(folder, "report.xml");
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-config", "--no-check", "--no-prompt", `--junit-path=${report}`, "."],
      cwd: folder,
      stdout: "null",
      stderr: "null",
    }).output();
    return counted(await Deno.readTextFile(report), success);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("counted() counts passes, failures and skips of a real run, and steps as part of their test", async () => {
  const counts = await run({
    "a_test.ts": `
      Deno.test("a", () => {});
      Deno.test("a > b", () => {});
      Deno.test("<c & \\"d\\">", () => {});
      Deno.test.ignore("skipped", () => {});
      Deno.test("with steps", async (t) => { await t.step("one", () => {}); await t.step("two", () => {}); });
      Deno.test("fails", () => { throw new Error("x") });`,
    "b_test.ts": `
      Deno.test("never ends", () => new Promise(() => {}));
      Deno.test("fails in a step", async (t) => { await t.step("one", () => { throw new Error("y") }); });`,
  });
  // "a > b" cannot be told from a step "b" of "a", which is why it is the one name of its kind here.
  assert.deepEqual(counts, { passed: 3, failed: 3, skipped: 1 });
});

Deno.test("counted() counts tests by where they run, also when another file registers them", async () => {
  const counts = await run({
    "suite.ts": `export function suite() { Deno.test("from the suite", () => {}); }`,
    "a_test.ts": `import { suite } from "./suite.ts"; suite(); Deno.test("fails", () => { throw new Error("x") });`,
    "b_test.ts": `import { suite } from "./suite.ts"; suite();`,
  });
  assert.deepEqual(counts, { passed: 2, failed: 1, skipped: 0 });
});

Deno.test("counted() counts a file that cannot be loaded as one failure", async () => {
  const counts = await run({ "a_test.ts": `Deno.test("a", () => {});`, "b_test.ts": `throw new Error("not loaded");` });
  assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 0 });
});

Deno.test("counted() counts one failure when a run fails before it reports anything", () => {
  assert.deepEqual(counted("", false), { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("countsLine() names the skipped only when there are any", () => {
  assert.equal(countsLine({ passed: 12, failed: 0, skipped: 0 }), "12 passed, 0 failed");
  assert.equal(countsLine({ passed: 1, failed: 2, skipped: 3 }), "1 passed, 2 failed, 3 skipped");
});

Deno.test("selectTests() takes files by parts of their path, else tests by parts of their name", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "tests", "bus"), { recursive: true });
    for (const file of ["bus/publish_test.ts", "bus/setup.ts", "log_test.ts"]) {
      await Deno.writeTextFile(join(root, "tests", file), "");
    }
    const all = ["tests/bus/publish_test.ts", "tests/log_test.ts"];
    assert.deepEqual(selectTests(root, []), ["tests/"]);
    assert.deepEqual(selectTests(root, ["bus"]), [all[0]]);
    assert.deepEqual(selectTests(root, ["./tests/log_test.ts", "bus/"]), all);
    assert.deepEqual(selectTests(root, ["f() is", "zero"]), ["--filter=/f\\(\\) is|zero/", "tests/"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("openServices() uses the addresses of the environment, and allows their hosts without credentials", async () => {
  await using services = await openServices({
    REDIS_URL: "redis://me:pa55@cache.example:6380/2",
    PUBSUB_EMULATOR_HOST: "localhost:8085",
  }, true);
  assert.deepEqual(services.env, {
    MILLRACE_TEST_REDIS_URL: "redis://me:pa55@cache.example:6380/2",
    MILLRACE_TEST_PUBSUB_EMULATOR_HOST: "localhost:8085",
  });
  assert.deepEqual(services.hosts, ["cache.example:6380", "localhost:8085"]);
  assert.deepEqual(services.absent, []);
});

Deno.test("openServices() reports each service in one line when it may not start any", async () => {
  await using services = await openServices({}, false);
  assert.equal(services.absent.length, 2);
  for (const line of services.absent) assert.match(line, /^skipped [^\n]+: [^\n]+; to have it: [^\n]+$/);
  assert.deepEqual(services.env, {});
});
