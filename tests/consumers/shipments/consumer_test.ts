/** The consumer: one parcel from many mails, the same whatever happens to their events. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { PermanentError } from "../../../shared/contracts/errors.ts";
import { openState, openWorld, OTHER_UPS, STORY, type Told, UPS } from "./shipments_world.ts";

Deno.test("shipments follow a parcel from its order to the door, with the mail of each step", async () => {
  await using world = await openWorld();
  await world.deliver("ordered", 1, STORY.ordered);
  const [order, ...none] = await world.list();
  assert.deepEqual(none, []);
  assert.equal(order?.status, "ordered");
  assert.equal(order.tracking_number, "");
  assert.deepEqual(order.expected, { from: "2026-03-05", to: "2026-03-05", time_zone: "" });

  await world.deliver("shipped", 2, STORY.shipped);
  await world.deliver("tomorrow", 3, STORY.tomorrow);
  const [coming, ...others] = await world.list();
  assert.deepEqual(others, [], "the order is shown as its parcel");
  assert.equal(coming?.status, "in_transit");
  assert.equal(coming.tracking_number, UPS);
  assert.equal(coming.tracking_url, `https://www.ups.com/track?tracknum=${UPS}`);
  assert.equal(coming.merchant, "Cedar & Pine");
  assert.equal(coming.order_number, "CP-1042");
  assert.deepEqual(coming.items, ["Brass lantern"]);
  assert.ok(coming.certain);

  await world.deliver("delivered", 4, STORY.delivered);
  const [there] = await world.list();
  assert.equal(there?.status, "delivered");
  assert.equal(there.expected, null);
  const steps = await Promise.all(["ordered", "shipped", "tomorrow", "delivered"].map(world.docId));
  assert.deepEqual(there.history.map(({ status, doc_id, moved }) => [status, doc_id, moved]), [
    ["ordered", steps[0], true],
    ["shipped", steps[1], true],
    ["in_transit", steps[2], true],
    ["delivered", steps[3], true],
  ]);
});

Deno.test("a mail that comes late or tells of the past does not take a parcel back", async () => {
  await using world = await openWorld();
  await world.deliver("delivered", 1, STORY.delivered);
  await world.deliver("tomorrow", 2, STORY.tomorrow);
  assert.deepEqual((await world.list()).map(({ status }) => status), ["delivered"]);
  await world.deliver("late", 3, { ...STORY.shipped, at: "2026-03-06T08:00:00.000Z" });
  const [shipment] = await world.list();
  assert.equal(shipment?.status, "delivered");
  assert.deepEqual(shipment.history.at(-1)?.moved, false);
  await world.deliver("returned", 4, {
    ...STORY.delivered,
    subject: "Your package is being returned to the sender",
    body: `Tracking Number: ${UPS}`,
    at: "2026-03-09T08:00:00.000Z",
  });
  assert.equal((await world.list())[0]?.status, "returned");
});

Deno.test("a deleted mail takes back exactly what it gave", async () => {
  await using world = await openWorld();
  await world.deliver("ordered", 1, STORY.ordered);
  const first = await world.kept({ mails: false });
  await world.deliver("shipped", 2, STORY.shipped);
  await world.deliver("tomorrow", 3, STORY.tomorrow);
  const before = await world.kept({ mails: false });
  await world.deliver("delivered", 4, STORY.delivered);
  assert.notDeepEqual(await world.kept({ mails: false }), before);
  assert.equal(await world.deliver("delivered", 5, null), "applied");
  assert.deepEqual(await world.kept({ mails: false }), before);
  assert.equal(await world.deliver("delivered", 4, STORY.delivered), "stale", "an event from before the delete");
  assert.deepEqual(await world.kept({ mails: false }), before);
  await world.deliver("tomorrow", 6, null);
  await world.deliver("shipped", 7, null);
  assert.deepEqual(await world.kept({ mails: false }), first, "the order is shown again");
  await world.deliver("ordered", 8, null);
  assert.deepEqual(await world.kept({ mails: false }), {});
});

Deno.test("an edited mail gives what its newest revision says, and nothing of the one before", async () => {
  await using world = await openWorld();
  const other = { ...STORY.shipped, body: STORY.shipped.body.replace(UPS, OTHER_UPS) };
  await world.deliver("shipped", 1, STORY.shipped);
  await world.deliver("shipped", 2, other);
  assert.deepEqual((await world.list()).map(({ tracking_number }) => tracking_number), [OTHER_UPS]);
  await world.deliver("shipped", 3, { ...other, subject: "Hello", body: "No parcel here" });
  assert.deepEqual(await world.kept({ mails: false }), {});
});

Deno.test("an order with two parcels is shown as them, and what is said of the order alone moves neither", async () => {
  await using world = await openWorld();
  await world.deliver("ordered", 1, STORY.ordered);
  await world.deliver("two", 2, { ...STORY.shipped, body: `${STORY.shipped.body}\nUPS tracking number: ${OTHER_UPS}` });
  await world.deliver("order-delivered", 3, {
    ...STORY.ordered,
    subject: "Your order CP-1042 was delivered",
    body: "Your order CP-1042 was delivered.",
    at: "2026-03-06T08:00:00.000Z",
  });
  const two = await world.list();
  assert.deepEqual(two.map(({ tracking_number }) => tracking_number).sort(), [UPS, OTHER_UPS].sort());
  assert.deepEqual(two.map(({ status }) => status), ["shipped", "shipped"]);
  assert.deepEqual(two.map(({ history }) => history[0]?.status), ["ordered", "ordered"]);
});

Deno.test("a number without anything beside it is not certain, however many mails have it", async () => {
  await using world = await openWorld();
  const bare: Told = { from: "Kim <kim@example.com>", subject: "hm", body: UPS, at: "2026-03-02T08:00:00.000Z" };
  for (const at of [1, 2, 3, 4]) await world.deliver(`bare-${at}`, at, bare);
  assert.deepEqual(await world.list(), [], "not listed unless asked for");
  const [shown] = await world.list({ min_confidence: 0 });
  assert.equal(shown?.tracking_number, UPS);
  assert.ok(!shown.certain && shown.confidence < 0.5);
  await world.deliver("tomorrow", 5, STORY.tomorrow);
  assert.equal((await world.list())[0]?.certain, true);
});

Deno.test("a number that only looks like a parcel's does not stand for the order in its mail", async () => {
  await using world = await openWorld();
  await world.deliver("ordered", 1, { ...STORY.ordered, body: `${STORY.ordered.body}\nPart ${UPS} × 1\n${OTHER_UPS}` });
  assert.deepEqual((await world.list()).map(({ order_number, status }) => [order_number, status]), [[
    "CP-1042",
    "ordered",
  ]]);
});

Deno.test("what the person decides holds against later mails, until they decide otherwise", async () => {
  await using world = await openWorld();
  await world.deliver("shipped", 1, STORY.shipped);
  const id = (await world.list())[0]?.shipment_id ?? "";
  const corrected = await world.shipments.correct("ada", id, { merchant: "Grandma", status: "delivered" });
  assert.deepEqual(corrected?.corrected, ["merchant", "status"]);
  await world.deliver("tomorrow", 2, STORY.tomorrow);
  const [held] = await world.list();
  assert.deepEqual([held?.merchant, held?.status, held?.expected], ["Grandma", "delivered", null]);
  assert.equal(held?.history.length, 2, "the later mail is in its history all the same");
  await world.shipments.correct("ada", id, { status: null });
  assert.deepEqual((await world.list()).map(({ merchant, status }) => [merchant, status]), [["Grandma", "in_transit"]]);

  await world.shipments.dismiss("ada", id, true);
  await world.deliver("delivered", 3, STORY.delivered);
  assert.deepEqual(await world.list(), []);
  assert.deepEqual((await world.list({ dismissed: true })).map(({ shipment_id }) => shipment_id), [id]);
  for (const [at, name] of ["shipped", "tomorrow", "delivered"].entries()) await world.deliver(name, 10 + at, null);
  assert.equal(await world.shipments.get("ada", id), null);
  await world.deliver("again", 20, STORY.delivered);
  assert.deepEqual(await world.list(), [], "a decision outlives the mails that it was made on");
  await world.shipments.dismiss("ada", id, false);
  assert.deepEqual((await world.list()).map(({ merchant }) => merchant), ["Grandma"]);
});

Deno.test("a parcel of a dismissed order is dismissed, unless it is put back by itself", async () => {
  await using world = await openWorld();
  await world.deliver("ordered", 1, STORY.ordered);
  await world.shipments.dismiss("ada", (await world.list())[0]?.shipment_id ?? "", true);
  await world.deliver("shipped", 2, STORY.shipped);
  assert.deepEqual(await world.list(), []);
  const [parcel] = await world.list({ dismissed: true });
  assert.equal(parcel?.tracking_number, UPS);
  await world.shipments.dismiss("ada", parcel.shipment_id, false);
  assert.equal((await world.list()).length, 1);
});

Deno.test("nobody's mail changes another's shipments", async () => {
  await using world = await openWorld();
  await world.deliver("shipped", 1, STORY.shipped);
  await world.deliver("delivered", 2, STORY.delivered, {}, "ben");
  assert.deepEqual((await world.list()).map(({ status }) => status), ["shipped"]);
  assert.deepEqual((await world.list({}, "ben")).map(({ status }) => status), ["delivered"]);
  const id = (await world.list())[0]?.shipment_id ?? "";
  await world.shipments.dismiss("ben", id, true);
  assert.equal((await world.list()).length, 1);
});

Deno.test("after an erasure an older event and an older decision bring nothing back", async () => {
  await using world = await openWorld();
  await world.deliver("shipped", 1, STORY.shipped);
  const records = world.state.records({ user_id: "ada" });
  await records.raiseFloor(await world.state.micros() + 1_000_000);
  const before = await world.kept();
  assert.equal(await world.deliver("delivered", 2, STORY.delivered), "erased");
  assert.deepEqual(await world.kept(), before);
});

Deno.test("what the person sent, drafted or has in junk, and an event without its mail, make no shipment", async () => {
  await using world = await openWorld();
  await world.deliver("sent", 1, STORY.shipped, { folder_role: "sent" });
  await world.deliver("junk", 2, STORY.shipped, { folder_role: "junk" });
  await world.deliver("draft", 3, STORY.shipped, { draft: true });
  assert.deepEqual(await world.list({ min_confidence: 0 }), []);
  await world.deliver("junk", 4, STORY.shipped, { folder_role: "inbox" });
  assert.equal((await world.list()).length, 1, "until it is taken out of junk");
});

Deno.test("an event whose mail is missing is refused for good", async () => {
  await using world = await openWorld();
  const { applyTo } = await import("../../../consumers/shipments/apply.ts");
  const { emailEvent } = await import("../dispatch_rig.ts");
  const signal = new AbortController().signal;
  const delivery = { subscription: "", message_id: "", published_at: "", attempt: 1, signal, attributes: {} };
  await assert.rejects(applyTo(world.state)(await emailEvent(), null, delivery), PermanentError);
});

/** Mails of two orders and three parcels that touch each other; null: deleted in that revision. */
const parcel = (number: string) => ({ ...STORY.shipped, body: STORY.shipped.body.replace(UPS, number) });
const VERSIONS: readonly (Told | null)[] = [
  STORY.ordered,
  STORY.shipped,
  STORY.tomorrow,
  STORY.delivered,
  parcel(OTHER_UPS),
  { ...STORY.shipped, body: `${STORY.shipped.body}\nUPS tracking number: ${OTHER_UPS}` },
  { ...STORY.ordered, subject: "Order confirmation CP-2000", body: "Thank you for your order CP-2000. It ships soon." },
  { ...STORY.shipped, body: `Your order CP-2000 has shipped.\nUPS tracking number: ${OTHER_UPS}` },
  { from: "Kim <kim@example.com>", subject: "lunch", body: "Noon?", at: "2026-03-02T10:00:00.000Z" },
  null,
];
const version = fc.integer({ min: 0, max: VERSIONS.length - 1 }).map((at) => VERSIONS[at] ?? null);
/** Some mails, each with its revisions in order. */
const mails = fc.array(fc.array(version, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 });

Deno.test("shuffled, repeated, stale, together: the events of some mails end in the state of their last revisions", async () => {
  const run = fc.tuple(mails, fc.array(fc.nat(1_000), { maxLength: 30 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(run, async ([all, order, together]) => {
      const events = all.flatMap((versions, mail) => versions.map((told, at) => ({ mail, revision: at + 1, told })));
      const state = openState();
      await using world = await openWorld([state, state]);
      const deliver = async (at: number) => {
        const event = events[at % events.length];
        if (event !== undefined) await world.deliver(`mail-${event.mail}`, event.revision, event.told);
      };
      const deliveries = [...order, ...events.keys()].toSorted((a, b) => (a * 7919) % 101 - (b * 7919) % 101);
      if (together) await Promise.all(deliveries.map(deliver));
      else for (const at of deliveries) await deliver(at);

      await using plain = await openWorld();
      for (const [mail, versions] of all.entries()) {
        await plain.deliver(`mail-${mail}`, versions.length, versions.at(-1) ?? null);
      }
      assert.deepEqual(await world.kept(), await plain.kept());
    }),
    { numRuns: 150 },
  );
});
