import assert from "node:assert/strict";
import { z } from "zod";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { eventData } from "../../scripts/tail.ts";
import { CONNECTION } from "../consumers/office/world.ts";
import { type AppBundle, openBundle } from "./app_bundle.ts";

const Answer = z.object({
  batch_id: z.string(),
  state: z.string(),
  counts: z.object({ found: z.number() }),
  parts: z.array(z.object({ resource: z.string(), state: z.string() })),
});
const BATCHES = "/v1/sync/batches";

async function bundle(): Promise<AppBundle & { headers: Record<string, string> }> {
  const opened = await openBundle();
  await opened.state.records({ user_id: "ada" }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: CONNECTION.connection_id, value: CONNECTION },
  ]);
  const headers = { ...await opened.as("ada"), "content-type": "application/json" };
  return { ...opened, headers };
}

type Opened = Awaited<ReturnType<typeof bundle>>;

async function begin({ app, headers }: Opened, body: unknown = {}, key = "") {
  const answer = await app.request(BATCHES, {
    method: "POST",
    headers: key === "" ? headers : { ...headers, "idempotency-key": key },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return Answer.parse(await answer.json());
}

const post = ({ app, headers }: Opened, path: string) => app.request(`${BATCHES}/${path}`, { method: "POST", headers });

Deno.test("POST /v1/sync/batches plans a part for each resource, sends its message, and is one batch by one key", async () => {
  const opened = await bundle();
  const batch = await begin(opened, { kind: "verify" }, "once");
  assert.deepEqual([batch.state, batch.parts], ["running", [{ resource: "mail", state: "waiting" }]]);
  assert.deepEqual(opened.bus.tasks.map(({ kind, batch_id }) => [kind, batch_id]), [["batch_slice", batch.batch_id]]);
  assert.equal((await begin(opened, { kind: "verify" }, "once")).batch_id, batch.batch_id);
  const listed = await (await opened.app.request(BATCHES, { headers: opened.headers })).json();
  assert.deepEqual(listed.items.map((each: { batch_id: string }) => each.batch_id), [batch.batch_id]);
  await opened.state.close();
});

Deno.test("POST /v1/sync/batches refuses what makes no sense, by field", async () => {
  const opened = await bundle();
  const { app, headers } = opened;
  const cases: [unknown, number, string][] = [
    [{ from: "2026-02-01T00:00:00.000Z", to: "2026-01-01T00:00:00.000Z" }, 400, "range_empty"],
    [{ from: "2999-01-01T00:00:00.000Z" }, 400, "range_in_future"],
    [{ connections: ["nobodys"] }, 404, "not_found"],
    [{ resources: ["todos"] }, 400, "nothing_to_sync"],
    [{ resource: ["mail"] }, 400, "request_invalid"],
    [{ kind: "verify", from: "2026-01-01T00:00:00.000Z" }, 400, "request_invalid"],
  ];
  for (const [body, status, type] of cases) {
    const answer = await app.request(BATCHES, { method: "POST", headers, body: JSON.stringify(body) });
    assert.deepEqual([answer.status, (await answer.json()).type], [status, `urn:millrace:problem:${type}`]);
  }
  assert.equal(opened.bus.tasks.length, 0);
  await opened.state.close();
});

Deno.test("batches are paused, resumed and cancelled by their person, and are nobody else's", async () => {
  const opened = await bundle();
  const { app } = opened;
  const { batch_id } = await begin(opened);
  const state = async (command: string) => (await (await post(opened, `${batch_id}/${command}`)).json()).state;
  assert.equal(await state("pause"), "paused");
  assert.equal(await state("pause"), "paused");
  assert.equal(await state("resume"), "running");
  assert.equal(opened.bus.tasks.length, 2);
  const bens = await opened.as("ben");
  assert.equal((await app.request(`${BATCHES}/${batch_id}`, { headers: bens })).status, 404);
  assert.equal((await app.request(`${BATCHES}/${batch_id}/stream`, { headers: bens })).status, 404);
  assert.equal((await app.request(`${BATCHES}/${batch_id}/cancel`, { method: "POST", headers: bens })).status, 404);
  assert.equal(await state("cancel"), "cancelled");
  assert.equal((await post(opened, `${batch_id}/resume`)).status, 409);
  assert.equal((await post(opened, `${batch_id}/explode`)).status, 404);
  await opened.state.close();
});

Deno.test("GET /v1/sync/batches/{id}/stream sends what changes to all who watch, and an end", async () => {
  const opened = await bundle();
  const { app, headers, deps } = opened;
  const { batch_id } = await begin(opened);
  const watch = async (seen = "") =>
    await app.request(`${BATCHES}/${batch_id}/stream`, {
      headers: seen === "" ? headers : { ...headers, "last-event-id": seen },
    });
  const streams = await Promise.all(Array.from({ length: 20 }, () => watch()));
  const texts = streams.map((stream) => stream.text());
  await deps.clock.advance(3_000);
  await post(opened, `${batch_id}/pause`);
  await deps.clock.advance(3_000);
  await post(opened, `${batch_id}/cancel`);
  await deps.clock.advance(3_000);
  for (const text of await Promise.all(texts)) {
    const data = await Array.fromAsync(eventData(ReadableStream.from([new TextEncoder().encode(text)])));
    assert.deepEqual(data.map((each) => JSON.parse(each).state), ["running", "paused", "cancelled"]);
    assert.deepEqual([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name), ["progress", "progress", "end"]);
    const last = [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? "";
    assert.equal((await watch(last)).status, 204);
  }
  const late = await watch("an id of long ago");
  assert.match(await late.text(), /^id: .*\nevent: end\n/);
  await opened.state.close();
});

Deno.test("GET /v1/sync/batches/{id}/stream repeats nothing to who has seen it, and keeps quiet connections open", async () => {
  const opened = await bundle();
  const { app, headers, deps } = opened;
  const { batch_id } = await begin(opened);
  const first = await app.request(`${BATCHES}/${batch_id}/stream`, { headers });
  const reader = first.body?.getReader();
  assert.ok(reader);
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  const id = /^id: (.*)$/m.exec(await read())?.[1] ?? "";
  const beat = read();
  await deps.clock.advance(16_000);
  assert.equal(await beat, ": still here\n\n");
  await reader.cancel();
  const again = await app.request(`${BATCHES}/${batch_id}/stream`, { headers: { ...headers, "last-event-id": id } });
  const text = again.text();
  await post(opened, `${batch_id}/cancel`);
  await deps.clock.advance(2_000);
  assert.deepEqual([...(await text).matchAll(/^event: (.*)$/gm)].map(([, name]) => name), ["end"]);
  await opened.state.close();
});
