/** The Vespa application package against itself, and against what the adapter writes and asks for. */
import assert from "node:assert/strict";
import { type ItemFields, toFields } from "../../shared/index/vespa/item.ts";
import { fragmentsOf, put, removal } from "../adapters/index_samples.ts";
import { packageFile, parseSchema, type SchemaField } from "./vespa_package.ts";

const schema = parseSchema(await packageFile("schemas/item.sd"));
const services = await packageFile("services.xml");

/** Rank features and functions of Vespa that expressions may use; a misspelt one is found by nobody before a node starts. */
const FEATURES = ["attribute", "bm25", "fieldMatch", "query"];
const FUNCTIONS = ["fabs"];

const full = toFields(
  put(1, {
    title: "title",
    body: "body",
    details: "details",
    people: [{ name: "Ada", address: "ada@example.com" }],
    from: ["ada@example.com"],
    to: ["ben@example.com"],
    folder: { role: "inbox", name: "Inbox" },
    marks: ["unread"],
    fragments: fragmentsOf("body"),
  }),
  0,
);

function fits(value: ItemFields[string] | undefined, type: string): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "long":
      return Number.isSafeInteger(value);
    case "bool":
      return typeof value === "boolean";
    case "array<string>":
      return Array.isArray(value) && value.every((one) => typeof one === "string");
    default:
      return false;
  }
}

function says(field: SchemaField | undefined, line: string): boolean {
  return field?.lines.includes(line) === true;
}

Deno.test("Vespa package: each field that is written is in the schema with a fitting type, and each of the schema is written", () => {
  for (const [name, value] of [...Object.entries(full), ...Object.entries(toFields(removal(1, 2), 5_000))]) {
    const field = schema.fields.get(name);
    assert.ok(field !== undefined && fits(value, field.type), `${name}: ${JSON.stringify(value)} as ${field?.type}`);
  }
  assert.deepEqual(Object.keys(full).sort(), [...schema.fields.keys()].sort());
});

Deno.test("Vespa package: a tombstone holds what conditions, queries and garbage collection go by", () => {
  const tombstone = toFields(removal(1, 2), 5_999);
  assert.deepEqual([tombstone.revision, tombstone.deleted, tombstone.deleted_at], [2, true, 5]);
  assert.deepEqual([full.deleted, full.deleted_at], [false, 0]);
  for (const name of ["revision", "deleted", "deleted_at"]) {
    assert.ok(says(schema.fields.get(name), "indexing: attribute | summary"), name);
  }
  assert.ok(services.includes(`selection="item.deleted_at == 0 or item.deleted_at &gt; now() - ${45 * 24 * 3_600}"`));
  assert.ok(services.includes('garbage-collection="true"'));
});

Deno.test("Vespa package: facets, filters and orders are attributes; what has a bm25 is an index with it", () => {
  for (const name of ["doc_type", "provider", "marks", "folders", "authors", "recipients", "happened_at", "ordinal"]) {
    assert.ok(says(schema.fields.get(name), "indexing: attribute | summary"), name);
  }
  const scored = schema.expressions.flatMap((text) =>
    [...text.matchAll(/bm25\((\w+)\)/g)].map(([, name = ""]) => name)
  );
  assert.ok(scored.length > 0);
  for (const name of scored) {
    assert.ok(says(schema.fields.get(name), "indexing: index | summary"), name);
    assert.ok(says(schema.fields.get(name), "index: enable-bm25"), name);
    assert.ok(schema.properties.some((line) => line.startsWith(`bm25(${name}).averageFieldLength:`)), name);
  }
  for (const name of schema.fieldset) assert.ok(says(schema.fields.get(name), "indexing: index | summary"), name);
  assert.notEqual(schema.fieldset.length, 0);
});

Deno.test("Vespa package: rank expressions use known features, own functions and fields that exist", () => {
  const calls = [...schema.expressions, ...schema.properties].flatMap((text) => [
    ...text.matchAll(/([A-Za-z_]\w*)\(([^()]*)/g),
  ]);
  assert.ok(calls.length > 10);
  for (const [call, name = "", argument = ""] of calls) {
    const known = FEATURES.includes(name) || FUNCTIONS.includes(name) || schema.functions.has(name);
    assert.ok(known, `${call} is not known`);
    if (["attribute", "bm25", "fieldMatch"].includes(name)) {
      assert.ok(schema.fields.has(argument), `no field ${argument}`);
    }
    if (name === "query") assert.ok(schema.inputs.some((line) => line.startsWith(`query(${argument}) `)), argument);
  }
});

Deno.test("Vespa package: summaries show fields that exist, and the body only around its matches", () => {
  assert.deepEqual([...schema.summaries.keys()], ["hit", "suggestion"]);
  for (const [summary, shown] of schema.summaries) {
    for (const [name, lines] of shown) {
      const source = lines.find((line) => line.startsWith("source:"))?.slice("source:".length).trim() ?? name;
      assert.ok(schema.fields.has(source), `${summary}.${name}`);
    }
    assert.ok(!shown.has("body") && !shown.has("data"), summary);
  }
  assert.deepEqual(schema.summaries.get("hit")?.get("snippet"), ["source: body", "dynamic"]);
});

Deno.test("Vespa package: services serve the schema in streaming mode behind client certificates, on hosts that exist", async () => {
  assert.match(services, new RegExp(`<document type="${schema.name}" mode="streaming"`));
  assert.match(services, /<client-authentication>need<\/client-authentication>/);
  const hosts = await packageFile("hosts.xml");
  const aliases = [...services.matchAll(/hostalias="(\w+)"/g)].map(([, alias = ""]) => alias);
  assert.ok(aliases.length > 0);
  for (const alias of aliases) assert.ok(hosts.includes(`<alias>${alias}</alias>`), alias);
});

Deno.test("Vespa package: the query profile names what exists, and nobody's group", async () => {
  const profile = await packageFile("search/query-profiles/default.xml");
  const value = (name: string) => new RegExp(`<field name="${name}">([^<]*)</field>`).exec(profile)?.[1] ?? "";
  assert.equal(value("model.restrict"), schema.name);
  assert.ok(schema.summaries.has(value("presentation.summary")));
  assert.equal(value("ranking.profile"), "relevance");
  assert.doesNotMatch(profile, /name="streaming/);
});
