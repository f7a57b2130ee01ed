import { type Absent, absentLine, isAbsent, type Service, startPubsubEmulator, startRedis } from "../services/mod.ts";

/** The services of one run of the tests. */
export interface RunServices extends AsyncDisposable {
  /** What tells the tests where they are. */
  readonly env: Readonly<Record<string, string>>;
  /** Their hosts, for the permission to speak to them. */
  readonly hosts: readonly string[];
  /** A line for each that is absent. */
  readonly absent: readonly string[];
}

/** `host:port`, the credentials of a URL left out; a cluster is several addresses with commas between. */
function hostsOf(addresses: string): string[] {
  return addresses.split(",").map((address) => new URL(address.includes("://") ? address : `tcp://${address}`).host);
}

/** Takes the services that the environment names, and starts the others if `start` and this machine has them. */
export async function openServices(
  outside: Readonly<Record<string, string | undefined>>,
  start: boolean,
): Promise<RunServices> {
  const started: Service[] = [];
  const absent: string[] = [];
  const env: Record<string, string> = {};

  async function open<S extends Service>(
    title: string,
    variable: string,
    startIt: () => Promise<S | Absent>,
    addressOf: (service: S) => string,
  ): Promise<void> {
    const given = outside[variable];
    if (given) {
      env[`MILLRACE_TEST_${variable}`] = given;
      return;
    }
    const found = start ? await startIt() : { what: title, why: "told so by --no-services", how: "leave that out" };
    if (isAbsent(found)) {
      absent.push(absentLine(found));
      return;
    }
    started.push(found);
    env[`MILLRACE_TEST_${variable}`] = addressOf(found);
  }

  async function close(): Promise<void> {
    await Promise.all(started.map((service) => service.close()));
  }

  const opened = await Promise.allSettled([
    open("redis", "REDIS_URL", startRedis, (redis) => redis.url),
    open("pubsub emulator", "PUBSUB_EMULATOR_HOST", startPubsubEmulator, (pubsub) => pubsub.host),
  ]);
  const failure = opened.find((result) => result.status === "rejected");
  if (failure) {
    await close();
    throw failure.reason;
  }
  return { env, absent, hosts: Object.values(env).flatMap(hostsOf), [Symbol.asyncDispose]: close };
}
