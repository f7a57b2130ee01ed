/** The consumer: one meeting from many events, the same whatever happens to their events. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { PermanentError } from "../../../shared/contracts/errors.ts";
import type { CalendarEvent } from "../../../shared/contracts/documents.ts";
import { exception, openState, openWorld, SUNDAYS } from "./meetings_world.ts";

Deno.test("a meeting that two calendars have is one, as its organizer's calendar says it", async () => {
  await using world = await openWorld();
  await world.deliver("mine", 1, { my_response: "organizer", title: "Planning", container: "work" });
  await world.deliver("copy", 2, {
    my_response: "none",
    title: "Old title",
    container: "home",
    calendar_name: "Home",
    last_updated: "2026-03-02T08:00:00.000Z",
  });
  const { items } = await world.list();
  assert.deepEqual(items.map(({ title, calendars }) => [title, calendars]), [["Planning", ["Home", "Work"]]]);
  const sources = await Promise.all(["mine", "copy"].map(world.docId));
  assert.deepEqual((await world.one()).sources.map(({ doc_id }) => doc_id), sources);
  await world.deliver("mine", 3, null);
  assert.deepEqual((await world.list()).items.map(({ title }) => title), ["Old title"], "what is left tells of it");
  await world.deliver("copy", 4, null);
  assert.deepEqual(await world.kept({ events: false }), {});
});

Deno.test("the UIDs that Exchange makes of a foreign one, and of an occurrence, are of one meeting", async () => {
  await using world = await openWorld();
  const head = "040000008200E00074C5B7101A82E008";
  const time = "0".repeat(16);
  const uid = new TextEncoder().encode("sundays@calendar.test").toHex();
  const foreign = `${head}00000000${time}${time}26000000${"7643616C2D55696401000000"}${uid}00`;
  await world.deliver("google", 1, SUNDAYS);
  await world.deliver("graph", 2, {
    ...SUNDAYS,
    provider: "microsoft",
    container: "c2",
    ical_uid: foreign.toUpperCase(),
  });
  assert.equal((await world.starts()).length, 5, "listed once");
  const own = `${head}00000000807FE77A308916DD${time}1000000057232CC215B3294E97AC06AE0A28BBB5`;
  const dated = own.replace(`${head}00000000`, `${head}07EA0308`);
  await world.deliver("series", 3, { ...SUNDAYS, title: "Own", ical_uid: own });
  await world.deliver(
    "one",
    4,
    exception("2026-03-08T08:00:00.000Z", {
      title: "Own, later",
      ical_uid: dated,
      starts_at: "2026-03-08T10:00:00.000Z",
    }),
  );
  const own_starts = (await world.starts()).filter((start) => start.startsWith("Own"));
  assert.deepEqual(own_starts.slice(0, 3), [
    "Own 2026-03-01 08:00",
    "Own, later 2026-03-08 10:00",
    "Own 2026-03-15 08:00",
  ]);
});

Deno.test("events without a UID are meetings of their own", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, { ical_uid: "", provider_id: "a" });
  await world.deliver("b", 2, { ical_uid: "", provider_id: "b" });
  assert.equal((await world.list()).items.length, 2);
});

Deno.test("a series shows what became of its occurrences: moved, cancelled, taken out, out of the span and into it", async () => {
  await using world = await openWorld();
  await world.deliver("series", 1, {
    ...SUNDAYS,
    recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=SU", "EXDATE:20260308T080000Z"],
  });
  await world.deliver(
    "moved",
    2,
    exception("2026-03-15T08:00:00.000Z", {
      title: "Moved",
      starts_at: "2026-03-16T12:00:00.000Z",
      ends_at: "2026-03-16T12:30:00.000Z",
    }),
  );
  await world.deliver("off", 3, exception("2026-03-22T08:00:00.000Z", { status: "cancelled" }));
  await world.deliver(
    "april",
    4,
    exception("2026-03-29T07:00:00.000Z", {
      starts_at: "2026-04-20T08:00:00.000Z",
      ends_at: "2026-04-20T08:30:00.000Z",
      title: "Later",
    }),
  );
  assert.deepEqual(await world.starts(), ["Sundays 2026-03-01 08:00", "Moved 2026-03-16 12:00"]);
  assert.deepEqual(await world.starts({ from: "2026-04-20", to: "2026-04-21" }), ["Later 2026-04-20 08:00"]);
  const [, moved] = (await world.list()).items;
  assert.deepEqual([moved?.moved, moved?.occurrence], [true, "2026-03-15T08:00:00.000Z"]);
  const all = (await world.list({ cancelled: true })).items;
  assert.deepEqual(all.map(({ status }) => status), ["confirmed", "confirmed", "cancelled"]);
  // The exception is taken back: the occurrence is where it was planned.
  await world.deliver("moved", 5, null);
  assert.deepEqual(await world.starts(), ["Sundays 2026-03-01 08:00", "Sundays 2026-03-15 08:00"]);
  // A series that ended long ago is found by an occurrence that was moved beyond its end.
  await world.deliver("series", 6, { ...SUNDAYS, recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=SU;UNTIL=20260330T000000Z"] });
  assert.deepEqual(await world.starts({ from: "2026-04-20", to: "2026-04-21" }), ["Later 2026-04-20 08:00"]);
});

Deno.test("an exception without its series is shown, and one that the leading calendar took out is not", async () => {
  await using world = await openWorld();
  const moved = exception("2026-03-08T08:00:00.000Z", {
    starts_at: "2026-03-09T08:00:00.000Z",
    my_response: "accepted",
    container: "home",
  });
  await world.deliver("one", 1, moved);
  assert.deepEqual(await world.starts(), ["Sundays 2026-03-09 08:00"]);
  assert.equal((await world.one()).kind, "series");
  await world.deliver("series", 2, {
    ...SUNDAYS,
    recurrence: ["RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20260308T080000Z"],
  });
  assert.deepEqual(await world.starts(), ["Sundays 2026-03-01 08:00"]);
});

Deno.test("a meeting that is cancelled and restored, and an event from before either", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, {});
  const first = await world.kept({ events: false });
  assert.equal(await world.deliver("a", 3, { status: "cancelled" }), "applied");
  assert.deepEqual(await world.starts(), []);
  assert.equal((await world.list({ cancelled: true })).items[0]?.busy, "free");
  assert.equal(await world.deliver("a", 2, { title: "Late" }), "stale");
  assert.deepEqual(await world.starts(), []);
  await world.deliver("a", 4, {});
  assert.deepEqual(await world.kept({ events: false }), first);
  await world.deliver("a", 5, null);
  assert.equal(await world.deliver("a", 4, {}), "stale", "an event from before the delete");
  assert.deepEqual(await world.kept({ events: false }), {});
});

Deno.test("an edited event gives what its newest revision says, wherever it stood before", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, SUNDAYS);
  await world.deliver("a", 2, { starts_at: "2026-03-05T09:00:00.000Z", ends_at: "2026-03-25T10:00:00.000Z" });
  await world.deliver("a", 3, { starts_at: "2026-03-04T09:00:00.000Z", ends_at: "2026-03-04T10:00:00.000Z" });
  await using plain = await openWorld();
  await plain.deliver("a", 3, { starts_at: "2026-03-04T09:00:00.000Z", ends_at: "2026-03-04T10:00:00.000Z" });
  assert.deepEqual(await world.kept(), await plain.kept());
  assert.deepEqual(await world.starts(), ["Planning 2026-03-04 09:00"]);
});

Deno.test("answers are counted once for each person, rooms are not, and who comes from elsewhere is known by domain", async () => {
  await using world = await openWorld();
  await world.connect("ada@firm.test");
  await world.connect("ada@gmail.com");
  const invited = (
    address: string,
    response: "accepted" | "none" | "declined",
    role: "required" | "resource" = "required",
  ) => ({ name: "", address, response, role });
  await world.deliver("a", 1, {
    organizer: { name: "Ada", address: "ada@firm.test" },
    attendees: [
      invited("kim@firm.test", "none"),
      invited("lee@partner.test", "accepted"),
      invited("max@gmail.com", "declined"),
      invited("room@rooms.test", "accepted", "resource"),
    ],
  });
  await world.deliver("b", 2, {
    container: "home",
    my_response: "none",
    attendees: [invited("kim@firm.test", "accepted")],
  });
  const meeting = await world.one();
  assert.deepEqual(meeting.rsvp, { accepted: 2, declined: 1, tentative: 0, none: 0 });
  assert.deepEqual(meeting.external_domains, ["gmail.com", "partner.test"]);
  assert.deepEqual(meeting.attendees.map(({ address, external }) => [address, external]), [
    ["kim@firm.test", false],
    ["lee@partner.test", true],
    ["max@gmail.com", true],
    ["room@rooms.test", false],
  ]);
  assert.deepEqual((await world.list()).items.map(({ external_domains }) => external_domains), [[
    "gmail.com",
    "partner.test",
  ]]);
});

Deno.test("nobody's event changes another's meetings, and nobody reads them", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, {});
  await world.deliver("b", 2, { title: "Theirs" }, "ben");
  assert.deepEqual(await world.starts(), ["Planning 2026-03-02 09:00"]);
  const [theirs] = (await world.list({}, "ben")).items;
  assert.equal(theirs?.title, "Theirs");
  await world.deliver("a", 3, null);
  assert.equal(
    await world.meetings.get("ada", theirs.meeting_id, { from: "2026-03-01", to: "2026-04-01", zone: "UTC" }),
    null,
  );
  assert.equal(await world.meetings.icsOf("ada", theirs.meeting_id), null);
});

Deno.test("after an erasure an older event brings nothing back", async () => {
  await using world = await openWorld();
  await world.state.records({ user_id: "ada" }).raiseFloor(await world.state.micros() + 1_000_000);
  assert.equal(await world.deliver("a", 2, {}), "erased");
  assert.deepEqual(await world.kept(), {});
});

Deno.test("an event whose document is missing is refused for good", async () => {
  await using world = await openWorld();
  const { applyTo } = await import("../../../consumers/meetings/apply.ts");
  const { emailEvent } = await import("../dispatch_rig.ts");
  const signal = new AbortController().signal;
  const delivery = { subscription: "", message_id: "", published_at: "", attempt: 1, signal, attributes: {} };
  await assert.rejects(applyTo(world.state)(await emailEvent(), null, delivery), PermanentError);
});

/** Events of two meetings in two calendars that touch each other; null: deleted in that revision. */
const VERSIONS: readonly (Partial<CalendarEvent> | null)[] = [
  {},
  {
    container: "home",
    my_response: "accepted",
    starts_at: "2026-03-03T09:00:00.000Z",
    ends_at: "2026-03-03T10:00:00.000Z",
  },
  { status: "cancelled" },
  SUNDAYS,
  { ...SUNDAYS, container: "home", recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] },
  exception("2026-03-08T08:00:00.000Z", { starts_at: "2026-03-09T08:00:00.000Z" }),
  exception("2026-03-08T08:00:00.000Z", { status: "cancelled", container: "home" }),
  {
    all_day: true,
    start_date: "2026-03-05",
    end_date: "2026-03-20",
    starts_at: "2026-03-05T00:00:00.000Z",
    ends_at: "2026-03-20T00:00:00.000Z",
  },
  { starts_at: "", ends_at: "" },
  null,
];
const version = fc.integer({ min: 0, max: VERSIONS.length - 1 }).map((at) => VERSIONS[at] ?? null);
const events = fc.array(fc.array(version, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 });

Deno.test("shuffled, repeated, stale, together: events end in the state of their last revisions", async () => {
  const run = fc.tuple(events, fc.array(fc.nat(1_000), { maxLength: 30 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(run, async ([all, order, together]) => {
      const sent = all.flatMap((versions, event) => versions.map((said, at) => ({ event, revision: at + 1, said })));
      const state = openState();
      await using world = await openWorld({ handles: [state, state] });
      const deliver = async (at: number) => {
        const one = sent[at % sent.length];
        if (one !== undefined) await world.deliver(`event-${one.event}`, one.revision, one.said);
      };
      const deliveries = [...order, ...sent.keys()].toSorted((a, b) => (a * 7919) % 101 - (b * 7919) % 101);
      if (together) await Promise.all(deliveries.map(deliver));
      else for (const at of deliveries) await deliver(at);

      await using plain = await openWorld();
      for (const [event, versions] of all.entries()) {
        await plain.deliver(`event-${event}`, versions.length, versions.at(-1) ?? null);
      }
      assert.deepEqual(await world.kept(), await plain.kept());
      assert.deepEqual(await world.list({ cancelled: true }), await plain.list({ cancelled: true }));
    }),
    { numRuns: 150 },
  );
});
