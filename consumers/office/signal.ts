/** Signals: a storm of notifications costs a handful of provider calls. */
import type { Bus } from "../../shared/bus/port.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { ProviderChange } from "../../shared/contracts/messages.ts";
import type { ProviderName } from "../../shared/contracts/names.ts";
import type { Leases } from "../../shared/state/port.ts";

/** What a signal is raised for. */
export interface Signal {
  readonly key: ResourceKey;
  readonly provider: ProviderName;
  readonly cause: ProviderChange["cause"];
  readonly traceparent: string;
}

/**
 * Raises the signal of a resource and publishes one `provider-changes` message if none is pending.
 * Resolves when the request is durable: counted, and published where that was needed.
 * @throws StoreAwayError when the state or the bus does not answer; the sender then has to try again.
 */
export type Signaller = (signal: Signal) => Promise<{ readonly published: boolean }>;

/** Tells a holder in this process that its resource was asked for again, so that it need not wait to find out. */
export interface Wakeups {
  /** Resolves at the next `wake` of that resource. */
  next(key: ResourceKey): { readonly woken: Promise<void>; cancel(): void };
  wake(key: ResourceKey): void;
}

/** Wake-ups within one process; other instances' signals are found by looking at the counters. */
export function createWakeups(): Wakeups {
  const waiting = new Map<string, Set<() => void>>();
  return {
    next(key) {
      const name = nameOf(key);
      let resolve = () => {};
      const woken = new Promise<void>((done) => resolve = done);
      const set = waiting.get(name) ?? new Set();
      waiting.set(name, set.add(resolve));
      const cancel = () => {
        set.delete(resolve);
        if (set.size === 0) waiting.delete(name);
      };
      return { woken, cancel };
    },
    wake(key) {
      for (const resolve of waiting.get(nameOf(key)) ?? []) resolve();
    },
  };
}

/** One resource as a text that no other resource has. */
export function nameOf(key: ResourceKey): string {
  return `${key.user_id}:${key.connection_id}:${key.resource}`;
}

/**
 * What counts as pending may have met the grant before this one, or been forgotten by a store that lost writes; and a
 * message that asks for a read withdraws nothing.
 */
const ALWAYS_PUBLISHED: ReadonlySet<Signal["cause"]> = new Set(["first_sync", "lost_writes", "withdraw"]);

/** Builds the one way in which anything asks for a resource to be read. */
export function createSignaller(
  { leases, bus, deps, wakeups }: { leases: Leases; bus: Bus; deps: Deps; wakeups: Wakeups },
): Signaller {
  return async function signalChange({ key, provider, cause, traceparent }) {
    const raised = await leases.raise(key);
    const publish = raised.publish || ALWAYS_PUBLISHED.has(cause);
    const { requested } = raised;
    if (publish) {
      const message: ProviderChange = {
        change_id: deps.random.uuid(),
        user_id: key.user_id,
        connection_id: key.connection_id,
        provider,
        resource: key.resource,
        cause,
        requested,
        traceparent,
      };
      const [published] = await bus.publish("provider-changes", [{
        message,
        attributes: { provider, ...(traceparent === "" ? {} : { traceparent }) },
      }]);
      if (published?.kind !== "published") {
        throw new StoreAwayError("The bus", new Error(published?.reason ?? "no answer for the message"));
      }
      await leases.published(key, requested);
    }
    wakeups.wake(key);
    return { published: publish };
  };
}
