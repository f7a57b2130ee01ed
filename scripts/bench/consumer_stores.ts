/** Stores of their own, the consumers on them, and events handed to those as a push would hand them. */
import { openStores, type Stores } from "../../adapters.ts";
import { createContactDiscovery } from "../../consumers/contact_discovery/mod.ts";
import { createDispatcher, type Dispatcher } from "../../consumers/dispatch/mod.ts";
import { createMeetingsConsumer } from "../../consumers/meetings/mod.ts";
import type { Consumer } from "../../consumers/registry.ts";
import { createShipmentsConsumer } from "../../consumers/shipments/mod.ts";
import { createVespaLoader, feedsOf } from "../../consumers/vespa_loader/mod.ts";
import { RedisUrl } from "../../shared/contracts/addresses.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { subscriptionNamed } from "../../shared/contracts/subscriptions.ts";
import { openRedisState } from "../../shared/state/redis/mod.ts";
import type { State } from "../../shared/state/port.ts";
import { quietDeps } from "./outside.ts";

/** How many deliveries are under way at once. */
const AT_ONCE = 100;

/** One delivery: the subscription that it is of, and its body. */
export interface Delivered {
  readonly subscription: string;
  readonly body: string;
}

/** What a bench of consumers does with them. */
export interface ConsumerStores {
  readonly state: State;
  readonly index: Stores["index"];
  /** The consumers as they are, or each with a handler that does nothing. */
  dispatcher(handlers: "real" | "no-op", subscriptions: readonly string[]): Dispatcher;
  close(): Promise<void>;
}

/** @param redis the state's address; in SQLite when there is none. The index and what else there is are embedded. */
export async function openConsumerStores(redis?: string): Promise<ConsumerStores> {
  const data_dir = await Deno.makeTempDir({ prefix: "bench-consumers-" });
  const deps = quietDeps();
  const config = readConfig({ DATA_DIR: data_dir }, { mode: "dev" });
  const stores = await openStores(config, deps, () => Promise.resolve({ status: 503 }));
  const { bus, index, index_versions } = stores;
  const state = redis === undefined ? stores.state : await openRedisState({ address: RedisUrl.parse(redis), ...deps });
  const consumers = [
    createVespaLoader(feedsOf(index, index_versions), state.fragments),
    createContactDiscovery(state),
    createMeetingsConsumer(state),
    createShipmentsConsumer(state),
  ];
  const dispatchers: Dispatcher[] = [];
  return {
    state,
    index,
    dispatcher(handlers, names) {
      const subscriptions = names.map(subscriptionNamed).filter((each) => each !== undefined);
      const idle = ({ service }: Consumer): Consumer => ({
        service,
        kind: "events",
        handle: () => Promise.resolve("applied"),
      });
      const served = handlers === "real" ? consumers : consumers.map(idle);
      const dispatcher = createDispatcher({ state, bus, deps, subscriptions, consumers: served, topic_prefix: "" });
      dispatchers.push(dispatcher);
      return dispatcher;
    },
    async close() {
      for (const dispatcher of dispatchers) await dispatcher.stop(0);
      if (state !== stores.state) await state.close();
      await stores.close();
      await Deno.remove(data_dir, { recursive: true });
    },
  };
}

/** Hands over all of them, many at once. @returns how long it took, seconds. @throws Error when one is refused */
export async function deliverAll(dispatcher: Dispatcher, deliveries: readonly Delivered[]): Promise<number> {
  const started = performance.now();
  const next = deliveries.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const { subscription, body } of next) {
      const request = { bytes: body.length, text: () => Promise.resolve(body), header: () => undefined };
      const { status } = await dispatcher.deliver(subscription, request);
      if (status !== 204) throw new Error(`Cannot bench: a delivery was answered ${status}`);
    }
  }));
  return (performance.now() - started) / 1_000;
}
