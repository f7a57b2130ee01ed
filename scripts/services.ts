/** `deno task services`: the real Redis and Pub/Sub emulator for tests, benches and trying things out. */
import { findJava, findProgram, thisMachine } from "./services/lookup.ts";
import { aptKnows, installPlan } from "./services/install.ts";
import {
  type Absent,
  absentLine,
  findPubsubEmulator,
  findRedis,
  isAbsent,
  type Service,
  startPubsubEmulator,
  startRedis,
} from "./services/mod.ts";
import { untilToldToEnd } from "./told_to_end.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Finds, starts and installs the real services that Millrace can be tested against.

Usage: deno task services [start|status|install] [--json]

  start     (the default) starts Redis and the Pub/Sub emulator on free ports, empty, prints the
            variables to export, and ends both on Ctrl-C
  status    says what this machine has and what it lacks
  install   installs what it lacks: by apt-get (with sudo when needed), on macOS by Homebrew
  --json    start, status: one line of JSON instead

Exit code: 0 done; 1 something is lacking (status) or could not be installed; 2 wrong usage.`;

async function start(json: boolean): Promise<number> {
  const told = untilToldToEnd();
  const started = await Promise.all([startRedis(), startPubsubEmulator()]);
  const [redis, pubsub] = started;
  const absent = started.filter((found): found is Absent => isAbsent(found));
  const variables = {
    ...(isAbsent(redis) ? {} : { REDIS_URL: redis.url }),
    ...(isAbsent(pubsub) ? {} : { PUBSUB_EMULATOR_HOST: pubsub.host }),
  };
  if (json) say(JSON.stringify({ ...variables, absent }));
  else {
    for (const [name, value] of Object.entries(variables)) say(`export ${name}=${value}`);
    for (const one of absent) warn(absentLine(one));
    if (absent.length < started.length) warn("Ctrl-C ends them.");
  }
  if (absent.length === started.length) return 1;
  await told;
  await Promise.all(started.filter((found): found is Service & typeof found => !isAbsent(found)).map((s) => s.close()));
  return 0;
}

function status(json: boolean): number {
  const redis = findRedis();
  const pubsub = findPubsubEmulator();
  const absent = [redis, pubsub].filter((found): found is Absent => typeof found !== "string" && isAbsent(found));
  if (json) {
    say(JSON.stringify({ redis, pubsub_emulator: pubsub, absent }));
  } else {
    if (typeof redis === "string") say(`redis: ${redis}`);
    if ("jar" in pubsub) say(`pubsub emulator: ${pubsub.jar} with ${pubsub.java}`);
    for (const one of absent) say(absentLine(one));
  }
  return absent.length === 0 ? 0 : 1;
}

async function install(): Promise<number> {
  const machine = thisMachine();
  const plan = await installPlan({ machine, os: Deno.build.os, isRoot: Deno.uid() === 0, aptKnows });
  for (const command of plan.commands) {
    const [program = "", ...args] = command;
    warn(`$ ${command.join(" ")}`);
    const { success } = await new Deno.Command(program, { args, stdin: "inherit" }).spawn().status;
    if (!success) {
      warn(`Cannot install: the command above failed.`);
      return 1;
    }
  }
  for (const step of plan.byHand) warn(`by hand: ${step}`);
  const redis = findProgram(machine, "redis-server", "valkey-server");
  say(redis && findJava(machine) && plan.byHand.length === 0 ? "Everything is there." : "Not everything is there yet.");
  return plan.byHand.length === 0 ? 0 : 1;
}

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  const [command = "start", ...rest] = args.filter((arg) => arg !== "--json");
  if (args.includes("--help") || args.includes("-h")) {
    say(HELP);
    return 0;
  }
  if (rest.length === 0) {
    if (command === "start") return await start(json);
    if (command === "status") return status(json);
    if (command === "install") return await install();
  }
  warn(`Cannot understand "${args.join(" ")}".\n\n${HELP}`);
  return 2;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
