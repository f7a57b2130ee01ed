/** The topology: topics and subscriptions that this instance needs, set up at start and again while the bus is away. */
import type { PartHealth } from "./routes/front.ts";
import type { Bus, EnsureFinding, Topology } from "./shared/bus/port.ts";
import type { Deps } from "./shared/contracts/deps.ts";
import { reasonOf, StoreAwayError } from "./shared/contracts/errors.ts";
import { GMAIL_SUBSCRIPTION, type SubscriptionConfig } from "./shared/contracts/subscriptions.ts";
import { TOPICS } from "./shared/contracts/topics.ts";

/** Between two attempts while the bus is away, milliseconds. */
const RETRY_MS = 5_000;

/** Sets up what is missing and remembers what differs. */
export interface TopologyKeeper {
  /** Resolves when the bus has answered, or when `stopping` is aborted. */
  ensure(stopping: AbortSignal): Promise<void>;
  health(): PartHealth;
  /** What the bus was found to hold when it last answered; `ensured_at` is `""` before. */
  found(): { readonly findings: readonly EnsureFinding[]; readonly ensured_at: string };
  /**
   * The bus as the instance may use it: until the topology stands it takes nothing, for a message that is published
   * before its subscription exists is never delivered.
   */
  readonly guarded: Bus;
}

/** What a keeper is made of. */
export interface TopologyOptions {
  readonly bus: Bus;
  readonly deps: Pick<Deps, "clock" | "log">;
  /** Those that this instance serves. */
  readonly subscriptions: readonly SubscriptionConfig[];
  /** Those of a second version of the index, while there is one. */
  readonly versioned: () => Promise<readonly SubscriptionConfig[]>;
  /** Where Pub/Sub delivers a subscription's messages to. */
  readonly endpointOf: (subscription: string) => string;
  /** The topic that Gmail notifies; `""` for none. */
  readonly gmail_topic: string;
}

/** All topics, these subscriptions, and Gmail's where it has a topic. */
export function topologyFor(
  { subscriptions, endpointOf, gmail_topic }: Pick<TopologyOptions, "subscriptions" | "endpointOf" | "gmail_topic">,
): Topology {
  return {
    topics: TOPICS,
    subscriptions,
    endpointOf,
    external: gmail_topic === "" ? [] : [{ ...GMAIL_SUBSCRIPTION, topic: gmail_topic, endpoint: endpointOf("gmail") }],
  };
}

/** Builds the keeper; nothing is asked of the bus before `ensure`. */
export function createTopologyKeeper(
  { bus, deps, subscriptions, versioned, endpointOf, gmail_topic }: TopologyOptions,
): TopologyKeeper {
  let stands = false;
  let found: { findings: readonly EnsureFinding[]; ensured_at: string } = { findings: [], ensured_at: "" };
  let part: PartHealth = { name: "topology", ready: false, notes: ["The bus has not been asked yet"] };

  async function once(): Promise<void> {
    const own = [...subscriptions, ...await versioned()];
    const findings = await bus.ensure(topologyFor({ subscriptions: own, endpointOf, gmail_topic }));
    for (const { name, state } of findings.filter(({ state }) => state !== "present")) {
      deps.log.info("topology.ensured", { subscription: name, outcome: state });
    }
    stands = true;
    found = { findings, ensured_at: new Date(deps.clock.now()).toISOString() };
    part = { name: "topology", ready: !findings.some(({ state }) => state === "denied"), notes: notesOf(findings) };
  }

  return {
    async ensure(stopping) {
      while (!stopping.aborted) {
        try {
          return await once();
        } catch (error) {
          part = { name: "topology", ready: false, notes: [reasonOf(error)] };
          deps.log.warn("topology.failed", { reason: reasonOf(error), error });
        }
        try {
          await deps.clock.sleep(RETRY_MS, stopping);
        } catch {
          return;
        }
      }
    },
    health: () => part,
    found: () => found,
    guarded: {
      publish(topic, messages) {
        return stands ? bus.publish(topic, messages) : Promise.reject(new StoreAwayError("The bus"));
      },
      ensure: (topology) => bus.ensure(topology),
      stats: () => bus.stats(),
      seek: (subscription, from) => bus.seek(subscription, from),
      countSince: (subscription, from) => bus.countSince(subscription, from),
      ping: () => bus.ping(),
      close: () => bus.close(),
    },
  };
}

function notesOf(findings: readonly EnsureFinding[]): string[] {
  return findings
    .filter(({ state }) => state === "differs" || state === "denied")
    .map(({ what, name, details }) => `${what} ${name}: ${details.join("; ")}`);
}
