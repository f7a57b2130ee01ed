/** What the handlers of office's messages have to do with the messages themselves. */
import { StoreAwayError, TransientError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { ProviderChange } from "../../shared/contracts/messages.ts";
import type { ProviderName } from "../../shared/contracts/names.ts";
import { replaysOf } from "../dispatch/mod.ts";
import type { Delivery } from "../registry.ts";
import type { OfficePorts } from "./work.ts";

/** Whether the message was, or may have been, handled before without coming to its end. */
export function isRedelivered({ attempt, attributes }: Delivery): boolean {
  return attempt > 1 || replaysOf(attributes) > 0;
}

/**
 * The holder's time was up: the rest is another message's work, durable before this one is acknowledged.
 * @param of the change that the holder worked on; without one it did other work, and a round followed
 */
export async function publishContinuation(
  { bus, deps }: OfficePorts,
  { user_id, connection_id, resource }: ResourceKey,
  provider: ProviderName,
  of: Pick<ProviderChange, "cause" | "traceparent"> = { cause: "continuation", traceparent: "" },
): Promise<void> {
  const message: ProviderChange = {
    change_id: deps.random.uuid(),
    user_id,
    connection_id,
    provider,
    resource,
    cause: of.cause === "withdraw" ? "withdraw" : "continuation",
    requested: 0,
    traceparent: of.traceparent,
  };
  const [published] = await bus.publish("provider-changes", [{ message, attributes: { provider } }]);
  if (published?.kind !== "published") {
    throw new StoreAwayError("The bus", new Error(published?.reason ?? "no answer for the message"));
  }
}

/** Whoever holds the resource now does not do this message's work, so it has to come again. */
export function resourceHeld(): TransientError {
  return new TransientError("resource_held", "The resource is being read by another message", {
    retry_after_ms: 2_000,
    scope: "whole",
  });
}
