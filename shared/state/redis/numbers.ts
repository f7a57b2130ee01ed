/** What INFO tells in numbers, for `/metrics`. */
import { metric, type MetricValue } from "../../contracts/metrics.ts";
import type { RedisClient } from "./connection.ts";
import { type Info, parseInfo, primaries } from "./info.ts";

/** `cmdstat_evalsha:calls=12,usec=340,…` */
const COMMAND = /^cmdstat_([a-z0-9_|-]{1,32})$/;

/** Of one server; those that have taken the most time are told. */
const COMMANDS_MAX = 40;

/** Asks every primary. They are numbered in the order in which the client names them, which is that of their slots. */
export async function readNumbers(client: RedisClient): Promise<readonly MetricValue[]> {
  const answers = await Promise.all(
    primaries(client).map(async (server, position) => {
      const [all, commands] = await Promise.all([server.info(), server.info("commandstats")]);
      return numbersOf(String(position), parseInfo(all), parseInfo(commands));
    }),
  );
  return answers.flat();
}

/** What one server's answers say. */
export function numbersOf(node: string, info: Info, commands: Info): readonly MetricValue[] {
  const of = (field: string) => Number(info.get(field) ?? 0);
  return [
    metric("redis_memory_bytes", { node }, of("used_memory")),
    metric("redis_memory_limit_bytes", { node }, of("maxmemory")),
    metric("redis_connections", { node }, of("connected_clients")),
    metric("redis_keys_expired_total", { node }, of("expired_keys")),
    metric("redis_keys_evicted_total", { node }, of("evicted_keys")),
    metric("redis_keyspace_hits_total", { node }, of("keyspace_hits")),
    metric("redis_keyspace_misses_total", { node }, of("keyspace_misses")),
    ...commandNumbers(node, commands),
  ];
}

function commandNumbers(node: string, commands: Info): readonly MetricValue[] {
  const told = [...commands].flatMap(([field, value]) => {
    const command = COMMAND.exec(field)?.[1];
    if (command === undefined) return [];
    const stats = new URLSearchParams(value.replaceAll(",", "&"));
    return [{ command, calls: Number(stats.get("calls")), micros: Number(stats.get("usec")) }];
  });
  return told.sort((a, b) => b.micros - a.micros).slice(0, COMMANDS_MAX).flatMap(({ command, calls, micros }) => [
    metric("redis_commands_total", { node, command }, calls),
    metric("redis_command_seconds_total", { node, command }, micros / 1_000_000),
  ]);
}
