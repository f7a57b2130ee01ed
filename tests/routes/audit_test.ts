/** Who did what is noted, can be listed and exported, and can't be changed. */
import assert from "node:assert/strict";
import { z } from "zod";
import { AuditEntry } from "../../shared/contracts/audit.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { CONNECTION } from "../consumers/office/world.ts";
import { type AppBundle, openBundle } from "./app_bundle.ts";

const Page = z.object({ items: z.array(AuditEntry), next_cursor: z.string() });

async function audited({ app, operator }: AppBundle, query = ""): Promise<AuditEntry[]> {
  const answer = await app.request(`/v1/admin/audit?limit=200${query}`, { headers: operator });
  assert.equal(answer.status, 200);
  return Page.parse(await answer.json()).items;
}

const facts = (entries: readonly AuditEntry[]) =>
  entries.map(({ action, via, user_id, object }) => [action, via, user_id, object]);

Deno.test("an operator who acts for a person is noted once a minute for each route, and by which key", async () => {
  const bundle = await openBundle();
  const { app, deps, keys, operator, state } = bundle;
  const { key, info } = await keys.create("admin", "");
  const headers = { ...operator, "millrace-user": "ada" };
  for (let at = 0; at < 3; at++) await app.request("/v1/connections", { headers });
  await app.request("/v1/sync/batches", { headers });
  await app.request("/v1/connections", {
    headers: { authorization: `Bearer ${key.reveal()}`, "millrace-user": "ben" },
  });
  await deps.clock.advance(60_000);
  await app.request("/v1/connections", { headers });
  const entries = await audited(bundle);
  assert.deepEqual(facts(entries).sort(), [
    ["acted_for", "admin_key", "ada", "GET /v1/connections"],
    ["acted_for", "admin_key", "ada", "GET /v1/connections"],
    ["acted_for", "admin_key", "ada", "GET /v1/sync/batches"],
    ["acted_for", "api_key", "ben", "GET /v1/connections"],
  ]);
  assert.equal(entries.find(({ user_id }) => user_id === "ben")?.by, info.id);
  assert.deepEqual((await audited(bundle, "&user=ben")).length, 1);
  await state.close();
});

Deno.test("what an operator can't be noted for is refused, not done", async () => {
  const bundle = await openBundle();
  await bundle.state.close();
  const headers = { ...bundle.operator, "millrace-user": "ada" };
  assert.equal((await bundle.app.request("/v1/search?q=x", { headers })).status, 503);
});

Deno.test("what a person does with an account, keys and the export are noted with who did it and to what", async () => {
  const bundle = await openBundle();
  const { app, as, operator, state } = bundle;
  const json = { "content-type": "application/json" };
  const ada = { ...await as("ada"), ...json };
  const { connection_id } = CONNECTION;
  await state.records({ user_id: "ada" }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: connection_id, value: CONNECTION },
  ]);
  const begun = await app.request("/v1/sync/batches", { method: "POST", headers: ada, body: "{}" });
  const { batch_id } = z.object({ batch_id: z.string() }).parse(await begun.json());
  const choices = { choices: [{ resource: "mail", included: false }] };
  const address = `/v1/connections/${connection_id}`;
  await app.request(address, { method: "PATCH", headers: ada, body: JSON.stringify(choices) });
  assert.equal((await app.request(`${address}?purge=true`, { method: "DELETE", headers: ada })).status, 204);
  const made = await app.request("/v1/admin/keys", {
    method: "POST",
    headers: { ...operator, ...json },
    body: JSON.stringify({ scope: "user:ben" }),
  });
  const { id, key } = z.object({ id: z.string(), key: z.string() }).parse(await made.json());
  await app.request(`/v1/admin/keys/${id}`, { method: "DELETE", headers: operator });
  const exported = await app.request("/v1/admin/audit/export?action=key_made", { headers: operator });
  assert.match(exported.headers.get("content-type") ?? "", /ndjson/);
  const lines = (await exported.text()).trimEnd().split("\n").map((line) => AuditEntry.parse(JSON.parse(line)));
  assert.deepEqual(facts(lines), [["key_made", "admin_key", "ben", id]]);
  const entries = await audited(bundle);
  assert.deepEqual(facts(entries).sort(), [
    ["chosen", "api_key", "ada", connection_id],
    ["disconnected", "api_key", "ada", connection_id],
    ["exported", "admin_key", "", "audit"],
    ["key_made", "admin_key", "ben", id],
    ["key_revoked", "admin_key", "", id],
    ["synced", "api_key", "ada", batch_id],
  ]);
  assert.ok(!JSON.stringify(entries).includes(key));
  await state.close();
});

Deno.test("an export of more than a page is whole", async () => {
  const { app, operator, state } = await openBundle();
  for (let at = 0; at < 250; at++) {
    const headers = { ...operator, "millrace-user": `u${at}` };
    assert.equal((await app.request("/v1/connections", { headers })).status, 200);
  }
  const text = await (await app.request("/v1/admin/audit/export?action=acted_for", { headers: operator })).text();
  const people = new Set(text.trimEnd().split("\n").map((line) => AuditEntry.parse(JSON.parse(line)).user_id));
  assert.equal(people.size, 250);
  await state.close();
});

Deno.test("no route changes the audit log, and a person's key does not read it", async () => {
  const { app, as, operator, state } = await openBundle();
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const answer = await app.request("/v1/admin/audit", { method, headers: operator });
    assert.equal(answer.status, 405, method);
  }
  const ada = await as("ada");
  assert.equal((await app.request("/v1/admin/audit", { headers: ada })).status, 403);
  assert.equal((await app.request("/v1/admin/audit/export", { headers: ada })).status, 403);
  await state.close();
});
