/** The consumer: contacts from many documents, the same whatever happens to their events. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { NormalisedDocument } from "../../../shared/contracts/documents.ts";
import { PermanentError } from "../../../shared/contracts/errors.ts";
import { AT, invited, mail, meeting, openState, openWorld, OWN, person, wordDocument } from "./contacts_world.ts";

const later = (days: number) => new Date(Date.parse(AT) + days * 86_400_000).toISOString();

Deno.test("each way to come up is counted by itself, with the time of the last", async () => {
  await using world = await openWorld();
  await world.deliver("to-me", 1, mail({ from: "Kim Berg <kim@firm.example>" }));
  await world.deliver("to-kim", 2, mail({ to: ["Kim Berg <kim@firm.example>"], folder_role: "sent", at: later(1) }));
  await world.deliver("copied", 3, mail({ from: "jo@firm.example", cc: ["kim@firm.example"], at: later(2) }));
  await world.deliver("met", 4, meeting({ attendees: [invited("kim@firm.example")], starts_at: later(-1) }));
  await world.deliver("wrote", 5, wordDocument({ owners: [person("Kim Berg <kim@firm.example>")] }));
  const kim = await world.whole("kim@firm.example");
  assert.equal(kim?.name, "Kim Berg");
  assert.deepEqual(kim.counts, [
    { kind: "sent", count: 1, last_at: later(1) },
    { kind: "received", count: 1, last_at: AT },
    { kind: "meeting", count: 1, last_at: later(-1) },
    { kind: "document", count: 1, last_at: AT },
    { kind: "copied", count: 1, last_at: later(2) },
  ]);
  assert.equal(kim.last_at, later(2));
  assert.deepEqual(kim.timeline.map(({ kind }) => kind).sort(), ["copied", "document", "meeting", "received", "sent"]);
  assert.deepEqual(kim.timeline[0], {
    at: later(2),
    kind: "copied",
    doc_type: "email",
    doc_id: await world.docId("copied"),
    address: "kim@firm.example",
  });
  assert.deepEqual(kim.timeline.map(({ at }) => at), kim.timeline.map(({ at }) => at).toSorted().reverse());
});

Deno.test("an edit replaces what the document said before; a delete takes it back, and an older event is stale", async () => {
  await using world = await openWorld();
  await world.deliver("one", 1, mail({ from: "Kim Berg <kim@firm.example>" }));
  const before = await world.kept({ documents: false });
  await world.deliver(
    "two",
    2,
    mail({ from: "Kim Berg <kim@firm.example>", cc: ["Jo Lind <jo@firm.example>"], at: later(1) }),
  );
  assert.notDeepEqual(await world.kept({ documents: false }), before);
  await world.deliver("two", 3, mail({ from: "Jo Lind <jo@firm.example>" }));
  assert.deepEqual((await world.whole("kim@firm.example"))?.counts.map(({ count }) => count), [1]);
  assert.deepEqual((await world.whole("jo@firm.example"))?.counts.map(({ kind }) => kind), ["received"]);
  await world.deliver("two", 4, null);
  assert.deepEqual(await world.kept({ documents: false }), before);
  assert.equal(await world.deliver("two", 3, mail({ from: "jo@firm.example" })), "stale");
  await world.deliver("one", 5, null);
  assert.deepEqual(await world.kept({ documents: false }), {}, "when every source is deleted no contact is left");
});

Deno.test("a mail that was merely read changes nothing but its revision", async () => {
  await using world = await openWorld();
  const told = mail({ from: "Kim Berg <kim@firm.example>" });
  await world.deliver("one", 1, told);
  const versions = async () =>
    (await world.state.records({ user_id: "ada" }).list("contacts", { limit: 10 })).map(({ version }) => version);
  const before = await versions();
  assert.equal(await world.deliver("one", 2, { ...told, read: true, folder_role: "archive" }), "applied");
  assert.deepEqual(await versions(), before);
});

Deno.test("the person's own addresses, of every account and of the mails they sent, are nobody's", async () => {
  await using world = await openWorld();
  await world.connect("ada@home.example");
  await world.deliver("own", 1, mail({ from: "Ada <ada@home.example>", to: [OWN, "kim@firm.example"] }));
  await world.deliver(
    "alias",
    2,
    mail({ from: "Ada <alias@example.com>", to: ["kim@firm.example"], folder_role: "sent" }),
  );
  await world.deliver("to-alias", 3, mail({ from: "kim@firm.example", to: ["alias@example.com"] }));
  assert.deepEqual((await world.list()).map(({ addresses }) => addresses), [["kim@firm.example"]]);
  assert.deepEqual((await world.whole("kim@firm.example"))?.counts.map(({ kind, count }) => [kind, count]), [
    ["sent", 2],
    ["received", 1],
  ]);
  await world.connect("kim@firm.example");
  assert.deepEqual(await world.list(), [], "an account that is connected later is the person's too");
});

Deno.test("an address is somebody's again when the mail that the person sent from it is gone", async () => {
  await using world = await openWorld();
  await world.deliver(
    "from-alias",
    1,
    mail({ from: "alias@example.com", to: ["kim@firm.example"], folder_role: "sent" }),
  );
  await world.deliver("to-alias", 2, mail({ from: "kim@firm.example", to: ["alias@example.com"] }));
  assert.equal(await world.whole("alias@example.com"), null);
  await world.deliver("from-alias", 3, null);
  assert.deepEqual((await world.whole("alias@example.com"))?.counts.map(({ kind }) => kind), ["copied"]);
});

Deno.test("drafts, junk, trash, cancelled meetings and rooms tell of nobody", async () => {
  await using world = await openWorld();
  await world.deliver("draft", 1, mail({ draft: true, to: ["kim@firm.example"] }));
  await world.deliver("junk", 2, mail({ from: "kim@firm.example", folder_role: "junk" }));
  await world.deliver("trash", 3, mail({ from: "kim@firm.example", folder_role: "trash" }));
  await world.deliver("off", 4, meeting({ status: "cancelled", attendees: [invited("kim@firm.example")] }));
  await world.deliver("room", 5, meeting({ attendees: [invited("room-4@firm.example", "resource")] }));
  assert.deepEqual(await world.list(), []);
  assert.deepEqual(await world.kept({ documents: false }), {});
});

Deno.test("machines and lists are told from people", async () => {
  await using world = await openWorld();
  await world.deliver(
    "no-reply",
    1,
    mail({ from: "Anna Müller <no-reply@shop.example>", reply_to: ["shop@shop.example"] }),
  );
  await world.deliver("newsletter", 2, mail({ from: "Cedar <hi@cedar.example>", list_id: "<weekly.cedar.example>" }));
  const list_id = "Development <dev.lists.example>";
  await world.deliver("list", 3, mail({ from: "Kim Berg <kim@firm.example>", to: ["dev@lists.example"], list_id }));
  await world.deliver("notified", 4, mail({ from: "Kim Berg <notifications@forge.example>" }));
  await world.deliver("plain", 5, mail({ from: "Anna Müller <anna@firm.example>" }));
  const of = async (kind: "person" | "list" | "machine") =>
    (await world.list({ kind, sort: "name" })).flatMap(({ addresses }) => addresses).sort();
  assert.deepEqual(await of("person"), ["anna@firm.example", "kim@firm.example", "shop@shop.example"]);
  assert.deepEqual(await of("list"), ["dev@lists.example"]);
  assert.deepEqual(await of("machine"), ["hi@cedar.example", "no-reply@shop.example", "notifications@forge.example"]);
  await world.deliver("answer", 6, mail({ to: ["hi@cedar.example"], folder_role: "sent" }));
  await world.deliver("wrote", 7, mail({ from: "hi@cedar.example" }));
  assert.ok((await of("person")).includes("hi@cedar.example"), "who writes to the person and is answered is somebody");
});

Deno.test("a mail to 200 people gives little to each, and to a hundred at most", async () => {
  await using world = await openWorld();
  const to = Array.from({ length: 200 }, (_, at) => `p${at}@crowd.example`);
  await world.deliver("crowd", 1, mail({ to, folder_role: "sent" }));
  await world.deliver("one", 2, mail({ to: ["kim@firm.example"], folder_role: "sent" }));
  const listed = await world.list();
  assert.equal(listed.length, 101);
  assert.deepEqual(listed[0]?.addresses, ["kim@firm.example"]);
  const [kim, crowd] = listed.map(({ relevance }) => relevance.points[0]?.points ?? 0);
  assert.ok((kim ?? 0) >= 9 * (crowd ?? 0), `${kim} ${crowd}`);
  await world.deliver("crowd", 3, null);
  assert.equal((await world.list()).length, 1);
});

Deno.test("counts go beyond the newest sources, and what was behind them comes up again", async () => {
  await using world = await openWorld();
  const many = Array.from({ length: 25 }, (_, at) => at);
  for (const at of many) {
    await world.deliver(`m${at}`, 1, mail({ from: `Kim ${at} <kim@firm.example>`, at: later(at) }));
  }
  const before = await world.whole("kim@firm.example");
  assert.deepEqual(before?.counts, [{ kind: "received", count: 25, last_at: later(24) }]);
  assert.equal(before.timeline.length, 10);
  for (const at of many.slice(12)) await world.deliver(`m${at}`, 2, null);
  const after = await world.whole("kim@firm.example");
  assert.deepEqual(after?.counts, [{ kind: "received", count: 12, last_at: later(11) }]);
  assert.deepEqual(after.timeline.map(({ at }) => at), many.slice(2, 12).reverse().map(later));
});

Deno.test("nobody's documents change another's contacts", async () => {
  await using world = await openWorld();
  await world.deliver("one", 1, mail({ from: "kim@firm.example" }), "ben");
  assert.deepEqual(await world.list(), []);
  assert.equal((await world.list({}, "ben")).length, 2, "kim and, to ben, ada");
});

Deno.test("after an erasure an older event brings nothing back", async () => {
  await using world = await openWorld();
  await world.deliver("one", 1, mail({ from: "kim@firm.example" }));
  await world.state.records({ user_id: "ada" }).raiseFloor(await world.state.micros() + 1_000_000);
  const before = await world.kept();
  assert.equal(await world.deliver("two", 2, mail({ from: "jo@firm.example" })), "erased");
  assert.deepEqual(await world.kept(), before);
});

Deno.test("what waits together is done together, also when one of it is late after an erasure, or twice the same", async () => {
  await using world = await openWorld();
  await world.state.records({ user_id: "ada" }).raiseFloor(await world.state.micros() + 5);
  const told = mail({ from: "kim@firm.example" });
  const [earlier, again, newest, late, other] = await Promise.all([
    world.deliver("first", 9, told),
    world.deliver("first", 10, told),
    world.deliver("first", 11, told),
    world.deliver("late", 1, told),
    world.deliver("other", 12, told),
  ]);
  assert.deepEqual([newest, late, other], ["applied", "erased", "applied"]);
  for (const outcome of [earlier, again]) assert.ok(outcome === "applied" || outcome === "stale", String(outcome));
  assert.deepEqual((await world.whole("kim@firm.example"))?.counts.map(({ count }) => count), [2]);
});

Deno.test("an event whose document is missing is refused for good", async () => {
  await using world = await openWorld();
  const { applyTo } = await import("../../../consumers/contact_discovery/apply.ts");
  const { emailEvent } = await import("../dispatch_rig.ts");
  const signal = new AbortController().signal;
  const delivery = { subscription: "", message_id: "", published_at: "", attempt: 1, signal, attributes: {} };
  await assert.rejects(applyTo(world.state)(await emailEvent(), null, delivery), PermanentError);
});

/** Addresses that share names, and change theirs. */
const PEOPLE = [
  "Anna Müller <anna@firm.example>",
  '"Mueller, Anna" <anna@home.example>',
  "Anna <anna@home.example>",
  "Kim Berg <anna@home.example>",
  "Kim Berg <kim@firm.example>",
  "kim@firm.example",
  "Kim Berg <no-reply@shop.example>",
  "Alias <alias@example.com>",
];
const who = fc.constantFrom(...PEOPLE);
const when = fc.integer({ min: -400, max: 400 }).map(later);
const document: fc.Arbitrary<NormalisedDocument | null> = fc.oneof(
  fc.record({ from: who, cc: fc.array(who, { maxLength: 2 }), at: when }).map((told) => mail(told)),
  fc.record({ from: who, to: fc.array(who, { maxLength: 3 }), at: when })
    .map((told) => mail({ ...told, folder_role: "sent" })),
  fc.record({ from: who, at: when }).map((told) => mail({ ...told, list_id: "<news.example>" })),
  fc.tuple(who, when).map(([each, starts_at]) => meeting({ attendees: [invited(each)], starts_at })),
  who.map((each) => wordDocument({ owners: [person(each)], sections: [] })),
  fc.constant(null),
);
/** Some documents, each with its revisions in order. */
const documents = fc.array(fc.array(document, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 });

Deno.test("shuffled, repeated, stale, together: the events of some documents end in the state of their last revisions", async () => {
  const run = fc.tuple(documents, fc.array(fc.nat(1_000), { maxLength: 30 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(run, async ([all, order, together]) => {
      const events = all.flatMap((versions, at) =>
        versions.map((told, version) => ({ at, revision: version + 1, told }))
      );
      const state = openState();
      await using world = await openWorld([state, state]);
      const deliver = async (at: number) => {
        const event = events[at % events.length];
        if (event !== undefined) await world.deliver(`d${event.at}`, event.revision, event.told);
      };
      const deliveries = [...order, ...events.keys()].toSorted((a, b) => (a * 7919) % 101 - (b * 7919) % 101);
      if (together) await Promise.all(deliveries.map(deliver));
      else for (const at of deliveries) await deliver(at);

      await using plain = await openWorld();
      for (const [at, versions] of all.entries()) {
        await plain.deliver(`d${at}`, versions.length, versions.at(-1) ?? null);
      }
      assert.deepEqual(await world.kept(), await plain.kept());
    }),
    { numRuns: 150 },
  );
});

Deno.test("whatever documents said, when all are deleted nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(documents, fc.boolean(), async (all, together) => {
      await using world = await openWorld();
      for (const [at, versions] of all.entries()) await world.deliver(`d${at}`, 1, versions[0] ?? null);
      const remove = (at: number) => world.deliver(`d${at}`, 9, null);
      if (together) await Promise.all(all.map((_, at) => remove(at)));
      else for (const at of all.keys()) await remove(at);
      assert.deepEqual(await world.kept({ documents: false }), {});
    }),
    { numRuns: 100 },
  );
});
