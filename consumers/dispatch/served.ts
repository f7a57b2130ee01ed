/** What an instance serves: each subscription with its handler and its lane. */
import type { z } from "zod";
import { Lane } from "../../shared/admission/mod.ts";
import type { Bus } from "../../shared/bus/port.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { LabelsOf } from "../../shared/contracts/metrics.ts";
import { DeadLetter, ProviderChange, SyncTask } from "../../shared/contracts/messages.ts";
import { type EventTopic, type InternalTopic, isEventTopic, type ServiceName } from "../../shared/contracts/names.ts";
import { type SubscriptionConfig, versionedFrom } from "../../shared/contracts/subscriptions.ts";
import type { State } from "../../shared/state/port.ts";
import type { Consumer, Delivery, EventHandler, RawMessage } from "../registry.ts";
import { isAcked, type Outcome } from "./answer.ts";
import { dataBase64, dataText, type Incoming, parseJson } from "./incoming.ts";
import type { Seeks } from "./seeks.ts";
import type { Works } from "./work.ts";

/** What dispatch needs of the outside. */
export interface DispatchPorts {
  readonly state: State;
  readonly bus: Bus;
  readonly deps: Deps;
}

/** What one delivery works with. */
export interface Dispatch extends DispatchPorts {
  readonly works: Works;
  readonly seeks: Seeks;
}

/** A subscription of events. */
export interface ServedEvents {
  readonly kind: "events";
  readonly topic: EventTopic;
  readonly config: SubscriptionConfig;
  readonly handle: EventHandler;
}

/** A subscription of internal messages. */
export interface ServedInternal {
  readonly kind: "internal";
  readonly topic: InternalTopic;
  readonly config: SubscriptionConfig;
  /** Checks the message by its topic's contract. @throws PermanentError `message_invalid` @returns what handles it */
  readonly open: (incoming: Incoming) => Promise<(delivery: Delivery) => Promise<string>>;
}

/** A subscription with its handler. */
export type Served = (ServedEvents | ServedInternal) & {
  readonly lane: Lane;
  readonly labels: SubscriptionLabels;
};

/** The labels of a subscription's numbers, each object made once: the counters know a frozen one again. */
export interface SubscriptionLabels {
  readonly durations: LabelsOf<"delivery_duration_seconds">;
  delivery(outcome: Outcome): LabelsOf<"deliveries_total">;
  claim(outcome: ClaimOutcome): LabelsOf<"idempotency_total">;
  error(kind: ErrorKind): LabelsOf<"delivery_errors_total">;
}

/** What the claim and the revision said of an event. */
export type ClaimOutcome = "fresh" | "duplicate" | "busy" | "stale";

/** What can fail in a delivery. */
export const ERROR_KINDS = ["permanent", "transient", "store_away", "deadline", "bug"] as const;
export type ErrorKind = typeof ERROR_KINDS[number];

/** An instance admits this many batch sizes of a subscription, working and waiting together. */
const BATCHES_ADMITTED = 10;

/** Whoever would wait longer than this share of the ack deadline is refused. */
const WAIT_SHARE = 1 / 4;

/**
 * Ties each subscription to the consumer of its service.
 * @throws TypeError when a subscription has none: a mistake of the program, found at start
 */
export function serve(
  subscriptions: readonly SubscriptionConfig[],
  consumers: readonly Consumer[],
): ReadonlyMap<string, Served> {
  const byService = new Map<ServiceName, Consumer>(consumers.map((consumer) => [consumer.service, consumer]));
  return new Map(subscriptions.map((config) => [config.name, served(config, byService.get(config.service))]));
}

/** Names of versions that are remembered; there are seven a version, and hardly ever two versions. */
const VERSIONED_MAX = 100;

/** What is served for versions of the index: as the subscriptions that theirs were made from, each with its own lane. */
export class ServedVersions {
  readonly #served: ReadonlyMap<string, Served>;
  readonly #known = new Map<string, Served>();

  constructor(served: ReadonlyMap<string, Served>) {
    this.#served = served;
  }

  /** Undefined when the name is none of a version, or the one that it was made from is not served here. */
  get(name: string): Served | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const base = this.#served.get(versionedFrom(name)?.base.name ?? "");
    if (base?.kind !== "events") return undefined;
    if (this.#known.size >= VERSIONED_MAX) this.#known.clear();
    const config = { ...base.config, name };
    const made: Served = { ...base, config, lane: laneOf(config), labels: labelled(config) };
    this.#known.set(name, made);
    return made;
  }
}

function served(config: SubscriptionConfig, consumer: Consumer | undefined): Served {
  const lane = laneOf(config);
  const labels = labelled(config);
  const { topic } = config;
  if (consumer?.kind === "events" && isEventTopic(topic)) {
    return { kind: "events", topic, config, handle: consumer.handle, lane, labels };
  }
  if (consumer?.kind === "internal" && !isEventTopic(topic)) {
    const open = openerOf(consumer, topic);
    if (open !== undefined) return { kind: "internal", topic, config, open, lane, labels };
  }
  throw new TypeError(`Cannot serve subscription "${config.name}": no consumer handles its topic`);
}

function laneOf({ topic, batch_size, ack_deadline_seconds }: SubscriptionConfig): Lane {
  return new Lane({
    // Who reads a provider mostly waits for it: twenty first syncs must not hold up the notifications of everybody.
    at_once: isEventTopic(topic) ? batch_size : batch_size * BATCHES_ADMITTED,
    admitted_max: batch_size * BATCHES_ADMITTED,
    wait_ms_max: ack_deadline_seconds * 1_000 * WAIT_SHARE,
  });
}

/** Opens messages of the topic: parsed by its contract, then tied to the handler. Undefined without a handler. */
function openerOf(
  { handlers, adopt }: Consumer & { readonly kind: "internal" },
  topic: InternalTopic,
): ServedInternal["open"] | undefined {
  switch (topic) {
    case "provider-changes":
      return opener(ProviderChange, handlers[topic]);
    case "sync-tasks":
      return opener(SyncTask, handlers[topic]);
    case "dead-letters":
      return opener(DeadLetter, handlers[topic], adopt);
  }
}

function opener<T>(
  contract: z.ZodType<T>,
  handle: ((message: T, delivery: Delivery) => Promise<string>) | undefined,
  adopt?: (raw: RawMessage) => Promise<T>,
): ServedInternal["open"] | undefined {
  if (handle === undefined) return undefined;
  return async (incoming) => {
    try {
      const message = readMessage(contract, dataText(incoming));
      return (delivery) => handle(message, delivery);
    } catch (error) {
      if (adopt === undefined || !(error instanceof PermanentError)) throw error;
      const { message_id, published_at, attempt, attributes } = incoming;
      const data_base64 = dataBase64(incoming);
      const adopted = await adopt({ message_id, published_at, attempt, attributes, data_base64 });
      return (delivery) => handle(adopted, delivery);
    }
  };
}

/** @throws PermanentError `message_invalid` with the field */
function readMessage<T>(contract: z.ZodType<T>, text: string): T {
  const parsed = contract.safeParse(parseJson(text, "message_invalid", "The message's data"));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join(".") ?? "";
  throw new PermanentError("message_invalid", issue?.message ?? "does not keep the contract", { field });
}

function labelled({ name: subscription, service }: SubscriptionConfig): SubscriptionLabels {
  return {
    durations: Object.freeze({ subscription, service }),
    delivery: once((outcome: Outcome) => ({
      subscription,
      service,
      outcome,
      result: isAcked(outcome) ? "acked" : "nacked",
    })),
    claim: once((outcome: ClaimOutcome) => ({ service, outcome })),
    error: once((kind: ErrorKind) => ({ subscription, service, kind })),
  };
}

/** Makes each value once, frozen. */
function once<K, V extends object>(make: (key: K) => V): (key: K) => Readonly<V> {
  const made = new Map<K, Readonly<V>>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = Object.freeze(make(key));
    made.set(key, value);
    return value;
  };
}
