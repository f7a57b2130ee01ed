/**
 * `deno task audit`: who did what, from the running instance.
 * Needs --allow-env, --allow-read of DATA_DIR, and --allow-net to the instance.
 */
import { parseArgs } from "node:util";
import { AuditAction, AuditEntry } from "../shared/contracts/audit.ts";
import { systemClock, systemFetch } from "../shared/system/mod.ts";
import {
  accepted,
  DOOR_HELP,
  DOOR_OPTIONS,
  type DoorDeps,
  EXIT_CODES,
  momentOf,
  openDoor,
  printable,
  runTask,
  UsageError,
} from "./door_command.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task audit [--action NAME] [--user ID] [--from DAY] [--until DAY] [--json] > audit.log

Prints who did what, newest first: when, what, by what proof (and which key), for whom, to what.
With --json one JSON object a line, which is also how the log is exported. Each export is noted in the log itself.

Options
  --action NAME   ${AuditAction.options.join(", ")}
  --user ID       only what is about this person
  --from DAY      entries of this day or moment and later
  --until DAY     entries before this day or moment
${DOOR_HELP}

Exit codes: ${EXIT_CODES}.
`;

/** An entry as a line for people. */
export function lineOf({ at, action, via, by, user_id, object, note }: AuditEntry): string {
  const who = by === "" ? via : `${via} ${by}`;
  const whom = user_id === "" ? "" : ` for ${user_id}`;
  return printable([at, action.padEnd(12), `${who}${whom}`, object, note].filter((part) => part !== "").join("  "));
}

/** Runs the task; gives the exit code. */
export function audit(args: readonly string[], out: DoorDeps): Promise<number> {
  return runTask("audit", out, async () => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...DOOR_OPTIONS,
        action: { type: "string", default: "" },
        user: { type: "string", default: "" },
        from: { type: "string", default: "" },
        until: { type: "string", default: "" },
      },
    });
    if (values.help) {
      out.say(HELP);
      return 0;
    }
    if (positionals.length > 0) throw new UsageError(`audit does not know "${positionals[0]}"`);
    const query = new URLSearchParams({
      action: values.action,
      user: values.user,
      from: values.from === "" ? "" : momentOf("--from", values.from),
      until: values.until === "" ? "" : momentOf("--until", values.until),
    });
    const door = await openDoor(out, values.url);
    const { body } = await accepted(await door.call(`/v1/admin/audit/export?${query}`));
    for await (const line of linesOf(body)) out.say(values.json ? line : lineOf(AuditEntry.parse(JSON.parse(line))));
    return 0;
  });
}

async function* linesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

if (import.meta.main) {
  const out = { env: Deno.env.toObject(), fetch: systemFetch, clock: systemClock, say, warn };
  Deno.exit(await audit(Deno.args, out));
}
