/** `deno task start`: reads the configuration, opens the adapters, builds the app, serves. */
import { VERSION } from "./version.ts";
import { serveInstance } from "./serve.ts";
import { ConfigError, readConfig } from "./shared/contracts/config.ts";
import type { Tracing } from "./shared/contracts/deps.ts";
import { StoreAwayError } from "./shared/contracts/errors.ts";
import { systemClock, systemFetch, systemRandom } from "./shared/system/mod.ts";
import { openCounters, openLog } from "./shared/telemetry/mod.ts";
import { StartError } from "./start_error.ts";

const HELP = `Usage: deno task start [--insecure-emulator] [--help]

Serves Millrace with the configuration of the environment (docs/configuration.md).

  --insecure-emulator  accept unsigned deliveries of a Pub/Sub emulator on a private host
  --help               show this text

Exit codes: 0 stopped, 1 could not start, 2 wrong usage.
`;

/** Most starts have no options, and don't wait for the parser to be loaded. */
async function readOptions(args: readonly string[]): Promise<{ "insecure-emulator": boolean; help: boolean }> {
  if (args.length === 0) return { "insecure-emulator": false, help: false };
  const { parseOptions } = await import("./options.ts");
  return parseOptions("start", args, {
    "insecure-emulator": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  });
}

/** Loaded by those who asked for traces. */
async function openedTracing(): Promise<Tracing> {
  const { openTracing } = await import("./shared/telemetry/tracing.ts");
  return openTracing(VERSION);
}

async function main(): Promise<number> {
  const values = await readOptions(Deno.args);
  if (values.help) {
    await Deno.stdout.write(new TextEncoder().encode(HELP));
    return 0;
  }
  const config = readConfig(Deno.env.toObject(), {
    mode: "start",
    insecure_emulator: values["insecure-emulator"],
    readFile: (path) => Deno.readTextFileSync(path),
  });
  const log = await openLog({ level: config.log_level, pretty: Deno.stdout.isTerminal(), form: config.log_form });
  for (const warning of config.warnings) log.warn(warning);
  const deps = {
    clock: systemClock,
    random: systemRandom,
    fetch: systemFetch,
    log,
    counters: openCounters(),
    ...(config.tracing ? { tracing: await openedTracing() } : {}),
  };
  const served = await serveInstance(config, deps).catch((error) => {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new StartError(`Port ${config.port} is taken. Stop what listens there, or set PORT to another one.`);
  });
  log.info(`Millrace answers at ${served.url}`);
  const told = Promise.withResolvers<string>();
  for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, () => told.resolve(name));
  log.info(`Stopping: ${await told.promise}`);
  await served.stop();
  return 0;
}

try {
  Deno.exit(await main());
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StoreAwayError || error instanceof StartError)) throw error;
  await Deno.stderr.write(new TextEncoder().encode(`${error.message}\n`));
  Deno.exit(error instanceof StartError ? error.exit_code : 1);
}
