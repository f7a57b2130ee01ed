/** `vespa-puts`: what the Vespa adapter feeds in a second, to a server on this machine that takes everything at once. */
import type { IndexWrite } from "../../shared/index/port.ts";
import { openVespaIndex } from "../../shared/index/vespa/mod.ts";
import { percentile } from "./compare.ts";
import { sampleWrites } from "./index_samples.ts";
import { type Judged, type Measure, valueResult } from "./measure.ts";
import { quietDeps } from "./outside.ts";

const PUTS: Judged = { name: "vespa-puts", unit: "puts/s", target: 2_000, better: "higher" };
const MEMORY: Judged = { name: "vespa-puts-memory", unit: "MiB more", target: 32, better: "lower" };
const PAGE = 1_000;
const PAGES = 20;
const MEBIBYTE = 2 ** 20;
/** Characters of a body: a document is about 5 KB with what is kept beside. */
const BODY = 3_300;

function pageOf(seed: number, now_ms: number): IndexWrite[] {
  return [...sampleWrites("ada", PAGE, seed, now_ms)].map((write) =>
    write.operation === "delete"
      ? write
      : { ...write, document: { ...write.document, body: write.document.body.repeat(6).slice(0, BODY) } }
  );
}

/** Both ends share this process, so this is less than the adapter could do. */
export const vespaPuts: Measure = {
  names: [PUTS.name, MEMORY.name],
  about: "documents of some 5 KB fed by the Vespa adapter over loopback; no Vespa is behind it",
  async run(progress) {
    const deps = quietDeps();
    let bytes = 0;
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      const text = await request.text();
      bytes += text.length;
      return new Response('{"id":"taken"}', { headers: { "content-type": "application/json" } });
    });
    const client = Deno.createHttpClient({ http1: false, http2: true });
    const index = openVespaIndex({
      endpoint: `http://127.0.0.1:${server.addr.port}`,
      clock: deps.clock,
      random: deps.random,
      fetch: (input, init) => {
        const over: RequestInit & { client: Deno.HttpClient } = { ...init, client };
        return fetch(input, over);
      },
    });
    try {
      const rates: number[] = [];
      const heap: number[] = [];
      for (let page = 0; page < PAGES; page++) {
        const writes = pageOf(page + 1, deps.clock.now());
        const started = performance.now();
        await index.feed(writes);
        rates.push(PAGE / ((performance.now() - started) / 1_000));
        heap.push(Deno.memoryUsage().heapUsed);
        progress(`${(page + 1) * PAGE} of ${PAGE * PAGES} documents`);
      }
      // The least of some pages is about what a collection leaves; the first half fills what is kept for good.
      const least = (from: number) => Math.min(...heap.slice(from, from + PAGES / 4));
      const more = Math.max(0, least(3 * PAGES / 4) - least(PAGES / 2)) / MEBIBYTE;
      const notes = [`${Math.round(bytes / PAGE / PAGES)} bytes a document`];
      return [
        { result: valueResult(PUTS, percentile(rates.slice(PAGES / 4), 0.5)), notes },
        { result: valueResult(MEMORY, more), notes: [] },
      ];
    } finally {
      await index.close();
      client.close();
      await server.shutdown();
    }
  },
};
