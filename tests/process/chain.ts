/** Chains of processes as `npx -y deno@2 …` makes them, without needing npx or the network. */
import assert from "node:assert/strict";
import { join } from "node:path";

/** How long a process of a chain may stay after the outermost was killed, of a machine's undivided attention. */
export const STAY_MS_MAX = 3_000;

/** A second counts as this much of one while more wants to run than there are processors. */
async function undivided(): Promise<number> {
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", "cat /proc/loadavg"], stderr: "null" }).output();
  const [, running] = / (\d+)\/\d+ /.exec(new TextDecoder().decode(stdout)) ?? [];
  return Math.min(1, navigator.hardwareConcurrency / Number(running ?? Deno.loadavg()[0]));
}

/**
 * Looks every 20 ms until it finds something.
 * @param msMax fails after this time, which goes by the slower the more else the machine has to do
 */
export async function eventually<T>(what: string, msMax: number, look: () => Promise<T | undefined>): Promise<T> {
  let before = Date.now();
  for (let left = msMax; left > 0;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = Date.now();
    left -= (now - before) * await undivided();
    before = now;
  }
  assert.fail(`${what}: not within ${msMax} ms`);
}

/** A file's text; undefined while it is not there. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return await Deno.readTextFile(file).catch(() => undefined);
}

/** A running chain: a script named npx, a shell, and the Deno that was asked for. */
export interface Chain {
  readonly outermost: Deno.ChildProcess;
  /** What all of them have said. */
  said(): Promise<string>;
  /** Ends the outermost if it runs. The others are to end by themselves. */
  end(): Promise<void>;
}

/** Starts `npx` → sh → `deno {args}` with files in the folder. */
export async function startChain(
  folder: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Chain> {
  const npx = join(folder, "npx");
  const output = join(folder, "output.txt");
  // The trailing `:` keeps a shell from becoming its last command, so that each stays a process of the chain.
  await Deno.writeTextFile(npx, `#!/bin/sh\nout=$1; shift\n/bin/sh -c '"$@"; :' sh "$@" >"$out" 2>&1\n:\n`, {
    mode: 0o755,
  });
  const outermost = new Deno.Command(npx, {
    args: [output, Deno.execPath(), ...args],
    ...options,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  outermost.status.then(() => ended = true);
  return {
    outermost,
    said: async () => await readIfThere(output) ?? "",
    async end() {
      if (!ended) outermost.kill("SIGKILL");
      await outermost.status;
    },
  };
}
