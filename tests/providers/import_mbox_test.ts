import assert from "node:assert/strict";
import fc from "fast-check";
import { messagesOf } from "../../shared/providers/import/mbox.ts";
import { formatOf } from "../../shared/providers/import/format.ts";
import { sourceOf, textOf } from "./import_files.ts";

const HEAD = "From a@example.com Mon Mar 03 10:00:00 2025\n";
const bodies = async (text: string, offset = 0) =>
  (await Array.fromAsync(messagesOf(sourceOf(text), offset))).map(({ bytes }) =>
    textOf(bytes).replace(/^From .*\r?\n/, "")
  );

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ["two messages", `${HEAD}A: 1\n\none\n\n${HEAD}A: 2\n\ntwo\n`, ["A: 1\n\none\n\n", "A: 2\n\ntwo\n"]],
  ["line ends of Windows", `${HEAD}A: 1\r\n\r\none\r\n\r\n${HEAD}A: 2\r\n`, ["A: 1\r\n\r\none\r\n\r\n", "A: 2\r\n"]],
  ["Thunderbird's separator", "From - Mon Mar 3 2025\nA: 1\n\nx\n\nFrom \nA: 2\n", ["A: 1\n\nx\n\n", "A: 2\n"]],
  ["a quoted line", `${HEAD}A: 1\n\n>From here\n>>From there\n> From x\n`, [
    "A: 1\n\nFrom here\n>From there\n> From x\n",
  ]],
  ["a line that nobody quoted", `${HEAD}A: 1\n\nx\n\nFrom here it goes on at 10:30\nwell\n`, [
    "A: 1\n\nx\n\nFrom here it goes on at 10:30\nwell\n",
  ]],
  ["no empty line before", `${HEAD}A: 1\n\nx\n${HEAD}A: 2\n`, [`A: 1\n\nx\n${HEAD}A: 2\n`]],
  ["a file that ends in a separator", `${HEAD}A: 1\n\nx\n\n${HEAD}`, [`A: 1\n\nx\n\n${HEAD}`]],
];

for (const [what, text, expected] of CASES) {
  Deno.test(`messagesOf() reads ${what}`, async () => {
    assert.deepEqual(await bodies(text), expected);
  });
}

Deno.test("messagesOf() cuts any file into the same messages, wherever it goes on", async () => {
  const line = fc.constantFrom("", "text", "From here", ">From x", "Subject: y", "x".repeat(80), "\r");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(line, { maxLength: 8 }), { minLength: 1, maxLength: 6 }), async (mails) => {
      const text = mails.map((lines, n) => `${HEAD}Message-ID: <${n}@x>\n\n${lines.join("\n")}\n\n`).join("");
      const whole = await Array.fromAsync(messagesOf(sourceOf(text), 0));
      assert.equal(whole.length, mails.length);
      assert.equal(whole.at(-1)?.end, text.length);
      for (const [n, message] of whole.entries()) {
        assert.equal(message.offset, n === 0 ? 0 : whole[n - 1]?.end);
        const rest = await Array.fromAsync(messagesOf(sourceOf(text), message.offset));
        assert.deepEqual(rest, whole.slice(n));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("messagesOf() reads a message across the chunks in which a file is read, and cuts an endless one", async () => {
  const long = `${"y".repeat(70)}\n`.repeat(40_000);
  const [first, second] = await Array.fromAsync(messagesOf(sourceOf(`${HEAD}A: 1\n\n${long}\n${HEAD}A: 2\n\nz\n`), 0));
  assert.equal(textOf(first?.bytes ?? new Uint8Array()), `${HEAD}A: 1\n\n${long}\n`);
  assert.equal(textOf(second?.bytes ?? new Uint8Array()), `${HEAD}A: 2\n\nz\n`);
  const endless = `${HEAD}A: 1\n\n${"y".repeat(40 * 1024 * 1024)}\n\n${HEAD}A: 2\n\nz\n`;
  const [cut, after] = await Array.fromAsync(messagesOf(sourceOf(endless), 0));
  assert.equal(cut?.cut, true);
  assert.ok((cut?.bytes.length ?? 0) <= 32 * 1024 * 1024);
  assert.equal(after?.offset, cut?.end);
  assert.match(textOf(after?.bytes ?? new Uint8Array()), /A: 2/);
});

const FORMATS: readonly (readonly [string, string | null])[] = [
  [`${HEAD}A: 1\n`, "mbox"],
  ["Received: x\r\nFrom: a@x\r\n\r\nhi", "eml"],
  ["\ufeffBEGIN:VCALENDAR\r\n", "ics"],
  ["\n begin:vcard\r\n".trim(), "vcf"],
  ["PK\x03\x04…", "zip"],
  ["", null],
  ["<html>From: x", null],
  ["Dear Ada,\nFrom: here on\n\nbye", null],
  ["\x7fELF", null],
];

for (const [text, expected] of FORMATS) {
  Deno.test(`formatOf() takes ${JSON.stringify(text.slice(0, 20))} for ${expected ?? "nothing that is read"}`, async () => {
    assert.equal(await formatOf(sourceOf(text)), expected);
  });
}
