/**
 * `deno task setup`: topics, schemas and subscriptions in Google Pub/Sub, and what has to be registered elsewhere.
 * Needs --allow-env, --allow-read of secrets' files, and --allow-net to Pub/Sub.
 */
import { parseArgs } from "node:util";
import { openCloudBus, pubsubCommands } from "../adapters.ts";
import type { EnsureFinding } from "../shared/bus/port.ts";
import { type Config, ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { StoreAwayError } from "../shared/contracts/errors.ts";
import { systemClock } from "../shared/system/mod.ts";
import { openCounters, openLog } from "../shared/telemetry/mod.ts";
import { topologyFor } from "../topology.ts";
import { addressesOf } from "./setup/addresses.ts";
import { afterCommands, beforeCommands } from "./setup/cloud_commands.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task setup [--check | --plan | --print-gcloud] [--json]

Creates the topics, Avro schemas and subscriptions that are missing in Google Pub/Sub, commits a compatible new revision
of a schema, and says what differs from the table; what an operator has set is never changed. Then it lists the
addresses to register elsewhere. It may be run again at any time. Instances do the same for their own share when they
start; with the embedded set there is nothing to set up but the addresses.

  --check         only looks, and exits with 3 when something is missing or differs
  --plan          only looks, and says what would be done, with the commands that do it by hand
  --print-gcloud  prints all commands, IAM roles and the schedule included, without asking Pub/Sub anything
  --json          print {findings, addresses}
  --help          print this

TOPIC_PREFIX gives a second set in the same project, such as a staging one.
Exit codes: 0 all stands, 1 failed, 2 wrong usage, 3 something is missing, differs or was not permitted.
`;

/** What the command needs from outside. */
export interface SetupDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly deps: Pick<Deps, "clock" | "log" | "counters">;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

interface Wishes {
  readonly check: boolean;
  readonly plan: boolean;
  readonly "print-gcloud": boolean;
  readonly json: boolean;
}

function topologyOf(config: Config) {
  return topologyFor({
    subscriptions: config.subscriptions.filter(({ service }) => config.services.includes(service)),
    endpointOf: (name) => `${config.http.public_url}/push/${name}`,
    gmail_topic: config.google.gmail_topic,
  });
}

async function printCommands(config: Config, pubsub: NonNullable<Config["pubsub"]>, out: SetupDeps): Promise<number> {
  const topology = topologyOf(config);
  const plan = {
    project_id: pubsub.project_id,
    topic_prefix: config.topic_prefix,
    public_url: config.http.public_url,
    push_service_account: pubsub.push_service_account,
    audience: pubsub.push_audiences[0] ?? "",
    gmail_topic: config.google.gmail_topic,
    topology,
  };
  const made = await pubsubCommands(pubsub, config.topic_prefix, topology);
  const lines = [
    ...beforeCommands(plan),
    "# Schemas, topics, subscriptions.",
    ...made,
    ...afterCommands(plan),
  ];
  for (const line of lines) out.say(line);
  return 0;
}

async function findingsOf(config: Config, look_only: boolean, out: SetupDeps): Promise<readonly EnsureFinding[]> {
  if (config.pubsub === null) return [];
  const bus = await openCloudBus(config.pubsub, config.topic_prefix, out.deps);
  try {
    return await bus.ensure({ ...topologyOf(config), look_only });
  } finally {
    await bus.close();
  }
}

const STATES: Readonly<Record<EnsureFinding["state"], string>> = {
  present: "stands",
  created: "created",
  updated: "brought up to date",
  differs: "differs",
  denied: "not permitted",
  removed: "removed",
  missing: "missing",
};

function show(findings: readonly EnsureFinding[], { plan }: Wishes, out: SetupDeps): void {
  for (const { what, name, state, details } of findings.filter(({ state }) => state !== "present")) {
    const would = plan && state === "missing" ? "would be created" : STATES[state];
    out.say(`${what.padEnd(12)} ${name.padEnd(44)} ${would}`);
    for (const detail of plan || state !== "missing" ? details : []) out.say(`             ${detail}`);
  }
  const standing = findings.filter(({ state }) => state === "present").length;
  out.warn(`${standing} of ${findings.length} topics, schemas and subscriptions stood already.`);
  if (findings.some(({ state }) => state === "differs")) {
    out.warn(
      "What differs was not changed: it may be meant. Change it in Pub/Sub, or remove it and run this again (docs/setup.md).",
    );
  }
}

const WRONG: ReadonlySet<EnsureFinding["state"]> = new Set(["missing", "differs", "denied"]);

async function run(wishes: Wishes, out: SetupDeps): Promise<number> {
  const config = readConfig(out.env, { mode: "task", readFile: (path) => Deno.readTextFileSync(path) });
  if (config.http.public_url === "") {
    out.warn("Set PUBLIC_URL first, such as https://millrace.example.com: pushes and redirects go there.");
    return 1;
  }
  if (wishes["print-gcloud"]) {
    if (config.pubsub !== null) return await printCommands(config, config.pubsub, out);
    out.warn("Set PUBSUB_PROJECT_ID and REDIS_URL first: the embedded set has nothing in Google Cloud.");
    return 1;
  }
  const findings = await findingsOf(config, wishes.check || wishes.plan, out);
  const addresses = addressesOf(config);
  if (wishes.json) out.say(JSON.stringify({ findings, addresses }));
  else {
    if (config.pubsub === null) out.warn("The embedded set needs no topics and subscriptions in Pub/Sub.");
    else show(findings, wishes, out);
    if (!wishes.check) {
      out.say("\nTo register:");
      for (const { where, value } of addresses) out.say(`  ${value}\n      ${where}`);
    }
  }
  return findings.some(({ state }) => WRONG.has(state)) ? 3 : 0;
}

/** Runs the command; gives the exit code. */
export async function setup(args: readonly string[], out: SetupDeps): Promise<number> {
  let values;
  try {
    const flag = { type: "boolean", default: false } as const;
    ({ values } = parseArgs({
      args: [...args],
      options: { check: flag, plan: flag, "print-gcloud": flag, json: flag, help: { ...flag, short: "h" } },
    }));
    if ([values.check, values.plan, values["print-gcloud"]].filter(Boolean).length > 1) {
      throw new TypeError("Give one of --check, --plan and --print-gcloud");
    }
  } catch (error) {
    out.warn(`${error instanceof Error ? error.message : error}\nSee: deno task setup --help`);
    return 2;
  }
  if (values.help) {
    out.say(HELP);
    return 0;
  }
  try {
    return await run(values, out);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StoreAwayError)) throw error;
    out.warn(error.message);
    return 1;
  }
}

if (import.meta.main) {
  const log = await openLog({ level: "error", pretty: false, write: (line) => warn(line.trimEnd()) });
  const deps = { clock: systemClock, log, counters: openCounters() };
  Deno.exit(await setup(Deno.args, { env: Deno.env.toObject(), deps, say, warn }));
}
