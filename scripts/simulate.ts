/**
 * `deno task simulate`: makes things happen in the mailboxes of a running simulator (`deno task dev`).
 * Needs --allow-read of DATA_DIR, --allow-env and --allow-net to loopback.
 */
import { parseArgs } from "node:util";
import { readSimulatorAddress } from "./simulator/address.ts";

const HELP = `Usage: deno task simulate <command> --user <person> [options]

Makes things happen at the simulated providers that "deno task dev" runs.

Commands
  send     --user ada [--subject TEXT] [--body TEXT] [--from "NAME <ADDRESS>"] [--folder NAME]
           a mail arrives; what is left out is made up
  edit     --user ada [--id ID | --match TEXT] [--subject TEXT] [--body TEXT]
  move     --user ada [--id ID | --match TEXT] --folder NAME
  read     --user ada [--id ID | --match TEXT]
  trash    --user ada [--id ID | --match TEXT]
  delete   --user ada [--id ID | --match TEXT]
  change   --user ada            one random change of a mail
  desk     --user ada [--part calendar|contacts|drive|tasks]
           one random change of an event, a contact, a file or a task
  trouble  --user ada --what storm|throttle|cursor|silence|consent
           a hundred changes at once, five calls told to wait, every cursor lost, notifications lost from now on,
           the consent withdrawn
  status   [--user ada]          who is simulated, and what Millrace has asked for

Options
  --id ID        the mail's id, as send and status print it
  --match TEXT   the newest mail that contains the text; without --id and --match, the newest mail
  --url URL      the simulator's address (default: read from DATA_DIR/simulator.json)
  --json         print the answer as JSON
  --help         print this

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no simulator is running.
`;

const COMMANDS = ["send", "edit", "move", "read", "trash", "delete", "change", "desk", "trouble", "status"];
/** Options that go into the request as they are. */
const FIELDS = ["subject", "body", "from", "folder", "id", "match", "part", "what"] as const;

/** What the command needs from outside. */
export interface SimulateDeps {
  readonly env: Readonly<Record<string, string>>;
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Runs the command; gives the exit code. */
export async function simulate(args: readonly string[], deps: SimulateDeps): Promise<number> {
  let parsed: ReturnType<typeof readArguments>;
  try {
    parsed = readArguments(args);
  } catch (error) {
    deps.complain(`${error instanceof Error ? error.message : error}\nSee: deno task simulate --help`);
    return 2;
  }
  const { values, command } = parsed;
  if (values.help === true) {
    deps.print(HELP);
    return 0;
  }
  const url = values.url ?? await readSimulatorAddress(deps.env["DATA_DIR"] ?? "data");
  if (url === undefined) {
    deps.complain("No simulator is running here. Start one with: deno task dev");
    return 3;
  }
  const body = Object.fromEntries(FIELDS.flatMap((name) => values[name] === undefined ? [] : [[name, values[name]]]));
  const path = command === "status"
    ? values.user === undefined ? "/control" : `/control/people/${encodeURIComponent(values.user)}`
    : `/control/people/${encodeURIComponent(values.user ?? "")}/${command}`;
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  let response: Response;
  try {
    response = await deps.fetch(new URL(path, url).href, command === "status" ? {} : post);
  } catch {
    deps.complain(`No simulator answers at ${url}. Start one with: deno task dev`);
    return 3;
  }
  const answer: unknown = await response.json();
  if (!response.ok) {
    deps.complain(`Cannot ${command}: ${reason(answer)}`);
    return 1;
  }
  deps.print(values.json === true ? JSON.stringify(answer) : lines(answer));
  return 0;
}

function readArguments(args: readonly string[]) {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      user: text,
      subject: text,
      body: text,
      from: text,
      folder: text,
      id: text,
      match: text,
      part: text,
      what: text,
      url: text,
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const [command = "", ...rest] = positionals;
  if (values.help === true) return { values, command };
  if (!COMMANDS.includes(command)) throw new Error(`Cannot do "${command}": one of ${COMMANDS.join(", ")} is needed`);
  if (rest.length > 0) throw new Error(`Cannot use "${rest.join(" ")}": put texts behind their option, in quotes`);
  if (command !== "status" && values.user === undefined) throw new Error(`Cannot ${command}: --user is missing`);
  if (command === "move" && values.folder === undefined) throw new Error("Cannot move: --folder is missing");
  return { values, command };
}

function reason(answer: unknown): string {
  return typeof answer === "object" && answer !== null && "error" in answer ? String(answer.error) : "no reason given";
}

/** An answer as `name: value` lines, lists indented. */
function lines(answer: unknown, indent = ""): string {
  if (typeof answer !== "object" || answer === null) return `${indent}${answer}`;
  return Object.entries(answer).map(([name, value]) => {
    const label = Array.isArray(answer) ? "-" : `${name}:`;
    if (typeof value !== "object" || value === null) return `${indent}${label} ${value}`;
    return `${indent}${label}\n${lines(value, `${indent}  `)}`;
  }).join("\n");
}

if (import.meta.main) {
  // deno-lint-ignore no-console
  const [print, complain] = [console.log, console.error];
  Deno.exitCode = await simulate(Deno.args, { env: Deno.env.toObject(), fetch, print, complain });
}
