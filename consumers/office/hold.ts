/**
 * The hold of a resource: taken in the name of a durable message, renewed while the work goes on, given up only in one
 * step that finds nothing new requested.
 */
import { LeaseLostError, PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import { LEASE_TTL_MS } from "../../shared/contracts/keys.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import type { Lease } from "../../shared/state/port.ts";
import { usedFor } from "../../shared/providers/purpose.ts";
import type { Delivery } from "../registry.ts";
import { runRound } from "./round.ts";
import { nameOf, type Wakeups } from "./signal.ts";
import { checkGiven, NoLongerGiven, type OfficePorts, TimeUp, type Work } from "./work.ts";

/** A third of the lease: two renewals may fail before it runs out. */
const RENEW_EVERY_MS = LEASE_TTL_MS / 3;

/** Providers notify before their delta knows: an empty round reads again after these, counted from its end. */
const READ_AGAIN_AFTER_MS = [2_000, 10_000];

/** While a holder waits it looks this often for requests that reached another instance. */
const LOOK_EVERY_MS = 1_000;

/** Rounds that follow each other without a pause in the signals are spaced like this: a storm costs a handful of calls. */
const PACE_MS = [500, 1_000, 2_000, 4_000];

/** For a message of a subscription that is not in the table. */
const DEADLINE_SECONDS_MIN = 60;

/** What a hold is for. */
export interface HoldRequest {
  readonly key: ResourceKey;
  /** The durable message's own id: the lease is taken in its name. */
  readonly message: string;
  readonly connection: Connection;
  readonly traceparent: string;
  readonly batch_id: string;
  readonly correlation_id: string;
  /** Whether an empty round should be read again: a provider said that there is something. */
  readonly expectant: boolean;
  /** Called after each page. */
  readonly onPage?: Work["onPage"];
  /** Done first, under the lease; then rounds follow as long as requests do. */
  readonly first: (work: Work) => Promise<void>;
}

/**
 * How a hold ended: all done, handed over to a continuation (which the caller publishes), somebody else is at it, or
 * the person took the resource back.
 */
export type HoldEnd = "done" | "hand_over" | "held_by_another" | "not_given";

/**
 * Takes the resource and works until nothing new is requested.
 * @throws TransientError when the message has to come again (its own lease still runs, the lease was lost, the provider
 * says wait); the lease is given up before.
 */
export async function hold(
  ports: OfficePorts,
  wakeups: Wakeups,
  request: HoldRequest,
  delivery: Delivery,
): Promise<HoldEnd> {
  const acquired = await ports.state.leases.acquire(request.key, request.message);
  if (acquired.kind === "waiting") {
    throw new TransientError("told_to_wait", "The provider asked to wait", {
      retry_after_ms: Math.max(0, acquired.not_before_ms - await nowMs(ports)),
    });
  }
  if (acquired.kind === "held") {
    if (!acquired.own) return "held_by_another";
    throw new TransientError("lease_runs", "An earlier delivery of this message still holds the resource", {
      retry_after_ms: Math.max(1_000, acquired.until_ms - await nowMs(ports)),
      scope: "whole",
    });
  }
  const gone = new AbortController();
  const work = openWork(ports, request, acquired.lease, AbortSignal.any([delivery.signal, gone.signal]), delivery);
  const renewing = renew(ports, acquired.lease, gone);
  try {
    return await workUntilQuiet(work, wakeups, request);
  } catch (error) {
    return await endEarly(work, error);
  } finally {
    gone.abort(new DOMException("The hold has ended", "AbortError"));
    await renewing;
  }
}

function openWork(
  ports: OfficePorts,
  request: HoldRequest,
  lease: Lease,
  signal: AbortSignal,
  delivery: Delivery,
): Work {
  const provider = ports.providers.get(request.connection.provider);
  if (provider === undefined) {
    throw new PermanentError("provider_unknown", `Cannot read provider "${request.connection.provider}" here`);
  }
  const own = ports.subscriptions.find(({ name }) => name === delivery.subscription);
  const deadline_seconds = own?.ack_deadline_seconds ?? DEADLINE_SECONDS_MIN;
  return {
    ports,
    key: request.key,
    connection: request.connection,
    provider,
    mailbox: usedFor(ports.openMailbox(request.connection, signal), {
      resource: request.key.resource,
      backfill: false,
    }),
    lease,
    ledger: ports.state.ledger(request.key),
    // Half of the ack deadline: the other half is for handing over.
    hand_over_at_ms: ports.deps.clock.now() + deadline_seconds * 500,
    correlation_id: request.correlation_id,
    traceparent: request.traceparent,
    batch_id: request.batch_id,
    onPage: request.onPage ?? (() => Promise.resolve()),
    tally: { published: 0, unchanged: 0, refused: 0 },
  };
}

/** First the request's own work, then rounds until the lease can be given up in one step that finds nothing new. */
async function workUntilQuiet(work: Work, wakeups: Wakeups, request: HoldRequest): Promise<HoldEnd> {
  const { leases } = work.ports.state;
  await request.first(work);
  for (let rounds = 0;; rounds++) {
    const outcome = await leases.release(work.lease);
    if (outcome === "released") return "done";
    if (outcome === "lost") throw new LeaseLostError(nameOf(work.key));
    await checkGiven(work);
    await pause(work, PACE_MS[Math.min(rounds, PACE_MS.length - 1)] ?? 0);
    await requestedRound(work, wakeups, true);
  }
}

/**
 * One round. When a provider said that there is something, it is read again a little later if there was nothing, for
 * providers notify before their delta knows, or if the provider drops notifications that follow each other closely.
 */
export async function requestedRound(work: Work, wakeups: Wakeups, expectant: boolean): Promise<void> {
  const { leases } = work.ports.state;
  let { requested } = await leases.begin(work.lease);
  const empty = await publishesNothing(work);
  if (!expectant) return;
  const drops_within_ms = work.provider.push(work.key.resource, work.connection.scopes).drops_within_ms ?? 0;
  const waits_ms = empty ? READ_AGAIN_AFTER_MS : drops_within_ms > 0 ? [drops_within_ms] : [];
  for (const wait_ms of waits_ms) {
    if (await isRequestedAgain(work, wakeups, requested, wait_ms)) return;
    ({ requested } = await leases.begin(work.lease));
    if (!await publishesNothing(work)) return;
  }
}

async function publishesNothing(work: Work): Promise<boolean> {
  const before = work.tally.published;
  await runRound(work);
  return work.tally.published === before;
}

/** Waits, but not longer than until the next request for the resource. */
async function isRequestedAgain(work: Work, wakeups: Wakeups, requested: number, wait_ms: number): Promise<boolean> {
  const { clock } = work.ports.deps;
  const until = clock.now() + wait_ms;
  const wakeup = wakeups.next(work.key);
  try {
    while (clock.now() < until) {
      const signals = await work.ports.state.leases.signals(work.key);
      if (signals.requested > requested) return true;
      await Promise.race([pause(work, Math.min(LOOK_EVERY_MS, until - clock.now())), wakeup.woken]);
    }
    return false;
  } finally {
    wakeup.cancel();
  }
}

async function pause(work: Work, ms: number): Promise<void> {
  if (work.ports.deps.clock.now() + ms >= work.hand_over_at_ms) throw new TimeUp("The holder's time is up");
  await work.ports.deps.clock.sleep(ms, work.mailbox.signal);
}

/** Keeps the lease alive; aborts the work as soon as the lease is gone. */
async function renew({ deps, state }: OfficePorts, lease: Lease, gone: AbortController): Promise<void> {
  while (!gone.signal.aborted) {
    try {
      await deps.clock.sleep(RENEW_EVERY_MS, gone.signal);
      if (!await state.leases.renew(lease)) gone.abort(new LeaseLostError(nameOf(lease.key)));
    } catch (error) {
      if (gone.signal.aborted) return;
      // One failed renewal is not the end: there are two more before the lease runs out, and every write checks it.
      deps.log.warn("office.renew_failed", { connection_id: lease.key.connection_id, error });
    }
  }
}

/** The state store's time, by which leases and waits are measured, milliseconds. */
async function nowMs({ state }: OfficePorts): Promise<number> {
  return Math.floor(await state.micros() / 1_000);
}

/** Gives the lease up before the message is refused, set aside or continued. */
async function endEarly(work: Work, error: unknown): Promise<HoldEnd> {
  const { leases } = work.ports.state;
  if (error instanceof LeaseLostError) throw error;
  if (error instanceof TransientError && error.code === "throttled") {
    await leases.waitUntil(work.key, await nowMs(work.ports) + error.retry_after_ms);
  }
  const kept = await leases.abandon(work.lease);
  if (error instanceof TimeUp) {
    if (!kept) throw new LeaseLostError(nameOf(work.key));
    return "hand_over";
  }
  if (error instanceof NoLongerGiven) return "not_given";
  throw error;
}
