/** The bus: durable topics whose messages are pushed to subscriptions over HTTP. */
import type { TopicMessage } from "../contracts/topics.ts";
import type { SubscriptionConfig } from "../contracts/subscriptions.ts";
import type { TopicConfig } from "../contracts/topics.ts";
import type { TopicName } from "../contracts/names.ts";

/** A message to publish. The bus checks it against its topic's contract before anything is sent. */
export interface Outgoing<T extends TopicName = TopicName> {
  readonly message: TopicMessage<T>;
  /** Nothing personal; at most 100, keys to 256 and values to 1,024 bytes. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What became of one message: its id once it is durable, or why its contract refuses it. */
export type Published =
  | { readonly kind: "published"; readonly message_id: string }
  | { readonly kind: "refused"; readonly field: string; readonly reason: string };

/** What `ensure` found and did, for one topic, schema or subscription. */
export interface EnsureFinding {
  readonly what: "topic" | "schema" | "subscription";
  readonly name: string;
  readonly state: "present" | "created" | "updated" | "differs" | "denied" | "removed" | "missing";
  /** For `differs`: each setting, what is expected and what is there. For `denied` and `missing`: the command to run. */
  readonly details: readonly string[];
}

/** What one subscription holds. */
export interface SubscriptionStats {
  readonly subscription: string;
  /** Messages not yet acknowledged. Null where the bus does not say. */
  readonly backlog: number | null;
  readonly oldest_unacked_seconds: number | null;
  /** Counted since this process opened the bus. Null where the bus delivers by itself and does not say. */
  readonly delivered: number | null;
  readonly acked: number | null;
  readonly nacked: number | null;
}

/** A subscription to a topic that is not ours, such as the one that Gmail publishes to. Only Google Pub/Sub has such. */
export interface ExternalSubscription {
  readonly name: string;
  /** The topic's full name, `projects/…/topics/…`; another project is allowed. */
  readonly topic: string;
  readonly ack_deadline_seconds: number;
  readonly endpoint: string;
}

/** The topology a service needs, with the address that push deliveries go to. */
export interface Topology {
  readonly topics: readonly TopicConfig[];
  readonly subscriptions: readonly SubscriptionConfig[];
  /** The endpoint of a subscription's pushes, e.g. `https://millrace.example/push/vespa-loader-emails`. */
  readonly endpointOf: (subscription: string) => string;
  readonly external?: readonly ExternalSubscription[];
  /** Subscriptions that are to go, with what they hold; those that are not there are no finding. */
  readonly unwanted?: readonly string[];
  /** True only looks: what is not there is found `missing`, and nothing is made or removed. */
  readonly look_only?: boolean;
}

/** Adapters: Google Pub/Sub and SQLite. The same contract tests run on both. */
export interface Bus {
  /**
   * Publishes all messages of the list to one topic, and resolves when each is durable or refused, in the list's order.
   * An invalid message is refused by field; the others go on.
   * @throws StoreAwayError when the bus does not answer; then nothing may be assumed of any message of the list.
   */
  publish<T extends TopicName>(topic: T, messages: readonly Outgoing<T>[]): Promise<readonly Published[]>;
  /**
   * Creates what is missing, reports what differs, never changes what an operator set; removes what is unwanted, and
   * nothing else. Called again, it adds to what this process serves.
   */
  ensure(topology: Topology): Promise<readonly EnsureFinding[]>;
  stats(): Promise<readonly SubscriptionStats[]>;
  /**
   * Makes everything published at or after `from` deliverable again to one subscription. On Google Pub/Sub all that was
   * published earlier then counts as acknowledged: choose `from` no later than the oldest message not yet handled.
   * @throws PermanentError `unknown_subscription`
   */
  seek(subscription: string, from: Date): Promise<void>;
  /**
   * How many messages a seek to `from` would deliver again; null where the bus can't tell.
   * @throws PermanentError `unknown_subscription`
   */
  countSince(subscription: string, from: Date): Promise<number | null>;
  /** Resolves when the bus answers; rejects with StoreAwayError when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
