/** A batch is planned: one part for each resource of each connection. */
import {
  type Batch,
  type BatchKind,
  type BatchPart,
  BatchRequest,
  FAILURES_MAX,
} from "../../../shared/contracts/batches.ts";
import { PermanentError, StoreAwayError } from "../../../shared/contracts/errors.ts";
import { type ResourceName, sha256 } from "../../../shared/contracts/ids.ts";
import { COLLECTIONS, Connection } from "../../../shared/contracts/records.ts";
import type { RecordOp } from "../../../shared/state/port.ts";
import { isGiven } from "../choices.ts";
import type { OfficePorts } from "../work.ts";
import { publishSlices, watchBatch } from "./send.ts";
import { BatchStore, partId } from "./store.ts";
import { NO_COUNTS } from "./view.ts";

/** The most connections of a person that one batch takes. */
const CONNECTIONS_MAX = 200;

/** What a batch is asked for with. */
export interface BatchWish {
  readonly user_id: string;
  readonly kind: BatchKind;
  readonly cause: Batch["cause"];
  /** By id; empty for all that are active. */
  readonly connections: readonly string[];
  /** Empty for all that are given. */
  readonly resources: readonly ResourceName[];
  /** ISO 8601, `""` when open; `to` itself is not in it. */
  readonly from: string;
  readonly to: string;
  /** The same key again gives the same batch; `""` for none. */
  readonly key: string;
  /** The subscriptions that what has not changed is published to; all when it is left out. */
  readonly only?: readonly string[];
}

/** The parts of a batch before they have names. */
type Planned = Pick<BatchPart, "connection_id" | "provider" | "resource" | "doc_ids" | "state" | "reason">;

/**
 * Begins a batch; the same key again goes on with the one that it began.
 * @throws PermanentError `range_empty`, `range_in_future`, `not_found`, `nothing_to_sync`, `conflict`
 */
export async function beginBatch(ports: OfficePorts, wish: BatchWish): Promise<Batch> {
  checkRange(wish, ports.deps.clock.now());
  const known = await requested(ports, wish);
  if (known !== null) return known;
  return await store(ports, { ...wish, retry_of: "" }, await plan(ports, wish));
}

/**
 * Begins a batch of what another one left undone: documents that could not be read, and parts that failed as a whole.
 * @throws PermanentError `not_found`, `batch_runs`, `nothing_failed`
 */
export async function retryBatch(ports: OfficePorts, user_id: string, batch_id: string): Promise<Batch> {
  const batches = new BatchStore(ports.state, user_id);
  const former = await batches.get(batch_id);
  if (former === null) throw new PermanentError("not_found", "There is no such batch");
  if (former.kind === "first_sync" || former.ended_at === "") {
    throw new PermanentError("batch_runs", "Only a batch that has ended can be tried again");
  }
  const planned = (await batches.parts(batch_id)).flatMap(({ value: part }): Planned[] => {
    const { connection_id, provider, resource, failures } = part;
    const failed = part.state === "failed";
    if (!failed && failures.length === 0) return [];
    const doc_ids = failed ? part.doc_ids : failures.map(({ doc_id }) => doc_id).slice(0, FAILURES_MAX);
    return [{ connection_id, provider, resource, doc_ids, state: "waiting", reason: "" }];
  });
  if (planned.length === 0) throw new PermanentError("nothing_failed", "Nothing of that batch has failed");
  const wish: BatchWish = {
    ...former,
    kind: former.kind,
    cause: "request",
    connections: [],
    resources: [],
    key: `retry:${batch_id}`,
  };
  const known = await requested(ports, wish);
  if (known !== null) return known;
  return await store(ports, { ...wish, retry_of: batch_id }, planned);
}

/** Which first sync a connection has: connected anew, it has another. */
type Begun = Pick<Connection, "user_id" | "connection_id" | "created_at">;

const firstSyncKey = ({ connection_id, created_at }: Begun) => `first_sync:${connection_id}:${created_at}`;

/** The batch that a connection's first sync is shown as, once; only parts of what was never read. */
export async function beginFirstSync(ports: OfficePorts, connection: Connection): Promise<void> {
  const { user_id, connection_id } = connection;
  if (await firstSyncId(ports, connection) !== null) return;
  const resources = connection.resources.filter(({ last_read_at }) => last_read_at === "").map((each) => each.resource);
  const wish: BatchWish = {
    user_id,
    kind: "first_sync",
    cause: "connection",
    connections: [connection_id],
    resources,
    from: "",
    to: "",
    key: firstSyncKey(connection),
  };
  const planned = resources.length === 0 ? [] : partsOf(ports, connection, wish);
  if (planned.length > 0) await store(ports, { ...wish, retry_of: "" }, planned);
}

/** The id of that batch; null when there is none. */
export async function firstSyncId(ports: OfficePorts, begun: Begun): Promise<string | null> {
  const records = ports.state.records({ user_id: begun.user_id });
  const record = await records.get(COLLECTIONS.batchRequests, await sha256(firstSyncKey(begun)));
  return record === null ? null : BatchRequest.parse(record.value).batch_id;
}

function checkRange({ from, to }: BatchWish, now_ms: number): void {
  if (from !== "" && to !== "" && from >= to) {
    throw new PermanentError("range_empty", "Nothing lies between from and to: give a later to", { field: "to" });
  }
  if (from !== "" && Date.parse(from) > now_ms) {
    throw new PermanentError("range_in_future", "from lies in the future: there is nothing to read yet", {
      field: "from",
    });
  }
}

/** The batch that the same request began before; its messages are sent again, for they may never have been. */
async function requested(ports: OfficePorts, wish: BatchWish): Promise<Batch | null> {
  if (wish.key === "") return null;
  const batches = new BatchStore(ports.state, wish.user_id);
  const record = await batches.records.get(COLLECTIONS.batchRequests, await sha256(wish.key));
  if (record === null) return null;
  const { batch_id, request_hash } = BatchRequest.parse(record.value);
  if (request_hash !== await hashOf(wish)) {
    throw new PermanentError("conflict", "This Idempotency-Key was used for another batch: use a new one");
  }
  const batch = await batches.get(batch_id);
  if (batch?.state === "running") await publishSlices(ports, batch);
  return batch;
}

function hashOf({ kind, connections, resources, from, to }: BatchWish): Promise<string> {
  return sha256(JSON.stringify([kind, [...connections].sort(), [...resources].sort(), from, to]));
}

async function plan(ports: OfficePorts, wish: BatchWish): Promise<readonly Planned[]> {
  const records = ports.state.records({ user_id: wish.user_id });
  const stored = await records.list(COLLECTIONS.connections, { limit: CONNECTIONS_MAX });
  const connections = stored.map(({ value }) => Connection.parse(value)).filter(({ state }) =>
    state !== "disconnected"
  );
  const ids = new Set(connections.map(({ connection_id }) => connection_id));
  const unknown = wish.connections.find((id) => !ids.has(id));
  if (unknown !== undefined) {
    throw new PermanentError("not_found", "One of the connections does not exist: see GET /v1/connections", {
      field: "connections",
    });
  }
  const named = new Set(wish.connections);
  const wanted = connections.filter((connection) =>
    named.size === 0 ? connection.state === "active" : named.has(connection.connection_id)
  );
  const planned = wanted.flatMap((connection) => partsOf(ports, connection, wish));
  if (planned.length === 0) {
    throw new PermanentError("nothing_to_sync", "No connection of this person gives any of these resources");
  }
  return planned;
}

function partsOf(ports: OfficePorts, connection: Connection, { resources }: BatchWish): Planned[] {
  const { connection_id, provider } = connection;
  const reason = connection.state !== "active"
    ? connection.state
    : ports.providers.has(provider)
    ? ""
    : "provider_not_configured";
  return connection.resources
    .filter(({ resource }) => isGiven(connection, resource))
    .filter(({ resource }) => resources.length === 0 || resources.includes(resource))
    .map(({ resource }) => ({
      connection_id,
      provider,
      resource,
      doc_ids: [],
      state: reason === "" ? "waiting" : "failed",
      reason,
    }));
}

async function store(
  ports: OfficePorts,
  wish: BatchWish & { readonly retry_of: string },
  planned: readonly Planned[],
): Promise<Batch> {
  const { deps, state } = ports;
  const now = new Date(deps.clock.now()).toISOString();
  const { user_id, kind, cause, from, to, retry_of, only = [] } = wish;
  const batch_id = newBatchId(deps);
  const idle = planned.every(({ state: reached }) => reached === "failed");
  const batch: Batch = {
    batch_id,
    user_id,
    kind,
    cause,
    state: idle ? "finished" : "running",
    from,
    to,
    retry_of,
    only: [...only],
    created_at: now,
    updated_at: now,
    ended_at: idle ? now : "",
    ran_ms: 0,
    running_since: idle ? "" : now,
  };
  const parts = planned.map((part): BatchPart => ({
    ...part,
    batch_id,
    // Of a first sync the resource itself finds its part.
    correlation_id: kind === "first_sync" ? `${part.connection_id}-${part.resource}` : deps.random.uuid(),
    task_id: deps.random.uuid(),
    place: "",
    share: part.state === "failed" ? 1 : 0,
    counts: NO_COUNTS,
    failures: [],
    updated_at: now,
  }));
  const batches = new BatchStore(state, user_id);
  // Looked after from now on: whatever is left undone below is done by the tick.
  if (!idle) await watchBatch(ports, batch);
  const { kind: outcome } = await batches.records.commit([
    ...await requestOps(wish, batch_id),
    { op: "put", collection: COLLECTIONS.batches, id: batch_id, value: batch },
    ...parts.map((part): RecordOp => ({
      op: "put",
      collection: COLLECTIONS.batchParts,
      id: partId(batch_id, part.correlation_id),
      value: part,
    })),
  ]);
  if (outcome === "erased") throw new PermanentError("erased", "This person was erased");
  if (outcome === "conflict") {
    const known = await requested(ports, wish);
    if (known === null) throw new StoreAwayError("The state");
    return known;
  }
  if (!idle) await publishSlices(ports, batch);
  return batch;
}

async function requestOps(wish: BatchWish, batch_id: string): Promise<readonly RecordOp[]> {
  if (wish.key === "") return [];
  const at = { collection: COLLECTIONS.batchRequests, id: await sha256(wish.key) };
  const value: BatchRequest = { batch_id, request_hash: await hashOf(wish) };
  return [{ op: "check", ...at, version: 0 }, { op: "put", ...at, value }];
}

/** The last moment that a date can be. */
const LAST_MS = 8_640_000_000_000_000;

/** Ids in their order begin with the newest. */
export function newBatchId({ clock, random }: OfficePorts["deps"]): string {
  const backwards = (LAST_MS - clock.now()).toString(36).padStart(11, "0");
  return `${backwards}-${random.uuid()}`;
}
