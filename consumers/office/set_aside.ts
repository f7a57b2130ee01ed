/** Sets one item aside as a dead letter by name, so that it never stops a mailbox. */
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { DeadLetter, SyncTask } from "../../shared/contracts/messages.ts";
import type { Refusal } from "../../shared/providers/port.ts";
import { docIdIn } from "./bind.ts";
import type { Work } from "./work.ts";

const REASON_LENGTH_MAX = 2_048;
const FIELD_LENGTH_MAX = 256;

/**
 * Publishes a dead letter for the item. Its data is the task that reads the item again by its id, so replaying the
 * dead letter is one more try; the item's content is never part of it.
 */
export async function setAside(work: Work, refusal: Refusal): Promise<void> {
  const { deps, bus } = work.ports;
  const now = new Date(deps.clock.now()).toISOString();
  const task: SyncTask = {
    task_id: deps.random.uuid(),
    kind: "publish_again",
    ...work.key,
    provider: work.connection.provider,
    doc_ids: [await docIdIn(work, refusal)],
    only: [],
    batch_id: work.batch_id,
    correlation_id: work.correlation_id,
    traceparent: work.traceparent,
  };
  const message: DeadLetter = {
    dead_letter_id: deps.random.uuid(),
    subscription: "office-sync-tasks",
    topic: "sync-tasks",
    kind: "permanent",
    reason: refusal.reason.slice(0, REASON_LENGTH_MAX),
    field: refusal.field.slice(0, FIELD_LENGTH_MAX),
    retry_at: "",
    message_id: task.task_id,
    published_at: now,
    failed_at: now,
    attempts: 1,
    user_id: work.key.user_id,
    attributes: {},
    data_base64: btoa(JSON.stringify(task)),
  };
  const [published] = await bus.publish("dead-letters", [{ message, attributes: {} }]);
  if (published?.kind !== "published") {
    throw new StoreAwayError("The bus", new Error(published?.reason ?? "no answer for the message"));
  }
  work.tally.refused++;
  deps.counters.add("office_items_set_aside_total", { resource: work.key.resource });
}
