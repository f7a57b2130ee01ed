/** `cold-start`: from the start of the process to its first answer. */
import { freePort } from "../services/supervise.ts";
import { compare, figure, type Round } from "./compare.ts";
import { type Judged, type Measure, ratioResult } from "./measure.ts";

const JUDGED: Judged = { name: "cold-start", unit: "ms", target: 1.5, better: "lower" };
const ROUNDS = 11;
const LOOK_MS = 2;
const GIVE_UP_MS = 30_000;
const ENCRYPTION_KEY_BYTES = 32;

/** What is started: the file by its path from the project's root, with what it needs. */
interface Program {
  readonly file: string;
  readonly args: (port: number, data_dir: string) => readonly string[];
  readonly env: (port: number, data_dir: string) => Readonly<Record<string, string>>;
}

const OURS: Program = {
  file: "main.ts",
  args: () => [],
  env: (port, data_dir) => ({
    PORT: String(port),
    DATA_DIR: data_dir,
    PUBLIC_URL: "https://millrace.example",
    ENCRYPTION_KEYS: `bench:${new Uint8Array(ENCRYPTION_KEY_BYTES).toBase64()}`,
  }),
};
const BARE: Program = {
  file: "scripts/bench/bare_start.ts",
  args: (port, data_dir) => [String(port), data_dir],
  env: () => ({}),
};

/** The permissions of `deno task start`, for both: checking them is part of a start. */
const PERMISSIONS = [
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys=homedir,hostname,networkInterfaces,statfs",
];

/** Milliseconds until `/healthz` answers. The files of the data folder are there already, as at every start but one. */
function startOf(program: Program, data_dir: string): Round {
  return async () => {
    const port = freePort();
    const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
    const started = performance.now();
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...PERMISSIONS, program.file, ...program.args(port, data_dir)],
      cwd: new URL("../..", import.meta.url).pathname,
      clearEnv: true,
      env: { PATH, HOME, ...(DENO_DIR === undefined ? {} : { DENO_DIR }), ...program.env(port, data_dir) },
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    try {
      await firstAnswer(port, started + GIVE_UP_MS);
      return performance.now() - started;
    } finally {
      child.kill("SIGTERM");
      await child.status;
    }
  };
}

async function firstAnswer(port: number, until: number): Promise<void> {
  while (performance.now() < until) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
      await answer.body?.cancel();
      if (answer.status === 200) return;
    } catch {
      // Nobody listens yet.
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error("Cannot bench: the process does not answer");
}

/**
 * Ours: `main.ts` with the embedded adapters, as `deno task start` runs it. Baseline: a process that loads the same web
 * libraries (Hono, zod, OpenAPI), opens one SQLite file and answers. Packages are there and compiled for both.
 */
export const coldStart: Measure = {
  names: ["cold-start"],
  about: "from the start of the process to its first answer, against a bare process with the same web libraries",
  async run(progress) {
    const data_dir = await Deno.makeTempDir({ prefix: "millrace-bench-" });
    try {
      const rounds = { ours: startOf(OURS, data_dir), baseline: startOf(BARE, data_dir) };
      const compared = await compare(ROUNDS, rounds, progress);
      const { value, baseline } = compared;
      return [{
        result: ratioResult(JUDGED, compared),
        notes: [`${figure(value)} ms against ${figure(baseline)} ms, medians of ${ROUNDS} starts each`],
      }];
    } finally {
      await Deno.remove(data_dir, { recursive: true });
    }
  },
};
