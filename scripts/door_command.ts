/** What tasks that ask a running instance have in common: their options, finding the instance, saying what went wrong. */
import { ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Clock, Fetch } from "../shared/contracts/deps.ts";
import { type Door, findDoor, refusalOf, UnreachableError } from "./instance.ts";

/** What such a task needs from outside. */
export interface DoorDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Aborted when the person has seen enough. */
  readonly signal?: AbortSignal;
}

/** The arguments make no sense. The message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The instance says no; the message is its own. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The answer, if it is one. @throws RefusedError */
export async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new RefusedError(await refusalOf(response), response.status);
}

/** Letters that move a terminal's cursor have no business in what other people wrote. */
export function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, "?");
}

/** Every such task has these, for `parseArgs`. */
export const DOOR_OPTIONS = {
  url: { type: "string", default: "" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;

/** The options that every such task has, for its help. */
export const DOOR_HELP = `  --url URL   where the instance answers; with ADMIN_API_KEY
  --json      print JSON
  --help      print this

The instance is found by DATA_DIR/instance.json, else by PUBLIC_URL and ADMIN_API_KEY.`;

/** The exit codes of these tasks, for their help. */
export const EXIT_CODES = "0 done, 1 refused or failed, 2 wrong usage, 3 no instance is running";

/** The way to the instance. @throws UnreachableError when none is known */
export async function openDoor({ env, fetch }: DoorDeps, url: string): Promise<Door> {
  const config = readConfig(env, { mode: "task", readFile: (path) => Deno.readTextFileSync(path) });
  const door = await findDoor(config, fetch, url);
  if (door !== null) return door;
  throw new UnreachableError("No Millrace is known here. Name it by --url, or set PUBLIC_URL, and set ADMIN_API_KEY.");
}

/** Runs a task and says what went wrong. @returns the exit code */
export async function runTask(
  name: string,
  out: Pick<DoorDeps, "warn" | "signal">,
  task: () => Promise<number>,
): Promise<number> {
  try {
    return await task();
  } catch (error) {
    if (out.signal?.aborted) return 130;
    if (!(error instanceof Error)) throw error;
    if (error instanceof UsageError || isUsage(error)) {
      out.warn(`${error.message}\nSee: deno task ${name} --help`);
      return 2;
    }
    if (![ConfigError, UnreachableError, RefusedError].some((kind) => error instanceof kind)) throw error;
    out.warn(error.message);
    return error instanceof UnreachableError ? 3 : 1;
  }
}

/** What `parseArgs` throws for options that it does not know. */
function isUsage(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && error.code.startsWith("ERR_PARSE_ARGS");
}

/** A moment that a person wrote: a day, or a whole moment. @throws UsageError */
export function momentOf(option: string, text: string): string {
  const ms = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isFinite(ms)) return new Date(ms).toISOString();
  throw new UsageError(`${option} must be a day as 2026-01-31, or a moment as 2026-01-31T12:00:00Z`);
}
