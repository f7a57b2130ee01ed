/** `SubscriptionConfig`: the one table of subscriptions. Set-up, dispatch, metrics and docs all read it. */
import { EventTopic, type ServiceName, type TopicName } from "./names.ts";

/** One subscription, delivered by push to `/push/{name}`. */
export interface SubscriptionConfig {
  readonly name: string;
  readonly topic: TopicName;
  readonly service: ServiceName;
  /** How many messages an instance handles at once; it admits up to ten times as many and queues them. */
  readonly batch_size: number;
  readonly ack_deadline_seconds: number;
  /** How long the bus keeps messages for it, acknowledged ones too, seconds. */
  readonly retention_seconds: number;
  /** Only a backstop: busy, full and store-away refusals use attempts up too. 0: no dead-letter policy. */
  readonly max_delivery_attempts: number;
}

/** Handler failures of one message after which it becomes a dead letter; counted in its claim. */
export const HANDLER_FAILURES_MAX = 5;

/** How the bus spaces redeliveries. */
export const RETRY_BACKOFF_SECONDS = { min: 10, max: 600 } as const;

/** How the embedded bus spaces them: one process, no other tenants to spare. */
export const EMBEDDED_BACKOFF_MS = { min: 500, max: 60_000 } as const;

const DAY_SECONDS = 24 * 60 * 60;

function subscription(
  name: string,
  topic: TopicName,
  service: ServiceName,
  batch_size: number,
  ack_deadline_seconds: number,
): SubscriptionConfig {
  const last = topic === "dead-letters";
  return {
    name,
    topic,
    service,
    batch_size,
    ack_deadline_seconds,
    retention_seconds: (last ? 31 : 7) * DAY_SECONDS,
    max_delivery_attempts: last ? 0 : 100,
  };
}

const DISCOVERY_TOPICS: readonly EventTopic[] = [
  "emails",
  "calendars",
  "word_documents",
  "sheet_documents",
  "presentation_documents",
];

/** Every subscription on our own topics. */
export const SUBSCRIPTIONS: readonly SubscriptionConfig[] = [
  ...EventTopic.options.map((topic) => subscription(`vespa-loader-${topic}`, topic, "vespa-loader", 50, 120)),
  ...DISCOVERY_TOPICS.map((topic) => subscription(`contact-discovery-${topic}`, topic, "contact-discovery", 100, 60)),
  subscription("meetings-calendars", "calendars", "meetings", 25, 60),
  subscription("shipments-emails", "emails", "shipments", 50, 60),
  subscription("office-provider-changes", "provider-changes", "office", 20, 600),
  subscription("office-sync-tasks", "sync-tasks", "office", 20, 600),
  subscription("dead-letters-store", "dead-letters", "dead-letters", 20, 60),
];

/** Gmail's own notifications come on the operator's topic, pushed to `/push/gmail`. */
export const GMAIL_SUBSCRIPTION = {
  name: "gmail-notifications",
  service: "office",
  batch_size: 20,
  ack_deadline_seconds: 60,
} as const;

/** What stands behind the name of a subscription that feeds an index version of its own. */
const VERSIONED = /^(.+)-v([1-9]\d{0,5})$/;

/** Those by which an index version that is being built hears of all documents: `vespa-loader-emails-v2`. */
export function versionedSubscriptions(version: number): readonly SubscriptionConfig[] {
  return SUBSCRIPTIONS.filter(({ service }) => service === "vespa-loader").map((config) => ({
    ...config,
    name: `${config.name}-v${version}`,
  }));
}

/** The subscription of the table that one of an index version was made from, with the version; undefined for others. */
export function versionedFrom(
  name: string,
): { readonly base: SubscriptionConfig; readonly version: number } | undefined {
  const [, base_name, version] = VERSIONED.exec(name) ?? [];
  const base = SUBSCRIPTIONS.find((config) => config.service === "vespa-loader" && config.name === base_name);
  return base === undefined ? undefined : { base, version: Number(version) };
}

/** The subscription of that name, of the table or of an index version, or undefined. */
export function subscriptionNamed(name: string): SubscriptionConfig | undefined {
  const found = SUBSCRIPTIONS.find((subscription) => subscription.name === name);
  if (found !== undefined) return found;
  const derived = versionedFrom(name);
  return derived === undefined ? undefined : { ...derived.base, name };
}
