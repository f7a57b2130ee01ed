/** Asks office to publish a document again, when what an event refers to is gone. */
import { z } from "zod";
import type { Bus } from "../../shared/bus/port.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { Event } from "../../shared/contracts/event.ts";
import { resourceOf } from "../../shared/contracts/ids.ts";
import type { SyncTask } from "../../shared/contracts/messages.ts";
import type { RecordOp, State } from "../../shared/state/port.ts";

/** What a refetch needs of the outside. */
export interface RefetchPorts {
  readonly state: State;
  readonly bus: Bus;
  readonly deps: Deps;
}

/** One refetch of a document for a subscription is enough for this long. */
const COALESCE_MS = 10 * 60 * 1000;

/** When a document was last asked for: microseconds of the state store. In system scope `refetches`. */
const RefetchNote = z.object({ at_micros: z.int().nonnegative() });
const SCOPE = { system: "refetches" } as const;
const COLLECTION = "refetches";

/** How many notes one sweep looks at. */
const SWEEP_RECORDS = 500;

/**
 * Publishes the task to read the event's document and publish it to this subscription alone, unless one is on its way.
 * The note is written after the publish is durable: a crash in between publishes twice, the other order would lose it.
 * A refetch only stands for events that were read before it was asked for.
 * @returns false when an earlier refetch stands for this one.
 * @throws StoreAwayError
 */
export async function requestRefetch(ports: RefetchPorts, event: Event, subscription: string): Promise<boolean> {
  const records = ports.state.records(SCOPE);
  const id = `${subscription}|${event.doc_id}`;
  const now_micros = await ports.state.micros();
  const note = RefetchNote.safeParse((await records.get(COLLECTION, id))?.value);
  if (note.success) {
    const { at_micros } = note.data;
    if (event.revision <= at_micros && now_micros - at_micros < COALESCE_MS * 1_000) return false;
  }
  await publishRefetch(ports, event, subscription);
  await records.commit([{ op: "put", collection: COLLECTION, id, value: { at_micros: now_micros } }]);
  return true;
}

/** Publishes the task; durable when it resolves. @throws StoreAwayError */
export async function publishRefetch({ bus, deps }: RefetchPorts, event: Event, subscription: string): Promise<void> {
  const task: SyncTask = {
    task_id: deps.random.uuid(),
    kind: "publish_again",
    user_id: event.user_id,
    connection_id: event.connection_id,
    provider: event.provider,
    resource: resourceOf(event.doc_type),
    doc_ids: [event.doc_id],
    only: [subscription],
    batch_id: event.batch_id,
    correlation_id: event.correlation_id,
    traceparent: event.traceparent,
  };
  const [published] = await bus.publish("sync-tasks", [{ message: task, attributes: { provider: event.provider } }]);
  if (published?.kind !== "published") {
    throw new StoreAwayError("The bus", new Error(published?.reason ?? "no answer for the message"));
  }
}

/** Removes notes that stand for nothing any more; one bounded slice of the sweeps tick. */
export async function sweepRefetches(state: State): Promise<{ done: number; more: boolean }> {
  const records = state.records(SCOPE);
  const oldest_micros = await state.micros() - COALESCE_MS * 1_000;
  let after = "";
  for (;;) {
    const page = await records.list(COLLECTION, { after, limit: SWEEP_RECORDS });
    const old = page.filter(({ value }) => {
      const note = RefetchNote.safeParse(value);
      return !note.success || note.data.at_micros < oldest_micros;
    });
    if (old.length > 0) {
      await records.commit(old.map(({ id }): RecordOp => ({ op: "delete", collection: COLLECTION, id })));
      return { done: old.length, more: page.length === SWEEP_RECORDS };
    }
    const last = page.at(-1);
    if (last === undefined || page.length < SWEEP_RECORDS) return { done: 0, more: false };
    after = last.id;
  }
}
