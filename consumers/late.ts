/** Consumers that are loaded with their first message, so that a process answers before it has loaded all it can do. */
import { TransientError } from "../shared/contracts/errors.ts";
import { type InternalTopic, isEventTopic, type ServiceName } from "../shared/contracts/names.ts";
import type { SubscriptionConfig } from "../shared/contracts/subscriptions.ts";
import type { Consumer, InternalHandler } from "./registry.ts";

/** Loads the consumers of all services, once for all who ask. */
export type LoadConsumers = () => Promise<readonly Consumer[]>;

type OfKind<K extends Consumer["kind"]> = Consumer & { readonly kind: K };

/** Stand-ins for the services of these subscriptions, each of which hands on to the consumer that it stands for. */
export function lateConsumers(subscriptions: readonly SubscriptionConfig[], load: LoadConsumers): Consumer[] {
  const topics = Map.groupBy(subscriptions, ({ service }) => service);
  return [...topics].map(([service, configs]) =>
    configs.every(({ topic }) => isEventTopic(topic)) ? lateEvents(service, load) : lateInternal(service, load)
  );
}

function lateEvents(service: ServiceName, load: LoadConsumers): Consumer {
  let handle: OfKind<"events">["handle"] | undefined;
  return {
    service,
    kind: "events",
    async handle(event, document, delivery) {
      handle ??= (await loaded(service, "events", load)).handle;
      return await handle(event, document, delivery);
    },
  };
}

function lateInternal(service: ServiceName, load: LoadConsumers): Consumer {
  const handlerOf = <T extends InternalTopic>(topic: T): InternalHandler<T> => async (message, delivery) => {
    const handle = (await loaded(service, "internal", load)).handlers[topic];
    if (handle === undefined) throw new TypeError(`Cannot handle topic "${topic}": ${service} does not`);
    return await handle(message, delivery);
  };
  return {
    service,
    kind: "internal",
    handlers: {
      "provider-changes": handlerOf("provider-changes"),
      "sync-tasks": handlerOf("sync-tasks"),
      "dead-letters": handlerOf("dead-letters"),
    },
    async adopt(raw) {
      const { adopt } = await loaded(service, "internal", load);
      if (adopt === undefined) throw new TypeError(`Cannot adopt a message: ${service} does not`);
      return await adopt(raw);
    },
  };
}

/** @throws TypeError when there is none of that kind: a mistake of the program */
async function loaded<K extends Consumer["kind"]>(
  service: ServiceName,
  kind: K,
  load: LoadConsumers,
): Promise<OfKind<K>> {
  const isMeant = (consumer: Consumer): consumer is OfKind<K> => consumer.service === service && consumer.kind === kind;
  const consumer = (await loadable(load)).find(isMeant);
  if (consumer === undefined) throw new TypeError(`Cannot handle messages of ${service}: it has no such consumer`);
  return consumer;
}

/**
 * What can't be loaded is away as a store is: the message is refused and comes again, and no try of its own is counted.
 * @throws TransientError
 */
async function loadable(load: LoadConsumers): Promise<readonly Consumer[]> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof TransientError) throw error;
    throw new TransientError("services_not_loaded", "The services can't be loaded", { scope: "whole", cause: error });
  }
}
