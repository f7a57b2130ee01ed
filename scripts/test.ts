/** `deno task test`: runs the tests, with the real services that this machine has. */
import { resolve } from "node:path";
import { counted, type Counts, countsLine } from "./test/counts.ts";
import { openServices } from "./test/services.ts";
import { selectTests } from "./test/select.ts";
import { untilToldToEnd } from "./told_to_end.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Runs the tests.

Usage: deno task test [FILTER…] [--no-services]

  FILTER          runs the test files whose path contains one of the filters; if there is none, the
                  tests whose name contains one of them
  --no-services   starts no Redis and no Pub/Sub emulator, and skips the tests that need them

Environment:
  REDIS_URL, PUBSUB_EMULATOR_HOST   services to use instead of starting them; tests write to them
  SERVICES_REQUIRED=1               a service that is absent fails the run
  PAYLOADS_DIR                      recorded provider payloads (by default ../shared/payloads)

The last line is "N passed, N failed", with ", N skipped" if any. Exit code: 0 all passed; 1 not; 2 wrong usage.`;

const ROOT = resolve(import.meta.dirname ?? ".", "..");

/**
 * What tests may do. The network ends at this machine, so that no test can depend on another one. Programs: the tests
 * of processes start Deno, shells and the services.
 */
function permissions(addresses: readonly string[]): string[] {
  const loopback = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"];
  return [
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-run",
    "--allow-sys",
    `--allow-net=${[...loopback, ...addresses].join(",")}`,
  ];
}

interface Run {
  readonly selection: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
  /** Resolves when the run is to end early. */
  readonly told: Promise<unknown>;
}

async function runTests({ selection, env, addresses, told }: Run): Promise<Counts> {
  const report = await Deno.makeTempFile({ prefix: "millrace-junit-", suffix: ".xml" });
  try {
    const { REDIS_URL: _redis, PUBSUB_EMULATOR_HOST: _pubsub, ...outside } = Deno.env.toObject();
    const tests = new Deno.Command(Deno.execPath(), {
      args: ["test", "--parallel", `--junit-path=${report}`, ...permissions(addresses), ...selection],
      cwd: ROOT,
      clearEnv: true,
      env: { ...outside, ...env },
      stdin: "null",
    }).spawn();
    told.then(() => tests.kill("SIGTERM"));
    const { success } = await tests.status;
    return counted(await Deno.readTextFile(report), success);
  } finally {
    await Deno.remove(report);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const filters = args.filter((arg) => !arg.startsWith("-"));
  const options = args.filter((arg) => arg.startsWith("-"));
  if (options.includes("--help") || options.includes("-h")) {
    say(HELP);
    return 0;
  }
  const unknown = options.find((option) => option !== "--no-services");
  if (unknown !== undefined) {
    warn(`Cannot understand "${unknown}".\n\n${HELP}`);
    return 2;
  }
  const told = untilToldToEnd();
  const selection = selectTests(ROOT, filters);
  await using services = await openServices(Deno.env.toObject(), !options.includes("--no-services"));
  const counts = await runTests({ selection, env: services.env, addresses: services.hosts, told });
  const required = Deno.env.get("SERVICES_REQUIRED") === "1";
  for (const line of services.absent) warn(required ? `failed, SERVICES_REQUIRED is set: ${line}` : line);
  const failed = counts.failed + (required ? services.absent.length : 0);
  say(countsLine({ ...counts, failed }));
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
