import assert from "node:assert/strict";
import { createClient } from "../../client/mod.ts";
import { clientTypes } from "../../scripts/client_types.ts";
import { openBundle } from "../routes/app_bundle.ts";

Deno.test("client/schema.d.ts says what the routes do", async () => {
  const { app, state } = await openBundle();
  const wanted = await clientTypes(await (await app.request("/openapi.json")).text());
  const current = await Deno.readTextFile(new URL("../../client/schema.d.ts", import.meta.url));
  assert.ok(current === wanted, "out of date: run deno run --allow-all scripts/client_types.ts");
  await state.close();
});

Deno.test("createClient() asks as the person, and gives the answer or the problem", async () => {
  const { app, state, operator } = await openBundle();
  const key = operator.authorization.slice("Bearer ".length);
  const fetch = async (request: Request) => await app.fetch(request);
  const client = createClient({ url: "https://millrace.test", key, user: "ada", fetch });
  const { data } = await client.GET("/v1/search", { params: { query: { q: "budget", type: ["email", "todo"] } } });
  assert.deepEqual(data, { hits: [], facets: {}, next_cursor: "" });
  const missing = await client.GET("/v1/documents/{doc_id}", { params: { path: { doc_id: "0".repeat(32) } } });
  assert.equal(missing.error?.type, "urn:millrace:problem:not_found");
  const nobody = createClient({ url: "https://millrace.test", key, fetch });
  const { error } = await nobody.GET("/v1/connections", { params: { query: {} } });
  assert.equal(error?.type, "urn:millrace:problem:user_missing");
  await state.close();
});
