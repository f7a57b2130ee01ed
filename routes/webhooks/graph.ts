/** Microsoft Graph's notifications: verified item by item, raised as signals, answered when that is durable. */
import type { Signaller } from "../../consumers/office/mod.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { COLLECTIONS, DueRenewal, type ProviderSubscription } from "../../shared/contracts/records.ts";
import { type GraphNotification, parseNotifications } from "../../shared/providers/microsoft/notification.ts";
import { equalInConstantTime, type GraphTokens } from "../../shared/security/mod.ts";
import type { State } from "../../shared/state/port.ts";
import { openSparseWarn } from "../../shared/telemetry/mod.ts";
import { isAccepted, openSubscriptionLookup } from "./subscription_lookup.ts";
import { traceHere } from "../../shared/contracts/trace_context.ts";

/** What the notifications need. */
export interface GraphPorts {
  readonly state: State;
  readonly signal: Signaller;
  readonly deps: Deps;
  readonly tokens: GraphTokens;
}

/** What came of a request: how many items were accepted; null when the body is no collection of notifications. */
export type Received = { readonly accepted: number; readonly dropped: number } | null;

/** Takes one request's items. Resolves when every accepted one is durable. @throws StoreAwayError, TransientError */
export type ReceiveGraph = (subscription_id: string, json: unknown) => Promise<Received>;

/** Why an item is dropped, as counted in `webhooks_dropped_total`. The sender is not told. */
type Dropped = "unknown_subscription" | "wrong_client_state" | "wrong_token" | "replaced" | "unreadable";

/** One signal to raise, and what the renewals tick has to know. */
interface Wanted {
  readonly record: ProviderSubscription;
  cause: "notification" | "lifecycle" | "";
  lifecycle: DueRenewal["event"];
}

const NOTED = DueRenewal.shape.event;

/** Opens the receiver. */
export function openGraphReceiver({ state, signal, deps, tokens }: GraphPorts): ReceiveGraph {
  const { clock, counters } = deps;
  const warn = openSparseWarn(deps);
  const subscriptions = openSubscriptionLookup("microsoft", state, clock);
  const due = state.records({ system: "due" });

  function drop(reason: Dropped, subscription_id: string): null {
    counters.add("webhooks_dropped_total", { source: "microsoft", reason });
    warn("webhook.dropped", { provider: "microsoft", reason, subscription: subscription_id });
    return null;
  }

  /** The record that the item proves to belong to, or null when it is dropped. */
  function verified(
    record: ProviderSubscription | null,
    subscription_id: string,
    item: GraphNotification,
  ): ProviderSubscription | null {
    if (record === null) return drop("unknown_subscription", subscription_id);
    if (!equalInConstantTime(item.client_state, record.client_state)) {
      return drop("wrong_client_state", record.subscription_id);
    }
    if (!isAccepted(record, clock.now())) return drop("replaced", record.subscription_id);
    return record;
  }

  async function raise({ record, cause, lifecycle }: Wanted): Promise<void> {
    if (lifecycle !== "") {
      const { subscription_id } = record;
      const value: DueRenewal = { subscription_id, event: lifecycle };
      const id = `${new Date(clock.now()).toISOString()}|${subscription_id}`;
      await due.commit([{ op: "put", collection: COLLECTIONS.dueRenewals, id, value }]);
    }
    if (cause === "") return;
    const { user_id, connection_id, resource, provider } = record;
    await signal({ key: { user_id, connection_id, resource }, provider, cause, traceparent: traceHere(deps) });
  }

  return async function receiveGraph(subscription_id, json) {
    const { items, tokens: shown, skipped, valid } = parseNotifications(json);
    if (!valid) return null;
    if (skipped > 0) drop("unreadable", subscription_id);
    // Those without resource data come without tokens: they are proved by the client state alone.
    let tenants: ReadonlySet<string> | null | undefined;
    const wanted = new Map<string, Wanted>();
    let accepted = 0;
    for (const item of items) {
      const found = subscription_id === ""
        ? subscriptions.byRemoteId(item.remote_id)
        : subscriptions.byId(subscription_id);
      const record = verified(found instanceof Promise ? await found : found, subscription_id, item);
      if (record === null) continue;
      if (shown.length > 0) {
        // Only now: whoever can't name a client state must not make us look at tokens.
        if (tenants === undefined) tenants = await tokens.tenantsOf(shown);
        if (tenants === null || (item.tenant !== "" && !tenants.has(item.tenant))) {
          drop("wrong_token", record.subscription_id);
          continue;
        }
      }
      accepted++;
      want(wanted, record, item.lifecycle);
    }
    counters.add("webhooks_accepted_total", SOURCE, accepted);
    const raised = Array.from(wanted.values(), raise);
    await (raised.length === 1 ? raised[0] : Promise.all(raised));
    return { accepted, dropped: items.length - accepted + skipped };
  };
}

const SOURCE = Object.freeze({ source: "microsoft" });

/**
 * One signal for each resource, however many items there are. `reauthorizationRequired` asks for a renewal only;
 * `subscriptionRemoved` and `missed` mean lost notifications, so the resource is read as well, and so it is for a
 * lifecycle event that is newer than this program.
 */
function want(wanted: Map<string, Wanted>, record: ProviderSubscription, lifecycle: string): void {
  let entry = wanted.get(record.subscription_id);
  if (entry === undefined) {
    entry = { record, cause: "", lifecycle: "" };
    wanted.set(record.subscription_id, entry);
  }
  if (lifecycle === "") {
    if (entry.cause === "") entry.cause = "notification";
    return;
  }
  if (lifecycle !== "reauthorizationRequired") entry.cause = "lifecycle";
  const noted = NOTED.safeParse(lifecycle);
  // A removed subscription needs to be made again, whatever else was said of it in the same request.
  if (noted.success && entry.lifecycle !== "subscriptionRemoved") entry.lifecycle = noted.data;
}
