/** A process of a bench: started with this folder's script, asked line by line, ended with its input. */
import process from "node:process";
import { z } from "zod";
import { lines } from "./lines.ts";

/** As an instance runs, but for programs: nothing here starts any. */
const PERMISSIONS = [
  "--no-prompt",
  "--allow-net=127.0.0.1",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys=homedir,hostname,networkInterfaces,statfs",
];

/** A running process. */
export interface Child {
  /** Its next line of output. @throws Error when it ended instead */
  line(): Promise<string>;
  /** Hands it a line and gives the next line that it says. */
  ask(line: string): Promise<string>;
  /** Closes its input, upon which it ends, as it does when this process dies. */
  end(): Promise<void>;
}

/**
 * @param script a file of this folder
 * @param env what it gets beside this process's environment
 */
export function startChild(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const file = new URL(script, import.meta.url).pathname;
  const spawned = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...PERMISSIONS, file, ...args],
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = spawned.stdin.getWriter();
  const said = lines(spawned.stdout);

  async function line(): Promise<string> {
    const next = await said.next();
    if (next.done === true) throw new Error(`Cannot go on: ${script} ended`);
    return next.value;
  }

  return {
    line,
    async ask(text) {
      await writer.write(new TextEncoder().encode(`${text}\n`));
      return await line();
    },
    async end() {
      await writer.close().catch(() => {});
      await said.return(undefined);
      await spawned.status;
    },
  };
}

/**
 * The other side: says a line, and answers each line that comes with the processor time it has taken so far. Resolves
 * when the parent has closed the input.
 */
export async function sayAndWait(value: unknown): Promise<void> {
  const answer = (said: unknown) => Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(said)}\n`));
  await answer(value);
  for await (const _ of lines(Deno.stdin.readable)) {
    const { user, system } = process.cpuUsage();
    await answer({ cpu_seconds: (user + system) / 1_000_000 });
  }
}

const Used = z.object({ cpu_seconds: z.number() });

/** The processor time that a process has taken so far, all its threads together. */
export async function cpuSeconds(child: Child): Promise<number> {
  return Used.parse(JSON.parse(await child.ask(""))).cpu_seconds;
}
