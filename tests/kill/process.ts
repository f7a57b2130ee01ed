/** The victim as a process: started on a data folder, killed, started again on the same. */
import { z } from "zod";
import { lines } from "../../scripts/bench/lines.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const SCRIPT = new URL("./victim.ts", import.meta.url).pathname;

/** What Deno itself needs of the environment. */
const PASSED_ON = ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME", "TMPDIR"];

const Accepts = z.object({ url: z.url(), control: z.url() });

/** How a victim is started. */
export interface VictimOptions {
  readonly data_dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** `host:port` of services that it may speak to beside this machine. */
  readonly addresses: readonly string[];
}

/** A victim that has begun. */
export interface Victim {
  /** Resolves just before it opens its stores. */
  readonly opening: Promise<void>;
  /** Its addresses, as soon as it accepts. @throws Error when it ended instead */
  readonly accepts: Promise<{ readonly url: string; readonly control: string }>;
  /** `kill -9`. @throws Error when it had ended by itself */
  kill(): Promise<void>;
}

/** Starts a victim as an instance runs: with the lock file as it is, and no more permissions than it needs. */
export function startVictim({ data_dir, env, addresses }: VictimOptions): Victim {
  const permissions = [
    "--no-prompt",
    `--allow-net=${["127.0.0.1", "localhost", ...addresses].join(",")}`,
    "--allow-read",
    `--allow-write=${data_dir}`,
    "--allow-env",
    "--allow-sys=homedir,hostname,networkInterfaces,statfs",
  ];
  const outside = Object.fromEntries(PASSED_ON.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--cached-only", "--frozen", ...permissions, SCRIPT],
    cwd: ROOT,
    clearEnv: true,
    env: { ...outside, ...env, DATA_DIR: data_dir },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const said = lines(process.stdout);
  const next = async (): Promise<unknown> => {
    const line = await said.next();
    if (line.done === true) throw new Error("The victim ended before it was killed");
    return JSON.parse(line.value);
  };
  const opening = next().then(() => {});
  const accepts = opening.then(async () => Accepts.parse(await next()));
  // Whoever is killed early says nothing more; only who waits for it has to know.
  opening.catch(() => {});
  accepts.catch(() => {});
  let ended: Deno.CommandStatus | undefined;
  const status = process.status.then((how) => ended = how);
  return {
    opening,
    accepts,
    async kill() {
      if (ended === undefined) process.kill("SIGKILL");
      const { signal, code } = await status;
      await accepts.catch(() => {});
      await said.return(undefined);
      if (signal !== "SIGKILL") throw new Error(`The victim ended by itself with code ${code}`);
    },
  };
}

/** A port that nobody uses, outside of those that the system gives away, so that it is free after each kill as well. */
export function freePort(from: number): number {
  for (let port = from;; port++) {
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
