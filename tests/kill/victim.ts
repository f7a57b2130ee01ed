/**
 * The program that is killed: a Millrace as it is served, with the configuration of its environment, and a second port
 * for the writer. It says two lines of JSON: before it opens its stores, and when it accepts.
 */
import { type Served, serveInstance } from "../../serve.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import type { Log } from "../../shared/contracts/deps.ts";
import { eventAttributes } from "../../shared/contracts/event.ts";
import { queryWords } from "../../shared/index/query_words.ts";
import { systemClock, systemFetch, systemRandom } from "../../shared/system/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { type Findings, Lookup, Publication } from "./control.ts";

const say = (value: unknown) => Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(value)}\n`));

const quiet = () => {};
const LOG: Log = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (message, fields) => Deno.stderr.writeSync(new TextEncoder().encode(`victim: ${message} ${fields?.reason}\n`)),
};

/** Publishes as office does: what travels by reference is stored first. Resolves when all is durable. */
async function publish({ instance }: Served, { events, refs }: Publication): Promise<string[]> {
  const { bus, state } = instance.stores;
  if (refs.length > 0) await state.refs.put(refs);
  const published = await bus.publish(
    "emails",
    events.map((message) => ({ message, attributes: eventAttributes(message) })),
  );
  return published.map((one) => {
    if (one.kind === "refused") throw new Error(`Refused: ${one.field} ${one.reason}`);
    return one.message_id;
  });
}

/** What the index holds of a person. */
async function lookUp({ instance }: Served, { user_id, doc_ids, words }: Lookup): Promise<Findings> {
  const { index } = instance.stores;
  const documents = await Promise.all(doc_ids.map(async (doc_id) => {
    const stored = await index.document(user_id, doc_id);
    return stored === null ? null : { revision: stored.revision, text: stored.document.body };
  }));
  const found = await Promise.all(words.map(async (q) => {
    const { hits } = await index.search({
      user_id,
      words: queryWords(q),
      types: [],
      providers: [],
      conditions: [],
      after: "",
      before: "",
      sort: "relevance",
      cursor: "",
      limit: 10,
      explain: false,
    });
    return hits.map(({ doc_id }) => doc_id);
  }));
  return { count: (await index.stats(user_id)).documents, documents, found };
}

async function answer(served: Served, request: Request): Promise<Response> {
  const body: unknown = await request.json();
  switch (new URL(request.url).pathname) {
    case "/publish":
      return Response.json({ ids: await publish(served, Publication.parse(body)) });
    case "/index":
      return Response.json(await lookUp(served, Lookup.parse(body)));
    case "/backlog":
      return Response.json(await served.instance.stores.bus.stats());
    default:
      return new Response(null, { status: 404 });
  }
}

say({ opening: true });
const config = readConfig(Deno.env.toObject(), { mode: "dev", insecure_emulator: true });
const deps = { clock: systemClock, random: systemRandom, fetch: systemFetch, log: LOG, counters: openCounters() };
const served = await serveInstance(config, deps, { hostname: "127.0.0.1" });
const control = Deno.serve(
  { port: 0, hostname: "127.0.0.1", onListen: quiet, onError: () => new Response(null, { status: 503 }) },
  (request) => answer(served, request),
);
say({ url: served.url, control: `http://127.0.0.1:${control.addr.port}` });
