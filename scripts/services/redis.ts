import { findProgram, type Machine, thisMachine } from "./lookup.ts";
import type { Absent, Service } from "./service.ts";
import { supervise } from "./supervise.ts";

/** A Redis that was started here. */
export interface RedisService extends Service {
  /** For `REDIS_URL`, with database 0; any of the databases 0 to 15 can be used. */
  readonly url: string;
  readonly port: number;
}

/** How to start it. */
export interface RedisOptions {
  /** Writes each command to a file before (`always`) or within a second after its answer. By default nothing is kept. */
  readonly appendonly?: "always" | "everysec";
  /** Further arguments of redis-server, such as `--maxmemory 64mb`, one element each word. */
  readonly args?: readonly string[];
}

/** The program, or why there is none. */
export function findRedis(machine: Machine = thisMachine()): string | Absent {
  return findProgram(machine, "redis-server", "valkey-server") ?? {
    what: "redis",
    why: "no redis-server or valkey-server on the PATH",
    how: "`deno task services install`, or set REDIS_URL to one that tests may write to",
  };
}

/** True when a Redis at this port answers PING: neither one that still loads its files nor another program. */
async function pongs(port: number): Promise<boolean> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    await connection.write(new TextEncoder().encode("PING\r\n"));
    const answer = new Uint8Array(64);
    const length = await connection.read(answer) ?? 0;
    return new TextDecoder().decode(answer.subarray(0, length)) === "+PONG\r\n";
  } finally {
    connection.close();
  }
}

/** Starts redis-server or valkey-server, whichever is on the PATH, on a free loopback port with an empty data set. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisService | Absent> {
  const program = findRedis();
  if (typeof program !== "string") return program;
  const durability = options.appendonly ? ["yes", "--appendfsync", options.appendonly] : ["no"];
  const service = await supervise({
    name: "redis",
    program,
    args: (port, folder) => [
      ...["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--daemonize", "no"],
      ...["--save", "", "--appendonly", ...durability],
      ...(options.args ?? []),
    ],
    answers: pongs,
    startMsMax: 15_000,
  });
  return Object.assign(service, { url: `redis://127.0.0.1:${service.port}/0` });
}
