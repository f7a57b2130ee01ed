/**
 * Reads the files of a folder (`1.word`, `2.sheet` …) with the product's limits, and prints the outcomes, how far the
 * process's memory grew, in bytes, and what the thread may do, as JSON. It ends when its idle threads have ended.
 * Started by `process_test.ts` with the permissions of the product.
 */
import { ContentKind, openExtractor } from "../../shared/content/mod.ts";
import { systemClock } from "../../shared/system/mod.ts";

const [folder = "."] = Deno.args;
const LOOK_MS = 5;
const extractor = openExtractor(systemClock, { idle_ms: 1 });
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const outcomes: Record<string, unknown> = {};
let grown_bytes = 0;
for (const name of names) {
  const kind = ContentKind.parse(name.split(".").at(-1));
  const before = Deno.memoryUsage().rss;
  const timer = setInterval(() => grown_bytes = Math.max(grown_bytes, Deno.memoryUsage().rss - before), LOOK_MS);
  const outcome = await extractor.extract(Deno.readFileSync(`${folder}/${name}`), kind);
  clearInterval(timer);
  outcomes[name] = outcome.kind === "refused" ? outcome.reason : outcome.truncated ? "truncated" : "whole";
}
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify({ outcomes, grown_bytes })));
