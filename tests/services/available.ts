/** The real services that `deno task test` found or started for this run, and tests that are skipped without them. */

/** What a test can need. */
export type ServiceName = "redis" | "pubsub";

/** Of the Redis to test against: `redis://host:port/db`. */
export const redisUrl: string | undefined = Deno.env.get("MILLRACE_TEST_REDIS_URL") || undefined;

/** Of the Pub/Sub emulator to test against: `host:port`. */
export const pubsubHost: string | undefined = Deno.env.get("MILLRACE_TEST_PUBSUB_EMULATOR_HOST") || undefined;

const ADDRESSES: Readonly<Record<ServiceName, string | undefined>> = { redis: redisUrl, pubsub: pubsubHost };
const TITLES: Readonly<Record<ServiceName, string>> = { redis: "Redis", pubsub: "the Pub/Sub emulator" };

/**
 * Registers a test that runs against real services and gets their addresses. Where one is absent it is registered as
 * ignored, with the reason in its name. All tests share the services and run at the same time: each takes keys, topics
 * and projects of its own by {@link ownName}, and never flushes or counts what is there.
 */
export function servicesTest<N extends ServiceName>(
  name: string,
  needs: readonly N[],
  fn: (addresses: Readonly<Record<N, string>>, t: Deno.TestContext) => Promise<void> | void,
): void {
  const absent = needs.filter((need) => ADDRESSES[need] === undefined);
  if (absent.length > 0) {
    const reason = absent.map((need) => TITLES[need]).join(" and ");
    Deno.test.ignore(`${name} (skipped: needs ${reason}, see \`deno task services status\`)`, () => {});
    return;
  }
  const addresses = Object.fromEntries(needs.map((need) => [need, ADDRESSES[need] ?? ""])) as Record<N, string>;
  Deno.test(name, (t) => fn(addresses, t));
}

/** A name that no other test uses: good as a key prefix, a topic prefix and a Google Cloud project id. */
export function ownName(): string {
  return `test-${crypto.randomUUID().slice(0, 13)}`;
}
