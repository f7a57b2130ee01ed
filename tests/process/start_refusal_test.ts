/** A program that can't start says why and what to do, in words, and ends with a code that scripts can use. */
import assert from "node:assert/strict";
import { join } from "node:path";

const ROOT = new URL("../..", import.meta.url);
const KEY = `k1:${btoa("k".repeat(32))}`;

interface Ended {
  readonly code: number;
  readonly said: string;
}

async function run(script: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net", "--allow-read", "--allow-write", "--allow-env", script, ...args],
    cwd: ROOT,
    env: { PUBLIC_URL: "http://127.0.0.1:1", ENCRYPTION_KEYS: KEY, NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, said: text.decode(stdout) + text.decode(stderr) };
}

const noStack = ({ said }: Ended) => assert.doesNotMatch(said, /^ +at |Uncaught/m, said);

for (const [task, script] of [["start", "main.ts"], ["dev", "scripts/dev.ts"]] as const) {
  Deno.test(`deno task ${task} refuses an option and an argument that it does not know, with code 2`, async () => {
    for (const wrong of ["--bogus", "bogus"]) {
      const ended = await run(script, [wrong], {});
      assert.equal(ended.code, 2, ended.said);
      assert.match(ended.said, /bogus/);
      assert.match(ended.said, new RegExp(`See: deno task ${task} --help`));
      noStack(ended);
    }
  });
}

Deno.test("deno task start says that its port is taken", async () => {
  const folder = await Deno.makeTempDir();
  using taken = Deno.listen({ port: 0 });
  const port = String(taken.addr.port);
  const ended = await run("main.ts", [], { DATA_DIR: folder, PORT: port });
  assert.equal(ended.code, 1, ended.said);
  assert.match(ended.said, new RegExp(`Port ${port} is taken`));
  noStack(ended);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("deno task start says that its data folder can't be made, or read", async () => {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "file");
  await Deno.writeTextFile(file, "");
  const damaged = join(folder, "damaged");
  await Deno.mkdir(damaged);
  await Deno.writeTextFile(join(damaged, "state.sqlite"), "no database ".repeat(1_000));
  for (const DATA_DIR of [file, join(file, "below"), damaged]) {
    const ended = await run("main.ts", [], { DATA_DIR, PORT: "0" });
    assert.equal(ended.code, 1, ended.said);
    assert.ok(ended.said.includes(DATA_DIR) && ended.said.includes("DATA_DIR"), ended.said);
    noStack(ended);
  }
  await Deno.remove(folder, { recursive: true });
});
