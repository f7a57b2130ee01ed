/** `index-rate`: documents a second into the embedded index, beside raw FTS5 inserts of the same texts. */
import { join } from "node:path";
import { openSqliteIndex } from "../../shared/index/sqlite/mod.ts";
import { compare } from "./compare.ts";
import { sampleWrites } from "./index_samples.ts";
import { type Judged, type Measure, ratioResult } from "./measure.ts";
import { quietDeps } from "./outside.ts";
import { RawFts } from "./raw_fts.ts";

const JUDGED: Judged = { name: "index-rate", unit: "documents/s", target: 0.4, better: "higher" };
const PAGE = 100;
const PAGES = 10;
const ROUNDS = 7;

/** Pages of 100 documents, each durable before the next, on both sides. */
export const indexRate: Measure = {
  names: [JUDGED.name],
  about: "documents made searchable by the embedded index, beside raw FTS5 inserts of the same texts",
  async run(progress) {
    const { clock } = quietDeps();
    const folder = await Deno.makeTempDir({ prefix: "bench-index-" });
    const index = openSqliteIndex({ path: join(folder, "index.sqlite"), clock });
    const raw = new RawFts(join(folder, "raw.sqlite"));
    let seed = 0;
    const pages = () => {
      const writes = [...sampleWrites("ada", PAGE * PAGES, ++seed, clock.now())];
      return Array.from({ length: PAGES }, (_, page) => writes.slice(page * PAGE, (page + 1) * PAGE));
    };
    async function rate(write: (page: ReturnType<typeof pages>[number]) => unknown): Promise<number> {
      const all = pages();
      const started = performance.now();
      for (const page of all) await write(page);
      return PAGE * PAGES / ((performance.now() - started) / 1_000);
    }
    try {
      const compared = await compare(ROUNDS, {
        ours: () => rate((page) => index.feed(page)),
        baseline: () => rate((page) => raw.insert(page)),
      }, progress);
      return [{ result: ratioResult(JUDGED, compared), notes: [] }];
    } finally {
      await index.close();
      raw.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
};
