/** Which connections an account leads to: Gmail's notifications name the address alone, and several people may share it. */
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { AccountRecord, accountRecordId, COLLECTIONS, type Connection } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";

/** Others write the same record; after this many lost races it is their fault. */
const TRIES_MAX = 5;

/** Whether another connection than this one stands for the same account. */
export async function sharesAccount(state: Pick<State, "records">, connection: Connection): Promise<boolean> {
  const stored = await state.records({ system: "accounts" }).get(COLLECTIONS.accounts, accountRecordId(connection));
  const known = stored === null ? [] : AccountRecord.parse(stored.value).connections;
  return known.some(({ connection_id }) => connection_id !== connection.connection_id);
}

/** The account leads to this connection from now on. @throws StoreAwayError */
export function rememberAccount(
  state: Pick<State, "records">,
  { user_id, connection_id, ...account }: Connection,
): Promise<void> {
  return changeAccount(
    state,
    account,
    (known) =>
      known.some((each) => each.connection_id === connection_id) ? null : [...known, { user_id, connection_id }],
  );
}

/** The account no longer leads to this connection; others of the same account stay. @throws StoreAwayError */
export function forgetAccount(state: Pick<State, "records">, { connection_id, ...account }: Connection): Promise<void> {
  return changeAccount(state, account, (known) => {
    const left = known.filter((each) => each.connection_id !== connection_id);
    return left.length === known.length ? null : left;
  });
}

type Known = AccountRecord["connections"];

/** @param change answers null when there is nothing to write */
async function changeAccount(
  state: Pick<State, "records">,
  account: Pick<Connection, "provider" | "address" | "account_id">,
  change: (known: Known) => Known | null,
): Promise<void> {
  const records = state.records({ system: "accounts" });
  const at = { collection: COLLECTIONS.accounts, id: accountRecordId(account) };
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const stored = await records.get(at.collection, at.id);
    const connections = change(stored === null ? [] : AccountRecord.parse(stored.value).connections);
    if (connections === null) return;
    const committed = await records.commit([
      { op: "check", ...at, version: stored?.version ?? 0 },
      connections.length === 0
        ? { op: "delete", ...at }
        : { op: "put", ...at, value: AccountRecord.parse({ connections }) },
    ]);
    if (committed.kind === "committed") return;
  }
  throw new StoreAwayError("The state");
}
