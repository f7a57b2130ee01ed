/**
 * `deno task backup`: writes the state into a file, while the instance goes on.
 * Needs --allow-env, --allow-read and --allow-write of DATA_DIR and the file, and --allow-net to Redis or the instance.
 */
import { parseArgs } from "node:util";
import { openState } from "../adapters.ts";
import { type Config, ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { PermanentError, StoreAwayError } from "../shared/contracts/errors.ts";
import { checkBackup, writeBackup } from "../shared/state/backup/mod.ts";
import { systemClock, systemFetch, systemRandom } from "../shared/system/mod.ts";
import { openLog } from "../shared/telemetry/mod.ts";
import { findDoor, refusalOf, UnreachableError } from "./instance.ts";
import { openCount } from "./progress_bars.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task backup FILE [--force] [--json]

Writes a backup of the state into FILE: connections with their tokens (encrypted as they are stored), cursors and
ledgers, contacts, meetings, shipments, API keys, dead letters. With the embedded set the running instance is asked for
it; else DATA_DIR or Redis are read. The instance goes on meanwhile.

Not in it: the search index and documents in transit, which are read anew after a restore, and ENCRYPTION_KEYS, which
you keep apart: without them the tokens can't be read.

Options
  --force   write over FILE when it is there
  --json    print {file, bytes, created_at, scopes, records, resources, entries, unsettled}
  --help    print this

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
`;

/** What the command needs from outside. */
export interface BackupDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly deps: Pick<Deps, "clock" | "random" | "fetch" | "log">;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** What the person did wrong, or the instance refused; the message says what to do. */
class Refused extends Error {}

/** The stream of a running instance; null where none holds the stores. */
async function fromInstance(
  config: Config,
  { deps }: BackupDeps,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | null> {
  const door = config.adapters === "embedded" ? await findDoor(config, deps.fetch) : null;
  if (door === null) return null;
  try {
    const answer = await door.call("/v1/admin/backup");
    if (!answer.ok || answer.body === null) throw new Refused(await refusalOf(answer));
    return answer.body;
  } catch (error) {
    // Its note may have outlived it.
    if (error instanceof UnreachableError) return null;
    throw error;
  }
}

async function write(config: Config, path: string, out: BackupDeps): Promise<void> {
  const file = await Deno.open(path, { write: true, create: true, truncate: true, mode: 0o600 });
  const bar = await openCount("Written", "bytes");
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      bar.add(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  const written = counted.readable.pipeTo(file.writable);
  try {
    const stream = await fromInstance(config, out);
    if (stream !== null) await Promise.all([stream.pipeTo(counted.writable), written]);
    else {
      const state = await openState(config, out.deps);
      try {
        await Promise.all([writeBackup(state, new Date(out.deps.clock.now()), counted.writable), written]);
      } finally {
        await state.close();
      }
    }
  } finally {
    bar.stop();
  }
}

async function run(path: string, { force, json }: { force: boolean; json: boolean }, out: BackupDeps): Promise<number> {
  const config = readConfig(out.env, { mode: "task", readFile: (name) => Deno.readTextFileSync(name) });
  if (!force && await Deno.stat(path).then(() => true, () => false)) {
    throw new Refused(`${path} is there already. Name another file, or give --force.`);
  }
  // Aside, and under its name only when it is whole.
  const draft = `${path}.part`;
  await write(config, draft, out);
  const { counts, created_at } = await checkBackup(async () => (await Deno.open(draft)).readable);
  await Deno.rename(draft, path);
  const { size } = await Deno.stat(path);
  if (json) out.say(JSON.stringify({ file: path, bytes: size, created_at, ...counts }));
  else {
    out.warn(
      `${path}: ${size} bytes, ${counts.records} records, ${counts.resources} ledgers with ${counts.entries} documents.`,
    );
    if (counts.unsettled > 0) {
      out.warn(
        `${counts.unsettled} people's records changed each time they were read. After a restore: deno task verify.`,
      );
    }
    out.warn("Keep ENCRYPTION_KEYS apart from it: the tokens can't be read without them.");
  }
  return 0;
}

/** Runs the command; gives the exit code. */
export async function backup(args: readonly string[], out: BackupDeps): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        force: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
  } catch (error) {
    out.warn(`${error instanceof Error ? error.message : error}\nSee: deno task backup --help`);
    return 2;
  }
  const { values, positionals: [path = "", ...rest] } = parsed;
  if (values.help) {
    out.say(HELP);
    return 0;
  }
  if (path === "" || rest.length > 0) {
    out.warn("backup needs the name of one file\nSee: deno task backup --help");
    return 2;
  }
  try {
    return await run(path, values, out);
  } catch (error) {
    const expected = [Refused, ConfigError, StoreAwayError, PermanentError, UnreachableError, Deno.errors.NotFound];
    if (!expected.some((kind) => error instanceof kind)) throw error;
    out.warn(error instanceof Error ? error.message : "");
    return 1;
  }
}

if (import.meta.main) {
  const log = await openLog({ level: "error", pretty: false, write: (line) => warn(line.trimEnd()) });
  const deps = { clock: systemClock, random: systemRandom, fetch: systemFetch, log };
  Deno.exit(await backup(Deno.args, { env: Deno.env.toObject(), deps, say, warn }));
}
