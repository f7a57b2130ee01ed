/**
 * `deno task import`: gives files to the running instance and shows how far their reading is.
 * Needs --allow-env, --allow-read of DATA_DIR and of the files, and --allow-net to the instance.
 */
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { SingleBar } from "cli-progress";
import { z } from "zod";
import { ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Clock, Fetch } from "../shared/contracts/deps.ts";
import { userIdOf } from "../shared/contracts/ids.ts";
import { systemClock, systemFetch } from "../shared/system/mod.ts";
import { type Door, findDoor, refusalOf, UnreachableError } from "./instance.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task import --user ada [--source NAME] [--json] PATH...

Makes a person's own files searchable, without an account at a provider: mbox, eml, ics, vcf, docx, xlsx, pptx, and
ZIP archives of such, as Google Takeout makes them. Of a folder, everything in it that can be read is taken.
The instance is found by DATA_DIR/instance.json, else by PUBLIC_URL and ADMIN_API_KEY.

What has been taken in is read on by the instance, whatever becomes of this command; the same files once more are
found to be there already, so that a command that was broken off is simply run again.

Options
  --user NAME     whose files these are
  --source NAME   what the connection is called that they belong to (archive)
  --json          one JSON object a file
  --help          print this

Exit codes: 0 all was read, 1 something was refused, 2 wrong usage, 3 no instance is running, 130 ended by you.
`;

/** What the command needs from outside. */
export interface ImportDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Aborted when the person ends it. */
  readonly signal?: AbortSignal;
}

/** A file to be given: where it is, and the name that it is given with. */
interface Given {
  readonly path: string;
  readonly name: string;
}

/** Files that are given at once. */
const AT_ONCE = 4;
/** How often it is asked how far they are. */
const ASK_EVERY_MS = 500;
/** Malformed items that a person is shown of one file; `--json` has more. */
const SHOWN = 10;
const LISTED = 200;

/** In a folder: mail programs keep mailboxes in files without an ending. */
const READABLE = /(\.(mbox|mbx|eml|ics|vcf|docx|xlsx|pptx|zip)|^[^.]+)$/i;

const Received = z.object({ import_id: z.string() });
const Told = z.object({
  import_id: z.string(),
  state: z.enum(["reading", "done"]),
  files: z.number(),
  left_out: z.number(),
  refused_count: z.number(),
  refused: z.array(z.object({ name: z.string(), reason: z.string() })),
  total_bytes: z.number(),
  read_bytes: z.number(),
  found: z.number(),
  duplicates: z.number(),
});
type Told = z.infer<typeof Told>;
const Malformed = z.object({ name: z.string(), offset: z.number(), reason: z.string() });
const MalformedPage = z.object({ items: z.array(Malformed) });

/** Names are other people's words: what would move a terminal's cursor is not printed. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, " ");

/** The files of a path; links in folders are not followed. */
export async function* filesOf(path: string, name = basename(path)): AsyncGenerator<Given> {
  if (!(await Deno.stat(path)).isDirectory) return yield { path, name };
  const entries = await Array.fromAsync(Deno.readDir(path));
  for (const entry of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const inside = join(path, entry.name);
    if (entry.isDirectory) yield* filesOf(inside, `${name}/${entry.name}`);
    else if (entry.isFile && READABLE.test(entry.name)) yield { path: inside, name: `${name}/${entry.name}` };
  }
}

interface Session {
  readonly door: Door;
  readonly user: string;
  readonly source: string;
  readonly json: boolean;
  /** Null when a program reads what is said. */
  readonly bars: Bars | null;
  readonly out: ImportDeps;
}

/** A bar for each file that takes long enough to be looked at. */
interface Bars {
  show(name: string, told: Told): void;
  stop(): void;
}

const FORMAT = "{name} {bar} {percentage}%  {found} found";

/** Opens the bars, on the standard error output; the library is loaded only now. */
async function openBars(): Promise<Bars> {
  const { default: progress } = await import("cli-progress");
  const multi = new progress.MultiBar({ format: FORMAT, hideCursor: true, noTTYOutput: true, notTTYSchedule: 5_000 });
  const bars = new Map<string, SingleBar>();
  return {
    show(name, { import_id, state, total_bytes, read_bytes, found }) {
      const bar = bars.get(import_id);
      const percent = state === "done" ? 100 : total_bytes === 0 ? 0 : Math.floor(100 * read_bytes / total_bytes);
      const payload = { name: printable(name).slice(-40).padEnd(40), found };
      if (bar !== undefined) bar.update(percent, payload);
      else if (state !== "done") bars.set(import_id, multi.create(100, percent, payload));
    },
    stop: () => multi.stop(),
  };
}

/**
 * Gives one file and waits until it is read. What a person is told of it is added to the reports.
 * @returns whether all of it was read
 */
async function importFile(session: Session, { path, name }: Given, reports: (() => void)[]): Promise<boolean> {
  const { door, user, source, json, out } = session;
  const file = await Deno.open(path, { read: true });
  const { mtime } = await file.stat();
  const response = await door.call(`/v1/imports?source=${source}`, {
    ...calling(session),
    method: "POST",
    stream: file.readable,
    headers: {
      "content-type": "application/octet-stream",
      "millrace-file": encodeURIComponent(name),
      ...(mtime === null ? {} : { "last-modified": mtime.toUTCString() }),
    },
  });
  if (!response.ok) {
    const reason = await refusalOf(response);
    if (json) out.say(JSON.stringify({ name, error: reason }));
    else reports.push(() => out.warn(`${printable(name)}: ${reason}`));
    return false;
  }
  const { import_id } = Received.parse(await response.json());
  const told = await follow(session, name, import_id);
  const page = await door.call(`/v1/imports/${import_id}/refused?limit=${LISTED}`, calling(session));
  const malformed = page.ok ? MalformedPage.parse(await page.json()).items : [];
  if (json) out.say(JSON.stringify({ name, user, ...told, malformed }));
  else reports.push(() => report(out, name, told, malformed));
  return told.refused_count + malformed.length === 0;
}

function calling({ user, out }: Session) {
  return { user, ...(out.signal === undefined ? {} : { signal: out.signal }) };
}

async function follow(session: Session, name: string, import_id: string): Promise<Told> {
  for (;;) {
    const response = await session.door.call(`/v1/imports/${import_id}`, calling(session));
    if (!response.ok) throw new UnreachableError(await refusalOf(response));
    const told = Told.parse(await response.json());
    session.bars?.show(name, told);
    if (told.state === "done") return told;
    await session.out.clock.sleep(ASK_EVERY_MS, session.out.signal);
  }
}

function report(out: ImportDeps, name: string, told: Told, malformed: readonly z.infer<typeof Malformed>[]): void {
  const { found, duplicates, files, left_out } = told;
  const parts = [`${found} found`, `${duplicates} of them there already`];
  if (files > 1) parts.unshift(`${files} files`);
  if (left_out > 0) parts.push(`${left_out} files of other kinds left out`);
  out.say(`${printable(name)}: ${parts.join(", ")}`);
  const problems = [
    ...told.refused,
    ...malformed.map(({ name, offset, reason }) => ({ name: `${name} at byte ${offset}`, reason })),
  ];
  for (const problem of problems.slice(0, SHOWN)) out.warn(`  ${printable(problem.name)}: ${problem.reason}`);
  if (problems.length > SHOWN) out.warn(`  and ${problems.length - SHOWN} more: see --json`);
}

async function run(session: Session, paths: readonly string[]): Promise<number> {
  const files: Given[] = [];
  for (const path of paths) for await (const file of filesOf(path)) files.push(file);
  let whole = true;
  const reports: (() => void)[] = [];
  const next = files.values();
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const file of next) {
        const read = await importFile(session, file, reports);
        whole &&= read;
      }
    }));
  } finally {
    // Between the bars they would be overwritten.
    session.bars?.stop();
    for (const report of reports) report();
  }
  return whole ? 0 : 1;
}

/** Runs the command; gives the exit code. */
export async function importCommand(args: readonly string[], out: ImportDeps): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        user: { type: "string" },
        source: { type: "string", default: "archive" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
  } catch (error) {
    out.warn(`${error instanceof Error ? error.message : error}\nSee: deno task import --help`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help) {
    out.say(HELP);
    return 0;
  }
  if (values.user === undefined || values.user === "" || positionals.length === 0) {
    out.warn("import needs --user and at least one path\nSee: deno task import --help");
    return 2;
  }
  try {
    const config = readConfig(out.env, { mode: "task", readFile: (path) => Deno.readTextFileSync(path) });
    const door = await findDoor(config, out.fetch);
    if (door === null) {
      out.warn("No Millrace is running here. Start one with: deno task dev");
      return 3;
    }
    const user = await userIdOf(values.user);
    const source = encodeURIComponent(values.source);
    const { json } = values;
    return await run({ door, user, source, json, bars: json ? null : await openBars(), out }, positionals);
  } catch (error) {
    if (out.signal?.aborted) {
      out.warn("Ended. What was taken in is read on; run the same command again for the rest.");
      return 130;
    }
    if (error instanceof UnreachableError) {
      out.warn(`${error.message}. Start one with: deno task dev`);
      return 3;
    }
    if (!(error instanceof ConfigError || error instanceof Deno.errors.NotFound)) throw error;
    out.warn(error.message);
    return 2;
  }
}

if (import.meta.main) {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());

  Deno.exit(
    await importCommand(Deno.args, {
      env: Deno.env.toObject(),
      fetch: systemFetch,
      clock: systemClock,
      say,
      warn,
      signal: stop.signal,
    }),
  );
}
