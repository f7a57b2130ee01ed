/**
 * `deno task doctor`: what is wrong, why, and the command that mends it. It changes nothing.
 * Needs --allow-env, --allow-read, --allow-sys for the disk, and --allow-net.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { checkRedis } from "../adapters.ts";
import { type Config, ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Clock, Random } from "../shared/contracts/deps.ts";
import { Finding } from "../shared/contracts/findings.ts";
import { systemClock, systemFetch, systemRandom } from "../shared/system/mod.ts";
import {
  accepted,
  DOOR_HELP,
  DOOR_OPTIONS,
  type DoorDeps,
  printable,
  RefusedError,
  runTask,
  UsageError,
} from "./door_command.ts";
import { invalidConfig, suspectConfig } from "./doctor/config_checks.ts";
import { clockSkew, disk, type OutsidePorts, publicUrl, vespa } from "./doctor/outside_checks.ts";
import { findDoor, UnreachableError } from "./instance.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task doctor [--json]

Checks what goes wrong in practice: the environment, Redis, Pub/Sub, the index, the providers, ticks, clocks, PUBLIC_URL
and its certificate, the disk. Silent when all is well; else one line a problem: its code, what is wrong, and what mends
it. docs/runbook.md says more of each. It only reads, and is safe in production. Run it with the environment of the
instance: what it can't see from here it asks the running instance.

Options
${DOOR_HELP}

Exit codes: 0 all is well, or there are only warnings; 1 something does not work; 2 wrong usage.
`;

/** What the doctor needs from outside. */
export interface DoctorDeps extends DoorDeps {
  readonly clock: Clock;
  readonly random: Random;
}

const Items = z.object({ items: z.array(Finding) });

/** What the running instance says of itself. */
async function instance(config: Config, url: string, { fetch }: DoctorDeps): Promise<readonly Finding[]> {
  const mend = "deno task start, or deno task dev; from elsewhere set PUBLIC_URL and ADMIN_API_KEY, or give --url";
  const door = await findDoor(config, fetch, url);
  if (door === null) {
    const problem = "No running Millrace is known here, so what only it can see was not checked.";
    return [{ code: "instance.unknown", severity: "warning", problem, mend }];
  }
  try {
    return Items.parse(await (await accepted(await door.call("/v1/admin/checkup"))).json()).items;
  } catch (error) {
    if (error instanceof RefusedError) {
      return [{
        code: "instance.refused",
        severity: "error",
        problem: error.message,
        mend: "set ADMIN_API_KEY as the instance has it",
      }];
    }
    if (!(error instanceof UnreachableError)) throw error;
    return [{ code: "instance.away", severity: "error", problem: `${error.message}.`, mend }];
  }
}

async function redis({ redis: address }: Config, deps: DoctorDeps): Promise<readonly Finding[]> {
  if (address === null) return [];
  return await checkRedis(address, deps);
}

/** Everything that is found wrong, errors first, each once. */
export async function examine(url: string, out: DoctorDeps): Promise<readonly Finding[]> {
  let config: Config;
  try {
    config = readConfig(out.env, { mode: "task", readFile: (path) => Deno.readTextFileSync(path) });
  } catch (error) {
    if (error instanceof ConfigError) return invalidConfig(error);
    throw error;
  }
  const ports: OutsidePorts = { config, fetch: out.fetch, clock: out.clock };
  const found = await Promise.all([
    suspectConfig(config),
    instance(config, url, out),
    redis(config, out),
    publicUrl(ports),
    clockSkew(ports),
    vespa(ports),
    disk(ports),
  ]);
  const once = new Map(found.flat().map((finding) => [`${finding.code} ${finding.problem}`, finding]));
  return [...once.values()].sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
}

/** Runs the task; gives the exit code. */
export function doctor(args: readonly string[], out: DoctorDeps): Promise<number> {
  return runTask("doctor", out, async () => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: DOOR_OPTIONS });
    if (values.help) {
      out.say(HELP);
      return 0;
    }
    if (positionals.length > 0) throw new UsageError(`doctor does not know "${positionals[0]}"`);
    const started = out.clock.now();
    const findings = await examine(values.url, out);
    const seconds = (out.clock.now() - started) / 1_000;
    if (values.json) out.say(JSON.stringify({ findings, seconds }));
    for (const { code, severity, problem, mend } of values.json ? [] : findings) {
      out.say(printable(`${severity}  ${code}  ${problem}  → ${mend}`));
    }
    return findings.some(({ severity }) => severity === "error") ? 1 : 0;
  });
}

if (import.meta.main) {
  const deps = { fetch: systemFetch, clock: systemClock, random: systemRandom, say, warn };
  Deno.exit(await doctor(Deno.args, { env: Deno.env.toObject(), ...deps }));
}
