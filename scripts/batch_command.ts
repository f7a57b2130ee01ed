/** What `deno task sync` and `deno task verify` have in common: a batch is begun, or gone on with, and watched to its end. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { BatchCounts } from "../shared/contracts/batches.ts";
import { ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Clock, Fetch } from "../shared/contracts/deps.ts";
import { type Door, findDoor, refusalOf, UnreachableError } from "./instance.ts";
import { eventData } from "./tail.ts";

/** A batch as the instance shows it, as far as a terminal shows it. */
export const ShownBatch = z.object({
  batch_id: z.string(),
  state: z.enum(["running", "paused", "cancelled", "finished"]),
  share: z.number(),
  rate_per_second: z.number(),
  estimated_end: z.string(),
  counts: BatchCounts,
  parts: z.array(z.object({
    correlation_id: z.string(),
    provider: z.string(),
    resource: z.string(),
    state: z.string(),
    reason: z.string(),
    share: z.number(),
    counts: BatchCounts,
    failures: z.array(z.object({ doc_id: z.string(), reason: z.string() })),
  })),
});
export type ShownBatch = z.infer<typeof ShownBatch>;

/** Shows how far a batch is, as often as that changes. */
export interface Bars {
  show(batch: ShownBatch): void;
  stop(): void;
}

/** What the commands need from outside. */
export interface BatchDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, "sleep">;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly openBars: () => Promise<Bars>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** One of the commands. */
export interface BatchCommand {
  readonly name: "sync" | "verify";
  readonly kind: "refresh" | "verify";
  readonly help: string;
}

/** A stream that broke off is opened again after this. */
const AGAIN_MS = 1_000;
const TRIES_MAX = 30;

const OPTIONS = {
  user: { type: "string", default: "" },
  connection: { type: "string", multiple: true, default: [] as string[] },
  resource: { type: "string", multiple: true, default: [] as string[] },
  from: { type: "string", default: "" },
  to: { type: "string", default: "" },
  batch: { type: "string", default: "" },
  retry: { type: "string", default: "" },
  url: { type: "string", default: "" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;

type Options = ReturnType<typeof parseOptions>;

function parseOptions(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS }).values;
}

/** Runs the command; gives the exit code. */
export async function runBatchCommand(
  command: BatchCommand,
  args: readonly string[],
  out: BatchDeps,
): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    out.warn(`${error instanceof Error ? error.message : error}\nSee: deno task ${command.name} --help`);
    return 2;
  }
  if (options.help) {
    out.say(command.help);
    return 0;
  }
  if (options.user === "") {
    out.warn(`${command.name} needs --user\nSee: deno task ${command.name} --help`);
    return 2;
  }
  try {
    const config = readConfig(out.env, { mode: "task", readFile: (path) => Deno.readTextFileSync(path) });
    const door = await findDoor(config, out.fetch, options.url);
    if (door !== null) return await beginAndFollow(door, command, options, out);
    out.warn("No Millrace is running here. Start one with: deno task dev");
    return 3;
  } catch (error) {
    if (!(error instanceof UnreachableError || error instanceof ConfigError)) throw error;
    out.warn(error.message);
    return error instanceof UnreachableError ? 3 : 1;
  }
}

async function beginAndFollow(door: Door, command: BatchCommand, options: Options, out: BatchDeps): Promise<number> {
  const response = await begin(door, command, options);
  if (!response.ok) {
    out.warn(await refusalOf(response));
    return 1;
  }
  const { batch_id } = ShownBatch.parse(await response.json());
  if (!options.json) out.warn(`Batch ${batch_id}`);
  const last = await follow(door, options, batch_id, out);
  if (last === null) {
    if (out.signal.aborted) return await pause(door, command, options.user, batch_id, out);
    out.warn(`The instance went away. Go on with: ${goOn(command, options.user, batch_id)}`);
    return 1;
  }
  if (!options.json) report(last, out);
  const failed = last.state !== "finished" || last.parts.some((part) => part.state === "failed") ||
    last.counts.failed > 0;
  return failed ? 1 : 0;
}

function begin(door: Door, { kind }: BatchCommand, options: Options): Promise<Response> {
  const { user, batch, retry, connection, resource, from, to } = options;
  const base = "/v1/sync/batches";
  if (batch !== "") return door.call(`${base}/${encodeURIComponent(batch)}/resume`, { method: "POST", user });
  if (retry !== "") return door.call(`${base}/${encodeURIComponent(retry)}/retry`, { method: "POST", user });
  const moment = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00.000Z` : text;
  return door.call(base, {
    method: "POST",
    user,
    json: { kind, connections: connection, resources: resource, from: moment(from), to: moment(to) },
  });
}

/** @returns the batch at its end; null when the stream did not get there, or the person has seen enough */
export async function follow(
  door: Door,
  { user, json }: Pick<Options, "user" | "json">,
  batch_id: string,
  out: Pick<BatchDeps, "openBars" | "say" | "clock" | "signal">,
): Promise<ShownBatch | null> {
  const bars = json ? null : await out.openBars();
  let last: ShownBatch | null = null;
  try {
    for (let tries = 0; tries < TRIES_MAX && !out.signal.aborted; tries++) {
      try {
        const response = await door.call(`/v1/sync/batches/${batch_id}/stream`, { user, signal: out.signal });
        if (!response.ok || response.body === null) return last;
        for await (const data of eventData(response.body)) {
          tries = 0;
          last = ShownBatch.parse(JSON.parse(data));
          if (json) out.say(data);
          else bars?.show(last);
          if (last.state === "finished" || last.state === "cancelled") return last;
        }
      } catch (error) {
        // The stream broke off: what it told is told again by the next.
        if (!(error instanceof UnreachableError || error instanceof TypeError) && !out.signal.aborted) throw error;
      }
      await out.clock.sleep(AGAIN_MS, out.signal).catch(() => {});
    }
    return null;
  } finally {
    bars?.stop();
  }
}

async function pause(
  door: Door,
  command: BatchCommand,
  user: string,
  batch_id: string,
  out: BatchDeps,
): Promise<number> {
  const response = await door.call(`/v1/sync/batches/${batch_id}/pause`, { method: "POST", user });
  out.warn(response.ok ? "Paused." : await refusalOf(response));
  out.warn(`Go on with: ${goOn(command, user, batch_id)}`);
  return 130;
}

const goOn = ({ name }: BatchCommand, user: string, batch_id: string) =>
  `deno task ${name} --user ${user} --batch ${batch_id}`;

function report({ state, counts, parts, batch_id }: ShownBatch, out: BatchDeps): void {
  out.say(
    `${state}: ${counts.found} looked at, ${counts.differences} differing, ${counts.published} published, ` +
      `${counts.unchanged} unchanged, ${counts.failed} failed`,
  );
  for (const part of parts) {
    if (part.reason !== "") out.say(`  ${part.provider} ${part.resource}: ${part.state}, ${part.reason}`);
    for (const { doc_id, reason } of part.failures) out.say(`  ${part.provider} ${part.resource} ${doc_id}: ${reason}`);
  }
  if (counts.failed > 0) out.say(`Try those again with --retry ${batch_id}`);
}
