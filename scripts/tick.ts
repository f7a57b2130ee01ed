/**
 * `deno task tick`: runs a tick of the running instance until it has nothing more to do, for cron and systemd.
 * Needs --allow-env, --allow-read of DATA_DIR, and --allow-net to the instance.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Fetch } from "../shared/contracts/deps.ts";
import { TICK_EVERY_SECONDS } from "../shared/contracts/schedule.ts";
import { systemFetch } from "../shared/system/mod.ts";
import { findDoor, refusalOf, UnreachableError } from "./instance.ts";
import { say, warn } from "./terminal.ts";

const NAMES = Object.keys(TICK_EVERY_SECONDS);

const HELP = `Usage: deno task tick NAME [--url URL] [--json]

Runs a tick, slice by slice, until it has nothing more to do. Two at once do nothing twice.

Ticks, and how often each is due
${Object.entries(TICK_EVERY_SECONDS).map(([name, seconds]) => `  ${name.padEnd(10)}  every ${seconds} s`).join("\n")}

Only where no scheduler calls them: deno task dev, and deno task start without Pub/Sub, tick by themselves.
The instance is found by DATA_DIR/instance.json, else by PUBLIC_URL and ADMIN_API_KEY.

Options
  --url URL   where the instance answers; with ADMIN_API_KEY
  --json      one JSON object: {tick, slices, done}
  --help      print this

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no instance is running.
`;

/** What the command needs from outside. */
export interface TickDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** After so many slices the next call of cron goes on. */
const SLICES_MAX = 1_000;

const Answer = z.object({ done: z.int(), more: z.boolean() });

/** Runs the command; gives the exit code. */
export async function tick(args: readonly string[], out: TickDeps): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: "string", default: "" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
  } catch (error) {
    out.warn(`${error instanceof Error ? error.message : error}\nSee: deno task tick --help`);
    return 2;
  }
  const { values, positionals: [name = "", ...rest] } = parsed;
  if (values.help) {
    out.say(HELP);
    return 0;
  }
  if (!NAMES.includes(name) || rest.length > 0) {
    out.warn(`tick needs one of: ${NAMES.join(", ")}\nSee: deno task tick --help`);
    return 2;
  }
  try {
    return await run(name, values, out);
  } catch (error) {
    if (!(error instanceof UnreachableError || error instanceof ConfigError)) throw error;
    out.warn(error.message);
    return error instanceof UnreachableError ? 3 : 1;
  }
}

async function run(name: string, { url, json }: { url: string; json: boolean }, out: TickDeps): Promise<number> {
  const config = readConfig(out.env, { mode: "task", readFile: (path) => Deno.readTextFileSync(path) });
  const door = await findDoor(config, out.fetch, url);
  if (door === null) {
    out.warn("No Millrace is known here. Name it by --url, or set PUBLIC_URL, and set ADMIN_API_KEY.");
    return 3;
  }
  let done = 0;
  let slices = 0;
  for (let more = true; more && slices < SLICES_MAX; slices++) {
    const response = await door.call(`/ticks/${name}`, { method: "POST" });
    if (!response.ok) {
      out.warn(await refusalOf(response));
      return 1;
    }
    const answer = Answer.parse(await response.json());
    done += answer.done;
    more = answer.more;
  }
  out.say(json ? JSON.stringify({ tick: name, slices, done }) : `${name}: ${done} done in ${slices} slices`);
  return 0;
}

if (import.meta.main) {
  Deno.exit(await tick(Deno.args, { env: Deno.env.toObject(), fetch: systemFetch, say, warn }));
}
