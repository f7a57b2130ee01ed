import assert from "node:assert/strict";
import { z } from "zod";
import { addShipmentRoutes } from "../../routes/shipments.ts";
import { openWorld as openShipments, OTHER_UPS, STORY, UPS } from "../consumers/shipments/shipments_world.ts";
import { openGuards, testApp } from "./test_app.ts";

const BASE = "/v1/shipments";
const Item = z.looseObject({
  shipment_id: z.string(),
  tracking_number: z.string(),
  status: z.string(),
  carrier: z.string(),
});
const Page = z.object({ items: z.array(Item), next_cursor: z.string() });
const Whole = Item.extend({
  merchant: z.string(),
  dismissed: z.boolean(),
  corrected: z.array(z.string()),
  history: z.array(z.object({ status: z.string(), doc_id: z.string() }).loose()),
  sources: z.array(z.object({ doc_id: z.string(), url: z.string() })),
});

async function openWorld() {
  const world = await openShipments();
  const appOf = (user_id: string) => {
    const { app } = testApp({ guards: openGuards({ user_id, scope: "user", via: "api_key" }) });
    addShipmentRoutes(app, world.shipments);
    return app;
  };
  const apps = { ada: appOf("ada"), ben: appOf("ben") };
  return {
    ...world,
    get: async (path = "", user: "ada" | "ben" = "ada") => await apps[user].request(BASE + path),
    post: async (path: string, body?: unknown, user: "ada" | "ben" = "ada") =>
      await apps[user].request(BASE + path, {
        method: "POST",
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      }),
    async page(query = "") {
      const answer = await apps.ada.request(BASE + query);
      assert.equal(answer.status, 200, query);
      return Page.parse(await answer.json());
    },
  };
}

const numbered = (number: string, day: number) => ({
  ...STORY.delivered,
  body: STORY.delivered.body.replace(UPS, number),
  at: `2026-03-${String(day).padStart(2, "0")}T08:00:00.000Z`,
});

Deno.test("GET shipments lists without histories, narrows by state and carrier, and pages the newest first", async () => {
  await using world = await openWorld();
  await world.deliver("shipped", 1, STORY.shipped);
  await world.deliver("delivered", 2, numbered(OTHER_UPS, 4));
  const { items, next_cursor } = await world.page();
  assert.deepEqual(items.map(({ tracking_number }) => tracking_number), [OTHER_UPS, UPS]);
  assert.equal(next_cursor, "");
  assert.ok(items.every((item) => !("history" in item)));
  const statuses = async (query: string) => (await world.page(query)).items.map(({ status }) => status);
  assert.deepEqual(await statuses("?state=delivered"), ["delivered"]);
  assert.deepEqual(await statuses("?state=failed"), []);
  assert.deepEqual(await statuses("?carrier=ups"), ["delivered", "shipped"]);
  assert.deepEqual(await statuses("?carrier=dhl"), []);
  const first = await world.page("?limit=1");
  assert.deepEqual(first.items.map(({ tracking_number }) => tracking_number), [OTHER_UPS]);
  assert.match(first.next_cursor, /^[A-Za-z0-9_-]+$/);
  const second = await world.page(`?limit=1&cursor=${first.next_cursor}`);
  assert.deepEqual(second.items.map(({ tracking_number }) => tracking_number), [UPS]);
  for (const query of ["?state=lost", "?carrier=", "?limit=0", "?cursor=%25", "?stat=x", "?min_confidence=2"]) {
    assert.equal((await world.get(query)).status, 400, query);
  }
});

Deno.test("GET one shipment shows its history and the mails behind it, and to nobody else", async () => {
  await using world = await openWorld();
  await world.deliver("shipped", 1, STORY.shipped);
  await world.deliver("delivered", 2, STORY.delivered);
  const [{ shipment_id } = { shipment_id: "" }] = (await world.page()).items;
  const whole = Whole.parse(await (await world.get(`/${shipment_id}`)).json());
  assert.deepEqual(whole.history.map(({ status }) => status), ["shipped", "delivered"]);
  const mails = await Promise.all(["shipped", "delivered"].map(world.docId));
  assert.deepEqual(whole.sources, mails.map((doc_id) => ({ doc_id, url: `/v1/documents/${doc_id}` })));
  for (const answer of [await world.get(`/${shipment_id}`, "ben"), await world.get(`/${"0".repeat(32)}`)]) {
    assert.equal(answer.status, 404);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
  }
  assert.equal((await world.get("/fence")).status, 400, "not an id");
});

Deno.test("POST correct sets fields for good and null takes them from the mails again", async () => {
  await using world = await openWorld();
  await world.deliver("shipped", 1, STORY.shipped);
  const [{ shipment_id } = { shipment_id: "" }] = (await world.page()).items;
  const correct = async (body: unknown) =>
    Whole.parse(await (await world.post(`/${shipment_id}/correct`, body)).json());
  const corrected = await correct({ merchant: "Grandma", status: "delivered" });
  assert.deepEqual([corrected.merchant, corrected.status, corrected.corrected], ["Grandma", "delivered", [
    "merchant",
    "status",
  ]]);
  await world.deliver("tomorrow", 2, STORY.tomorrow);
  assert.deepEqual((await world.page("?state=delivered")).items.map((item) => item.merchant), ["Grandma"]);
  const back = await correct({ status: null, merchant: null });
  assert.deepEqual([back.merchant, back.status, back.corrected], ["Cedar & Pine", "in_transit", []]);
  for (const body of [{ status: "lost" }, { tracking_number: "1" }, { expected: { from: "soon", to: "soon" } }, []]) {
    assert.equal((await world.post(`/${shipment_id}/correct`, body)).status, 400, JSON.stringify(body));
  }
  assert.equal((await world.post(`/${shipment_id}/correct`, { status: "failed" }, "ben")).status, 404);
  assert.equal((await world.page()).items[0]?.status, "in_transit");
});

Deno.test("POST dismiss takes a shipment off the list for good, POST restore puts it back", async () => {
  await using world = await openWorld();
  await world.deliver("shipped", 1, STORY.shipped);
  const [{ shipment_id } = { shipment_id: "" }] = (await world.page()).items;
  assert.equal((await world.post(`/${shipment_id}/dismiss`, undefined, "ben")).status, 404);
  assert.equal(Whole.parse(await (await world.post(`/${shipment_id}/dismiss`)).json()).dismissed, true);
  await world.deliver("delivered", 2, STORY.delivered);
  assert.deepEqual((await world.page()).items, []);
  assert.equal((await world.page("?dismissed=true")).items.length, 1);
  assert.equal(Whole.parse(await (await world.post(`/${shipment_id}/restore`)).json()).dismissed, false);
  assert.equal((await world.page()).items.length, 1);
  assert.equal((await world.post(`/${"0".repeat(32)}/restore`)).status, 404);
});
