import assert from "node:assert/strict";
import { z } from "zod";
import { rememberAccount } from "../../consumers/office/mod.ts";
import { COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import { openBundle } from "./app_bundle.ts";

const RECEIPT = {
  erased_at: "2026-01-01T00:00:00.000Z",
  final_pass_at: "2026-01-01T00:11:00.000Z",
  bus_retention_ends_at: "2026-02-01T00:00:00.000Z",
  connections_ended: 1,
  providers_pending: 0,
};

Deno.test("/v1/users/{user_id} is the person's own or an operator's; to anybody else there is no such person", async () => {
  const erased: string[] = [];
  const written: string[] = [];
  const bundle = await openBundle({
    ports: {
      erase: (user_id) => {
        erased.push(user_id);
        return Promise.resolve(RECEIPT);
      },
      writeArchive: (user_id, out) => {
        written.push(user_id);
        return out.close();
      },
    },
  });
  const { app, as, operator, state, deps } = bundle;
  const ada = await as("ada");
  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    app.request(path, { method, headers });
  assert.equal((await ask("DELETE", "/v1/users/ada")).status, 401);
  for (const [method, path] of [["DELETE", "/v1/users/ben"], ["GET", "/v1/users/ben/export"]] as const) {
    assert.equal((await ask(method, path, ada)).status, 404, method);
  }
  assert.deepEqual([erased, written], [[], []]);

  const own = await ask("DELETE", "/v1/users/ada", ada);
  assert.deepEqual([own.status, await own.json()], [202, RECEIPT]);
  assert.equal((await ask("DELETE", "/v1/users/ben", operator)).status, 202);
  assert.equal((await ask("DELETE", "/v1/users/carl%40example.com", operator)).status, 202);
  assert.deepEqual(erased.slice(0, 2), ["ada", "ben"]);
  assert.match(erased[2] ?? "", /^u_[0-9a-f]{32}$/, "a subject that is no id is mapped as at the door");
  assert.equal(deps.lines.filter(({ message }) => message === "audit.acting_for").length, 2);

  const archive = await ask("GET", "/v1/users/ada/export", ada);
  await archive.arrayBuffer();
  assert.match(archive.headers.get("content-disposition") ?? "", /^attachment; filename="millrace-ada-[\d-]+\.zip"$/);
  assert.deepEqual(written, ["ada"]);
  await state.close();
});

Deno.test("an export that fails half-way breaks off instead of looking whole", async () => {
  const { app, operator, state } = await openBundle({
    ports: {
      async writeArchive(_user_id, out) {
        const writer = out.getWriter();
        await writer.write(new Uint8Array([80, 75]));
        writer.releaseLock();
        throw new TypeError("the disk is gone");
      },
    },
  });
  const answer = await app.request("/v1/users/ada/export", { headers: operator });
  await assert.rejects(() => answer.arrayBuffer(), /the disk is gone/);
  await state.close();
});

Deno.test("/v1/admin/connections lists and ends the connections of one account, of all people who have it", async () => {
  const { app, operator, as, state, disconnected } = await openBundle();
  const now = "2026-01-01T00:00:00.000Z";
  for (
    const [user_id, address] of [["ada", "shared@example.com"], ["ben", "shared@example.com"], ["cy", "cy@x.example"]]
  ) {
    const connection = Connection.parse({
      connection_id: `c-${user_id}`,
      user_id,
      provider: "google",
      account_id: `at-${address}`,
      address,
      state: "active",
      scopes: [],
      resources: [],
      created_at: now,
      updated_at: now,
    });
    await state.records({ user_id: connection.user_id }).commit([
      { op: "put", collection: COLLECTIONS.connections, id: connection.connection_id, value: connection },
    ]);
    await rememberAccount(state, connection);
  }
  const path = "/v1/admin/connections?address=Shared%40example.com";
  const Answer = z.object({ items: z.array(z.looseObject({ user_id: z.string() })) });
  const people = async (answer: Response) => Answer.parse(await answer.json()).items.map((item) => item.user_id);
  assert.equal((await app.request(path, { headers: await as("ada") })).status, 403);
  assert.deepEqual(await people(await app.request(path, { headers: operator })), ["ada", "ben"]);
  assert.deepEqual(await people(await app.request(path, { method: "DELETE", headers: operator })), ["ada", "ben"]);
  assert.deepEqual(disconnected.map(({ user_id }) => user_id), ["ada", "ben"]);
  const unknown = await app.request("/v1/admin/connections?address=nobody%40x.example", { headers: operator });
  assert.deepEqual(await people(unknown), []);
  await state.close();
});
