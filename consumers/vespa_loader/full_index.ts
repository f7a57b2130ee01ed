/** An index without room: the subscriptions pause by themselves, and somebody must hear of it. */
import type { Deps } from "../../shared/contracts/deps.ts";
import { TransientError } from "../../shared/contracts/errors.ts";
import { openSparseWarn } from "../../shared/telemetry/mod.ts";
import type { Consumer } from "../registry.ts";

/** The loader, which says once a minute that the index takes nothing, and counts each refusal. */
export function withAlarm(consumer: Consumer, deps: Pick<Deps, "clock" | "log" | "counters">): Consumer {
  if (consumer.kind !== "events") return consumer;
  const warn = openSparseWarn(deps);
  return {
    ...consumer,
    async handle(event, document, delivery) {
      try {
        return await consumer.handle(event, document, delivery);
      } catch (error) {
        if (error instanceof TransientError && error.code === "index_full") {
          deps.counters.add("index_full_total", {});
          warn("index.full", { reason: error.message, subscription: delivery.subscription });
        }
        throw error;
      }
    },
  };
}
