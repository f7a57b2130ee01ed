import { Cluster } from "ioredis";
import { type ResourceKey, ResourceName } from "../../contracts/ids.ts";
import { COLLECTIONS } from "../../contracts/records.ts";
import type { Ledger, LedgerEntry, ResourceSnapshot, ScopeSnapshot, Snapshot } from "../port.ts";
import { recordKeys } from "./keys.ts";
import { RedisRecords } from "./records.ts";
import type { Store } from "./store.ts";

/** Keys that Redis looks at in one step of a scan; it answers others in between. */
const SCAN_COUNT = 1_000;

/** Records and entries that are read at once. */
const SLICE = 500;

/** Reads while others write: each scope is watched by its version, and each head is read before its entries. */
export async function takeSnapshot(store: Store, ledgerOf: (key: ResourceKey) => Ledger): Promise<Snapshot> {
  const collections = new Map<string, string[]>();
  const named = (name: string) => {
    const known = collections.get(name);
    if (known !== undefined) return known;
    const fresh: string[] = [];
    collections.set(name, fresh);
    return fresh;
  };
  // The names of all scopes and their collections: some 60 bytes each.
  for await (const rest of namesAfter(store, "records:{r:")) {
    const [name = "", collection = ""] = rest.split("}");
    if (collection === "") named(name);
    else named(name).push(collection.slice(1));
  }
  return {
    scopes: () => scopesOf(store, collections),
    resources: () => resourcesOf(store, ledgerOf),
    close: () => Promise.resolve(),
  };
}

/** What follows `beginning` in the names of all keys that begin with it. A key may come twice. */
async function* namesAfter(store: Store, beginning: string): AsyncGenerator<string> {
  const start = `${store.prefix}${beginning}`;
  const { client } = store;
  const nodes = client instanceof Cluster ? client.nodes("master") : [client];
  for (const node of nodes) {
    for (let cursor = "0";;) {
      const [next, keys] = await store.command(() =>
        node.scan(cursor, "MATCH", `${start.replaceAll(/[*?[\]\\]/g, "\\$&")}*`, "COUNT", SCAN_COUNT)
      );
      for (const key of keys) yield key.slice(start.length);
      cursor = next;
      if (cursor === "0") break;
    }
  }
}

async function* scopesOf(
  store: Store,
  collections: ReadonlyMap<string, readonly string[]>,
): AsyncGenerator<ScopeSnapshot> {
  for (const [name, found] of [...collections].sort()) {
    const { meta } = recordKeys(store.prefix, { stored: name });
    const versionNow = async () => await store.command((client) => client.hget(meta, "version")) ?? "";
    const records = new RedisRecords(store, { stored: name });
    let read = { times: 0, version: "" };
    yield {
      name,
      floor: await records.floor(),
      async *records() {
        read = { times: read.times + 1, version: await versionNow() };
        // Read again because it changed, it may have collections that it did not have when the names were looked up.
        const all = read.times > 1 ? [...found, ...Object.values(COLLECTIONS)] : found;
        for (const collection of [...new Set(all)].sort()) {
          for (let after = "";;) {
            const page = await records.list(collection, { after, limit: SLICE });
            for (const { id, value } of page) yield { collection, id, value };
            if (page.length < SLICE) break;
            after = page.at(-1)?.id ?? "";
          }
        }
      },
      changed: async () => await versionNow() !== read.version,
    };
  }
}

async function* resourcesOf(store: Store, ledgerOf: (key: ResourceKey) => Ledger): AsyncGenerator<ResourceSnapshot> {
  const seen = new Set<string>();
  for await (const rest of namesAfter(store, "ledger:{")) {
    const [tag = "", bucket] = rest.split("}");
    if (bucket !== "" || seen.has(tag)) continue;
    seen.add(tag);
    const [user_id = "", connection_id = "", resource] = tag.split(":");
    const key: ResourceKey = { user_id, connection_id, resource: ResourceName.parse(resource) };
    const ledger = ledgerOf(key);
    yield {
      key,
      ...await ledger.head(),
      async *entries(): AsyncGenerator<LedgerEntry> {
        for (let after = "";;) {
          const page = await ledger.list(after, SLICE);
          yield* page;
          if (page.length < SLICE) return;
          after = page.at(-1)?.doc_id ?? "";
        }
      },
    };
  }
}
