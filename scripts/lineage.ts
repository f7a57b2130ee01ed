/**
 * `deno task lineage`: where is my mail?
 * Needs --allow-env, --allow-read of DATA_DIR, and --allow-net to the instance.
 */
import { parseArgs } from "node:util";
import { LineageView } from "../consumers/lineage/mod.ts";
import { DocId } from "../shared/contracts/ids.ts";
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
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task lineage --user ada DOC_ID [--json]

Says where the last change of a document has been, each place with its time, and why it is not in search if it is not.
A document's id is in search answers, dead letters and logs.

Options
  --user NAME   whose document
${DOOR_HELP}

Exit codes: ${EXIT_CODES}.
`;

/** A lineage as lines for people. */
export function linesOf({ verdict, hops, doc_type, doc_id }: LineageView): string[] {
  const rows = hops.map(({ where, name, state, at, detail }) => [at || "-", where, name, state, detail]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return [
    `${doc_type} ${doc_id}`.trim(),
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()),
    `${verdict.code}: ${verdict.text}`,
    ...(verdict.command === "" ? [] : [`  ${verdict.command}`]),
  ].map(printable);
}

/** Runs the task; gives the exit code. */
export function lineage(args: readonly string[], out: DoorDeps): Promise<number> {
  return runTask("lineage", out, async () => {
    const { values, positionals: [doc_id = "", ...rest] } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...DOOR_OPTIONS, user: { type: "string", default: "" } },
    });
    if (values.help) {
      out.say(HELP);
      return 0;
    }
    if (values.user === "") throw new UsageError("lineage needs --user");
    if (!DocId.safeParse(doc_id).success || rest.length > 0) {
      throw new UsageError("lineage needs one document id, 32 hex digits");
    }
    const door = await openDoor(out, values.url);
    const answer = await accepted(await door.call(`/v1/lineage/${doc_id}`, { user: values.user }));
    const view = LineageView.parse(await answer.json());
    for (const line of values.json ? [JSON.stringify(view)] : linesOf(view)) out.say(line);
    return 0;
  });
}

if (import.meta.main) {
  const out = { env: Deno.env.toObject(), fetch: systemFetch, clock: systemClock, say, warn };
  Deno.exit(await lineage(Deno.args, out));
}
