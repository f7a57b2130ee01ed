/** The files around the source tree say the same as each other. */
import assert from "node:assert/strict";
import { z } from "zod";

const read = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
const VERSION = read(".deno-version").trim();
const DOCKERFILE = read("Dockerfile");
const CONFIG = z.object({ tasks: z.record(z.string(), z.string()), imports: z.record(z.string(), z.string()) }).parse(
  JSON.parse(read("deno.json")),
);

/** The options of a `deno run` that give a permission. */
function permissions(words: readonly string[]): string[] {
  return words.filter((word) => /^(--allow|--no-prompt|-A|--deny)/.test(word)).sort();
}

function entrypoint(): string[] {
  const words = /^ENTRYPOINT (\[.*\])$/m.exec(DOCKERFILE)?.[1];
  return z.array(z.string()).parse(JSON.parse(words ?? "null"));
}

Deno.test("Dockerfile uses the Deno of .deno-version in every stage", () => {
  assert.match(VERSION, /^\d+\.\d+\.\d+$/);
  assert.equal(/^ARG DENO_VERSION=(.*)$/m.exec(DOCKERFILE)?.[1], VERSION);
  const images = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image ?? "");
  assert.ok(images.length > 0);
  for (const image of images) assert.match(image, /^denoland\/deno:(distroless-)?\$\{DENO_VERSION\}$/);
});

Deno.test("Dockerfile runs the program with the permissions of the task start, as nobody, and never by npx", () => {
  const task = CONFIG.tasks.start?.split(" ") ?? [];
  assert.deepEqual(permissions(entrypoint()), permissions(task));
  assert.equal(entrypoint().at(-1), "main.ts");
  assert.match(DOCKERFILE, /^USER (?!0\b)\d+:\d+$/m);
  assert.doesNotMatch(DOCKERFILE, /\b(npx|npm)\b/);
});

Deno.test("the task start has only the permissions it needs", () => {
  const task = CONFIG.tasks.start?.split(" ") ?? [];
  assert.ok(task.includes("--no-prompt"));
  for (const word of task) assert.doesNotMatch(word, /^(-A|--allow-all|--allow-run|--allow-ffi|--allow-import)/);
});

Deno.test(".dockerignore lets every path through that Dockerfile copies", () => {
  const through = read(".dockerignore").split("\n").filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const copied = [...DOCKERFILE.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, paths]) =>
    (paths ?? "").split(" ")
  );
  assert.ok(copied.length >= 5);
  for (const path of copied) assert.ok(through.includes(path.replace(/\/$/, "")), path);
});

Deno.test("every task runs a script that is there, without a prompt", () => {
  const root = new URL("../../", import.meta.url);
  for (const [name, command] of Object.entries(CONFIG.tasks)) {
    const script = /\bdeno run .*?(\S+\.ts)/.exec(command)?.[1];
    if (script === undefined) continue;
    assert.ok(Deno.statSync(new URL(script, root)).isFile, `${name}: ${script}`);
    assert.ok(command.includes("--no-prompt"), name);
  }
});

Deno.test("every imported package has an exact version", () => {
  for (const [name, target] of Object.entries(CONFIG.imports)) {
    assert.match(target, /^(npm|jsr):\/?(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(-[\w.]+)?\/?$/, name);
  }
});
