import type { Database } from "../../sqlite/mod.ts";
import type { EnsureFinding, Topology } from "../port.ts";
import { putSubscription, putTopic, retentionOf } from "./store.ts";

/** Creates what is missing. No operator sets anything in this file, so a retention that changed in the code is applied. */
export function ensureTopology(db: Database, topology: Topology): EnsureFinding[] {
  return [
    ...topology.topics.map(({ name, retention_seconds }) =>
      finding("topic", name, putTopic(db, name, retention_seconds * 1_000), retention_seconds)
    ),
    ...topology.subscriptions.map(({ name, topic, retention_seconds }) =>
      finding("subscription", name, putSubscription(db, name, topic, retention_seconds * 1_000), retention_seconds)
    ),
  ];
}

function finding(
  what: "topic" | "subscription",
  name: string,
  retention_ms_was: number | undefined,
  retention_seconds: number,
): EnsureFinding {
  const was_seconds = retention_ms_was === undefined ? undefined : retention_ms_was / 1_000;
  if (was_seconds === undefined) return { what, name, state: "created", details: [] };
  if (was_seconds === retention_seconds) return { what, name, state: "present", details: [] };
  const details = [`retention: was ${was_seconds} s, is ${retention_seconds} s now`];
  return { what, name, state: "updated", details };
}

/** What is missing, and what has another retention. */
export function lookAt(db: Database, { topics, subscriptions }: Topology): EnsureFinding[] {
  const found = (what: "topic" | "subscription", name: string, retention_seconds: number): EnsureFinding => {
    const was_ms = retentionOf(db, what === "topic" ? "topics" : "subscriptions", name);
    if (was_ms === undefined) return { what, name, state: "missing", details: ["run: deno task setup"] };
    if (was_ms === retention_seconds * 1_000) return { what, name, state: "present", details: [] };
    const details = [`retention: expected ${retention_seconds} s, is ${was_ms / 1_000} s`];
    return { what, name, state: "differs", details };
  };
  return [
    ...topics.map(({ name, retention_seconds }) => found("topic", name, retention_seconds)),
    ...subscriptions.map(({ name, retention_seconds }) => found("subscription", name, retention_seconds)),
  ];
}
