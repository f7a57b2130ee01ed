/** Graph's calendars, contacts, To Do and drive, as a reader meets them: rounds come to what the desk holds. */
import assert from "node:assert/strict";
import type { DeskPart } from "../../scripts/simulator/mod.ts";
import { extractHere } from "../../shared/content/mod.ts";
import { GRAPH, type Json, round, signIn } from "./bundle.ts";
import { deskBundle } from "./graph_desk_answers.ts";

const WINDOW = "startDateTime=2025-01-01T00:00:00Z&endDateTime=2028-01-01T00:00:00Z";
type DeskBundle = Awaited<ReturnType<typeof deskBundle>>;

/** The first address of the delta of each container of a part. */
async function deltas({ get }: DeskBundle, part: DeskPart): Promise<string[]> {
  const ids = (answer: Json): string[] => answer.value.map((one: Json) => one.id);
  switch (part) {
    case "calendar":
      return ids(await get("me/calendars")).map((id) => `${GRAPH}/me/calendars/${id}/calendarView/delta?${WINDOW}`);
    case "contacts":
      return [
        `${GRAPH}/me/contacts/delta`,
        ...ids(await get("me/contactFolders")).map((id) => `${GRAPH}/me/contactFolders/${id}/contacts/delta`),
      ];
    case "tasks":
      return ids(await get("me/todo/lists")).map((id) => `${GRAPH}/me/todo/lists/${id}/tasks/delta`);
    case "drive":
      return [`${GRAPH}/me/drive/root/delta`];
  }
}

/** Items that a round shows as there, the last state of each counting; without occurrences and the drive's root. */
function apply(held: Map<string, Json>, items: Json[]): void {
  const [removed, shown] = [items.filter(isGone), items.filter((one) => !isGone(one))];
  for (const { id } of removed) held.delete(id);
  for (const item of shown) if (item.type !== "occurrence" && item.root === undefined) held.set(item.id, item);
}

const isGone = (item: Json) => item["@removed"] !== undefined || item.deleted !== undefined;

Deno.test("each part's rounds come to what the desk holds, through random changes and paging faults", async () => {
  for (const fault of ["none", "emptyPages", "repeatItemsOnPages"] as const) {
    const desk = await deskBundle();
    const { bundle, token, ada } = desk;
    if (fault !== "none") bundle.simulator.faults[fault] = true;
    for (const part of ["calendar", "contacts", "drive", "tasks"] as const) {
      const held = new Map<string, Json>();
      let links = await deltas(desk, part);
      for (let turn = 0; turn < 4; turn++) {
        const rounds = await Promise.all(links.map((link) => round(bundle, token, link)));
        // What left one container may have come to another: what is there is looked at last.
        apply(held, rounds.flatMap(({ items }) => items));
        links = rounds.map(({ deltaLink }) => deltaLink);
        assert.deepEqual([...held.keys()].sort(), [...ada.items(part).keys()].sort(), `${fault} ${part} ${turn}`);
        for (const { id, title } of ada.items(part).values()) {
          const item = held.get(id);
          assert.equal(item.subject ?? (part === "tasks" ? item.title : item.displayName ?? item.name), title);
        }
        for (let change = 0; change < 12; change++) ada.changeDesk(part);
      }
    }
  }
});

Deno.test("a delta tells of nothing twice, and of deletes while it is being paged in the round after", async () => {
  const { bundle, token, desk, ada } = await deskBundle();
  const first = (await bundle.call(token, `${GRAPH}/me/contacts/delta`, { headers: { prefer: "odata.maxpagesize=5" } }))
    .body;
  assert.equal(first.value.length, 5);
  const folder = desk.contacts.in(0);
  const [shown, later] = [folder[0], folder.at(-1)];
  assert.ok(shown !== undefined && later !== undefined);
  const shownId = first.value[0].id;
  desk.contacts.delete(shown);
  desk.contacts.delete(later);
  const rest = await round(bundle, token, first["@odata.nextLink"], {});
  assert.equal(rest.items.length, folder.length - 6, "the one that is gone by then is not told");
  const next = await round(bundle, token, rest.deltaLink, {});
  assert.ok(next.items.every(isGone) && next.items.some(({ id }) => id === shownId));
  assert.deepEqual((await round(bundle, token, next.deltaLink, {})).items, []);
  assert.equal(ada.items("contacts").size, desk.contacts.size);
});

Deno.test("G-6, G-7: calendarView shows a series with its occurrences, its exceptions, and not what was cancelled", async () => {
  const { bundle, token, desk, get } = await deskBundle();
  const { calendar } = desk;
  const series = calendar.create(0, {
    ...calendar.live()[0]?.content ?? assert.fail(),
    start: "2026-03-23T09:00:00",
    end: "2026-03-23T09:30:00",
    zone: "Europe/Berlin",
    allDay: false,
    recurrence: { frequency: "weekly", interval: 1, days: ["MO"], count: 4 },
    series: null,
  });
  const url = `${GRAPH}/me/calendarView/delta?startDateTime=2026-03-20T00:00:00Z&endDateTime=2026-06-01T00:00:00Z`;
  const of = ({ items }: { items: Json[] }) => {
    const master = items.find((one) => one.type === "seriesMaster" && one.start.dateTime.startsWith("2026-03-23"));
    return { master, occurrences: items.filter((one) => one.seriesMasterId === master?.id) };
  };
  const first = await round(bundle, token, url);
  const { master, occurrences } = of(first);
  assert.deepEqual(
    occurrences.map(({ start }) => start.dateTime),
    // The clocks change on the last Sunday of March: the time in Berlin stays, the one in UTC does not.
    ["2026-03-23T08:00:00", "2026-03-30T07:00:00", "2026-04-06T07:00:00", "2026-04-13T07:00:00"]
      .map((at) => `${at}.0000000`),
  );
  assert.deepEqual(Object.keys(occurrences[0]).sort(), [
    "@odata.etag",
    "@odata.type",
    "end",
    "id",
    "occurrenceId",
    "seriesMasterId",
    "start",
    "type",
  ]);
  assert.deepEqual(master.recurrence.range.numberOfOccurrences, 4);
  calendar.except(series, "2026-03-30T09:00:00", { start: "2026-03-31T11:00:00", end: "2026-03-31T12:00:00" });
  calendar.cancelOccurrence(series, "2026-04-06T09:00:00");
  const second = await round(bundle, token, first.deltaLink);
  const exception = second.items.find(({ type }) => type === "exception");
  assert.equal(exception.id, occurrences[1].id, "an exception keeps the id of the occurrence");
  assert.equal(exception.occurrenceId, `OID.${master.id}.2026-03-30`);
  assert.equal(exception.start.dateTime, "2026-03-31T09:00:00.0000000");
  assert.deepEqual(second.items.filter(isGone).map(({ id }) => id), [occurrences[2].id]);
  const ids = { headers: { prefer: 'IdType="ImmutableId"' } };
  const read = async (id: string, query = "") => await get(`me/events/${id}${query}`, ids);
  assert.equal((await read(occurrences[2].id)).error.code, "ErrorItemNotFound");
  assert.equal((await read(occurrences[3].id)).type, "occurrence");
  const whole = await read(master.id, "?$select=subject,cancelledOccurrences");
  assert.deepEqual(whole.cancelledOccurrences, [`OID.${master.id}.2026-04-06`]);
  assert.equal("cancelledOccurrences" in await read(master.id), false);
  calendar.delete(series);
  const gone = (await round(bundle, token, second.deltaLink)).items.filter(isGone).map(({ id }) => id);
  for (const id of [master.id, occurrences[0].id, occurrences[1].id, occurrences[3].id]) assert.ok(gone.includes(id));
});

Deno.test("G-7: without a preferred zone times are in UTC; with one they are in it, under the name that was asked for", async () => {
  const { ada, desk, get } = await deskBundle();
  const [item] = [...ada.items("calendar").values()].filter(({ kind, number }) =>
    kind === "single" && desk.calendar.at(number)?.content.allDay === false
  );
  const content = desk.calendar.at(item?.number ?? -1)?.content ?? assert.fail();
  const at = Temporal.PlainDateTime.from(content.start).toZonedDateTime(content.zone);
  const windows: Record<string, string> = {
    "Europe/London": "GMT Standard Time",
    "Europe/Berlin": "W. Europe Standard Time",
    "Europe/Paris": "Romance Standard Time",
  };
  for (const [asked, iana] of [["", "UTC"], ["Asia/Tokyo", "Asia/Tokyo"], ["Romance Standard Time", "Europe/Paris"]]) {
    const headers = asked === "" ? {} : { prefer: `outlook.timezone="${asked}"` };
    const { start, originalStartTimeZone } = await get(`me/events/${item?.id}`, { headers });
    const local = at.withTimeZone(iana ?? "").toPlainDateTime().toString({ smallestUnit: "second" });
    assert.deepEqual(start, { dateTime: `${local}.0000000`, timeZone: asked || "UTC" });
    assert.equal(originalStartTimeZone, windows[content.zone]);
  }
});

Deno.test("G-8, G-9: an invitation lists its organizer without an answer; a meeting's link stands in its text too", async () => {
  const { ada, desk, get } = await deskBundle();
  const events = [...ada.items("calendar").values()].map(({ id, number }) => ({ id, event: desk.calendar.at(number) }));
  const [invitation, own] = [false, true].map((isOwn) =>
    events.find(({ event }) =>
      (event?.content.myAnswer === "organizer") === isOwn && event?.content.joinUrl !== null &&
      event?.content.invited.length !== 0
    ) ?? assert.fail()
  );
  const theirs = await get(`me/events/${invitation?.id}`);
  assert.equal(theirs.isOrganizer, false);
  const [first] = theirs.attendees;
  assert.deepEqual([first.emailAddress, first.status.response], [theirs.organizer.emailAddress, "none"]);
  const mine = await get(`me/events/${own?.id}`);
  const addresses = mine.attendees.map((one: Json) => one.emailAddress.address);
  assert.ok(!addresses.includes(mine.organizer.emailAddress.address));
  assert.equal(mine.onlineMeetingUrl, null);
  assert.ok(mine.body.content.includes(mine.onlineMeeting.joinUrl));
});

Deno.test("G-10: what is not set of a contact is empty, or null by a switch; a birthday is midday", async () => {
  const { bundle, ada, desk, get } = await deskBundle();
  const { faults } = bundle.simulator;
  const item = [...ada.items("contacts").values()].find(({ number }) => {
    const { nickname, birthday } = desk.contacts.at(number)?.content ?? assert.fail();
    return nickname === "" && birthday !== "";
  });
  const read = async () => await get(`me/contacts/${item?.id}`);
  assert.deepEqual([(await read()).nickName, (await read()).otherAddress], ["", {}]);
  assert.match((await read()).birthday, /T11:59:00Z$/);
  faults.unsetAsNull = true;
  assert.equal((await read()).nickName, null);
});

Deno.test("an event that is moved out of the window is removed from the view, and still there by id", async () => {
  const { bundle, token, desk, get, ada } = await deskBundle();
  const url = `${GRAPH}/me/calendarView/delta?startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-06-01T00:00:00Z`;
  const first = await round(bundle, token, url);
  const { id } = first.items.find(({ type }) => type === "singleInstance");
  const number = ada.items("calendar").get(id)?.number ?? -1;
  desk.calendar.edit(desk.calendar.at(number) ?? assert.fail(), {
    start: "2027-01-01T09:00:00",
    end: "2027-01-01T10:00:00",
  });
  const next = await round(bundle, token, first.deltaLink);
  assert.deepEqual(next.items.map((item) => [item.id, isGone(item)]), [[id, true]]);
  assert.equal((await get(`me/events/${id}`)).id.slice(6), id.slice(6));
});

Deno.test("calendarView refuses what Graph refuses: no window, and selections", async () => {
  const { get } = await deskBundle();
  assert.equal((await get("me/calendarView/delta")).error.code, "BadRequest");
  assert.equal((await get(`me/calendarView/delta?${WINDOW}&$select=subject`)).error.code, "BadRequest");
  assert.equal(
    (await get("me/events?$select=id", { headers: { prefer: 'outlook.timezone="Nowhere"' } })).error.code,
    "BadRequest",
  );
});

Deno.test("an immutable id stays when an item moves, and both forms of an id find it", async () => {
  const { desk, get, ada } = await deskBundle();
  const [item] = [...ada.items("contacts").values()];
  assert.ok(item !== undefined);
  const plain = (await get(`me/contacts/${item.id}`)).id;
  assert.notEqual(plain, item.id);
  assert.equal((await get(`me/contacts/${plain}`)).id, plain);
  const contact = desk.contacts.at(item.number) ?? assert.fail();
  desk.contacts.move(contact, contact.container === 0 ? 1 : 0);
  assert.equal(ada.items("contacts").get(item.id)?.number, item.number);
});

Deno.test("each part wants its own permission", async () => {
  const { bundle } = await deskBundle();
  const { access_token: token } = await signIn(bundle, "ada", { scopes: "openid User.Read Mail.Read" });
  for (const path of ["me/calendars", "me/contactFolders", "me/todo/lists", "me/drive", "me/drive/root/delta"]) {
    assert.equal((await bundle.call(token, `${GRAPH}/${path}`)).status, 403, path);
  }
});

Deno.test("F-10, F-15: a lost cursor is answered as each kind does it: 410 with a place to begin again", async () => {
  const { bundle, token } = await deskBundle();
  const { faults } = bundle.simulator;
  for (
    const [path, code] of [
      [`me/calendarView/delta?${WINDOW}`, "SyncStateNotFound"],
      ["me/contacts/delta", "SyncStateNotFound"],
      ["me/todo/lists/delta", "SyncStateNotFound"],
      ["me/drive/root/delta", "resyncChangesApplyDifferences"],
    ]
  ) {
    const { deltaLink } = await round(bundle, token, `${GRAPH}/${path}`);
    faults.loseCursors = 1;
    const lost = await bundle.call(token, deltaLink);
    assert.deepEqual([lost.status, lost.body.error.code], [410, code]);
    const again = lost.headers.get("location") ?? "";
    if (!path?.startsWith("me/calendarView")) assert.equal((await bundle.call(token, again)).status, 200, again);
    assert.equal((await bundle.call(token, deltaLink)).status, 200, "only the next one was lost");
    assert.equal((await bundle.call(token, deltaLink.replace(/=.{9}/, "=xxxxxxxxx"))).status, 400);
  }
  faults.lostDriveCursor = { status: 410, code: "resyncChangesUploadDifferences" };
  const { deltaLink } = await round(bundle, token, `${GRAPH}/me/drive/root/delta`);
  faults.loseCursors = "all";
  assert.equal((await bundle.call(token, deltaLink)).body.error.code, "resyncChangesUploadDifferences");
});

Deno.test("F-13, F-18: too many requests, late data and withdrawn consent reach every part", async () => {
  const { bundle, token, desk } = await deskBundle();
  const { faults } = bundle.simulator;
  const links = await Promise.all(
    [`me/calendarView/delta?${WINDOW}`, "me/contacts/delta", "me/todo/lists/delta", "me/drive/root/delta"]
      .map(async (path) => (await round(bundle, token, `${GRAPH}/${path}`)).deltaLink),
  );
  for (const link of links) {
    faults.throttle = { next: 1, retryAfterSeconds: 7 };
    const answer = await bundle.call(token, link);
    assert.deepEqual([answer.status, answer.headers.get("retry-after")], [429, "7"]);
  }
  faults.deltaDelayMs = 5_000;
  desk.contacts.edit(desk.contacts.in(0)[0] ?? assert.fail(), { notes: "late" });
  const early = await round(bundle, token, links[1] ?? "");
  assert.deepEqual(early.items, []);
  await bundle.clock.advance(6_000);
  assert.equal((await round(bundle, token, early.deltaLink)).items.length, 1);
  faults.revokeTokens("ada");
  for (const link of links) assert.equal((await bundle.call(token, link)).status, 401);
});

Deno.test("a drive gives files by a redirect that wants no token, holds for an hour, and is real", async () => {
  const { bundle, ada, desk } = await deskBundle();
  for (const kind of ["word", "sheet", "presentation"] as const) {
    const { access_token: token } = await signIn(bundle, "ada", { scopes: "openid Files.Read" });
    const item = [...ada.items("drive").values()].find((one) => one.kind === kind) ?? assert.fail();
    const url = `${GRAPH}/me/drive/items/${item.id}/content`;
    const answer = await bundle.simulator.fetch(new Request(url, { headers: { authorization: `Bearer ${token}` } }));
    assert.equal(answer.status, 302);
    const address = answer.headers.get("location") ?? "";
    assert.ok(!address.startsWith(GRAPH));
    const file = await bundle.simulator.fetch(new Request(address));
    const bytes = await file.bytes();
    assert.equal(bytes.length, (await bundle.call(token, url.replace("/content", ""))).body.size);
    const extracted = extractHere(bytes, kind);
    assert.ok(extracted.kind === "text" && JSON.stringify(extracted.sections).includes(item.word), kind);
    const leaked = await bundle.simulator.fetch(new Request(address, { headers: { authorization: "Bearer x" } }));
    assert.equal(leaked.status, 401);
    desk.drive.trash(desk.drive.at(item.number) ?? assert.fail());
    assert.equal((await bundle.call(token, url)).status, 404);
    desk.drive.restore(desk.drive.at(item.number) ?? assert.fail());
    await bundle.clock.advance(3_600_001);
    assert.equal((await bundle.simulator.fetch(new Request(address))).status, 404);
  }
});

Deno.test("F-16, G-12: drive delta: the root on every page, tokens for the latest state, and what each kind of drive leaves out", async () => {
  const { bundle, token, desk, get } = await deskBundle();
  const { faults } = bundle.simulator;
  const first = await get("me/drive/root/delta");
  const second = (await bundle.call(token, first["@odata.nextLink"])).body;
  assert.ok([first, second].every(({ value }) => value[0].root !== undefined));
  const { body: latest } = await bundle.call(token, `${GRAPH}/me/drive/root/delta?token=latest`);
  assert.equal(latest.value.length, 1);
  for (const [driveType, removed] of [["business", "size"], ["personal", "name"]] as const) {
    faults.driveType = driveType;
    const [file, other] = desk.drive.visible().filter(({ content }) => content.kind === "word");
    assert.ok(file !== undefined && other !== undefined);
    const { deltaLink } = await round(bundle, token, latest["@odata.deltaLink"]);
    desk.drive.delete(file);
    desk.drive.rename(other, `${driveType}.docx`);
    const { items } = await round(bundle, token, deltaLink);
    const gone = items.find(isGone);
    assert.ok(removed in gone && !((removed === "size" ? "name" : "size") in gone));
    const renamed = items.find(({ name }) => name === `${driveType}.docx`);
    assert.equal("cTag" in renamed, driveType === "personal");
    assert.equal("path" in renamed.parentReference, false);
  }
});
