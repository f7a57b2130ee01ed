/**
 * The index's contract on the double, and on a real Vespa when `VESPA_TEST_ENDPOINT` names one that has the package, with
 * the client certificate of `VESPA_CERT_PATH` and `VESPA_KEY_PATH`.
 */
import type { Clock, Fetch } from "../../shared/contracts/deps.ts";
import type { Index } from "../../shared/index/port.ts";
import { openVespaIndex } from "../../shared/index/vespa/mod.ts";
import { systemFetch } from "../../shared/system/fetch.ts";
import { indexContract } from "../adapters/index_contract.ts";
import { seededRandom } from "../simulation/random.ts";
import { VespaDouble } from "./vespa_double.ts";

/** What the adapter does not do, whatever Vespa it has. */
const NOT_DONE = {
  "search() finds a person whose name has one edit among the first three": "it corrects no mistyped names",
  "sweep() removes tombstones after 45 days, and only those": "Vespa's garbage collection does, by its own clock",
};

/** What the double can't answer: the order is by Vespa's bm25 and fieldMatch, and its own would prove nothing. */
const NEEDS_RANKING = {
  "search() puts the whole word before longer ones that begin with it": "a ranking engine's order",
  "search() ranks title before people before body": "a ranking engine's order",
  "search() prefers what is recent, and neither the old nor the far future": "a ranking engine's order",
};

indexContract("Vespa index on the double", async (clock: Clock) => {
  const vespa = await VespaDouble.start();
  const index = openVespaIndex({ endpoint: "https://vespa.test", clock, random: seededRandom(1), fetch: vespa.fetch });
  return { index, [Symbol.asyncDispose]: () => index.close() };
}, { ...NOT_DONE, ...NEEDS_RANKING });

const endpoint = Deno.env.get("VESPA_TEST_ENDPOINT") ?? "";
if (endpoint !== "") {
  const [cert, key] = await Promise.all(
    ["VESPA_CERT_PATH", "VESPA_KEY_PATH"].map((name) => Deno.readTextFile(Deno.env.get(name) ?? "")),
  );
  const client = Deno.createHttpClient({ cert: cert ?? "", key: key ?? "" });
  const fetch: Fetch = (input, init) => {
    const over: RequestInit & { client: Deno.HttpClient } = { ...init, client };
    return systemFetch(input, over);
  };
  indexContract("Vespa index", (clock: Clock) => {
    const index = openVespaIndex({ endpoint, clock, random: seededRandom(1), fetch });
    const own = ownPersons(index);
    return Promise.resolve({ index: own, [Symbol.asyncDispose]: () => own.close() });
  }, NOT_DONE);
}

/** The index with persons whom no other test knows; closing it erases them. */
function ownPersons(index: Index): Index {
  const run = crypto.randomUUID().replaceAll("-", "");
  const persons = new Set<string>();
  const own = (user_id: string) => {
    persons.add(user_id);
    return `${run}_${user_id}`;
  };
  return {
    feed: (writes) => index.feed(writes.map((write) => ({ ...write, user_id: own(write.user_id) }))),
    search: (query) => index.search({ ...query, user_id: own(query.user_id) }),
    document: (user_id, doc_id) => index.document(own(user_id), doc_id),
    fragments: (user_id, doc_id, page) => index.fragments(own(user_id), doc_id, page),
    fragment: (user_id, doc_id, fragment_id) => index.fragment(own(user_id), doc_id, fragment_id),
    revisions: (user_id, doc_ids) => index.revisions(own(user_id), doc_ids),
    suggest: (user_id, text, limit) => index.suggest(own(user_id), text, limit),
    async people(cursor) {
      const { users, next_cursor } = await index.people(cursor);
      const ours = users.filter((user_id) => user_id.startsWith(`${run}_`));
      return { users: ours.map((user_id) => user_id.slice(run.length + 1)), next_cursor };
    },
    purge: (user_id) => index.purge(own(user_id)),
    stats: (user_id) => index.stats(own(user_id)),
    sweep: (now_ms) => index.sweep(now_ms),
    ping: () => index.ping(),
    async close() {
      for (const user_id of persons) await index.purge(`${run}_${user_id}`);
      await index.close();
    },
  };
}
