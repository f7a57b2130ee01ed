import assert from "node:assert/strict";
import { systemRandom } from "../../shared/system/mod.ts";

Deno.test("systemRandom.bytes() fills every byte when asked for more than one call of the generator gives", () => {
  const bytes = systemRandom.bytes(200_000);
  assert.equal(bytes.length, 200_000);
  for (const start of [0, 65_536, 131_072, 199_900]) {
    assert.ok(bytes.subarray(start, start + 100).some((byte) => byte !== 0), `zeros at ${start}`);
  }
});

Deno.test("systemRandom.bytes() gives nothing when asked for nothing", () => {
  assert.equal(systemRandom.bytes(0).length, 0);
});

Deno.test("systemRandom.next() stays in [0, 1) and differs", () => {
  const numbers = Array.from({ length: 1_000 }, () => systemRandom.next());
  assert.ok(numbers.every((n) => n >= 0 && n < 1));
  assert.ok(new Set(numbers).size > 990);
});

Deno.test("systemRandom.uuid() is a version 4 UUID and differs", () => {
  const first = systemRandom.uuid();
  assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(first, systemRandom.uuid());
});
