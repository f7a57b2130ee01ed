/** Arbitrary operations on a store, carried out by processes that may be slow, late or dead. */
import fc from "fast-check";
import { LeaseLostError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { ClaimToken, Lease, LedgerEntry, State } from "../../shared/state/port.ts";
import type { StateModel } from "./state_model.ts";

export const RESOURCES = 2;
const EVENTS = 2;
const DOCUMENTS = 3;

/**
 * Steps of time: multiples of 7 s, so that sums of them stay at least a second away from 15 s, 10 min and 24 h, and the
 * little time that a test itself takes cannot decide.
 */
const MOVES_MS = [7_000, 14_000, 21_000, 665_000, 3_605_000, 86_401_000, -7_000, -3_605_000];

const resource = fc.nat({ max: RESOURCES - 1 });
const event = fc.nat({ max: EVENTS - 1 });
/** Which of the handles that were ever given: 0 is the last one. */
const pick = fc.integer({ min: 0, max: 3 });
const view = fc.nat({ max: 2 });

const leaseOp = fc.record({ op: fc.constantFrom("begin", "renew", "release", "abandon"), resource, pick, view });
const writeOp = fc.record({
  op: fc.constantFrom("enter", "commit"),
  resource,
  pick,
  view,
  documents: fc.array(fc.record({ document: fc.nat({ max: DOCUMENTS - 1 }), age: pick }), { maxLength: 3 }),
  text: fc.string({ maxLength: 5 }),
});

/** One operation. */
export const Op = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant("raise"), resource, view }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("published"), resource, view, number: fc.nat({ max: 12 }) }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant("acquire"), resource, view, message: fc.nat({ max: 2 }) }) },
  { weight: 8, arbitrary: leaseOp },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant("waitUntil"), resource, view, wait: fc.constantFrom(5_000, 90_000) }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("issue"), resource, pick, view, work: fc.nat({ max: 1 }) }) },
  { weight: 5, arbitrary: writeOp },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("drop"), resource, view }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant("claim"), event, view }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("renewClaim"), event, pick, view }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant("complete"), event, pick, view, text: fc.string({ maxLength: 5 }) }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("releaseClaim"), event, pick, view, failed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("forget"), event, view }) },
);
export type Op = typeof Op extends fc.Arbitrary<infer T> ? T : never;

/** Time moves, the first process dies, or one or two operations run at once. */
export const Step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ step: fc.constant("move"), ms: fc.constantFrom(...MOVES_MS) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("die") }) },
  { weight: 14, arbitrary: fc.record({ step: fc.constant("run"), ops: fc.array(Op, { minLength: 1, maxLength: 2 }) }) },
);
export type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

/** What processes hold in their hands. */
export interface Hands {
  readonly leases: Lease[][];
  readonly claims: ClaimToken[][];
  readonly revisions: number[][];
  /** Tokens of guarded operations that the store let through, in order. */
  readonly passed: number[][];
}

export function emptyHands(): Hands {
  const lists = (length: number) => Array.from({ length }, () => []);
  return { leases: lists(RESOURCES), claims: lists(EVENTS), revisions: lists(RESOURCES), passed: lists(RESOURCES) };
}

export function keyOf(index: number): ResourceKey {
  return { user_id: "ada", connection_id: `c${index}`, resource: "mail" };
}

export const docId = (index: number) => `${index}f`.repeat(16);

function entryOf(index: number, revision: number, hash: string): LedgerEntry {
  const [doc_id, provider_id] = [docId(index), `provider-${index}`];
  const fixed = { doc_type: "email", container: "inbox", version: 0, epoch: 0, doubt: "" } as const;
  return { doc_id, provider_id, hash, revision, state: "published", ...fixed };
}

/** Whether the model agrees with what the store answered, when asked at `now`. */
export type Verdict = (model: StateModel, now: number) => boolean;

/** Undefined instead of a LeaseLostError. */
function orLost<T>(promise: Promise<T>): Promise<T | undefined> {
  return promise.catch((error) => {
    if (error instanceof LeaseLostError) return undefined;
    throw error;
  });
}

const last = <T>(items: readonly T[] | undefined, back: number): T | undefined => items?.at(-1 - back);

/**
 * Carries out one operation.
 * @returns what the model has to agree with, or undefined when nobody has a handle to do it with
 */
export async function perform(op: Op, state: State, hands: Hands, now: number): Promise<Verdict | undefined> {
  return "event" in op ? await performClaim(op, state, hands) : await performResource(op, state, hands, now);
}

async function performClaim(
  op: Extract<Op, { event: number }>,
  state: State,
  hands: Hands,
): Promise<Verdict | undefined> {
  const { claims } = state;
  const { event } = op;
  const name = `event-${event}`;
  if (op.op === "claim") {
    const answer = await claims.claim("meetings-calendars", name);
    if (answer.kind === "claimed") hands.claims[event]?.push(answer.token);
    return (model, now) => model.claim(now, event, answer);
  }
  if (op.op === "forget") {
    await claims.forget("meetings-calendars", name);
    return (model) => model.forget(event);
  }
  const token = last(hands.claims[event], op.pick);
  if (token === undefined) return undefined;
  if (op.op === "renewClaim") {
    const answer = await claims.renew(token);
    return (model, now) => model.renewClaim(now, event, token.value, answer);
  }
  if (op.op === "complete") {
    const answer = await claims.complete(token, op.text);
    return (model, now) => model.complete(now, event, token.value, op.text, answer);
  }
  const answer = await claims.release(token, op.failed);
  return (model, now) => model.releaseClaim(now, event, token.value, op.failed, answer);
}

async function performResource(
  op: Exclude<Op, { event: number }>,
  state: State,
  hands: Hands,
  now: number,
): Promise<Verdict | undefined> {
  const { leases } = state;
  const { resource } = op;
  const key = keyOf(resource);
  switch (op.op) {
    case "raise": {
      const answer = await leases.raise(key);
      return (model, now) => model.raise(now, resource, answer);
    }
    case "published":
      await leases.published(key, op.number);
      return (model, now) => model.published(now, resource, op.number);
    case "acquire": {
      const answer = await leases.acquire(key, `message-${op.message}`);
      if (answer.kind === "acquired") hands.leases[resource]?.push(answer.lease);
      return (model, now) => model.acquire(now, resource, `message-${op.message}`, answer);
    }
    case "waitUntil": {
      const until_ms = now + op.wait;
      await leases.waitUntil(key, until_ms);
      return (model) => model.waitUntil(resource, until_ms);
    }
    case "drop":
      await state.ledger(key).drop();
      return (model) => model.drop(resource);
  }
  const lease = last(hands.leases[resource], op.pick);
  if (lease === undefined) return undefined;
  return await performHeld(op, state, hands, lease);
}

type HeldOp = Extract<Op, { resource: number; pick: number }>;

async function performHeld(op: HeldOp, state: State, hands: Hands, lease: Lease): Promise<Verdict> {
  const { leases } = state;
  const { resource } = op;
  const pass = (passed: boolean) => {
    if (passed) hands.passed[resource]?.push(lease.token);
  };
  switch (op.op) {
    case "begin": {
      const answer = await orLost(leases.begin(lease)) ?? null;
      pass(answer !== null);
      return (model, now) => model.begin(now, resource, lease, answer);
    }
    case "renew": {
      const answer = await leases.renew(lease);
      pass(answer);
      return (model, now) => model.renew(now, resource, lease, answer);
    }
    case "release": {
      const answer = await leases.release(lease);
      pass(answer !== "lost");
      return (model, now) => model.release(now, resource, lease, answer);
    }
    case "abandon": {
      const answer = await leases.abandon(lease);
      pass(answer);
      return (model, now) => model.abandon(now, resource, lease, answer);
    }
    case "issue": {
      const answer = await orLost(state.ledger(lease.key).issue(lease, `work-${op.work}`)) ?? null;
      pass(answer !== null);
      if (answer !== null) hands.revisions[resource]?.push(answer.revision);
      return (model, now) => model.issue(now, resource, lease, `work-${op.work}`, answer);
    }
    default:
      return await performWrite(op, state, hands, lease);
  }
}

async function performWrite(
  op: Extract<HeldOp, { documents: unknown }>,
  state: State,
  hands: Hands,
  lease: Lease,
): Promise<Verdict> {
  const ledger = state.ledger(lease.key);
  const entries = op.documents.map(({ document, age }, at) =>
    entryOf(document, last(hands.revisions[op.resource], age) ?? 1, `${op.text}-${at}`)
  );
  const head = op.op === "commit" ? op.text : undefined;
  const written = await orLost(
    (head === undefined ? ledger.enter(lease, entries) : ledger.commit(lease, { entries, head })).then(() => true),
  ) ?? false;
  if (written) hands.passed[op.resource]?.push(lease.token);
  return (model, now) => model.write(now, op.resource, lease, entries, head, written);
}
