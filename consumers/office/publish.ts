/** From decisions to durable events: pending in the ledger, published, then marked as published with the cursor. */
import type { Published } from "../../shared/bus/port.ts";
import {
  type Event,
  eventAttributes,
  eventType,
  INLINE_BYTES_MAX,
  SCHEMA_VERSION,
} from "../../shared/contracts/event.ts";
import { eventId } from "../../shared/contracts/ids.ts";
import { officeKey } from "../../shared/contracts/keys.ts";
import { type EventTopic, topicOf } from "../../shared/contracts/names.ts";
import type { LedgerEntry } from "../../shared/state/port.ts";
import type { Change, Decision } from "./decide.ts";
import { setAside } from "./set_aside.ts";
import type { Work } from "./work.ts";

const encoder = new TextEncoder();

/**
 * Carries out decisions: enters what is to be published as pending, publishes it, and commits in one step what was
 * published, the notes and, when given, the new head. A refused event is set aside by name and is not marked.
 * @throws LeaseLostError when the lease is gone: then nothing is committed.
 */
export async function carryOut(work: Work, decisions: readonly Decision[], head?: string): Promise<void> {
  const changes = decisions.flatMap((decision) => decision.kind === "publish" ? [decision.change] : []);
  const notes = decisions.flatMap((decision) => decision.kind === "note" ? [decision.entry] : []);
  const published = changes.length === 0 ? [] : await publishChanges(work, changes);
  work.tally.unchanged += decisions.length - changes.length;
  const entries = [...notes, ...published];
  if (entries.length === 0 && head === undefined) return;
  await work.ledger.commit(work.lease, { entries, ...(head === undefined ? {} : { head }) });
}

async function publishChanges(work: Work, changes: readonly Change[]): Promise<LedgerEntry[]> {
  await work.ledger.enter(
    work.lease,
    changes.map(({ entry, doubt_before }) => ({ ...entry, state: "pending", doubt: doubt_before })),
  );
  const events = await Promise.all(changes.map((change) => eventOf(work, change)));
  const endings = await Promise.all(
    changes.flatMap((change) => formerly(change) ?? []).map((end) => eventOf(work, end)),
  );
  await putRefs(work, changes, events);
  const outgoing = [
    ...endings.map((event) => ({ event, only: [] })),
    ...events.map((event, position) => ({ event, only: changes[position]?.only ?? [] })),
  ];
  const results = (await publishByTopic(work, outgoing)).slice(endings.length);
  await dropRefs(work, changes);
  const entries: LedgerEntry[] = [];
  for (const [position, change] of changes.entries()) {
    const result = results[position];
    if (result?.kind === "published") {
      work.tally.published++;
      entries.push(change.entry);
      continue;
    }
    const { reason, field } = result ?? { reason: "no answer for the message", field: "" };
    await setAside(work, { ...change.entry, reason: `event_invalid: ${reason}`, field });
    entries.push({ ...change.entry, state: "pending", doubt: "" });
  }
  return entries;
}

/**
 * The end of a document as the kind that it was before, one revision below its beginning as another kind: whatever the
 * order of arrival, the later one decides.
 */
function formerly(change: Change): Change | null {
  if (change.formerly === null) return null;
  const { entry } = change;
  return {
    ...change,
    operation: "delete",
    data: "",
    entry: { ...entry, doc_type: change.formerly },
    revision: change.revision - 1,
    formerly: null,
  };
}

async function eventOf(work: Work, change: Change): Promise<Event> {
  const { entry, operation, data, revision } = change;
  const inline = fitsInline(data);
  return {
    schema_version: SCHEMA_VERSION,
    event_id: await eventId(entry.doc_id, operation, revision),
    event_type: eventType(entry.doc_type, operation),
    user_id: work.key.user_id,
    connection_id: work.key.connection_id,
    provider: work.connection.provider,
    doc_type: entry.doc_type,
    doc_id: entry.doc_id,
    operation,
    revision,
    last_updated: change.last_updated,
    sync_timestamp: new Date(work.ports.deps.clock.now()).toISOString(),
    batch_id: work.batch_id,
    correlation_id: work.correlation_id,
    traceparent: work.traceparent,
    data: inline ? data : "",
    data_ref: inline ? "" : officeKey(work.key.user_id, entry.doc_type, entry.doc_id),
  };
}

/** A third of the limit in UTF-16 units fits whatever the text is; only what is near the limit is measured. */
function fitsInline(data: string): boolean {
  if (data.length * 3 <= INLINE_BYTES_MAX) return true;
  return data.length <= INLINE_BYTES_MAX && encoder.encode(data).byteLength <= INLINE_BYTES_MAX;
}

/** Large documents travel by reference, which is stored before the event that names it. */
async function putRefs(work: Work, changes: readonly Change[], events: readonly Event[]): Promise<void> {
  const refs = changes.flatMap((change, position) =>
    events[position]?.data_ref
      ? [{
        user_id: work.key.user_id,
        doc_type: change.entry.doc_type,
        doc_id: change.entry.doc_id,
        revision: change.revision,
        hash: change.entry.hash,
        data: change.data,
      }]
      : []
  );
  if (refs.length > 0) await work.ports.state.refs.put(refs);
}

/** A deleted document is not kept by reference either. */
async function dropRefs(work: Work, changes: readonly Change[]): Promise<void> {
  const gone = changes.flatMap(({ operation, entry, formerly }) => [
    ...(operation === "delete" ? [entry] : []),
    ...(formerly === null ? [] : [{ ...entry, doc_type: formerly }]),
  ]);
  if (gone.length === 0) return;
  const { user_id } = work.key;
  await work.ports.state.refs.remove(gone.map(({ doc_type, doc_id }) => ({ user_id, doc_type, doc_id })));
}

/** An event, and the subscriptions that it is for; none named for all. */
interface Outgoing {
  readonly event: Event;
  readonly only: readonly string[];
}

/** Publishes each topic's events in one list. @returns the results in the order of `outgoing`. */
async function publishByTopic(work: Work, outgoing: readonly Outgoing[]): Promise<(Published | undefined)[]> {
  const byTopic = new Map<EventTopic, number[]>();
  for (const [position, { event }] of outgoing.entries()) {
    const topic = topicOf(event.doc_type);
    byTopic.set(topic, [...byTopic.get(topic) ?? [], position]);
  }
  const results: (Published | undefined)[] = outgoing.map(() => undefined);
  await Promise.all([...byTopic].map(async ([topic, positions]) => {
    const messages = positions.flatMap((position) => {
      const out = outgoing[position];
      return out === undefined ? [] : [{ message: out.event, attributes: eventAttributes(out.event, out.only) }];
    });
    const published = await work.ports.bus.publish(topic, messages);
    for (const [index, position] of positions.entries()) results[position] = published[index];
  }));
  return results;
}
