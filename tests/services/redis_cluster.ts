/** A Redis cluster of three primaries on this machine. */
import { Redis } from "ioredis";
import { isAbsent, type RedisService, startRedis } from "../../scripts/services/mod.ts";
import { systemClock } from "../../shared/system/mod.ts";

const NODES = 3;
const SLOTS = 16_384;

/** How long the nodes may take to agree, milliseconds. */
const AGREED_MS_MAX = 15_000;

export interface RedisCluster {
  /** For `REDIS_URL`. */
  readonly url: string;
  readonly ports: readonly number[];
  close(): Promise<void>;
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

async function node(): Promise<RedisService> {
  // The port beside a node's own would be 10,000 above it, which may be none.
  const args = ["--cluster-enabled", "yes", "--cluster-port", String(freePort()), "--cluster-node-timeout", "5000"];
  const started = await startRedis({ args });
  if (isAbsent(started)) throw new Error(`Cannot start a cluster: ${started.why}`);
  return started;
}

function clientOf({ port }: RedisService): Redis {
  return new Redis({ host: "127.0.0.1", port, protocol: 2, disableClientInfo: true });
}

/** Gives each node a third of the slots, introduces them to each other, and waits until all agree. */
async function join(nodes: readonly RedisService[], clients: readonly Redis[]): Promise<void> {
  await Promise.all(clients.map(async (client, at) => {
    const [from, to] = [at, at + 1].map((part) => Math.floor(part * SLOTS / NODES));
    await client.call("CLUSTER", "ADDSLOTSRANGE", String(from), String((to ?? SLOTS) - 1));
    await client.call("CLUSTER", "SET-CONFIG-EPOCH", String(at + 1));
  }));
  const [first] = clients;
  for (const { port } of nodes.slice(1)) {
    const bus = await busPortOf(port, nodes, clients);
    await first?.call("CLUSTER", "MEET", "127.0.0.1", String(port), String(bus));
  }
  for (const end = systemClock.now() + AGREED_MS_MAX;; await systemClock.sleep(50)) {
    const infos = await Promise.all(clients.map((client) => client.call("CLUSTER", "INFO")));
    const agreed = infos.every((info) => /cluster_state:ok/.test(String(info)) && /cluster_size:3/.test(String(info)));
    if (agreed) return;
    if (systemClock.now() > end) throw new Error(`The nodes do not agree: ${infos.join("\n")}`);
  }
}

async function busPortOf(port: number, nodes: readonly RedisService[], clients: readonly Redis[]): Promise<number> {
  const client = clients[nodes.findIndex((one) => one.port === port)];
  const said = await client?.config("GET", "cluster-port");
  return Number(Array.isArray(said) ? said[1] : 0);
}

/** Starts three nodes and makes a cluster of them. */
export async function startCluster(): Promise<RedisCluster> {
  const nodes = await Promise.all(Array.from({ length: NODES }, node));
  const clients = nodes.map(clientOf);
  try {
    await join(nodes, clients);
  } catch (error) {
    await Promise.all(nodes.map((one) => one.close()));
    throw error;
  } finally {
    for (const client of clients) client.disconnect();
  }
  const ports = nodes.map(({ port }) => port);
  return {
    url: `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(",")}`,
    ports,
    close: async () => void await Promise.all(nodes.map((one) => one.close())),
  };
}
