/** Push subscriptions. */
import type { protos } from "@google-cloud/pubsub";
import { RETRY_BACKOFF_SECONDS, type SubscriptionConfig } from "../../contracts/subscriptions.ts";
import type { EnsureFinding, ExternalSubscription } from "../port.ts";
import { ADMIN_CALL } from "./clients.ts";
import { drift, durationText, type Settings } from "./drift.ts";
import { type EnsureContext, ensureResource, type PlanContext, type Resource } from "./ensure.ts";
import { awayError, codeOf, GRPC } from "./errors.ts";
import { shortName } from "./names.ts";

/** Everything about a subscription that we care for. */
interface Wanted {
  readonly name: string;
  readonly topic: string;
  readonly endpoint: string;
  readonly ack_deadline_seconds: number;
  readonly retention_seconds: number;
  readonly dead_letter_topic: string | undefined;
  readonly max_delivery_attempts: number;
}

/** How long an external subscription keeps messages: Pub/Sub's own default. */
const EXTERNAL_RETENTION_SECONDS = 7 * 24 * 60 * 60;

/** Creates one subscription of ours if it is missing, else says how it differs; it never changes what is there. */
export function ensureSubscription(config: SubscriptionConfig, context: EnsureContext): Promise<EnsureFinding> {
  return ensureResource(
    resourceOf(wantedOf(config, context), config.name, context),
    context.clients,
    context.topology.look_only,
  );
}

/** One on a topic of someone else. It has no dead-letter policy: its messages are hints, not ours to keep. */
export function ensureExternal(external: ExternalSubscription, context: EnsureContext): Promise<EnsureFinding> {
  return ensureResource(
    resourceOf(wantedExternal(external, context), external.name, context),
    context.clients,
    context.topology.look_only,
  );
}

/** What makes all subscriptions of the topology by hand. */
export function subscriptionCommands(context: PlanContext): string[] {
  const { subscriptions, external = [] } = context.topology;
  return [
    ...subscriptions.map((config) => resourceOf(wantedOf(config, context), config.name, context)),
    ...external.map((each) => resourceOf(wantedExternal(each, context), each.name, context)),
  ].map(({ command }) => command);
}

function wantedOf(config: SubscriptionConfig, { names, topology, retention_seconds_max }: PlanContext): Wanted {
  return {
    name: names.subscription(config.name),
    topic: names.topic(config.topic),
    endpoint: topology.endpointOf(config.name),
    ack_deadline_seconds: config.ack_deadline_seconds,
    retention_seconds: Math.min(config.retention_seconds, retention_seconds_max),
    dead_letter_topic: config.max_delivery_attempts > 0 ? names.topic("dead-letters") : undefined,
    max_delivery_attempts: config.max_delivery_attempts,
  };
}

function wantedExternal(
  { name, topic, endpoint, ack_deadline_seconds }: ExternalSubscription,
  { names }: PlanContext,
): Wanted {
  return {
    name: names.subscription(name),
    topic,
    endpoint,
    ack_deadline_seconds,
    retention_seconds: EXTERNAL_RETENTION_SECONDS,
    dead_letter_topic: undefined,
    max_delivery_attempts: 0,
  };
}

/** Removes a subscription of ours, with what it holds. */
export async function removeSubscription(
  name: string,
  { clients, names, projectId }: EnsureContext,
): Promise<readonly EnsureFinding[]> {
  const subscription = names.subscription(name);
  const finding = (state: EnsureFinding["state"], details: readonly string[]): EnsureFinding[] => [
    { what: "subscription", name, state, details },
  ];
  try {
    await clients.subscriber.deleteSubscription({ subscription }, ADMIN_CALL);
    return finding("removed", []);
  } catch (error) {
    const code = codeOf(error);
    if (code === GRPC.not_found) return [];
    if (code !== GRPC.permission_denied) throw awayError(error);
    const command = `gcloud pubsub subscriptions delete ${shortName(subscription)} --project=${projectId}`;
    return finding("denied", [`run: ${command}`]);
  }
}

function resourceOf(
  wanted: Wanted,
  name: string,
  context: PlanContext,
): Resource<protos.google.pubsub.v1.ISubscription> {
  const token = tokenOf(wanted, context);
  return {
    what: "subscription",
    name,
    get: async ({ subscriber }) => (await subscriber.getSubscription({ subscription: wanted.name }, ADMIN_CALL))[0],
    create: ({ subscriber }) =>
      subscriber.createSubscription({
        name: wanted.name,
        topic: wanted.topic,
        pushConfig: { pushEndpoint: wanted.endpoint, ...(token === undefined ? {} : { oidcToken: token }) },
        ackDeadlineSeconds: wanted.ack_deadline_seconds,
        messageRetentionDuration: { seconds: wanted.retention_seconds },
        retainAckedMessages: true,
        enableMessageOrdering: false,
        // Given, but without a time: it never expires. Left out it would after 31 idle days.
        expirationPolicy: {},
        retryPolicy: {
          minimumBackoff: { seconds: RETRY_BACKOFF_SECONDS.min },
          maximumBackoff: { seconds: RETRY_BACKOFF_SECONDS.max },
        },
        ...(wanted.dead_letter_topic === undefined ? {} : {
          deadLetterPolicy: {
            deadLetterTopic: wanted.dead_letter_topic,
            maxDeliveryAttempts: wanted.max_delivery_attempts,
          },
        }),
      }, ADMIN_CALL),
    compare: (found) => {
      const details = drift(expectedSettings(wanted, token), actualSettings(found));
      return Promise.resolve({ state: details.length === 0 ? "present" : "differs", details });
    },
    command: createCommand(wanted, token, context.projectId),
  };
}

interface Token {
  readonly serviceAccountEmail: string;
  readonly audience: string;
}

function tokenOf(wanted: Wanted, context: PlanContext): Token | undefined {
  if (context.pushServiceAccount === undefined) return undefined;
  return { serviceAccountEmail: context.pushServiceAccount, audience: context.pushAudience ?? wanted.endpoint };
}

function expectedSettings(wanted: Wanted, token: Token | undefined): Settings {
  return {
    topic: wanted.topic,
    endpoint: wanted.endpoint,
    service_account: token?.serviceAccountEmail ?? "none",
    audience: token?.audience ?? "none",
    ack_deadline: `${wanted.ack_deadline_seconds}s`,
    retention: `${wanted.retention_seconds}s`,
    retain_acked: "true",
    ordering: "false",
    expiration: "never",
    retry: `${RETRY_BACKOFF_SECONDS.min}s to ${RETRY_BACKOFF_SECONDS.max}s`,
    dead_letter_topic: wanted.dead_letter_topic ?? "none",
    max_delivery_attempts: wanted.dead_letter_topic === undefined ? "none" : `${wanted.max_delivery_attempts}`,
    filter: "none",
    detached: "false",
  };
}

function actualSettings(found: protos.google.pubsub.v1.ISubscription): Settings {
  const token = found.pushConfig?.oidcToken;
  const expiration = found.expirationPolicy;
  const retry = found.retryPolicy;
  return {
    topic: found.topic ?? "none",
    endpoint: found.pushConfig?.pushEndpoint || "none",
    service_account: token?.serviceAccountEmail || "none",
    // Pub/Sub takes the endpoint itself when no audience was given.
    audience: token ? token.audience || found.pushConfig?.pushEndpoint || "none" : "none",
    ack_deadline: `${found.ackDeadlineSeconds}s`,
    retention: durationText(found.messageRetentionDuration),
    retain_acked: `${found.retainAckedMessages}`,
    ordering: `${found.enableMessageOrdering}`,
    expiration: expiration && !expiration.ttl ? "never" : `after ${durationText(expiration?.ttl)}`,
    retry: retry ? `${durationText(retry.minimumBackoff)} to ${durationText(retry.maximumBackoff)}` : "at once",
    dead_letter_topic: found.deadLetterPolicy?.deadLetterTopic || "none",
    max_delivery_attempts: found.deadLetterPolicy ? `${found.deadLetterPolicy.maxDeliveryAttempts}` : "none",
    filter: found.filter || "none",
    detached: `${found.detached}`,
  };
}

function createCommand(wanted: Wanted, token: Token | undefined, projectId: string): string {
  return [
    `gcloud pubsub subscriptions create ${shortName(wanted.name)} --project=${projectId}`,
    `--topic=${wanted.topic}`,
    `--push-endpoint=${wanted.endpoint}`,
    ...(token === undefined ? [] : [
      `--push-auth-service-account=${token.serviceAccountEmail}`,
      `--push-auth-token-audience=${token.audience}`,
    ]),
    `--ack-deadline=${wanted.ack_deadline_seconds}`,
    `--message-retention-duration=${wanted.retention_seconds}s --retain-acked-messages --expiration-period=never`,
    `--min-retry-delay=${RETRY_BACKOFF_SECONDS.min}s --max-retry-delay=${RETRY_BACKOFF_SECONDS.max}s`,
    ...(wanted.dead_letter_topic === undefined ? [] : [
      `--dead-letter-topic=${wanted.dead_letter_topic} --max-delivery-attempts=${wanted.max_delivery_attempts}`,
    ]),
  ].join(" ");
}
