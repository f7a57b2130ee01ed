/**
 * The notifications of Google's channels: all of one stands in its headers. Google takes 200, 201, 202, 204 and 102 for
 * success, sends again after 500, 502, 503 and 504, and never again after anything else, 429 included. Source: the push
 * guides of Calendar and Drive.
 */
import type { Context } from "hono";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { ProviderSubscription } from "../../shared/contracts/records.ts";
import { equalInConstantTime } from "../../shared/security/mod.ts";
import { openSparseWarn } from "../../shared/telemetry/mod.ts";
import { allow, type AppEnv, type PlainApp } from "../access.ts";
import type { GraphPorts } from "./graph.ts";
import { openIntake } from "./intake.ts";
import { isAccepted, openSubscriptionLookup } from "./subscription_lookup.ts";
import { traceHere } from "../../shared/contracts/trace_context.ts";

/** What a channel watches, by the last part of its address. */
const CHANNELS = ["calendar", "drive"] as const satisfies readonly ResourceName[];

/** A new channel says hello with it, at times before the answer that made it: there is nothing to read yet. */
const HELLO = "sync";

/** Why a notification is dropped, as counted in `webhooks_dropped_total`. The sender is not told. */
type Dropped = "unknown_channel" | "wrong_token" | "wrong_resource" | "replaced";

/** Registers `POST /webhooks/google/calendar` and `/webhooks/google/drive`. */
export function addGoogleChannels(app: PlainApp, { state, signal, deps }: GraphPorts): void {
  const { clock, counters } = deps;
  const warn = openSparseWarn(deps);
  const intake = openIntake("google", deps);
  const subscriptions = openSubscriptionLookup("google", state, clock);

  function drop(reason: Dropped, subscription: string): null {
    counters.add("webhooks_dropped_total", { source: "google", reason });
    warn("webhook.dropped", { provider: "google", reason, subscription });
    return null;
  }

  /** The record that the headers prove to belong to; it was written before the channel was asked for. */
  async function verified(c: Context<AppEnv>, resource: ResourceName): Promise<ProviderSubscription | null> {
    const id = c.req.header("x-goog-channel-id") ?? "";
    const record = await subscriptions.byId(id);
    if (record === null) return drop("unknown_channel", "");
    const { subscription_id, client_state } = record;
    if (!equalInConstantTime(c.req.header("x-goog-channel-token") ?? "", client_state)) {
      return drop("wrong_token", subscription_id);
    }
    if (record.resource !== resource) return drop("wrong_resource", subscription_id);
    return isAccepted(record, clock.now()) ? record : drop("replaced", subscription_id);
  }

  async function receive(c: Context<AppEnv>, expected: ResourceName): Promise<Response> {
    const record = await verified(c, expected);
    if (record !== null) {
      counters.add("webhooks_accepted_total", { source: "google" });
      if (c.req.header("x-goog-resource-state")?.toLowerCase() !== HELLO) {
        const { user_id, connection_id, resource, provider } = record;
        const key = { user_id, connection_id, resource };
        await signal({ key, provider, cause: "notification", traceparent: traceHere(deps) });
      }
    }
    // Also for what was dropped: whoever guesses a token learns nothing from the answer.
    return c.body(null, 202);
  }

  for (const resource of CHANNELS) {
    app.post(`/webhooks/google/${resource}`, allow("webhook"), (c) => intake.admit(c, () => receive(c, resource)));
  }
}
