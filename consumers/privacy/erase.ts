/**
 * Erasing a person. The floor comes first: whatever was read of them up to then is dropped wherever it arrives later.
 * Then everything is removed, and once more when the longest handler that was under way has ended.
 */
import type { Clock } from "../../shared/contracts/deps.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import { sha256 } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, Connection, DueErasure, type Erasure } from "../../shared/contracts/records.ts";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import type { Index } from "../../shared/index/port.ts";
import type { Shelf } from "../../shared/providers/import/mod.ts";
import type { ApiKeys, AuditLog } from "../../shared/security/mod.ts";
import type { State } from "../../shared/state/port.ts";
import type { DeadLetters } from "../dead_letters/mod.ts";
import { ERASURE_AT, erasureOf } from "../erasing.ts";
import { type Due, dueId, dueRecords, forgetConnection, listDue } from "../office/mod.ts";
import { allRecords, removeRecords } from "./person_records.ts";

/** The longest that a handler may still work on what it was given before the floor, and a minute for good measure. */
const FINAL_PASS_MS = Math.max(...SUBSCRIPTIONS.map((each) => each.ack_deadline_seconds)) * 1_000 + 60_000;

/** A provider that has not heard of the end yet is waited for: then the connection's record and tokens go as well. */
const LOOK_AGAIN_MS = 5 * 60_000;

/** The longest that the bus keeps a message: until then it holds what was published of the person. */
const BUS_RETENTION_MS = Math.max(...SUBSCRIPTIONS.map((each) => each.retention_seconds)) * 1_000;

/** How many erasures one slice of the tick goes on with. */
const SLICE = 5;

/** What erasing needs. */
export interface ErasurePorts {
  readonly state: State;
  readonly index: Pick<Index, "purge">;
  readonly clock: Pick<Clock, "now">;
  readonly keys: Pick<ApiKeys, "list" | "revoke">;
  readonly audit: Pick<AuditLog, "eraseOf">;
  readonly dead_letters: Pick<DeadLetters, "eraseOf">;
  /** Null where files can't be taken in. */
  readonly shelf: Pick<Shelf, "list" | "remove"> | null;
  /** Ends a connection without withdrawing its documents one by one. */
  readonly disconnect: (connection: Connection) => Promise<void>;
}

/** What a person is told of their erasure. Moments are ISO 8601 UTC. */
export interface Receipt {
  readonly erased_at: string;
  /** By then what was under way has ended, and was removed as well. */
  readonly final_pass_at: string;
  /** Until then the bus may hold messages with the person's data; none of them has an effect any more. */
  readonly bus_retention_ends_at: string;
  readonly connections_ended: number;
  /** Connections whose provider did not answer: it is told again for a day, and their tokens stay until then. */
  readonly providers_pending: number;
}

/** Erasures. */
export interface Erasures {
  /** Removes everything that is held of the person. Asked again while it is under way, it goes through it again. */
  erase(user_id: string): Promise<Receipt>;
  /** One slice of the sweeps tick: the later passes, and what a crash broke off. */
  slice(): Promise<{ readonly done: number; readonly more: boolean }>;
}

/** Opens the erasures of this instance. */
export function openErasures(ports: ErasurePorts): Erasures {
  const { state, clock } = ports;

  /** The erasure that is under way, or a new one. Planned before it is marked, so that a mark never stays for ever. */
  async function begin(user_id: string): Promise<Due<DueErasure>> {
    const underWay = await erasureOf(state, user_id);
    const planned = underWay === null ? null : await planOf(state, user_id, underWay.since);
    if (planned !== null) return planned;
    const since = new Date(clock.now()).toISOString();
    return await plan(ports, { user_id, since, connections: [], passes: 0 }, 0);
  }

  async function goOn(due: Due<DueErasure>): Promise<Receipt | null> {
    const { user_id, since, passes } = due.value;
    const records = state.records({ user_id });
    const marked = await erasureOf(state, user_id);
    // Finished, but for this plan; or another one was there first.
    if (marked === null ? passes > 0 : marked.since !== since) {
      await dueRecords(state).commit([{ op: "delete", collection: COLLECTIONS.dueErasures, id: due.id }]);
      return null;
    }
    const value: Erasure = { since };
    await records.commit([{ op: "put", ...ERASURE_AT, value }]);
    // Each pass anew: what a handler that was under way has read since the last one lies below it too.
    await records.raiseFloor(await state.micros());
    const known = await remember(ports, due);
    const pending = await removeAll(ports, known.value);
    const done_at = clock.now();
    if (passes > 0 && pending === 0) {
      await records.commit([{ op: "delete", ...ERASURE_AT }]);
      await dueRecords(state).commit([{ op: "delete", collection: COLLECTIONS.dueErasures, id: known.id }]);
    } else {
      const in_ms = passes === 0 ? FINAL_PASS_MS : LOOK_AGAIN_MS;
      await plan(ports, { ...known.value, passes: passes + 1 }, in_ms, known.id);
    }
    return {
      erased_at: new Date(done_at).toISOString(),
      final_pass_at: new Date(done_at + FINAL_PASS_MS).toISOString(),
      bus_retention_ends_at: new Date(done_at + BUS_RETENTION_MS).toISOString(),
      connections_ended: known.value.connections.length,
      providers_pending: pending,
    };
  }

  return {
    async erase(user_id) {
      const receipt = await goOn(await begin(user_id));
      // Somebody else's erasure of the same person was faster; go through that one.
      return receipt ?? await goOn(await begin(user_id)) ?? conflict();
    },
    async slice() {
      const due = await listDue(state, COLLECTIONS.dueErasures, DueErasure, clock.now(), SLICE);
      for (const erasure of due) await goOn(erasure);
      return { done: due.length, more: due.length === SLICE };
    },
  };
}

function conflict(): never {
  throw new PermanentError("conflict", "The person is being erased by somebody else. Ask again in a minute.");
}

/** The plan of an erasure; few are under way at a time. */
async function planOf(state: State, user_id: string, since: string): Promise<Due<DueErasure> | null> {
  for await (const { id, value } of allRecords(dueRecords(state), COLLECTIONS.dueErasures)) {
    const due = DueErasure.safeParse(value);
    if (due.success && due.data.user_id === user_id && due.data.since === since) return { id, value: due.data };
  }
  return null;
}

async function plan(
  { state, clock }: ErasurePorts,
  value: DueErasure,
  in_ms: number,
  handled = "",
): Promise<Due<DueErasure>> {
  const id = dueId(clock.now() + in_ms, await sha256(value.user_id));
  await dueRecords(state).commit([
    ...(handled === "" || handled === id
      ? []
      : [{ op: "delete" as const, collection: COLLECTIONS.dueErasures, id: handled }]),
    { op: "put", collection: COLLECTIONS.dueErasures, id, value },
  ]);
  return { id, value };
}

/** Writes down which connections there are before the first of them ends: afterwards only their ids lead to the rest. */
async function remember({ state }: ErasurePorts, due: Due<DueErasure>): Promise<Due<DueErasure>> {
  const known = new Set(due.value.connections);
  const records = state.records({ user_id: due.value.user_id });
  for await (const { id } of allRecords(records, COLLECTIONS.connections)) known.add(id);
  if (known.size === due.value.connections.length) return due;
  const value = { ...due.value, connections: [...known] };
  await dueRecords(state).commit([{ op: "put", collection: COLLECTIONS.dueErasures, id: due.id, value }]);
  return { id: due.id, value };
}

/** One pass. @returns how many connections are still there because their provider has not heard yet */
async function removeAll(ports: ErasurePorts, { user_id, connections }: DueErasure): Promise<number> {
  const { state } = ports;
  const records = state.records({ user_id });
  for await (const { value } of allRecords(records, COLLECTIONS.connections)) {
    const connection = Connection.safeParse(value);
    if (connection.success && connection.data.state !== "disconnected") await ports.disconnect(connection.data);
  }
  for (const connection_id of connections) await forgetConnection(state, { user_id, connection_id });
  const pending = new Set<string>();
  for await (const { id, value } of allRecords(records, COLLECTIONS.connections)) {
    // One that can't be read can't be ended either.
    if (Connection.safeParse(value).success) pending.add(id);
  }
  await removeRecords(records, (collection, id) =>
    collection === COLLECTIONS.erasure ||
    ((collection === COLLECTIONS.connections || collection === COLLECTIONS.tokens) && pending.has(id)));
  await ports.index.purge(user_id);
  await state.fragments.purge(user_id);
  await ports.dead_letters.eraseOf(user_id);
  await revokeKeys(ports, user_id);
  await ports.audit.eraseOf(user_id);
  await clearShelf(ports, user_id);
  return pending.size;
}

async function revokeKeys({ keys }: ErasurePorts, user_id: string): Promise<void> {
  const LIMIT = 200;
  for (let after = "";;) {
    const page = await keys.list({ after, limit: LIMIT });
    for (const { id, scope } of page) if (scope === `user:${user_id}`) await keys.revoke(id);
    const last = page.at(-1);
    if (last === undefined || page.length < LIMIT) return;
    after = last.id;
  }
}

async function clearShelf({ shelf }: ErasurePorts, user_id: string): Promise<void> {
  if (shelf === null) return;
  for await (const place of shelf.list()) if (place.user_id === user_id) await shelf.remove(place);
}
