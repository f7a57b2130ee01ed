/**
 * `deno task restore`: puts a backup into an empty state, on whichever adapter is configured.
 * Needs --allow-env, --allow-read and --allow-write of DATA_DIR, --allow-read of the file, and --allow-net to Redis.
 */
import { parseArgs } from "node:util";
import { openState } from "../adapters.ts";
import { ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { PermanentError, TransientError } from "../shared/contracts/errors.ts";
import { type BackupCounts, checkBackup, restoreBackup } from "../shared/state/backup/mod.ts";
import { systemClock, systemRandom } from "../shared/system/mod.ts";
import { openLog } from "../shared/telemetry/mod.ts";
import { openCount } from "./progress_bars.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task restore FILE [--check] [--json]

Puts a backup into the configured state, which has to be empty: a new DATA_DIR, or an empty Redis database. It may come
from the other adapter, which is how an installation moves from SQLite to Redis. No instance may run on it meanwhile.

Afterwards start the instances with the same ENCRYPTION_KEYS. Every connection is then read from its cursor on and,
within twenty minutes, compared with what index, contacts, meetings and shipments hold; what they lack is published again.

Options
  --check   only read the file, and say whether it is whole
  --json    print {file, created_at, scopes, records, resources, entries, unsettled}
  --help    print this

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
`;

/** What the command needs from outside. */
export interface RestoreDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly deps: Pick<Deps, "clock" | "random" | "log">;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

async function run(
  path: string,
  { check, json }: { check: boolean; json: boolean },
  out: RestoreDeps,
): Promise<number> {
  const open = async () => (await Deno.open(path)).readable;
  const { created_at, counts } = await checkBackup(open);
  if (!check) await restore(open, counts, out);
  if (json) out.say(JSON.stringify({ file: path, created_at, ...counts }));
  else if (check) {
    out.warn(`${path} is whole: of ${created_at}, ${counts.records} records, ${counts.entries} documents.`);
  } else {out.warn(
      `Restored ${counts.records} records and the ledgers of ${counts.entries} documents, of ${created_at}.`,
    );}
  return 0;
}

async function restore(
  open: () => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>,
  whole: BackupCounts,
  out: RestoreDeps,
): Promise<void> {
  const config = readConfig(out.env, { mode: "task", readFile: (name) => Deno.readTextFileSync(name) });
  if (config.adapters === "embedded") await Deno.mkdir(config.data_dir, { recursive: true, mode: 0o700 });
  const state = await openState(config, out.deps);
  const bar = await openCount(`Restored of ${whole.records + whole.entries}`, "records and documents");
  let shown = 0;
  try {
    await restoreBackup(state, open, ({ records, entries }) => {
      bar.add(records + entries - shown);
      shown = records + entries;
    });
  } finally {
    bar.stop();
    await state.close();
  }
}

/** Runs the command; gives the exit code. */
export async function restoreCommand(args: readonly string[], out: RestoreDeps): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        check: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
  } catch (error) {
    out.warn(`${error instanceof Error ? error.message : error}\nSee: deno task restore --help`);
    return 2;
  }
  const { values, positionals: [path = "", ...rest] } = parsed;
  if (values.help) {
    out.say(HELP);
    return 0;
  }
  if (path === "" || rest.length > 0) {
    out.warn("restore needs the name of one file\nSee: deno task restore --help");
    return 2;
  }
  try {
    return await run(path, values, out);
  } catch (error) {
    const expected = [ConfigError, PermanentError, TransientError, Deno.errors.NotFound];
    if (!expected.some((kind) => error instanceof kind)) throw error;
    out.warn(error instanceof Error ? error.message : "");
    return 1;
  }
}

if (import.meta.main) {
  const log = await openLog({ level: "error", pretty: false, write: (line) => warn(line.trimEnd()) });
  Deno.exit(
    await restoreCommand(Deno.args, {
      env: Deno.env.toObject(),
      deps: { clock: systemClock, random: systemRandom, log },
      say,
      warn,
    }),
  );
}
