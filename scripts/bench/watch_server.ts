/**
 * A batch of ten parts that moves on twice a second, and the streams of whoever watches it: a process of its own.
 * Argument: the data folder.
 */
import { openStores } from "../../adapters.ts";
import { openBatches } from "../../consumers/office/mod.ts";
import { BatchStore, partId } from "../../consumers/office/batches/store.ts";
import { BatchWatch } from "../../routes/batch_watch.ts";
import type { Batch, BatchPart } from "../../shared/contracts/batches.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { sayAndWait } from "./child.ts";
import { quietDeps } from "./outside.ts";

const [data_dir = ""] = Deno.args;
const USER = "ada";
const BATCH = "batch_of_the_bench";
const PARTS = 10;
const MOVES_EVERY_MS = 500;

const deps = quietDeps();
const stores = await openStores(
  readConfig({ DATA_DIR: data_dir }, { mode: "dev" }),
  deps,
  () => Promise.resolve({ status: 503 }),
);
const { state, bus, index, vault } = stores;
const now = new Date(deps.clock.now()).toISOString();
const batch: Batch = {
  batch_id: BATCH,
  user_id: USER,
  kind: "refresh",
  cause: "request",
  state: "running",
  from: "",
  to: "",
  retry_of: "",
  only: [],
  created_at: now,
  updated_at: now,
  ended_at: "",
  ran_ms: 0,
  running_since: now,
};
const parts = Array.from({ length: PARTS }, (_, number): BatchPart => ({
  batch_id: BATCH,
  correlation_id: `part_${number}`,
  connection_id: `connection_${number}`,
  provider: "microsoft",
  resource: "mail",
  doc_ids: [],
  state: "running",
  reason: "",
  task_id: `task_${number}`,
  place: "",
  share: 0,
  counts: { found: 0, fetched: 0, published: 0, unchanged: 0, failed: 0, differences: 0 },
  failures: [],
  updated_at: now,
}));
const batches = new BatchStore(state, USER);
await batches.records.commit([
  { op: "put", collection: COLLECTIONS.batches, id: BATCH, value: batch },
  ...parts.map((part) => ({
    op: "put" as const,
    collection: COLLECTIONS.batchParts,
    id: partId(BATCH, part.correlation_id),
    value: part,
  })),
]);
let moves = 0;
const moving = setInterval(async () => {
  moves++;
  const updated_at = new Date(deps.clock.now()).toISOString();
  for (const part of parts) await batches.tell({ ...part, counts: { ...part.counts, found: moves }, updated_at });
}, MOVES_EVERY_MS);

const watch = new BatchWatch(
  openBatches({
    state,
    bus,
    deps,
    vault,
    providers: new Map(),
    index,
    holders: [],
    subscriptions: [],
    public_url: "",
    openMailbox: () => {
      throw new TypeError("Cannot open a mailbox: there are no providers here");
    },
  }),
  deps,
);
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  async () => new Response(await watch.open(USER, BATCH, ""), { headers: { "content-type": "text/event-stream" } }),
);
await sayAndWait({ port: server.addr.port });
clearInterval(moving);
await stores.close();
// The streams of those who went away without a word.
Deno.exit(0);
