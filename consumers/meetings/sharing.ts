/** Who may see when a person is busy: what the person allowed. */
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";
import { commitAnew } from "../contributions/mod.ts";
import { Sharing } from "./views.ts";

const ID = "busy";
const NOBODY: Sharing = { everybody: false, users: [] };

export class SharingStore {
  readonly #state: Pick<State, "records" | "micros">;

  constructor(state: Pick<State, "records" | "micros">) {
    this.#state = state;
  }

  async get(user_id: string): Promise<Sharing> {
    const record = await this.#state.records({ user_id }).get(COLLECTIONS.meetingSharing, ID);
    return record === null ? NOBODY : Sharing.parse(record.value);
  }

  async put(user_id: string, sharing: Sharing): Promise<void> {
    const records = this.#state.records({ user_id });
    await commitAnew(
      { records, micros: () => this.#state.micros(), what: "meetings" },
      () =>
        Promise.resolve({
          answer: null,
          ops: [{ op: "put", collection: COLLECTIONS.meetingSharing, id: ID, value: sharing }],
        }),
    );
  }

  /** Whether that one may see when the person is busy. */
  async allows(
    user_id: string,
    asking: { readonly user_id: string; readonly scope: "user" | "admin" },
  ): Promise<boolean> {
    if (asking.scope === "admin" || asking.user_id === user_id) return true;
    const { everybody, users } = await this.get(user_id);
    return everybody || users.includes(asking.user_id);
  }
}
