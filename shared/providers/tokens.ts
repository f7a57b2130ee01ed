/** A connection's tokens: stored sealed, and refreshed once however many wait for it. */
import { z } from "zod";
import type { Clock } from "../contracts/deps.ts";
import { PermanentError } from "../contracts/errors.ts";
import { COLLECTIONS, type Connection, type Sealed, TokenRecord } from "../contracts/records.ts";
import type { State } from "../state/port.ts";
import type { Tokens } from "./port.ts";

/** What tokens are kept in. */
export type TokenState = Pick<State, "records">;

/** Encrypts what must not be read in a store (the vault of `shared/security`), bound to the connection that it is of. */
export interface Vault {
  seal(text: string, context: string): Promise<Sealed>;
  open(sealed: Sealed, context: string): Promise<string>;
}

/** An access token is renewed when it expires within this time. */
export const RENEW_BEFORE_MS = 5 * 60 * 1000;

const TokensText = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string(),
  expires_at_ms: z.number(),
  scopes: z.array(z.string()),
});

/** Tokens with the version of the record that they were read from. */
export interface StoredTokens {
  readonly tokens: Tokens;
  readonly version: number;
}

/** The record to store for these tokens. */
export async function tokenRecord(vault: Vault, connection_id: string, tokens: Tokens): Promise<TokenRecord> {
  return {
    connection_id,
    sealed: await vault.seal(JSON.stringify(TokensText.parse(tokens)), connection_id),
    expires_at: new Date(tokens.expires_at_ms).toISOString(),
  };
}

/** The tokens of a connection as they are stored now. @throws PermanentError `needs_reauth` when there are none */
export async function readTokens(state: TokenState, vault: Vault, connection: Connection): Promise<StoredTokens> {
  const stored = await state.records({ user_id: connection.user_id }).get(COLLECTIONS.tokens, connection.connection_id);
  if (stored === null) throw new PermanentError("needs_reauth", "There are no tokens of this connection");
  const text = await vault.open(TokenRecord.parse(stored.value).sealed, connection.connection_id);
  return { tokens: TokensText.parse(JSON.parse(text)), version: stored.version };
}

/**
 * Replaces the stored tokens unless they were replaced meanwhile (connected again, disconnected, erased).
 * @returns the new tokens, or null when something else is stored now
 */
export async function replaceTokens(
  state: TokenState,
  vault: Vault,
  connection: Connection,
  read: StoredTokens,
  tokens: Tokens,
): Promise<Tokens | null> {
  const { tokens: collection } = COLLECTIONS;
  const id = connection.connection_id;
  const records = state.records({ user_id: connection.user_id });
  const value = await tokenRecord(vault, id, tokens);
  const committed = await records.commit([
    { op: "check", collection, id, version: read.version },
    { op: "put", collection, id, value },
  ]);
  return committed.kind === "committed" ? tokens : null;
}

/** True when the token may be sent: not the one that the provider refused, and not about to expire. */
export function usable(tokens: Tokens, refused: string, clock: Clock): boolean {
  return tokens.access_token !== refused && tokens.expires_at_ms - clock.now() > RENEW_BEFORE_MS;
}
