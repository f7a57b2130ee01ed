import assert from "node:assert/strict";
import fc from "fast-check";
import { equalInConstantTime } from "../../shared/security/mod.ts";

Deno.test("equalInConstantTime() agrees with === on all texts but the empty secret", () => {
  fc.assert(fc.property(fc.string(), fc.string({ minLength: 1 }), (presented, secret) => {
    assert.equal(equalInConstantTime(presented, secret), presented === secret);
    assert.equal(equalInConstantTime(secret, secret), true);
    assert.equal(equalInConstantTime(secret + secret, secret), false);
  }));
});

Deno.test("equalInConstantTime() lets nothing equal an empty secret", () => {
  assert.equal(equalInConstantTime("", ""), false);
  assert.equal(equalInConstantTime("a", ""), false);
});
