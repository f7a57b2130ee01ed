/** Keeping a connection: its record and its tokens together, and the address that leads to it. */
import { PermanentError, StoreAwayError } from "../../shared/contracts/errors.ts";
import { digest } from "../../shared/contracts/ids.ts";
import { AccountRecord, COLLECTIONS, Connection, type ResourceStatus } from "../../shared/contracts/records.ts";
import type { Account, Provider, Tokens } from "../../shared/providers/port.ts";
import { readTokens, tokenRecord } from "../../shared/providers/tokens.ts";
import type { Consent, ConsentPorts } from "./states.ts";

/** Others write the same records (office notes how a sync went); after this many lost races it is their fault. */
const TRIES_MAX = 5;

/** The id of a connection: the same person, provider and account always give the same one. */
export function connectionId(user_id: string, provider: string, account_id: string): Promise<string> {
  return digest("connection", user_id, provider, account_id);
}

async function rememberAddress(ports: ConsentPorts, connection: Connection): Promise<void> {
  const records = ports.state.records({ system: "accounts" });
  const collection = COLLECTIONS.accounts;
  const id = `${connection.provider}:${connection.address}`;
  const { user_id, connection_id } = connection;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const stored = await records.get(collection, id);
    const known = stored === null ? [] : AccountRecord.parse(stored.value).connections;
    if (known.some((each) => each.connection_id === connection_id)) return;
    const value = AccountRecord.parse({ connections: [...known, { user_id, connection_id }] });
    const committed = await records.commit([
      { op: "check", collection, id, version: stored?.version ?? 0 },
      { op: "put", collection, id, value },
    ]);
    if (committed.kind === "committed") return;
  }
  throw new StoreAwayError("The state");
}

function statusOf(provider: Provider, resource: ResourceStatus["resource"]): ResourceStatus {
  const { supported, reason } = provider.push(resource);
  return {
    resource,
    state: "new",
    last_read_at: "",
    last_change_at: "",
    last_notification_at: "",
    delivery: supported ? "push" : "poll",
    reason,
  };
}

function connectionOf(
  consent: Consent,
  request: { account: Account; tokens: Tokens; provider: Provider },
  identity: { connection_id: string; now: string },
  known: Connection | null,
): Connection {
  const { account, tokens, provider } = request;
  const resources = provider.resources(tokens.scopes).map((resource) =>
    known?.resources.find((status) => status.resource === resource) ?? statusOf(provider, resource)
  );
  return {
    connection_id: identity.connection_id,
    user_id: consent.user_id,
    provider: consent.provider,
    account_id: account.account_id,
    address: account.address,
    state: "active",
    scopes: [...tokens.scopes],
    resources,
    choices: known?.choices ?? [],
    created_at: known?.created_at ?? identity.now,
    updated_at: identity.now,
  };
}

/** A provider that gives no refresh token anew means the one that we have. */
async function withRefreshToken(ports: ConsentPorts, known: Connection | null, tokens: Tokens): Promise<Tokens> {
  if (tokens.refresh_token !== "" || known === null) return tokens;
  try {
    const stored = await readTokens(ports.state, ports.vault, known);
    return { ...tokens, refresh_token: stored.tokens.refresh_token };
  } catch (error) {
    if (error instanceof PermanentError) return tokens;
    throw error;
  }
}

/**
 * Creates the connection, or adopts the one that is there. The address comes first: one that leads to a connection
 * that does not exist yet is harmless, a connection that no notification finds is not. Record and tokens are one commit.
 * @throws PermanentError `erased` when the person was erased since they asked, `nothing_granted` when no data may be read
 */
export async function storeConnection(
  ports: ConsentPorts,
  consent: Consent,
  request: { readonly account: Account; readonly tokens: Tokens; readonly provider: Provider },
): Promise<Connection> {
  const records = ports.state.records({ user_id: consent.user_id });
  if (await records.floor() >= consent.as_of) throw new PermanentError("erased", "The person was erased meanwhile");
  const connection_id = await connectionId(consent.user_id, consent.provider, request.account.account_id);
  const now = new Date(ports.deps.clock.now()).toISOString();
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const stored = await records.get(COLLECTIONS.connections, connection_id);
    const known = stored === null ? null : Connection.parse(stored.value);
    const tokens = await withRefreshToken(ports, known, request.tokens);
    const connection = connectionOf(consent, request, { connection_id, now }, known);
    if (connection.resources.length === 0) {
      throw new PermanentError("nothing_granted", "None of the account's data may be read");
    }
    if (connection.address !== "") await rememberAddress(ports, connection);
    const committed = await records.commit([
      { op: "check", collection: COLLECTIONS.connections, id: connection_id, version: stored?.version ?? 0 },
      { op: "put", collection: COLLECTIONS.connections, id: connection_id, value: connection },
      {
        op: "put",
        collection: COLLECTIONS.tokens,
        id: connection_id,
        value: await tokenRecord(ports.vault, connection_id, tokens),
      },
    ], consent.as_of);
    if (committed.kind === "committed") return connection;
    if (committed.kind === "erased") throw new PermanentError("erased", "The person was erased meanwhile");
  }
  throw new StoreAwayError("The state");
}
