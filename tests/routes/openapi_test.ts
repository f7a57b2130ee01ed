import assert from "node:assert/strict";
import { z } from "zod";
import { routeAccess } from "../../routes/access.ts";
import { typeText } from "../../routes/pages/schema_text.ts";
import { openBundle } from "./app_bundle.ts";

const Operation = z.looseObject({
  responses: z.record(z.string(), z.unknown()),
  parameters: z.array(z.looseObject({ in: z.string(), name: z.string() })).default([]),
});
const Document = z.looseObject({
  openapi: z.literal("3.1.0"),
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});

Deno.test("/openapi.json describes every route under /v1, each with its answers to strangers and outages", async () => {
  const { app, state } = await openBundle();
  const document = Document.parse(await (await app.request("/openapi.json")).json());
  assert.equal(document.servers[0]?.url, "https://millrace.test");
  const described = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`)
  );
  const served = routeAccess(app).filter((route) => route.path.startsWith("/v1/"))
    .map((route) => `${route.method} ${route.path}`);
  assert.deepEqual(described.sort(), served.sort());
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      for (const status of ["401", "429", "503"]) {
        assert.ok(operation.responses[status], `${method} ${path} lacks ${status}`);
      }
    }
  }
  await state.close();
});

Deno.test("every operation with parameters in its query refuses one that it does not have, by name", async () => {
  const { app, operator, state } = await openBundle();
  const document = Document.parse(await (await app.request("/openapi.json")).json());
  const headers = { ...operator, "millrace-user": "ada" };
  let asked = 0;
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, { parameters }] of Object.entries(item)) {
      if (!parameters.some((parameter) => parameter.in === "query")) continue;
      const address = path.replaceAll(/\{\w+\}/g, "abcdef012345");
      const answer = await app.request(`${address}?limt=1`, {
        method: method.toUpperCase(),
        headers,
      });
      assert.equal(answer.status, 400, `${method} ${path}`);
      const { errors } = z.object({ errors: z.array(z.object({ field: z.string() })) }).parse(await answer.json());
      assert.ok(errors.some(({ field }) => field === "limt"), `${method} ${path}`);
      asked++;
    }
  }
  assert.ok(asked >= 4, `${asked} operations`);
  await state.close();
});

Deno.test("/docs shows every operation, loads nothing and runs nothing", async () => {
  const { app, state } = await openBundle();
  const response = await app.request("/docs");
  assert.equal(response.status, 200);
  const policy = response.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; style-src 'nonce-[^']+'; form-action 'none'/);
  const page = await response.text();
  const document = Document.parse(await (await app.request("/openapi.json")).json());
  for (const path of Object.keys(document.paths)) assert.ok(page.includes(`<code>${path}</code>`), path);
  assert.doesNotMatch(page, /<script|<link|<img|@import|url\(/);
  assert.match(page, new RegExp(`<style nonce="${/nonce-([^']+)'/.exec(policy)?.[1]?.replaceAll(/[+/=]/g, "\\$&")}"`));
  await state.close();
});

Deno.test("typeText() writes a schema as a type", () => {
  assert.equal(typeText({ $ref: "#/components/schemas/Connection" }), "Connection");
  assert.equal(typeText({ enum: ["a", "b"] }), '"a" | "b"');
  assert.equal(
    typeText({ type: "array", items: { anyOf: [{ type: "string" }, { type: "null" }] } }),
    "(string | null)[]",
  );
  assert.equal(
    typeText({ type: "object", required: ["a"], properties: { a: { type: "integer" }, b: { type: "string" } } }),
    "{\n  a: integer\n  b?: string\n}",
  );
  assert.equal(typeText({ type: "object", additionalProperties: { type: "string" } }), "{ [name]: string }");
});
