/** The topology as commands, for those who apply it themselves. Nothing is asked of Pub/Sub. */
import { avroSchema } from "../avro.ts";
import type { Topology } from "../port.ts";
import type { PlanContext } from "./ensure.ts";
import { namesOf } from "./names.ts";
import type { PubsubBusOptions } from "./options.ts";
import { subscriptionCommands } from "./subscriptions.ts";
import { topicCommands } from "./topics.ts";

/** The emulator refuses a subscription's retention above this, the service one above 31 days. */
const EMULATOR_RETENTION_SECONDS_MAX = 7 * 24 * 60 * 60;

/** Where a topology is to stand. */
export type PlanOptions = Pick<
  PubsubBusOptions,
  "projectId" | "topicPrefix" | "emulatorHost" | "pushAudience" | "pushServiceAccount"
>;

/** What the resources of a topology are made of. */
export function planContext(options: PlanOptions, topology: Topology): PlanContext {
  const { projectId, pushAudience, pushServiceAccount, emulatorHost } = options;
  return {
    names: namesOf(options),
    topology,
    schemaOf: avroSchema,
    projectId,
    pushAudience,
    pushServiceAccount,
    retention_seconds_max: emulatorHost ? EMULATOR_RETENTION_SECONDS_MAX : Infinity,
  };
}

/** `gcloud` commands that make every schema, topic and subscription, in the order in which they can be run. */
export function pubsubCommands(options: PlanOptions, topology: Topology): string[] {
  const context = planContext(options, topology);
  return [
    ...topology.topics.flatMap((config) => topicCommands(config, context)),
    ...subscriptionCommands(context),
  ];
}
