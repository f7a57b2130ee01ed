/**
 * `deno task tail`: follows a person's changes as the running instance handles them.
 * Needs --allow-env, --allow-read of DATA_DIR, and --allow-net to the instance.
 */
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Fetch } from "../shared/contracts/deps.ts";
import { FeedEvent } from "../shared/contracts/feed.ts";
import { systemFetch } from "../shared/system/mod.ts";
import { findDoor, refusalOf, UnreachableError } from "./instance.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task tail --user ada [--json]

Shows each change of a person as it becomes searchable: time, operation, kind, title, folder. Ends with Ctrl-C.
The instance is found by DATA_DIR/instance.json, else by PUBLIC_URL and ADMIN_API_KEY.

Options
  --user NAME   whose changes
  --json        one JSON object a line
  --help        print this

Exit codes: 0 ended by you, 1 refused or the instance went away, 2 wrong usage, 3 no instance is running.
`;

/** What the command needs from outside. */
export interface TailDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Aborted when the person has seen enough. */
  readonly signal?: AbortSignal;
}

/** A stream that sends more than this without an end of line is not one of ours. */
const LINE_CHARACTERS_MAX = 1024 * 1024;

/** The data of each server-sent event. Source: html.spec.whatwg.org, "Server-sent events". */
export async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  let data: string[] = [];
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARACTERS_MAX) throw new RangeError("Cannot read the stream: a line has no end");
    for (const line of lines) {
      if (line.startsWith("data:")) data.push(line.slice("data:".length).replace(/^ /, ""));
      if (line !== "" || data.length === 0) continue;
      yield data.join("\n");
      data = [];
    }
  }
}

/** Titles are other people's words: what would move a terminal's cursor or colour it is not printed. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, " ").replaceAll(/\s+/g, " ").trim();

/** A change as a line for people. */
export function lineOf({ time, operation, doc_type, title, folder }: FeedEvent): string {
  const place = folder === "" ? "" : `  [${printable(folder)}]`;
  return `${time.slice(11, 19)}  ${operation.padEnd(6)}  ${doc_type.padEnd(8)}  ${printable(title)}${place}`.trimEnd();
}

async function follow(user: string, json: boolean, out: TailDeps): Promise<number> {
  const config = readConfig(out.env, { mode: "task", readFile: (path) => Deno.readTextFileSync(path) });
  const door = await findDoor(config, out.fetch);
  if (door === null) {
    out.warn("No Millrace is running here. Start one with: deno task dev");
    return 3;
  }
  const response = await door.call("/v1/events", { user, ...(out.signal === undefined ? {} : { signal: out.signal }) });
  if (!response.ok || response.body === null) {
    out.warn(await refusalOf(response));
    return 1;
  }
  out.warn(`Watching the changes of ${user} at ${door.url}`);
  for await (const data of eventData(response.body)) {
    const event = FeedEvent.parse(JSON.parse(data));
    out.say(json ? JSON.stringify(event) : lineOf(event));
  }
  out.warn("The instance ended the stream.");
  return 1;
}

/** Runs the command; gives the exit code. */
export async function tail(args: readonly string[], out: TailDeps): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        user: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    }));
  } catch (error) {
    out.warn(`${error instanceof Error ? error.message : error}\nSee: deno task tail --help`);
    return 2;
  }
  if (values.help) {
    out.say(HELP);
    return 0;
  }
  if (values.user === undefined || values.user === "") {
    out.warn("tail needs --user\nSee: deno task tail --help");
    return 2;
  }
  try {
    return await follow(values.user, values.json, out);
  } catch (error) {
    if (out.signal?.aborted) return 0;
    if (error instanceof UnreachableError) {
      out.warn(`${error.message}. Start one with: deno task dev`);
      return 3;
    }
    if (!(error instanceof ConfigError || error instanceof TypeError)) throw error;
    out.warn(error instanceof ConfigError ? error.message : "The instance went away.");
    return 1;
  }
}

if (import.meta.main) {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
  Deno.exit(await tail(Deno.args, { env: Deno.env.toObject(), fetch: systemFetch, say, warn, signal: stop.signal }));
}
