/** That a person is being erased: nothing new is stored of them until the last pass has gone through. */
import { PermanentError } from "../shared/contracts/errors.ts";
import { COLLECTIONS, Erasure } from "../shared/contracts/records.ts";
import type { RecordOp, State } from "../shared/state/port.ts";

/** Where the mark stands, in the person's own records. */
export const ERASURE_AT = { collection: COLLECTIONS.erasure, id: "erasure" } as const;

/** A condition for whatever stores an account: nobody is erasing its person. */
export const NOT_ERASING: RecordOp = { op: "check", ...ERASURE_AT, version: 0 };

/** The erasure that is under way; null when there is none. */
export async function erasureOf(state: Pick<State, "records">, user_id: string): Promise<Erasure | null> {
  const stored = await state.records({ user_id }).get(ERASURE_AT.collection, ERASURE_AT.id);
  return stored === null ? null : Erasure.parse(stored.value);
}

/** @throws PermanentError `erased` while an erasure is under way */
export async function refuseWhileErasing(state: Pick<State, "records">, user_id: string): Promise<void> {
  if (await erasureOf(state, user_id) === null) return;
  throw new PermanentError(
    "erased",
    "The person's data is being erased; this is possible again in a quarter of an hour",
  );
}
