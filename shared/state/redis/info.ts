/** What INFO tells: managed Redis blocks CONFIG, so nothing else can be asked. */
import type { Redis } from "ioredis";
import type { StateHealth } from "../port.ts";
import type { RedisClient } from "./connection.ts";

/** The fields of an INFO answer by name. */
export type Info = ReadonlyMap<string, string>;

/** Memory in use, as a part of its limit, from which a warning is due. */
const MEMORY_PART_MAX = 0.9;

/** The servers that are written to: one, or each primary of a cluster. */
export function primaries(client: RedisClient): readonly (Redis | RedisClient)[] {
  return "nodes" in client ? client.nodes("master") : [client];
}

async function infos(client: RedisClient): Promise<Info[]> {
  return (await Promise.all(primaries(client).map((server) => server.info()))).map(parseInfo);
}

/** @param text lines of `name:value` between headings */
export function parseInfo(text: string): Info {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

/** Whether any server has a replica. */
export async function replicasOf(client: RedisClient): Promise<boolean> {
  return (await infos(client)).some((info) => Number(info.get("connected_slaves") ?? 0) > 0);
}

/** Asks every server how it is. */
export async function readHealth(client: RedisClient): Promise<StateHealth> {
  return healthOf(await infos(client));
}

/** What the answers mean. Not ready: no server, one that is no primary, is loading, or may throw keys away. */
export function healthOf(answers: readonly Info[]): StateHealth {
  const warnings = new Set<string>();
  let ready = answers.length > 0;
  if (!ready) warnings.add("No Redis server is known yet.");
  for (const info of answers) {
    if (info.get("role") !== "master") {
      ready = false;
      warnings.add("Redis is a replica and takes no writes: give the address of the primary.");
    }
    if (info.get("loading") === "1") {
      ready = false;
      warnings.add("Redis is still loading its data.");
    }
    const policy = info.get("maxmemory_policy");
    if (policy === undefined) {
      warnings.add(
        "Redis does not say what it does when memory is full: make sure that maxmemory-policy is noeviction.",
      );
    } else if (policy !== "noeviction") {
      ready = false;
      warnings.add(`Redis may throw keys away (maxmemory-policy ${policy}): set it to noeviction.`);
    }
    for (const warning of lossWarnings(info)) warnings.add(warning);
  }
  const runs = answers.map((info) => `${info.get("run_id") ?? ""}/${info.get("role") ?? ""}`).sort();
  return { ready, run_id: runs.join(","), warnings: [...warnings] };
}

function lossWarnings(info: Info): string[] {
  const warnings: string[] = [];
  if (info.get("aof_enabled") !== "1") {
    warnings.push(
      "Redis keeps no append-only file: a restart loses what was written since its last snapshot, and everything is " +
        "then read again from the providers. Set appendonly to yes.",
    );
  }
  if (info.get("aof_last_write_status") === "err" || info.get("aof_last_bgrewrite_status") === "err") {
    warnings.push("Redis could not write its append-only file: look at its disk.");
  }
  if (info.get("rdb_last_bgsave_status") === "err") warnings.push("Redis could not write its last snapshot.");
  const limit = Number(info.get("maxmemory") ?? 0);
  const part = limit === 0 ? 0 : Number(info.get("used_memory") ?? 0) / limit;
  if (part > MEMORY_PART_MAX) warnings.push(`Redis uses ${Math.round(part * 100)} % of its memory limit.`);
  return warnings;
}
