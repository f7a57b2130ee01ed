/** What one hold of a resource works with. */
import type { Bus } from "../../shared/bus/port.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { ProviderName } from "../../shared/contracts/names.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import type { SubscriptionConfig } from "../../shared/contracts/subscriptions.ts";
import type { Mailbox, Provider } from "../../shared/providers/port.ts";
import type { Vault } from "../../shared/providers/tokens.ts";
import type { Lease, Ledger, State } from "../../shared/state/port.ts";
import type { Index } from "../../shared/index/port.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { usedFor } from "../../shared/providers/purpose.ts";
import { isGiven } from "./choices.ts";
import { readConnection } from "./connections.ts";
import type { Holder } from "../registry.ts";

/** What office needs from the outside. */
export interface OfficePorts {
  readonly state: State;
  readonly bus: Bus;
  readonly deps: Deps;
  /** What the accounts' tokens are sealed with. */
  readonly vault: Vault;
  readonly providers: ReadonlyMap<ProviderName, Provider>;
  /** The subscriptions that messages come by, with their deadlines. */
  readonly subscriptions: readonly SubscriptionConfig[];
  /** Where the providers' notifications reach us; `""` where none can. */
  readonly public_url: string;
  readonly index: Pick<Index, "revisions">;
  /** The consumers that a verification compares. */
  readonly holders: readonly Holder[];
  /** The one door to an account's data. */
  readonly openMailbox: (connection: Connection, signal: AbortSignal) => Mailbox;
}

/** One hold of one resource: the lease that allows it, and the message that asked for it. */
export interface Work {
  readonly ports: OfficePorts;
  readonly key: ResourceKey;
  readonly connection: Connection;
  readonly provider: Provider;
  readonly mailbox: Mailbox;
  readonly lease: Lease;
  readonly ledger: Ledger;
  /** Milliseconds since the epoch at which the holder has to hand over. */
  readonly hand_over_at_ms: number;
  readonly correlation_id: string;
  readonly traceparent: string;
  readonly batch_id: string;
  /** Called after each page that was committed. */
  readonly onPage: (work: Pick<Work, "tally">) => Promise<void>;
  /** Counts what was published, for the log and for telling an empty round. */
  readonly tally: { published: number; unchanged: number; refused: number };
}

/** The work as a part of a first reading, or of another enumeration: its requests give way to what changes now. */
export function asBackfill(work: Work): Work {
  return { ...work, mailbox: usedFor(work.mailbox, { resource: work.key.resource, backfill: true }) };
}

/** For requests that no hold bounds: the mailbox bounds each by itself. */
export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

/** The holder's time is up: it hands over to a continuation. */
export class TimeUp extends Error {
  override readonly name = "TimeUp";
}

/** The person took the resource back while it was being read: nobody reads on. */
export class NoLongerGiven extends Error {
  override readonly name = "NoLongerGiven";
}

/**
 * Stops the work when the person took the resource back, or gives another part of it now: a holder reads by the choice
 * that it began with, so another one goes on.
 * @throws NoLongerGiven, TimeUp
 */
export async function checkGiven({ ports, key, connection: begun }: Work): Promise<void> {
  const connection = await readConnection(ports.state, key);
  if (connection === null || connection.state === "disconnected" || !isGiven(connection, key.resource)) {
    throw new NoLongerGiven("The resource is not given any more");
  }
  const [now, then] = [connection, begun].map((one) => JSON.stringify(choiceOf(one, key.resource)));
  if (now !== then) throw new TimeUp("The person has chosen anew");
}

/** Stops the work when its time is up, or when it was aborted. @throws TimeUp, or the abort's reason */
export function checkTime(work: Work): void {
  work.mailbox.signal.throwIfAborted();
  if (work.ports.deps.clock.now() >= work.hand_over_at_ms) throw new TimeUp("The holder's time is up");
}
