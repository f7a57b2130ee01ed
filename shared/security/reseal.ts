/** Rotation of the encryption keys: what an older key sealed is sealed again with the current one. */
import { PermanentError, StoreAwayError, TransientError } from "../contracts/errors.ts";
import { AccountRecord, COLLECTIONS, TokenRecord } from "../contracts/records.ts";
import type { State } from "../state/port.ts";
import type { Vault } from "./vault.ts";

/** What became of the connections of one page of accounts. */
export interface Resealed {
  /** Connections that have tokens. */
  readonly checked: number;
  /** Of these, how many were sealed anew; the others were sealed with the current key already. */
  readonly resealed: number;
  /** Connection ids whose tokens no configured key opens. They stay as they are. */
  readonly unreadable: readonly string[];
  /** Where the next page goes on; `""` when there is none. */
  readonly next: string;
}

/** Whoever else writes the record (a refresh, a person who connects again) seals with its own current key. */
const TRIES_MAX = 5;

/**
 * Seals the tokens of one page of accounts with the vault's current key. It may be stopped and begun again anywhere:
 * what is done is found done.
 * @param after where the page before ended; `""` for the beginning
 */
export async function resealTokens(
  state: Pick<State, "records">,
  vault: Vault,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<Resealed> {
  const accounts = await state.records({ system: "accounts" }).list(COLLECTIONS.accounts, { after, limit });
  const connections = accounts.flatMap(({ value }) => AccountRecord.parse(value).connections);
  let checked = 0;
  let resealed = 0;
  const unreadable: string[] = [];
  for (const { user_id, connection_id } of connections) {
    const outcome = await resealOne(state, vault, user_id, connection_id);
    if (outcome !== "none") checked++;
    if (outcome === "resealed") resealed++;
    if (outcome === "unreadable") unreadable.push(connection_id);
  }
  return { checked, resealed, unreadable, next: accounts.length === limit ? accounts.at(-1)?.id ?? "" : "" };
}

async function resealOne(
  state: Pick<State, "records">,
  vault: Vault,
  user_id: string,
  id: string,
): Promise<"none" | "current" | "resealed" | "unreadable"> {
  const records = state.records({ user_id });
  const { tokens: collection } = COLLECTIONS;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const stored = await records.get(collection, id);
    if (stored === null) return "none";
    const record = TokenRecord.safeParse(stored.value);
    if (!record.success) return "unreadable";
    const { sealed } = record.data;
    if (sealed.key_id === vault.key_id) return "current";
    let text: string;
    try {
      text = await vault.open(sealed, id);
    } catch (error) {
      if (error instanceof PermanentError || error instanceof TransientError) return "unreadable";
      throw error;
    }
    const value: TokenRecord = { ...record.data, sealed: await vault.seal(text, id) };
    const committed = await records.commit([
      { op: "check", collection, id, version: stored.version },
      { op: "put", collection, id, value },
    ]);
    if (committed.kind === "committed") return "resealed";
    if (committed.kind === "erased") return "none";
  }
  throw new StoreAwayError("The state");
}
