/** Keeps a connection's access token fresh: one refresh for many waiters, here and on all other instances. */
import type { Deps } from "../contracts/deps.ts";
import { PermanentError, TransientError } from "../contracts/errors.ts";
import { COLLECTIONS, Connection } from "../contracts/records.ts";
import type { Slot, State } from "../state/port.ts";
import { EXCHANGE_MS_MAX } from "./http.ts";
import type { OAuth, Tokens } from "./port.ts";
import { readTokens, replaceTokens, type StoredTokens, usable, type Vault } from "./tokens.ts";

/** What a keeper works with. */
export interface KeeperOptions {
  readonly deps: Deps;
  readonly state: Pick<State, "records" | "slots">;
  readonly vault: Vault;
  readonly oauth: OAuth;
  readonly connection: Connection;
  readonly signal: AbortSignal;
}

/** Hands out access tokens. */
export interface TokenKeeper {
  /**
   * A token that may be sent now.
   * @param refused the token that the provider has just refused with 401, `""` for none
   * @throws PermanentError `needs_reauth`, TransientError `provider_away`
   */
  fresh(refused: string): Promise<Tokens>;
  /** The provider refuses even a new token: the person has to sign in again. Always throws `needs_reauth`. */
  giveUp(tokens: Tokens): Promise<never>;
}

const REFRESH_TTL_MS = EXCHANGE_MS_MAX + 10_000;
const QUEUE_MS_MAX = 60_000;

/** Opens the keeper of one connection's tokens. */
export function openTokenKeeper(options: KeeperOptions): TokenKeeper {
  const { deps, state, vault, connection } = options;
  let known: Tokens | null = null;
  let flight: Promise<Tokens> | null = null;

  async function fresh(refused: string): Promise<Tokens> {
    // A flight that took off for another reason may land with the very token that was refused here: look twice.
    for (let looks = 0; looks < 2; looks++) {
      if (known !== null && usable(known, refused, deps.clock)) return known;
      flight ??= renewed(options, refused).finally(() => flight = null);
      known = await flight;
    }
    if (known !== null && known.access_token !== refused) return known;
    throw new TransientError("provider_away", "The provider hands out tokens that it refuses");
  }

  async function giveUp(tokens: Tokens): Promise<never> {
    const stored = await readTokens(state, vault, connection);
    if (stored.tokens.access_token === tokens.access_token) await needsReauth(options, stored);
    throw new PermanentError("needs_reauth", "The provider refuses a token that it has just issued");
  }

  return { fresh, giveUp };
}

/** The stored tokens if they are fresh by now, else renewed ones. Only the holder of the slot asks the provider. */
async function renewed(options: KeeperOptions, refused: string): Promise<Tokens> {
  const { deps, state, vault, connection, signal } = options;
  const read = () => readTokens(state, vault, connection);
  const first = await read();
  if (usable(first.tokens, refused, deps.clock)) return first.tokens;
  const end_ms = deps.clock.now() + QUEUE_MS_MAX;
  for (;;) {
    signal.throwIfAborted();
    const slot = await state.slots.take(`refresh:${connection.connection_id}`, 1, REFRESH_TTL_MS);
    if (slot !== null) return await renewedUnder(options, slot, refused);
    if (deps.clock.now() >= end_ms) throw new TransientError("provider_away", "A token refresh elsewhere does not end");
    await deps.clock.sleep(100 + deps.random.next() * 200, signal);
    const now = await read();
    if (usable(now.tokens, refused, deps.clock)) return now.tokens;
  }
}

async function renewedUnder(options: KeeperOptions, slot: Slot, refused: string): Promise<Tokens> {
  const { deps, state, vault, oauth, connection } = options;
  try {
    const stored = await readTokens(state, vault, connection);
    if (usable(stored.tokens, refused, deps.clock)) return stored.tokens;
    let tokens: Tokens;
    try {
      tokens = await oauth.refresh(stored.tokens);
    } catch (error) {
      if (error instanceof PermanentError && error.code === "needs_reauth") {
        return await refusedGrant(options, stored, error);
      }
      throw error;
    }
    deps.counters.add("provider_token_refreshes_total", { provider: connection.provider });
    const replaced = await replaceTokens(state, vault, connection, stored, tokens);
    return replaced ?? (await readTokens(state, vault, connection)).tokens;
  } finally {
    await state.slots.give(slot).catch((error) =>
      deps.log.debug("provider.slot_not_given", { connection_id: connection.connection_id, error })
    );
  }
}

/**
 * A refused grant is believed only when the refused tokens are still the stored ones: the slot's time may have run out
 * while another instance refreshed, and then ours was merely the old one.
 */
async function refusedGrant(options: KeeperOptions, used: StoredTokens, error: PermanentError): Promise<Tokens> {
  const now = await readTokens(options.state, options.vault, options.connection);
  if (now.version !== used.version) return now.tokens;
  await needsReauth(options, used);
  throw error;
}

/** Marks the connection, unless its tokens were replaced since they were read or it was disconnected. */
async function needsReauth(options: KeeperOptions, read: StoredTokens): Promise<void> {
  const { deps, state, connection } = options;
  const records = state.records({ user_id: connection.user_id });
  const id = connection.connection_id;
  for (let tries = 0; tries < 3; tries++) {
    const stored = await records.get(COLLECTIONS.connections, id);
    if (stored === null) return;
    const now = Connection.parse(stored.value);
    if (now.state !== "active") return;
    const updated_at = new Date(deps.clock.now()).toISOString();
    const committed = await records.commit([
      { op: "check", collection: COLLECTIONS.tokens, id, version: read.version },
      { op: "check", collection: COLLECTIONS.connections, id, version: stored.version },
      { op: "put", collection: COLLECTIONS.connections, id, value: { ...now, state: "needs_reauth", updated_at } },
    ]);
    if (committed.kind === "conflict" && committed.index === 1) continue;
    if (committed.kind === "committed") {
      deps.counters.add("provider_reauth_needed_total", { provider: connection.provider });
      deps.log.warn("provider.needs_reauth", { connection_id: id, provider: connection.provider });
    }
    return;
  }
}
