/** Giving a grant back when nobody needs it any more. */
import type { Deps } from "../../shared/contracts/deps.ts";
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import { AccountRecord, COLLECTIONS, type Connection } from "../../shared/contracts/records.ts";
import type { Provider, Tokens } from "../../shared/providers/port.ts";
import { readTokens } from "../../shared/providers/tokens.ts";
import type { ConsentPorts } from "./states.ts";

/** The tokens of a connection that is about to end; null when there are none that can be read. */
export async function tokensToRevoke(ports: ConsentPorts, connection: Connection): Promise<Tokens | null> {
  try {
    return (await readTokens(ports.state, ports.vault, connection)).tokens;
  } catch (error) {
    // A lost encryption key must not keep a person connected.
    const unreadable = error instanceof PermanentError ||
      (error instanceof TransientError && error.code === "encryption_key_missing");
    if (unreadable) return null;
    throw error;
  }
}

/**
 * Gives the grant back after a connection has ended, unless somebody else has connected the same account: a provider
 * takes one token given back for the end of all (developers.google.com/identity/protocols/oauth2/web-server).
 * The person has what they asked for whatever the provider says, so a failure is only logged.
 */
export async function revokeUnlessShared(
  ports: ConsentPorts & { readonly deps: Pick<Deps, "log"> },
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
): Promise<void> {
  const { connection_id, address } = connection;
  try {
    const id = `${connection.provider}:${address}`;
    const stored = await ports.state.records({ system: "accounts" }).get(COLLECTIONS.accounts, id);
    const others = stored === null ? [] : AccountRecord.parse(stored.value).connections;
    if (others.some((other) => other.connection_id !== connection_id)) return;
    await provider.oauth.revoke(tokens);
  } catch (error) {
    ports.deps.log.warn("connection.revoke_failed", { connection_id, provider: connection.provider, error });
  }
}
