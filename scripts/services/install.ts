import { findEmulatorJar, findJava, findProgram, type Machine } from "./lookup.ts";

/** What must be known of a machine to say how the services get onto it. */
export interface Facts {
  readonly machine: Machine;
  readonly os: typeof Deno.build.os;
  readonly isRoot: boolean;
  /** Whether apt's sources have this package. */
  aptKnows(name: string): Promise<boolean>;
}

/** What to run, in order, and what a person must do by hand. Both empty: everything is there. */
export interface InstallPlan {
  readonly commands: readonly (readonly string[])[];
  readonly byHand: readonly string[];
}

const EMULATOR_PACKAGE = "google-cloud-cli-pubsub-emulator";
const EMULATOR_BY_HAND =
  "the Pub/Sub emulator: install the Google Cloud SDK (https://cloud.google.com/sdk/docs/install), then run `gcloud components install pubsub-emulator`";

async function aptPlan(facts: Facts, missing: Missing): Promise<InstallPlan> {
  const apt = findProgram(facts.machine, "apt-get");
  const sudo = facts.isRoot ? [] : [findProgram(facts.machine, "sudo") ?? ""];
  if (apt === undefined || sudo.includes("")) {
    const who = apt === undefined ? "with this system's package manager" : "as root, for there is no sudo";
    return { commands: [], byHand: [...missing].map((name) => `${name}: install it ${who}`) };
  }
  const run = (...args: string[]) => [...sudo, "env", "DEBIAN_FRONTEND=noninteractive", apt, ...args];
  const byHand: string[] = [];
  const packages: string[] = [];
  if (missing.has("redis")) packages.push("redis-server");
  if (missing.has("java")) packages.push("default-jre-headless");
  if (missing.has("emulator")) {
    if (await facts.aptKnows(EMULATOR_PACKAGE)) packages.push(EMULATOR_PACKAGE);
    else byHand.push(EMULATOR_BY_HAND);
  }
  const commands = packages.length === 0
    ? []
    : [run("update"), run("install", "--yes", "--no-install-recommends", ...packages)];
  return { commands, byHand };
}

function brewPlan(facts: Facts, missing: Missing): InstallPlan {
  const brew = findProgram(facts.machine, "brew");
  if (brew === undefined) {
    return { commands: [], byHand: [...missing].map((name) => `${name}: install Homebrew (https://brew.sh) first`) };
  }
  const commands: string[][] = [];
  const byHand: string[] = [];
  if (missing.has("redis")) commands.push([brew, "install", "redis"]);
  if (missing.has("java")) {
    commands.push([brew, "install", "openjdk"]);
    byHand.push(`java: export JAVA_HOME="$(${brew} --prefix openjdk)"`);
  }
  if (missing.has("emulator")) {
    const gcloud = findProgram(facts.machine, "gcloud");
    if (gcloud) commands.push([gcloud, "components", "install", "pubsub-emulator", "--quiet"]);
    else byHand.push(EMULATOR_BY_HAND);
  }
  return { commands, byHand };
}

type Missing = ReadonlySet<"redis" | "java" | "emulator">;

/** What is missing here and how it gets here, without doing it. */
export function installPlan(facts: Facts): Promise<InstallPlan> | InstallPlan {
  const missing = new Set<"redis" | "java" | "emulator">();
  if (!findProgram(facts.machine, "redis-server", "valkey-server")) missing.add("redis");
  if (!findJava(facts.machine)) missing.add("java");
  if (!findEmulatorJar(facts.machine)) missing.add("emulator");
  if (missing.size === 0) return { commands: [], byHand: [] };
  return facts.os === "darwin" ? brewPlan(facts, missing) : aptPlan(facts, missing);
}

/** True when apt's sources have the package; asks nothing of the network. */
export async function aptKnows(name: string): Promise<boolean> {
  const asked = new Deno.Command("apt-cache", {
    args: ["show", "--no-all-versions", name],
    stdout: "piped",
    stderr: "null",
  });
  return (await asked.output()).stdout.length > 0;
}
