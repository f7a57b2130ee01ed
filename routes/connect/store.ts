/** Keeping a connection: its record and its tokens together, and the address that leads to it. */
import { NOT_ERASING, refuseWhileErasing } from "../../consumers/erasing.ts";
import { rememberAccount, unplanPolls } from "../../consumers/office/mod.ts";
import { PermanentError, StoreAwayError } from "../../shared/contracts/errors.ts";
import { digest, ResourceName } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, Connection, type ResourceStatus } from "../../shared/contracts/records.ts";
import type { Account, Provider, Tokens } from "../../shared/providers/port.ts";
import { readTokens, tokenRecord } from "../../shared/providers/tokens.ts";
import type { Consent, ConsentPorts } from "./states.ts";

/** Others write the same records (office notes how a sync went); after this many lost races it is their fault. */
const TRIES_MAX = 5;

/** The id of a connection: the same person, provider and account always give the same one. */
export function connectionId(user_id: string, provider: string, account_id: string): Promise<string> {
  return digest("connection", user_id, provider, account_id);
}

function statusOf(
  provider: Provider,
  resource: ResourceStatus["resource"],
  scopes: readonly string[],
): ResourceStatus {
  const { supported, reason } = provider.push(resource, scopes);
  return {
    resource,
    granted: true,
    state: "new",
    last_read_at: "",
    last_change_at: "",
    last_notification_at: "",
    delivery: supported ? "push" : "poll",
    reason,
    poll_seconds: 0,
    verified_at: "",
    differences: 0,
    repaired: 0,
  };
}

/** What the provider answered to the consent. */
interface Granting {
  readonly account: Account;
  readonly tokens: Tokens;
  readonly provider: Provider;
}

/** What there was of the account before. */
interface Earlier {
  readonly known: Connection | null;
  /** Its resources, those among them of which no more is there than documents. */
  readonly before: readonly ResourceStatus[];
}

/** Who disconnects without a purge leaves documents behind, which the next consent may leave out. */
async function earlierOf(
  { state }: ConsentPorts,
  { provider, tokens }: Granting,
  { user_id, connection_id }: { readonly user_id: string; readonly connection_id: string },
  known: Connection | null,
): Promise<Earlier> {
  const before = [...known?.resources ?? []];
  for (const resource of ResourceName.options) {
    if (before.some((status) => status.resource === resource)) continue;
    const [left] = await state.ledger({ user_id, connection_id, resource }).list("", 1);
    if (left !== undefined) before.push({ ...statusOf(provider, resource, tokens.scopes), granted: false });
  }
  return { known, before };
}

/** What may be read by the new consent, and after it what could be read before and may not be any more. */
function resourcesOf(
  consent: Consent,
  { tokens, provider }: Granting,
  { known, before }: Earlier,
): ResourceStatus[] {
  // A token names all that was ever granted; what the person does not want to give now is read only if it was before.
  const wanted = (resource: ResourceName) =>
    consent.resources.length === 0 || consent.resources.includes(resource) ||
    before.some((status) => status.resource === resource && status.granted);
  const granted = provider.resources(tokens.scopes).filter(wanted);
  const statuses = granted.map((resource) => {
    const status = before.find((each) => each.resource === resource);
    if (status === undefined) return statusOf(provider, resource, tokens.scopes);
    // What was withdrawn is read again from now on, so that another end must not take it for withdrawn.
    const withdrawn = status.state === "left_out" && known?.state === "disconnected";
    return withdrawn || !status.granted ? { ...status, granted: true, state: "new" as const } : status;
  });
  const lost = before.filter(({ resource }) => !granted.includes(resource));
  return [...statuses, ...lost.map((status) => ({ ...status, granted: false, delivery: "poll" as const, reason: "" }))];
}

function connectionOf(
  consent: Consent,
  request: Granting,
  identity: { connection_id: string; now: string },
  earlier: Earlier,
): Connection {
  const { known } = earlier;
  const { account, tokens } = request;
  return {
    connection_id: identity.connection_id,
    user_id: consent.user_id,
    provider: consent.provider,
    account_id: account.account_id,
    address: account.address,
    state: "active",
    scopes: [...tokens.scopes],
    resources: resourcesOf(consent, request, earlier),
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
 * Creates the connection, or adopts the one that is there. The account comes first: one that leads to a connection
 * that does not exist yet is harmless, a connection that no notification finds is not. Record and tokens are one commit.
 * @throws PermanentError `erased` when the person was erased since they asked, `nothing_granted` when no data may be read
 */
export async function storeConnection(
  ports: ConsentPorts,
  consent: Consent,
  request: Granting,
): Promise<Connection> {
  const records = ports.state.records({ user_id: consent.user_id });
  if (await records.floor() >= consent.as_of) throw new PermanentError("erased", "The person was erased meanwhile");
  const connection_id = await connectionId(consent.user_id, consent.provider, request.account.account_id);
  const now = new Date(ports.deps.clock.now()).toISOString();
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const stored = await records.get(COLLECTIONS.connections, connection_id);
    const known = stored === null ? null : Connection.parse(stored.value);
    const tokens = await withRefreshToken(ports, known, request.tokens);
    const earlier = await earlierOf(ports, request, { user_id: consent.user_id, connection_id }, known);
    const connection = connectionOf(consent, request, { connection_id, now }, earlier);
    if (!connection.resources.some(({ granted }) => granted)) {
      throw new PermanentError("nothing_granted", "None of the account's data may be read");
    }
    await refuseWhileErasing(ports.state, consent.user_id);
    await rememberAccount(ports.state, connection);
    // A crash between this commit and the start leaves a connection that counts as never started.
    await unplanPolls(ports, connection);
    const committed = await records.commit([
      NOT_ERASING,
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
