import assert from "node:assert/strict";
import { verdict, type Write } from "./journal.ts";

const put = (revision: number, acknowledged: boolean): Write => (
  { doc_id: "a", revision, operation: "put", word: `word${revision}`, acknowledged }
);
const gone = (revision: number, acknowledged: boolean): Write => (
  { doc_id: "a", revision, operation: "delete", word: "", acknowledged }
);
const shows = (revision: number) => ({ revision, text: `text with word${revision}` });

const FINE: [string, Write[], number | null][] = [
  ["the newest acknowledged write", [put(1, true), put(2, true)], 2],
  ["a newer write without an answer", [put(1, true), put(2, false), put(3, false)], 2],
  ["nothing of what has no answer", [put(1, false)], null],
  ["nothing after an acknowledged delete", [put(1, true), gone(2, true)], null],
  ["nothing after a delete without an answer", [put(1, true), gone(2, false)], null],
  ["a write after a delete", [gone(1, true), put(2, true)], 2],
];

for (const [what, writes, revision] of FINE) {
  Deno.test(`verdict() accepts ${what}`, () => {
    assert.equal(verdict(writes, revision === null ? null : shows(revision)), null);
  });
}

const WRONG: [string, Write[], { revision: number; text: string } | null, RegExp][] = [
  ["an acknowledged write that is not there", [put(1, true)], null, /lost/],
  ["an older write than the acknowledged one", [put(1, true), put(2, true)], shows(1), /1 instead of 2/],
  ["what an acknowledged delete removed", [put(1, true), gone(2, true)], shows(1), /1 instead of 2/],
  ["a revision that was never written", [put(1, true)], shows(7), /7 instead of 1/],
  ["half a write", [put(1, true)], { revision: 1, text: "text" }, /without its text/],
];

for (const [what, writes, found, problem] of WRONG) {
  Deno.test(`verdict() refuses ${what}`, () => {
    assert.match(verdict(writes, found) ?? "", problem);
  });
}
