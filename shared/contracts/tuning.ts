/** Tuning: what an operator may set otherwise than the table of subscriptions has it, in one JSON file. */
import { z } from "zod";
import { type SubscriptionConfig, SUBSCRIPTIONS } from "./subscriptions.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** What may be set of one subscription; what is left out stays as in the table. */
const SubscriptionTuning = z.strictObject({
  /** How many messages an instance handles at once; it admits ten times as many. */
  batch_size: z.int().min(1).max(1_000),
  /** Pub/Sub's bounds (cloud.google.com/pubsub/docs/lease-management). */
  ack_deadline_seconds: z.int().min(10).max(600),
  /** Pub/Sub's bounds (cloud.google.com/pubsub/docs/subscription-retention-policy). */
  retention_seconds: z.int().min(600).max(31 * DAY_SECONDS),
}).partial();

/** By names of the table, or the beginning of several names and `*`, such as `vespa-loader-*`. */
const Subscriptions = z.record(z.string(), SubscriptionTuning).superRefine((named, context) => {
  for (const name of Object.keys(named).filter((name) => !SUBSCRIPTIONS.some((config) => matches(name, config.name)))) {
    const known = SUBSCRIPTIONS.map((config) => config.name).join(", ");
    const message = `is no subscription; there are ${known}, and beginnings such as vespa-loader-*`;
    context.addIssue({ code: "custom", path: [name], message });
  }
});

/** The whole file. */
export const Tuning = z.strictObject({ subscriptions: Subscriptions.default({}) });
export type Tuning = z.infer<typeof Tuning>;

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** The table with what is set otherwise; the longest name that fits says it. */
export function tuned({ subscriptions }: Tuning): readonly SubscriptionConfig[] {
  const byLength = Object.entries(subscriptions).sort(([one], [other]) => weightOf(one) - weightOf(other));
  return SUBSCRIPTIONS.map((config) =>
    byLength.filter(([pattern]) => matches(pattern, config.name)).reduce<SubscriptionConfig>(
      (made, [, { batch_size, ack_deadline_seconds, retention_seconds }]) => ({
        ...made,
        batch_size: batch_size ?? made.batch_size,
        ack_deadline_seconds: ack_deadline_seconds ?? made.ack_deadline_seconds,
        retention_seconds: retention_seconds ?? made.retention_seconds,
      }),
      config,
    )
  );
}

function weightOf(pattern: string): number {
  return pattern.endsWith("*") ? pattern.length - 1 : Number.MAX_SAFE_INTEGER;
}
