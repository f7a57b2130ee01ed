/** Publishing again: documents by id, ignoring the ledger's hashes, with new revisions. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { PublishAgain } from "../../shared/contracts/messages.ts";
import type { Delivery } from "../registry.ts";
import { readConnection } from "./connections.ts";
import { lookUp, LOOKUP_IDS_MAX } from "./doubts.ts";
import { hindranceOf, notNow } from "./hindrance.ts";
import { hold } from "./hold.ts";
import { resourceHeld } from "./messages.ts";
import type { Wakeups } from "./signal.ts";
import { checkTime, type OfficePorts, type Work } from "./work.ts";

/** Does the task; what nobody else would do waits for the person or the operator. */
export async function publishAgain(
  ports: OfficePorts,
  wakeups: Wakeups,
  task: PublishAgain,
  delivery: Delivery,
): Promise<string> {
  const key: ResourceKey = { user_id: task.user_id, connection_id: task.connection_id, resource: task.resource };
  const connection = await readConnection(ports.state, key);
  const hindrance = hindranceOf(ports, connection, key);
  if (connection === null || hindrance === "connection_gone") return "connection_gone";
  if (hindrance === "resource_gone") {
    throw new PermanentError("resource_gone", "The person connected again without this resource");
  }
  if (hindrance !== null) throw notNow(hindrance);
  const end = await hold(ports, wakeups, {
    key,
    message: task.task_id,
    connection,
    traceparent: task.traceparent,
    batch_id: task.batch_id,
    correlation_id: task.correlation_id === "" ? task.task_id : task.correlation_id,
    expectant: false,
    first: (work) => lookUpAgain(work, task.doc_ids, task.only),
  }, delivery).catch((error) => {
    throw error instanceof PermanentError && error.code === "needs_reauth" ? notNow(error.code) : error;
  });
  if (end === "done" || end === "not_given") return end;
  throw resourceHeld();
}

async function lookUpAgain(work: Work, doc_ids: readonly string[], only: readonly string[]): Promise<void> {
  const known = [...(await work.ledger.get(doc_ids)).values()].filter((entry) => entry.provider_id !== "");
  for (let start = 0; start < known.length; start += LOOKUP_IDS_MAX) {
    checkTime(work);
    await lookUp(work, known.slice(start, start + LOOKUP_IDS_MAX), only);
  }
}
