import { Buffer } from "node:buffer";
import { PermanentError, reasonOf, StoreAwayError } from "../../contracts/errors.ts";
import type { TopicName } from "../../contracts/names.ts";
import { encode } from "../encode.ts";
import type { Bus, EnsureFinding, Outgoing, Published, SubscriptionStats, Topology } from "../port.ts";
import { accessTokens, ADMIN_CALL, type Clients, openClients, PING_CALL, PUBLISH_CALL } from "./clients.ts";
import type { EnsureContext } from "./ensure.ts";
import { planContext } from "./plan.ts";
import { awayError, codeOf, GRPC, PUBSUB_NAME } from "./errors.ts";
import { type Backlog, openMonitoring } from "./monitoring.ts";
import { type Names, namesOf, shortName } from "./names.ts";
import type { PubsubBusOptions } from "./options.ts";
import { Publisher, type WireMessage } from "./publisher.ts";
import { ensureExternal, ensureSubscription, removeSubscription } from "./subscriptions.ts";
import { ensureTopic } from "./topics.ts";

/** What answers that Pub/Sub is there, though not what was hoped for. */
const ANSWERS: ReadonlySet<number | undefined> = new Set([GRPC.not_found, GRPC.permission_denied]);

/** The bus on Google Pub/Sub. Pub/Sub itself delivers, to the push endpoints that `ensure` has set. */
export class PubsubBus implements Bus {
  readonly #options: PubsubBusOptions;
  readonly #names: Names;
  readonly #clients: Clients;
  readonly #publisher: Publisher;
  readonly #backlogs: () => Promise<ReadonlyMap<string, Backlog>>;
  #subscriptions: readonly string[] = [];
  #closed = false;

  constructor(options: PubsubBusOptions) {
    this.#options = options;
    this.#names = namesOf(options);
    this.#clients = openClients(options.projectId, options.emulatorHost);
    this.#backlogs = backlogsOf(options);
    this.#publisher = new Publisher(async (topic, messages) => {
      const [{ messageIds }] = await this.#clients.publisher.publish({ topic, messages: [...messages] }, PUBLISH_CALL);
      return messageIds ?? [];
    }, options.clock);
  }

  async publish<T extends TopicName>(topic: T, messages: readonly Outgoing<T>[]): Promise<readonly Published[]> {
    this.#mustBeOpen();
    const results: Published[] = [];
    const places: number[] = [];
    const wire: WireMessage[] = [];
    for (const outgoing of messages) {
      const encoded = encode(topic, outgoing);
      if (encoded.kind === "encoded") {
        places.push(results.length);
        wire.push({ data: Buffer.from(encoded.text), attributes: encoded.attributes });
        results.push({ kind: "refused", field: "", reason: "" });
      } else results.push(encoded);
    }
    const sent = await this.#publisher.publish(this.#names.topic(topic), wire);
    sent.forEach((result, at) => {
      const place = places[at];
      if (place !== undefined) results[place] = result;
    });
    this.#options.counters.add("bus_published_total", { topic }, sent.length);
    return results;
  }

  async ensure(topology: Topology): Promise<readonly EnsureFinding[]> {
    this.#mustBeOpen();
    const context: EnsureContext = { ...planContext(this.#options, topology), clients: this.#clients };
    // All topics first: a subscription refers to its own and to the dead letters'.
    const topics = await Promise.all(topology.topics.map((config) => ensureTopic(config, context)));
    const subscriptions = await Promise.all([
      ...topology.subscriptions.map((config) => ensureSubscription(config, context)),
      ...(topology.external ?? []).map((external) => ensureExternal(external, context)),
    ]);
    if (topology.look_only) return [...topics.flat(), ...subscriptions];
    const unwanted = topology.unwanted ?? [];
    const removed = await Promise.all(unwanted.map((name) => removeSubscription(name, context)));
    const names = [...this.#subscriptions, ...topology.subscriptions.map(({ name }) => name)];
    this.#subscriptions = [...new Set(names)].filter((name) => !unwanted.includes(name));
    return [...topics.flat(), ...subscriptions, ...removed.flat()];
  }

  /** What Cloud Monitoring says, minutes late. Pub/Sub pushes without us, so the rest is unknown here. */
  async stats(): Promise<readonly SubscriptionStats[]> {
    const backlogs = await this.#backlogs();
    return this.#subscriptions.map((subscription) => {
      const backlog = backlogs.get(shortName(this.#names.subscription(subscription)));
      return {
        subscription,
        backlog: backlog?.messages ?? null,
        oldest_unacked_seconds: backlog?.oldest_seconds ?? null,
        delivered: null,
        acked: null,
        nacked: null,
      };
    });
  }

  async seek(subscription: string, from: Date): Promise<void> {
    this.#mustBeOpen();
    const ms = from.getTime();
    const time = { seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 };
    try {
      await this.#clients.subscriber.seek({ subscription: this.#names.subscription(subscription), time }, ADMIN_CALL);
    } catch (error) {
      if (codeOf(error) !== GRPC.not_found) throw awayError(error);
      throw new PermanentError("unknown_subscription", `Pub/Sub has no subscription ${subscription}`, { cause: error });
    }
  }

  /** Pub/Sub counts nothing for those who ask. */
  countSince(): Promise<null> {
    return Promise.resolve(null);
  }

  async ping(): Promise<void> {
    this.#mustBeOpen();
    try {
      await this.#clients.publisher.getTopic({ topic: this.#names.topic("emails") }, PING_CALL);
    } catch (error) {
      if (!ANSWERS.has(codeOf(error))) throw awayError(error);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#clients.close();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreAwayError(PUBSUB_NAME);
  }
}

/** An emulator tells Cloud Monitoring nothing. */
function backlogsOf({ projectId, emulatorHost, fetch, clock, log }: PubsubBusOptions) {
  if (fetch === undefined || emulatorHost !== undefined) return () => Promise.resolve(new Map<string, Backlog>());
  const ask = openMonitoring({ project_id: projectId, fetch, clock, token: accessTokens() });
  return () =>
    ask().catch((error): ReadonlyMap<string, Backlog> => {
      log.warn("pubsub.backlogs_unknown", { reason: reasonOf(error) });
      return new Map();
    });
}
