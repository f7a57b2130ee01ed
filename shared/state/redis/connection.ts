/** How Redis is reached: one connection for all operations, refused while it is down, opened again by itself. */
import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { RedisAddress } from "../../contracts/config.ts";
import type { Random } from "../../contracts/deps.ts";

/** A server, or a cluster of them; both know the same commands. */
export type RedisClient = Redis | Cluster;

/** A command or a connection attempt that is not answered for so long is given up, milliseconds. */
const ANSWER_MS_MAX = 1_500;

/** The pause before connecting again grows to this, milliseconds. */
const RECONNECT_MS_MAX = 2_000;

const RECONNECT_MS_MIN = 50;

/** Doubles from 50 ms to 2 s, with up to half of it taken off by chance so that instances don't return in step. */
function reconnectDelay(attempt: number, random: Random): number {
  const whole = Math.min(RECONNECT_MS_MAX, RECONNECT_MS_MIN * 2 ** Math.min(attempt - 1, 10));
  return Math.round(whole * (1 - random.next() / 2));
}

/**
 * No request is kept for later or sent twice: while Redis is away each is refused, and its sender tries again.
 * RESP2, no client name and no client information: managed Redis blocks the CLIENT command.
 */
function connectionOptions(address: RedisAddress) {
  return {
    lazyConnect: true,
    protocol: 2,
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: ANSWER_MS_MAX,
    socketTimeout: ANSWER_MS_MAX,
    // A server that has become a replica: the address leads to the new primary by now.
    reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
    ...(address.username === "" ? {} : { username: address.username }),
    ...(address.password === null ? {} : { password: address.password.reveal() }),
    ...(address.tls ? { tls: {} } : {}),
  } satisfies RedisOptions;
}

/** A client that is not connected yet. Commands of one turn of the event loop travel together. */
export function createClient(address: RedisAddress, random: Random): RedisClient {
  const options = connectionOptions(address);
  const [first] = address.hosts;
  if (first === undefined) throw new TypeError("Cannot open Redis: the address names no host");
  if (address.kind === "single") {
    return new Redis({
      ...options,
      host: first.host,
      port: first.port,
      db: address.database,
      enableAutoPipelining: true,
      enableOfflineQueue: false,
      retryStrategy: (attempt) => reconnectDelay(attempt, random),
    });
  }
  return new Cluster(address.hosts.map(({ host, port }) => ({ host, port })), {
    lazyConnect: true,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    redisOptions: options,
    slotsRefreshTimeout: ANSWER_MS_MAX,
    clusterRetryStrategy: (attempt) => reconnectDelay(attempt, random),
    // Behind TLS the certificate names the host, so its name must not be resolved before the handshake.
    ...(address.tls ? { dnsLookup: (host, callback) => callback(null, host) } : {}),
  });
}
