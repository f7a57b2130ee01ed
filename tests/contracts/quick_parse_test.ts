import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { Event } from "../../shared/contracts/event.ts";
import { quickParse } from "../../shared/contracts/quick_parse.ts";
import { ProviderSubscription } from "../../shared/contracts/records.ts";
import { sampleEvent } from "../../scripts/bench/events.ts";

const subscription: ProviderSubscription = {
  subscription_id: "sub_1",
  user_id: "ada",
  connection_id: "c1",
  provider: "microsoft",
  resource: "mail",
  target: "",
  client_state: "a-secret-of-16-and-more",
  remote_id: "remote",
  expires_at: "2030-01-01T00:00:00.000Z",
  state: "active",
  accepted_until: "",
  reason: "",
  former: "",
  public_url: "",
};

/** The contracts that are parsed so, and a value that keeps each. */
const CONTRACTS: readonly { readonly name: string; readonly schema: z.ZodType; readonly sample: unknown }[] = [
  { name: "Event", schema: Event, sample: sampleEvent(1) },
  { name: "NormalisedDocument", schema: NormalisedDocument, sample: JSON.parse(sampleEvent(1).data) },
  { name: "ProviderSubscription", schema: ProviderSubscription, sample: subscription },
];

/** What zod can do to a value, and what quick parsing must therefore leave to it. */
const ODD: Readonly<Record<string, z.ZodType>> = {
  strict: z.strictObject({ a: z.string() }),
  loose: z.looseObject({ a: z.string() }),
  trimmed: z.object({ a: z.string().trim() }),
  lower: z.object({ a: z.string().toLowerCase().max(3) }),
  coerced: z.object({ a: z.coerce.string(), b: z.coerce.number().optional() }),
  caught: z.object({ a: z.string().catch("caught") }),
  transformed: z.object({ a: z.string().transform((text) => text.length) }),
  objects: z.union([z.object({ a: z.string() }), z.object({ a: z.string(), b: z.string() })]),
  plain: z.object({ a: z.union([z.string().max(2), z.int(), z.literal("long")]) }),
  trimmed_union: z.object({ a: z.union([z.string().trim(), z.string()]) }),
  sticky: z.object({ a: z.string().regex(/a/g), b: z.string().regex(/a/y).optional() }),
  defaults: z.object({ a: z.string().default("given"), b: z.array(z.string()).default([]) }),
  optional: z.object({ a: z.string().optional(), b: z.object({ c: z.boolean() }).optional() }),
  nullish: z.object({ a: z.string().nullish() }),
  numbers: z.object({ a: z.int().positive(), b: z.number().lt(2).optional() }),
  refined: z.object({ a: z.string(), b: z.string() }).refine(({ a, b }) => a !== b, "must differ"),
  ruled: z.object({ a: z.string(), b: z.string().optional() }).check(({ value, issues }) => {
    if (value.a === "") issues.push({ code: "custom", path: ["a"], message: "must not be empty", input: value.a });
  }),
  several: z.object({ a: z.string().min(1).max(2).regex(/^a/) }),
  listed: z.array(z.enum(["a", "b"])).max(2),
  named: z.discriminatedUnion("a", [z.object({ a: z.literal("x") }), z.object({ a: z.enum(["y"]), b: z.string() })]),
  recorded: z.record(z.string(), z.string()),
};

const json = fc.oneof(
  fc.constantFrom("", "a", "aa", " a ", "x", "y", "A", "long", 0, 1, 1.5, -1, 2 ** 60, true, null),
  fc.jsonValue({ maxDepth: 2 }),
);
const oddValue = fc.oneof(
  json,
  fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), json, { maxKeys: 3 }),
  fc.array(fc.constantFrom("a", "b", "c")),
).map((value): unknown => JSON.parse(JSON.stringify(value)));

/** A sample with some members replaced, left out or added, here and there. */
function changed(sample: unknown): fc.Arbitrary<unknown> {
  const text = JSON.stringify(sample);
  const change = fc.record({ at: fc.nat(), how: fc.constantFrom("replace", "remove", "add", "inside"), value: json });
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const copy: unknown = JSON.parse(text);
    for (const { at, how, value } of changes) {
      let target = copy;
      if (typeof target !== "object" || target === null) continue;
      if (how === "inside") target = Object.values(target).find((inner) => typeof inner === "object") ?? target;
      if (typeof target !== "object" || target === null) continue;
      const names = Object.keys(target);
      const name = names[at % Math.max(1, names.length)] ?? "added";
      if (how === "remove") Reflect.deleteProperty(target, name);
      else Reflect.set(target, how === "add" ? "added" : name, value);
    }
    return JSON.parse(JSON.stringify(copy));
  });
}

function sameAsZod(schema: z.ZodType, value: unknown): void {
  const text = JSON.stringify(value);
  const quick = quickParse(schema)(value);
  const slow = schema.safeParse(JSON.parse(text));
  assert.equal(quick.success, slow.success);
  assert.deepEqual(quick.data, slow.data);
  assert.deepEqual(quick.error?.issues, slow.error?.issues);
  assert.equal(JSON.stringify(value), text, "the value is left as it was");
}

for (const { name, schema, sample } of CONTRACTS) {
  Deno.test(`quickParse() hands back what keeps ${name} as it is, and parses all else as zod does`, () => {
    const whole: unknown = JSON.parse(JSON.stringify(sample));
    assert.equal(quickParse(schema)(whole).data, whole);
    fc.assert(fc.property(changed(sample), (value) => sameAsZod(schema, value)), { numRuns: 300 });
  });
}

Deno.test("quickParse() is zod's parsing whatever the schema does to a value", () => {
  for (const schema of Object.values(ODD)) {
    fc.assert(fc.property(oddValue, (value) => sameAsZod(schema, value)), { numRuns: 200 });
  }
});

Deno.test("quickParse() gives the same answer to the same value again and again", () => {
  const parse = quickParse(z.object({ a: z.string().regex(/a/g) }));
  for (let time = 0; time < 4; time++) assert.equal(parse({ a: "aa" }).success, true);
});
