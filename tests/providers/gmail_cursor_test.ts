import assert from "node:assert/strict";
import { afterQuiet, BEGINNING, laterId, parseCursor } from "../../shared/providers/google/cursor.ts";

Deno.test("afterQuiet() takes an empty answer's id over only once it is ten minutes old", () => {
  const begun = { ...BEGINNING, listing: false, history: "100" };
  const first = afterQuiet(begun, "120", 0);
  assert.equal(first.history, "100");
  const second = afterQuiet(first, "130", 9 * 60_000);
  assert.equal(second.history, "100");
  const third = afterQuiet(second, "140", 10 * 60_000);
  assert.deepEqual([third.history, third.quiet], ["120", { id: "140", at_ms: 600_000 }]);
  assert.equal(afterQuiet({ ...third, history: "200" }, "150", 3_600_000).history, "200");
});

Deno.test("laterId() compares decimal numbers beyond what a double holds", () => {
  assert.equal(laterId("9007199254740993", "9007199254740992"), "9007199254740993");
  assert.equal(laterId("99", "100"), "100");
  assert.equal(laterId("", "7"), "7");
  assert.equal(laterId("7", ""), "7");
});

Deno.test("parseCursor() of Gmail begins anew with a text that it can't read", () => {
  for (const text of ["", "{", "[]", '{"v":2}', '{"v":1,"history":"x"}']) {
    assert.deepEqual(parseCursor(text), BEGINNING);
  }
  const kept = { ...BEGINNING, history: "5", listing: false };
  assert.deepEqual(parseCursor(JSON.stringify(kept)), kept);
});
