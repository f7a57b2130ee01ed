/** What `deno task reindex` does: each step is asked of the running instance, and may be asked again. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { ConfigError, readConfig } from "../shared/contracts/config.ts";
import { IndexVersions } from "../shared/contracts/index_versions.ts";
import { type BatchDeps, follow } from "./batch_command.ts";
import { type Door, findDoor, refusalOf, UnreachableError } from "./instance.ts";

const HELP = `Usage: deno task reindex            build a second version of the index, fill it and compare
       deno task reindex --switch   search the second version
       deno task reindex --back     search the former version again
       deno task reindex --end      keep the version that is searched, remove the other one
       deno task reindex --status   which versions there are

The version that is searched goes on being searched and fed meanwhile. The second one hears of changes by subscriptions of
its own, vespa-loader-{topic}-v{n}, and is filled person by person from what the providers hold; what they do not give
(an account that was disconnected) is taken over. Ctrl-C stops; the same command goes on where it was.
The instance is found by DATA_DIR/instance.json, else by PUBLIC_URL and ADMIN_API_KEY.

Options
  --url URL         where the instance answers; with ADMIN_API_KEY
  --json            one JSON object for each person, or for the versions
  --help            print this

Exit codes: 0 done, and both versions hold and find the same; 1 they differ, or something was refused; 2 wrong usage;
3 no instance is running; 130 stopped by you.
`;

const OPTIONS = {
  switch: { type: "boolean", default: false },
  back: { type: "boolean", default: false },
  end: { type: "boolean", default: false },
  status: { type: "boolean", default: false },
  url: { type: "string", default: "" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;

type Options = ReturnType<typeof parseOptions>;

function parseOptions(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS }).values;
}

/** What the command needs from outside. */
export type ReindexDeps = BatchDeps;

const Page = z.object({
  items: z.array(z.object({ user_id: z.string(), batch_id: z.string() })),
  next_cursor: z.string(),
});
const Carried = z.object({ carried: z.int(), next_cursor: z.string() });
const Compared = z.object({
  documents: z.object({ active: z.int(), other: z.int() }),
  differing: z.array(z.object({ what: z.string(), active: z.int(), other: z.int() })),
  queries: z.int(),
  agreement: z.number(),
});

/** What was published last is on its way to the index for a while. */
const LOOKS_MAX = 30;
const LOOK_AGAIN_MS = 1_000;

/** Both versions cut ties as they like, so their first hits may differ a little. */
const AGREEMENT_MIN = 0.9;

/** The instance refused, and said why. */
class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Runs the command; gives the exit code. */
export async function runReindex(args: readonly string[], out: ReindexDeps): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    out.warn(`${error instanceof Error ? error.message : error}\nSee: deno task reindex --help`);
    return 2;
  }
  if (options.help) {
    out.say(HELP);
    return 0;
  }
  const chosen = (["switch", "back", "end", "status"] as const).filter((name) => options[name]);
  if (chosen.length > 1) {
    out.warn(`Choose one of ${chosen.map((name) => `--${name}`).join(", ")}\nSee: deno task reindex --help`);
    return 2;
  }
  try {
    const config = readConfig(out.env, { mode: "task", readFile: (path) => Deno.readTextFileSync(path) });
    const door = await findDoor(config, out.fetch, options.url);
    if (door === null) {
      out.warn("No Millrace is running here. Start one with: deno task dev");
      return 3;
    }
    const [command] = chosen;
    if (command === undefined) return await build(door, options, out);
    const versions = command === "status"
      ? await ask(door, "GET", "", undefined, IndexVersions)
      : await ask(door, "POST", `/${command}`, {}, IndexVersions);
    out.say(options.json ? JSON.stringify(versions) : told(versions));
    return 0;
  } catch (error) {
    if (out.signal.aborted) return stopped(out);
    if (!(error instanceof UnreachableError || error instanceof ConfigError || error instanceof RefusedError)) {
      throw error;
    }
    out.warn(error.message);
    return error instanceof UnreachableError ? 3 : 1;
  }
}

async function build(door: Door, options: Options, out: ReindexDeps): Promise<number> {
  const { extra } = await ask(door, "POST", "/build", {}, IndexVersions);
  if (!options.json) out.warn(`Version ${extra} is being built. The version that is searched stays as it is.`);
  let cursor = "", people = 0, differing = 0;
  do {
    const page = await ask(door, "POST", "/fill", { cursor }, Page);
    for (const { user_id, batch_id } of page.items) {
      const same = await fillPerson(door, user_id, batch_id, options, out);
      if (out.signal.aborted) return stopped(out);
      people++;
      if (!same) differing++;
    }
    cursor = page.next_cursor;
  } while (cursor !== "");
  if (!options.json) {
    out.say(
      differing === 0
        ? `Version ${extra} holds and finds the same for all ${people} people. Search it with: deno task reindex --switch`
        : `Version ${extra} differs for ${differing} of ${people} people, see above. Run this again, or give it up with: deno task reindex --end`,
    );
  }
  return differing === 0 ? 0 : 1;
}

/** Follows one person's refill to its end. @returns whether both versions hold and find the same then */
async function fillPerson(
  door: Door,
  user_id: string,
  batch_id: string,
  { json }: Options,
  out: ReindexDeps,
): Promise<boolean> {
  if (batch_id !== "") {
    const silent = { ...out, say: () => {} };
    const last = await follow(door, { user: user_id, json }, batch_id, silent);
    if (out.signal.aborted) return false;
    if (last === null) throw new UnreachableError("The instance went away. Go on with: deno task reindex");
  }
  let compared = await ask(door, "POST", "/compare", { user_id }, Compared);
  let carried = 0;
  for (let looks = 0; !isSame(compared) && looks < LOOKS_MAX && !out.signal.aborted; looks++) {
    // At once for who has nothing to read from; else what was read is waited for first.
    if (looks > 0 || batch_id === "") carried += await carry(door, user_id);
    if (looks > 0 || batch_id !== "") await out.clock.sleep(LOOK_AGAIN_MS, out.signal).catch(() => {});
    compared = await ask(door, "POST", "/compare", { user_id }, Compared);
  }
  const same = isSame(compared);
  if (json) out.say(JSON.stringify({ user_id, batch_id, carried, same, ...compared }));
  else {
    const { documents, differing, queries, agreement } = compared;
    out.say(
      `${user_id}: ${documents.other} of ${documents.active} documents, ${carried} of them taken over; ` +
        `${queries} searches agree by ${Math.round(agreement * 100)} %`,
    );
    for (const { what, active, other } of differing) out.say(`  ${what}: ${other} instead of ${active}`);
  }
  return same;
}

function isSame({ differing, agreement }: z.infer<typeof Compared>): boolean {
  return differing.length === 0 && agreement >= AGREEMENT_MIN;
}

async function carry(door: Door, user_id: string): Promise<number> {
  let cursor = "", carried = 0;
  do {
    const page = await ask(door, "POST", "/carry", { user_id, cursor }, Carried);
    carried += page.carried;
    cursor = page.next_cursor;
  } while (cursor !== "");
  return carried;
}

async function ask<S extends z.ZodType>(
  door: Door,
  method: "GET" | "POST",
  path: string,
  json: unknown,
  schema: S,
): Promise<z.output<S>> {
  const response = await door.call(`/v1/admin/index${path}`, { method, ...(method === "GET" ? {} : { json }) });
  if (!response.ok) throw new RefusedError(await refusalOf(response));
  return schema.parse(await response.json());
}

function told({ active, base, extra, leaving }: IndexVersions): string {
  const other = active === extra ? base : extra;
  const beside = other > 0 && other !== active ? `; version ${other} is kept beside it` : "";
  const going = leaving === null ? "" : `; version ${leaving.version} is removed after ${leaving.after}`;
  return `Version ${active} is searched${beside}${going}.`;
}

function stopped(out: ReindexDeps): number {
  out.warn("Stopped. Go on with: deno task reindex");
  return 130;
}
