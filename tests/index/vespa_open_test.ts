/** How the configuration leads to Vespa. */
import assert from "node:assert/strict";
import { openStores } from "../../adapters.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { systemFetch } from "../../shared/system/fetch.ts";
import { docIdOf, put } from "../adapters/index_samples.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import { VespaDouble } from "./vespa_double.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

Deno.test("openStores() opens the index in Vespa when it is configured, and reaches it by HTTP/2", async () => {
  const data_dir = await Deno.makeTempDir();
  const vespa = await VespaDouble.start();
  const versions = new Set<string>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    // Only HTTP/1.1 has this header.
    versions.add(request.headers.has("host") ? "1.1" : "2");
    return await vespa.fetch(request.url, {
      method: request.method,
      ...(request.body === null ? {} : { body: await request.text() }),
    });
  });
  const config = {
    ...readConfig({ DATA_DIR: data_dir }),
    vespa: { endpoint: `http://127.0.0.1:${server.addr.port}`, cert_path: "", key_path: "" },
  };
  const deps = {
    clock: new SimulatedClock(),
    random: seededRandom(1),
    fetch: systemFetch,
    log: silent,
    counters: { add() {}, observe() {} },
  };
  const stores = await openStores(config, deps, () => Promise.resolve({ status: 503 }));
  try {
    assert.deepEqual(await stores.index.feed([put(1, { title: "note" })]), ["applied"]);
    assert.equal(vespa.stored("ada", docIdOf(1))?.title, "note");
    assert.deepEqual([...versions], ["2"]);
  } finally {
    await stores.close();
    await server.shutdown();
    await Deno.remove(data_dir, { recursive: true });
  }
});
