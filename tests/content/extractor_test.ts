/** The threads in which documents are read. */
import assert from "node:assert/strict";
import type { Clock } from "../../shared/contracts/deps.ts";
import { CONTENT_LIMITS, type ContentKind, openExtractor } from "../../shared/content/mod.ts";
import { Thread } from "../../shared/content/thread.ts";
import { systemClock } from "../../shared/system/mod.ts";
import { fullSheet, nested } from "./hostile_files.ts";
import { paragraph, wordFile, workbookFile } from "./office_files.ts";

const GENEROUS_MS = 120_000;

/** A clock whose sleeps are recorded and end when the test says so. */
function steppedClock() {
  const sleeping = new Map<number, PromiseWithResolvers<void>>();
  const asked = new Map<number, PromiseWithResolvers<void>>();
  const called = (ms: number) => asked.get(ms) ?? asked.set(ms, Promise.withResolvers<void>()).get(ms);
  const clock: Clock = {
    now: () => 0,
    sleep(ms, signal) {
      const one = Promise.withResolvers<void>();
      signal?.addEventListener("abort", () => one.reject(signal.reason), { once: true });
      sleeping.set(ms, one);
      called(ms)?.resolve();
      return one.promise;
    },
  };
  return {
    clock,
    /** Resolves as soon as somebody sleeps that long. */
    slept: (ms: number) => called(ms)?.promise,
    wake: (ms: number) => sleeping.get(ms)?.resolve(),
  };
}

function word(text: string): Uint8Array<ArrayBuffer> {
  return wordFile(paragraph(text));
}

function textOfWord(outcome: Awaited<ReturnType<ReturnType<typeof openExtractor>["extract"]>>): string {
  return outcome.kind === "text" ? outcome.sections.map(({ text }) => text).join("\n") : outcome.reason;
}

Deno.test("extract() reads documents one after the other in a thread, refusals among them", async () => {
  using extractor = openExtractor(systemClock, { time_ms: GENEROUS_MS });
  const files = [word("one"), nested(1_000), word("two"), new Uint8Array(), word("three")];
  const outcomes = await Promise.all(files.map((file) => extractor.extract(file, "word")));
  assert.deepEqual(outcomes.map(textOfWord), ["one", "too_deep", "two", "not_an_office_file", "three"]);
});

Deno.test("extract() takes the bytes along, but not what lies beside them in their buffer", async () => {
  using extractor = openExtractor(systemClock, { time_ms: GENEROUS_MS });
  const whole = word("one");
  const buffer = new Uint8Array([1, ...word("two"), 2]);
  assert.equal(textOfWord(await extractor.extract(whole, "word")), "one");
  assert.equal(textOfWord(await extractor.extract(buffer.subarray(1, -1), "word")), "two");
  assert.equal(whole.length, 0);
  assert.equal(buffer.at(-1), 2);
});

Deno.test("extract() refuses what is not read within its time, and the next document is unharmed", async () => {
  const { clock, slept, wake } = steppedClock();
  using extractor = openExtractor(clock, { time_ms: 5_000, limits: { rows_max: 1_048_576 } });
  const late = extractor.extract(fullSheet(400_000), "sheet");
  const next = extractor.extract(word("next"), "word");
  await slept(5_000);
  wake(5_000);
  const outcome = await late;
  assert.deepEqual(outcome.kind === "refused" && outcome.reason, "timeout");
  assert.equal(textOfWord(await next), "next");
});

Deno.test("extract() reads several documents at once when it may", async () => {
  const { clock, slept, wake } = steppedClock();
  using extractor = openExtractor(clock, { time_ms: 5_000, threads_max: 2, limits: { rows_max: 1_048_576 } });
  const late = extractor.extract(fullSheet(400_000), "sheet");
  await slept(5_000);
  const first = await Promise.race([late, extractor.extract(word("beside"), "word")]);
  assert.equal(textOfWord(first), "beside");
  wake(5_000);
  await late;
});

Deno.test("a thread that is taken in the moment in which it was to end reads on", async () => {
  const { clock, slept, wake } = steppedClock();
  using extractor = openExtractor(clock, { idle_ms: 70 });
  assert.equal(textOfWord(await extractor.extract(word("one"), "word")), "one");
  await slept(70);
  wake(70);
  assert.equal(textOfWord(await extractor.extract(word("two"), "word")), "two");
});

Deno.test("a thread is kept after a document, unless that one has left much in its memory", async () => {
  const thread = new Thread(systemClock);
  try {
    const read = (bytes: Uint8Array<ArrayBuffer>, kind: ContentKind) =>
      thread.read({ bytes, kind, limits: CONTENT_LIMITS }, GENEROUS_MS);
    assert.equal(textOfWord(await read(word("one"), "word")), "one");
    assert.equal(thread.ended, false);
    const strings = Array.from({ length: 900_000 }, (_, index) => `<t>${index}</t>`);
    const rows = `<row r="1"><c r="A1" t="s"><v>5</v></c></row>`;
    assert.equal(textOfWord(await read(workbookFile([{ name: "S", rows }], { strings }), "sheet")), "5");
    assert.equal(thread.ended, true);
    await assert.rejects(read(word("two"), "word"), /ended/);
  } finally {
    thread.end();
  }
});

Deno.test("close() ends what is being read, and nothing is read afterwards", async () => {
  const { clock, slept } = steppedClock();
  const extractor = openExtractor(clock, { time_ms: 5_000, limits: { rows_max: 1_048_576 } });
  const reading = extractor.extract(fullSheet(400_000), "sheet");
  const waiting = extractor.extract(word("waiting"), "word");
  await slept(5_000);
  extractor.close();
  await assert.rejects(reading, /ended/);
  await assert.rejects(waiting, /closed/);
  await assert.rejects(extractor.extract(word("later"), "word"), /closed/);
});

Deno.test("a file above the limit is refused without a thread", async () => {
  using extractor = openExtractor(systemClock, { limits: { file_bytes_max: 10 } });
  assert.equal(textOfWord(await extractor.extract(word("large"), "word")), "too_large");
});
