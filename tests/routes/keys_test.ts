import assert from "node:assert/strict";
import { z } from "zod";
import { openBundle } from "./app_bundle.ts";

const Made = z.object({ id: z.string(), key: z.string(), scope: z.string(), name: z.string() });
const Listed = z.object({ items: z.array(z.looseObject({ id: z.string() })), next_cursor: z.string() });

Deno.test("/v1/admin/keys makes a key that works, lists it without the key, and revokes it", async () => {
  const { app, deps, operator, state } = await openBundle();
  const made = await app.request("/v1/admin/keys", {
    method: "POST",
    headers: { ...operator, "content-type": "application/json" },
    body: JSON.stringify({ scope: "user:ada", name: "laptop" }),
  });
  assert.equal(made.status, 201);
  assert.equal(made.headers.get("cache-control"), "no-store");
  const { id, key } = Made.parse(await made.json());
  const headers = { authorization: `Bearer ${key}` };
  assert.equal((await app.request("/v1/connections", { headers })).status, 200);
  const list = await (await app.request("/v1/admin/keys", { headers: operator })).text();
  assert.deepEqual(Listed.parse(JSON.parse(list)).items.map((item) => item.id), [id]);
  assert.ok(!list.includes(key));
  assert.equal((await app.request(`/v1/admin/keys/${id}`, { method: "DELETE", headers: operator })).status, 204);
  assert.equal((await app.request("/v1/connections", { headers })).status, 401);
  assert.equal((await app.request(`/v1/admin/keys/${id}`, { method: "DELETE", headers: operator })).status, 404);
  assert.ok(!JSON.stringify(deps.lines).includes(key));
  await state.close();
});

Deno.test("/v1/admin/keys refuses scopes and bodies that it does not know, and says which field", async () => {
  const { app, operator, state } = await openBundle();
  const post = (body: string, type = "application/json") =>
    app.request("/v1/admin/keys", { method: "POST", headers: { ...operator, "content-type": type }, body });
  const cases: [Response, number, string][] = [
    [await post('{"scope":"root"}'), 400, "request_invalid"],
    [await post("{}"), 400, "request_invalid"],
    [await post("{"), 400, "body_malformed"],
    [await post("scope=admin", "application/x-www-form-urlencoded"), 415, "media_type_unsupported"],
  ];
  for (const [response, status, type] of cases) {
    assert.equal(response.status, status);
    assert.match(await response.text(), new RegExp(`urn:millrace:problem:${type}`));
  }
  await state.close();
});

Deno.test("/v1/admin/keys pages, and refuses a cursor that is not one of its own", async () => {
  const { app, keys, operator, state } = await openBundle();
  for (let count = 0; count < 5; count++) await keys.create("user:ada", `${count}`);
  const seen: string[] = [];
  for (let cursor = "";;) {
    const response = await app.request(`/v1/admin/keys?limit=2&cursor=${cursor}`, { headers: operator });
    const page = Listed.parse(await response.json());
    assert.ok(page.items.length <= 2);
    seen.push(...page.items.map((item) => item.id));
    cursor = page.next_cursor;
    if (cursor === "") break;
  }
  assert.equal(new Set(seen).size, 5);
  assert.equal((await app.request("/v1/admin/keys?cursor=***", { headers: operator })).status, 400);
  assert.equal((await app.request("/v1/admin/keys?limit=0", { headers: operator })).status, 400);
  await state.close();
});
