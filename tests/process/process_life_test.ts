import assert from "node:assert/strict";
import { join } from "node:path";
import { type Ancestor, ancestors, chainOf, type ProcessSource } from "../../scripts/process_life.ts";
import { eventually, readIfThere, startChain, STAY_MS_MAX } from "./chain.ts";

const WATCHED = new URL("./watched.ts", import.meta.url).pathname;

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

/** Starts a chain whose innermost process watches it. */
async function startWatched(source: ProcessSource) {
  const folder = await Deno.makeTempDir({ prefix: "millrace-chain-" });
  const said = join(folder, "said");
  const permissions = ["--no-prompt", "--allow-run", "--allow-read", "--allow-write"];
  const started = await startChain(folder, ["run", ...permissions, WATCHED, source, said]);
  const ready = await eventually("the innermost process starts", 20_000, async () => {
    const text = await readIfThere(said);
    return text === undefined ? undefined : JSON.parse(text) as { pid: number; chain: number[] };
  });
  return { folder, said, started, ...ready };
}

for (const source of SOURCES) {
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    Deno.test(`watchAncestors() by ${source} ends the innermost process when npx alone gets ${signal}`, async () => {
      const { folder, said, started, pid, chain } = await startWatched(source);
      try {
        // Whoever runs the tests by npx has a longer chain; ours is its nearer part.
        const [shell, npx] = chain;
        assert.equal(npx, started.outermost.pid);
        started.outermost.kill(signal);
        await eventually("the innermost process ends", STAY_MS_MAX, async () => {
          return (await ancestors(pid, source)).length === 0 ? true : undefined;
        });
        assert.equal(await readIfThere(said), "gone");
        await eventually("the shell between ends", STAY_MS_MAX, async () => {
          return (await ancestors(shell ?? 0, source)).length === 0 ? true : undefined;
        });
      } finally {
        await started.end();
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
