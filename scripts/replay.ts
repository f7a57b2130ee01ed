/**
 * `deno task replay`: hands dead letters back, or gives them up.
 * Needs --allow-env, --allow-read of DATA_DIR, and --allow-net to the instance.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { DeadLetter } from "../shared/contracts/messages.ts";
import { systemClock, systemFetch } from "../shared/system/mod.ts";
import {
  accepted,
  DOOR_HELP,
  DOOR_OPTIONS,
  type DoorDeps,
  EXIT_CODES,
  openDoor,
  printable,
  runTask,
  UsageError,
} from "./door_command.ts";
import type { Door } from "./instance.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task replay                              shows what there is, by subscription, kind and reason
       deno task replay ID…                          hands these back
       deno task replay --all [FILTERS] [--rate 10]  hands back all that match
       deno task replay --discard TEXT ID… | --all [FILTERS]

Hands messages that could not be handled back to the subscription that failed, and to it alone. One that fails again is
listed again, with its history: nothing is lost. What waits for an outage goes back by itself when it ends.
See one with its message: GET /v1/admin/dead-letters/ID

Filters
  --subscription NAME   such as vespa-loader-emails
  --kind NAME           ${DeadLetter.shape.kind.options.join(", ")}
  --user ID             whose messages
  --reason TEXT         how the reason begins, such as document_invalid

Options
  --all           all that match
  --rate N        so many a second at most, 0.1 to 1000; 10 when not given
  --preview       only show what there is, even with --all
  --discard TEXT  give them up for good, and why: that is kept in the audit log
${DOOR_HELP}

Exit codes: ${EXIT_CODES}. Those that can't be handed back are listed, and make it 1.
`;

const Counts = z.object({
  count: z.int(),
  truncated: z.boolean(),
  groups: z.array(z.object({
    subscription: z.string(),
    kind: z.string(),
    code: z.string(),
    count: z.int(),
    oldest: z.string(),
    newest: z.string(),
  })),
});

const Done = z.object({
  done: z.int(),
  refetched: z.int(),
  failed: z.array(z.object({ id: z.string(), reason: z.string() })),
  next_cursor: z.string(),
});

const OPTIONS = {
  ...DOOR_OPTIONS,
  subscription: { type: "string", default: "" },
  kind: { type: "string", default: "" },
  user: { type: "string", default: "" },
  reason: { type: "string", default: "" },
  all: { type: "boolean", default: false },
  rate: { type: "string", default: "10" },
  preview: { type: "boolean", default: false },
  discard: { type: "string" },
} as const;

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const { subscription, kind, user, reason } = values;
  const filters = { subscription, kind, user, reason };
  const rate = Number(values.rate);
  if (!(rate >= 0.1 && rate <= 1_000)) throw new UsageError("--rate must be a number from 0.1 to 1000");
  if (values.all && positionals.length > 0) throw new UsageError("Give either ids or --all");
  if (positionals.length > 500) throw new UsageError("Give at most 500 ids at once");
  if (values.discard === "") throw new UsageError("--discard needs a reason in words");
  if (values.discard !== undefined && !values.all && positionals.length === 0) {
    throw new UsageError("--discard needs ids or --all");
  }
  return { ...values, filters, rate, ids: positionals };
}

type Arguments = ReturnType<typeof readArguments>;

async function preview(door: Door, { filters, json }: Arguments, out: DoorDeps): Promise<number> {
  const answer = await accepted(await door.call(`/v1/admin/dead-letter-summary?${new URLSearchParams(filters)}`));
  const counts = Counts.parse(await answer.json());
  if (json) out.say(JSON.stringify(counts));
  else if (counts.count === 0) out.warn("There are no such dead letters.");
  for (const { count, subscription, kind, code, oldest, newest } of json ? [] : counts.groups) {
    out.say(printable(`${String(count).padStart(6)}  ${subscription}  ${kind}  ${code}  ${oldest} to ${newest}`));
  }
  if (!json && counts.count > 0) {
    const at_least = counts.truncated ? "more than " : "";
    out.warn(`${at_least}${counts.count} in all. To hand them back: deno task replay --all, with the same filters`);
  }
  return 0;
}

/** Part by part, with a line of progress each. */
async function work(door: Door, args: Arguments, out: DoorDeps): Promise<number> {
  const { filters, ids, rate, json, discard } = args;
  const path = discard === undefined ? "replay" : "discard";
  const how = discard === undefined ? { per_second: rate } : { because: discard };
  const started = out.clock.now();
  const total = { done: 0, refetched: 0, failed: [] as z.infer<typeof Done>["failed"] };
  for (let cursor = "", more = true; more && out.signal?.aborted !== true;) {
    const answer = await accepted(
      await door.call(`/v1/admin/dead-letters/${path}`, {
        method: "POST",
        json: { ...filters, ...how, ids, cursor },
        ...(out.signal === undefined ? {} : { signal: out.signal }),
      }),
    );
    const part = Done.parse(await answer.json());
    total.done += part.done;
    total.refetched += part.refetched;
    total.failed.push(...part.failed);
    cursor = part.next_cursor;
    more = cursor !== "";
    if (!json && more) out.warn(`${total.done} so far …`);
  }
  const seconds = (out.clock.now() - started) / 1_000;
  const missing = ids.length === 0 ? 0 : ids.length - total.done - total.failed.length;
  if (json) out.say(JSON.stringify({ ...total, not_found: missing, seconds }));
  else report(total, { missing, seconds, discarded: discard !== undefined }, out);
  return total.failed.length > 0 || missing > 0 ? 1 : 0;
}

function report(
  { done, refetched, failed }: Omit<z.infer<typeof Done>, "next_cursor">,
  { missing, seconds, discarded }: { missing: number; seconds: number; discarded: boolean },
  out: DoorDeps,
): void {
  const rate = seconds > 0 ? ` in ${seconds.toFixed(1)} s (${(done / seconds).toFixed(1)} a second)` : "";
  const anew = refetched === 0 ? "" : `, ${refetched} of them to be read anew at their provider`;
  out.warn(discarded ? `${done} given up.` : `${done} handed back${rate}${anew}.`);
  if (missing > 0) out.warn(`${missing} of these ids are not listed (any more).`);
  for (const { id, reason } of failed) out.warn(printable(`${id} stays: ${reason}`));
  if (failed.length > 0 && !discarded) {
    out.warn("Give up what can't be handed back: deno task replay --discard TEXT ID…");
  }
}

/** Runs the task; gives the exit code. */
export function replay(args: readonly string[], out: DoorDeps): Promise<number> {
  return runTask("replay", out, async () => {
    const parsed = readArguments(args);
    if (parsed.help) {
      out.say(HELP);
      return 0;
    }
    const door = await openDoor(out, parsed.url);
    const asked = parsed.all || parsed.ids.length > 0;
    return asked && !parsed.preview ? await work(door, parsed, out) : await preview(door, parsed, out);
  });
}

if (import.meta.main) {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
  const out = { env: Deno.env.toObject(), fetch: systemFetch, clock: systemClock, say, warn, signal: stop.signal };
  Deno.exit(await replay(Deno.args, out));
}
