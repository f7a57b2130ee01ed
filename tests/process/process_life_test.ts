import assert from "node:assert/strict";
import { join } from "node:path";
import { type Ancestor, ancestors, chainOf, type ProcessSource } from "../../scripts/process_life.ts";

const WATCHED = new URL("./watched.ts", import.meta.url).pathname;

/** How long the innermost process may stay after the outermost was killed. */
const STAY_MS_MAX = 3_000;

function hasPs(): boolean {
  try {
    return new Deno.Command("ps", { args: ["-o", "lstart=", "-p", String(Deno.pid)] }).outputSync().success;
  } catch {
    return false;
  }
}

const SOURCES: readonly ProcessSource[] = [
  ...(Deno.build.os === "linux" ? ["proc" as const] : []),
  ...(hasPs() ? ["ps" as const] : []),
];

/** Looks every 20 ms until it finds something; fails after the time. */
async function eventually<T>(what: string, msMax: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + msMax;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) assert.fail(`${what}: not within ${msMax} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The innermost process ends with it, or within a minute by itself. */
function end(outermost: Deno.ChildProcess): void {
  try {
    outermost.kill("SIGKILL");
  } catch (error) {
    // It has ended, as the test wanted.
    if (!(error instanceof TypeError)) throw error;
  }
}

async function read(file: string): Promise<string | undefined> {
  return await Deno.readTextFile(file).catch(() => undefined);
}

/** Starts `npx` (a script of that name) → sh → deno, as `npx -y deno@2 task dev` does. */
async function startChain(source: ProcessSource) {
  const folder = await Deno.makeTempDir({ prefix: "millrace-chain-" });
  const said = join(folder, "said");
  const npx = join(folder, "npx");
  // The trailing `:` keeps a shell from becoming its last command, so that each stays a process of the chain.
  await Deno.writeTextFile(npx, `#!/bin/sh\n/bin/sh -c '"$@"; :' sh "$@"\n:\n`, { mode: 0o755 });
  const outermost = new Deno.Command(npx, {
    args: [
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--allow-run",
      "--allow-read",
      "--allow-write",
      WATCHED,
      source,
      said,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const ready = await eventually("the innermost process starts", 20_000, async () => {
    const text = await read(said);
    return text === undefined ? undefined : JSON.parse(text) as { pid: number; chain: number[] };
  });
  return { folder, said, outermost, ...ready };
}

for (const source of SOURCES) {
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    Deno.test(`watchAncestors() by ${source} ends the innermost process when npx alone gets ${signal}`, async () => {
      const { folder, said, outermost, pid, chain } = await startChain(source);
      try {
        // Whoever runs the tests by npx has a longer chain; ours is its nearer part.
        const [shell, npx] = chain;
        assert.equal(npx, outermost.pid);
        outermost.kill(signal);
        await eventually("the innermost process ends", STAY_MS_MAX, async () => {
          return (await ancestors(pid, source)).length === 0 ? true : undefined;
        });
        assert.equal(await read(said), "gone");
        await eventually("the shell between ends", STAY_MS_MAX, async () => {
          return (await ancestors(shell ?? 0, source)).length === 0 ? true : undefined;
        });
      } finally {
        end(outermost);
        await outermost.status;
        await Deno.remove(folder, { recursive: true });
      }
    });
  }

  Deno.test(`ancestors() by ${source} lists this process first, then its parent, each with its start`, async () => {
    const [self, parent] = await ancestors(Deno.pid, source);
    assert.equal(self?.pid, Deno.pid);
    assert.equal(parent?.pid, Deno.ppid);
    assert.match(self?.command ?? "", /deno/);
    assert.deepEqual(await ancestors(Deno.pid, source).then(([again]) => again), self);
  });
}

function chain(...commands: string[]): readonly Ancestor[] {
  return commands.map((command, index) => ({ pid: 100 - index, started: "1", command }));
}

const CHAINS: [string, readonly Ancestor[], number][] = [
  [
    "all up to npx under its own title, not the terminal's shell",
    chain("deno task dev", "node /x/bin/deno task dev", "sh -c deno task dev", "npm exec deno@2 task dev", "-bash"),
    4,
  ],
  ["all up to npx as a script", chain("/x/deno task dev", "node /usr/bin/npx -y deno@2 task dev", "bash"), 2],
  ["npm run around npx", chain("deno task dev", "npm exec deno@2", "sh -c npx deno", "npm run dev", "bash"), 4],
  ["only deno task in a terminal", chain("deno task dev", "-bash", "sshd"), 1],
  ["not the shell script that starts it", chain("sh start.sh", "-bash"), 0],
  ["not an editor's node far above", chain("deno task dev", "bash", "code --type=pty", "npm start"), 1],
  ["nothing under a service manager", chain("/sbin/init"), 0],
  ["nothing for an orphan", [], 0],
];

for (const [what, all, length] of CHAINS) {
  Deno.test(`chainOf() takes ${what}`, () => {
    assert.deepEqual(chainOf(all), all.slice(0, length));
  });
}
