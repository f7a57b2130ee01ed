/** Hostile files at the product's own limits, in a process with the product's own permissions. */
import assert from "node:assert/strict";
import { z } from "zod";
import { bomb, fullSheet, nested, ordinarySheet, repeatedString } from "./hostile_files.ts";
import { paragraph, wordFile } from "./office_files.ts";

const ROOT = new URL("../../", import.meta.url);
const CONFIG = z.object({ tasks: z.object({ start: z.string() }) }).parse(
  JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))),
);
const Report = z.object({ outcomes: z.record(z.string(), z.string()), grown_bytes: z.number() });

Deno.test("with the permissions of the task start, hostile files cost at most 200 MB, and the process ends", async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace-content-" });
  try {
    const files = {
      "1.word": wordFile(paragraph("x")),
      "2.word": bomb(1_000),
      "3.word": bomb(1_000, "elements"),
      "4.word": nested(100_000),
      "5.sheet": fullSheet(),
      "6.sheet": repeatedString(100_000),
      "7.sheet": ordinarySheet(150_000),
      "8.word": wordFile(
        Array.from({ length: 40_000 }, (_, at) => paragraph(`Chapter ${at * 7919}`, "Heading1")).join(""),
      ),
      "9.word": wordFile(paragraph("x")),
    };
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${folder}/${name}`, bytes);
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        ...CONFIG.tasks.start.split(" ").filter((word) => word.startsWith("--")),
        "tests/content/read_files.ts",
        folder,
      ],
      cwd: ROOT.pathname,
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const { outcomes, grown_bytes } = Report.parse(JSON.parse(new TextDecoder().decode(stdout)));
    // Cut, or on a machine that is busy, refused for its time: never more.
    const { "5.sheet": sheet, "7.sheet": ordinary, ...others } = outcomes;
    for (const one of [sheet, ordinary]) assert.match(one ?? "", /^(truncated|timeout)$/);
    assert.deepEqual(others, {
      "1.word": "whole",
      "2.word": "bomb",
      "3.word": "bomb",
      "4.word": "too_deep",
      "6.sheet": "truncated",
      "8.word": "truncated",
      "9.word": "whole",
    });
    assert.ok(grown_bytes < 200_000_000, `${grown_bytes}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the thread may neither read files nor the environment nor reach the network", async () => {
  // What the product opens is looked at from inside by a worker of the same kind.
  const probe = `const states = [];
    for (const name of ["read", "write", "net", "env", "run", "sys", "ffi"]) {
      states.push(name + ":" + (await Deno.permissions.query({ name })).state);
    }
    postMessage(states);`;
  const opened: unknown[] = [];
  const Original = globalThis.Worker;
  const worker = Promise.withResolvers<unknown>();
  globalThis.Worker = class extends Original {
    constructor(specifier: string | URL, options?: WorkerOptions) {
      opened.push(String(specifier));
      super(`data:application/javascript,${encodeURIComponent(probe)}`, options);
      this.addEventListener("message", ({ data }) => {
        worker.resolve(data);
        this.terminate();
      });
    }
  };
  try {
    const { Thread } = await import("../../shared/content/thread.ts");
    const { systemClock } = await import("../../shared/system/mod.ts");
    new Thread(systemClock);
    const states = z.array(z.string()).parse(await worker.promise);
    assert.equal(states.length, 7);
    for (const state of states) assert.doesNotMatch(state, /granted/);
    assert.match(String(opened), /shared\/content\/worker\.ts$/);
  } finally {
    globalThis.Worker = Original;
  }
});
