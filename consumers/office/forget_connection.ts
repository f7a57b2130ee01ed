/** Forgetting a connection at once, for a person who is erased: nothing is published, nothing of it stays. */
import { ResourceName } from "../../shared/contracts/ids.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import type { RecordOp, State } from "../../shared/state/port.ts";
import { dueRecords } from "./due.ts";

/** How many documents are looked at by one step. */
const SLICE = 500;

/** What of a connection is forgotten; its record need not be there any more. */
export interface Forgotten {
  readonly user_id: string;
  readonly connection_id: string;
}

/**
 * Drops the ledgers, which takes their leases from whoever holds them, with the documents' references, and what is
 * planned. The connection's own records are the person's, and are left to the caller; its subscriptions and its grant
 * end with `disconnect`.
 */
export async function forgetConnection(state: State, { user_id, connection_id }: Forgotten): Promise<void> {
  for (const resource of ResourceName.options) {
    const ledger = state.ledger({ user_id, connection_id, resource });
    for (let after = "";;) {
      const entries = await ledger.list(after, SLICE);
      const last = entries.at(-1);
      if (last === undefined) break;
      await state.refs.remove(entries.map(({ doc_type, doc_id }) => ({ user_id, doc_type, doc_id })));
      after = last.doc_id;
    }
    await ledger.drop();
  }
  await forgetPlans(state, connection_id);
}

/** What the ticks would read and compare. */
async function forgetPlans(state: State, connection_id: string): Promise<void> {
  const due = dueRecords(state);
  const plans: readonly (readonly [planned: string, due: string, id: string])[] = [
    [COLLECTIONS.plannedChecks, COLLECTIONS.dueChecks, connection_id],
    [COLLECTIONS.plannedVerifications, COLLECTIONS.dueVerifications, connection_id],
    ...ResourceName.options.map((resource) =>
      [COLLECTIONS.plannedPolls, COLLECTIONS.duePolls, `${connection_id}|${resource}`] as const
    ),
  ];
  await Promise.all(plans.map(async ([planned, collection, id]) => {
    const at = (await due.get(planned, id))?.value;
    const ops: RecordOp[] = [{ op: "delete", collection: planned, id }];
    if (typeof at === "string") ops.push({ op: "delete", collection, id: at });
    await due.commit(ops);
  }));
}
