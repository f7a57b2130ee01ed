import assert from "node:assert/strict";
import { DocType, ProviderName } from "../../shared/contracts/names.ts";
import { kindNumber, kindNumbers, kindOf, KINDS } from "../../shared/index/sqlite/kind.ts";

Deno.test("kindNumber() gives every type of every provider a number of its own that kindOf() reads", () => {
  const numbers = new Set<number>();
  for (const doc_type of DocType.options) {
    for (const provider of ProviderName.options) {
      const number = kindNumber({ doc_type, provider });
      assert.ok(number >= 0 && number < KINDS);
      assert.deepEqual(kindOf(7 * 2 ** 32 + 5 * KINDS + number), { doc_type, provider });
      numbers.add(number);
    }
  }
  assert.equal(numbers.size, DocType.options.length * ProviderName.options.length);
  assert.deepEqual(new Set(kindNumbers([], [])), numbers);
  assert.throws(() => kindOf(31), RangeError);
});

Deno.test("kindNumber() never changes: files hold it", () => {
  assert.equal(kindNumber({ doc_type: "email", provider: "microsoft" }), 0);
  assert.equal(kindNumber({ doc_type: "todo", provider: "import" }), 22);
  assert.deepEqual(kindNumbers(["calendar", "email"], ["google"]), [8, 9]);
});
