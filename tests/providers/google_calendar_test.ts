/** Rounds over a scripted calendar: which requests are made, and what the answers mean. */
import assert from "node:assert/strict";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import type { ChangePage, ItemName, Mailbox } from "../../shared/providers/port.ts";
import { openedGoogle } from "./opened.ts";
import { type ScriptedAnswer, scriptedMailbox } from "./scripted_mailbox.ts";

const BASE = "https://www.googleapis.com/calendar/v3";
const ADA = "ada@x.example";
const TEAM = "team#1@group.calendar.google.com";
const HOLIDAYS = "de#holiday@group.v.calendar.google.com";

interface Script {
  list?: (query: URLSearchParams) => ScriptedAnswer;
  events?: (calendar: string, query: URLSearchParams) => ScriptedAnswer;
  /** By `{calendar}/{event}`. */
  found?: Record<string, unknown>;
  choice?: Partial<ResourceChoice>;
}

const entry = (id: string, over: object = {}) => ({ id, summary: `Calendar ${id}`, accessRole: "owner", ...over });

function scripted(script: Script) {
  const mailbox = scriptedMailbox((url, request) => {
    const { pathname, searchParams } = new URL(url);
    if (pathname === "/batch/calendar/v3") return batch(String(request.body), script.found ?? {});
    if (pathname === "/calendar/v3/users/me/calendarList") {
      return script.list?.(searchParams) ?? { json: { items: [entry(ADA)], nextSyncToken: "list-1" } };
    }
    const calendar = /^\/calendar\/v3\/calendars\/([^/]+)\/events$/.exec(pathname)?.[1];
    assert.ok(calendar !== undefined, url);
    return script.events?.(decodeURIComponent(calendar), searchParams) ?? { json: { nextSyncToken: "events-1" } };
  });
  const choices = script.choice === undefined
    ? []
    : [{ ...choiceOf({ choices: [] }, "calendar"), ...script.choice, resource: "calendar" as const }];
  return { ...mailbox, connection: { ...mailbox.connection, choices } };
}

function batch(body: string, found: Record<string, unknown>): ScriptedAnswer {
  const parts = [...body.matchAll(/item-(\d+)>\r\n\r\nGET \/calendar\/v3\/calendars\/([^/]+)\/events\/(\S+)/g)].map(
    ([, at, calendar = "", id = ""]) => {
      const item = found[`${decodeURIComponent(calendar)}/${decodeURIComponent(id)}`];
      const status = item === undefined ? "404 Not Found" : item === "away" ? "503 Away" : "200 OK";
      return `--b\r\nContent-Type: application/http\r\nContent-ID: <response-item-${at}>\r\n\r\nHTTP/1.1 ${status}\r\n` +
        `Content-Type: application/json\r\n\r\n${JSON.stringify(item ?? {})}\r\n`;
    },
  );
  return { text: `${parts.join("")}--b--`, headers: { "content-type": "multipart/mixed; boundary=b" } };
}

async function round(mailbox: Mailbox, cursor = ""): Promise<{ pages: ChangePage[]; cursor: string }> {
  const pages: ChangePage[] = [];
  for (let next = cursor;;) {
    assert.ok(pages.length < 40, "the round ends");
    const page = await openedGoogle().changes(mailbox, "calendar", next);
    pages.push(page);
    next = page.cursor;
    if (page.done) return { pages, cursor: next };
  }
}

const idsOf = (items: readonly ItemName[]) => items.map(({ provider_id }) => provider_id);
const allOf = (pages: readonly ChangePage[], list: "documents" | "removals" | "partial") =>
  pages.flatMap((page) => idsOf(page[list]));

Deno.test("calendar: a first round reads the list and enumerates each calendar, with the documented parameters", async () => {
  const mailbox = scripted({
    list: (query) =>
      query.has("syncToken")
        ? { json: { nextSyncToken: "list=2" } }
        : query.get("pageToken") === "p2"
        ? { json: { items: [entry(TEAM), { summary: "no id" }], nextSyncToken: "list=1&" } }
        : {
          json: {
            items: [entry(ADA), entry("busy@x.example", { accessRole: "freeBusyReader" })],
            nextPageToken: "p2",
          },
        },
    events: (calendar, query) =>
      calendar === ADA && !query.has("pageToken") && !query.has("syncToken")
        ? { json: { items: [{ id: "a1" }], nextPageToken: "e=2" } }
        : { json: { items: [{ id: "x1" }, { status: "confirmed" }], nextSyncToken: "events-1" } },
  });
  const { pages, cursor } = await round(mailbox);
  assert.deepEqual(mailbox.asked.map(({ url }) => url), [
    `${BASE}/users/me/calendarList?maxResults=250&showHidden=true`,
    `${BASE}/users/me/calendarList?maxResults=250&showHidden=true&pageToken=p2`,
    `${BASE}/calendars/ada%40x.example/events?maxResults=250&singleEvents=false`,
    `${BASE}/calendars/ada%40x.example/events?maxResults=250&singleEvents=false&pageToken=e%3D2`,
    `${BASE}/calendars/team%231%40group.calendar.google.com/events?maxResults=250&singleEvents=false`,
  ]);
  assert.deepEqual(pages.map((page) => page.enumeration), [
    null,
    null,
    { container: ADA, started: true, finished: false },
    { container: ADA, started: false, finished: true },
    { container: TEAM, started: true, finished: true },
  ]);
  assert.deepEqual(allOf(pages, "documents"), ["a1", "x1", "x1"]);
  assert.equal(pages.flatMap((page) => page.refused).length, 2);

  mailbox.asked.length = 0;
  await round(mailbox, cursor);
  assert.deepEqual(mailbox.asked.map(({ url }) => new URL(url).searchParams.get("syncToken")), [
    "list=1&",
    "events-1",
    "events-1",
  ]);
});

Deno.test("calendar: its targets are the list and each calendar that Google notifies about", async () => {
  const mailbox = scripted({
    list: () => ({ json: { items: [entry(ADA), entry(TEAM), entry(HOLIDAYS)], nextSyncToken: "l" } }),
    choice: { containers_out: [TEAM] },
  });
  assert.deepEqual(openedGoogle().targets("calendar", ""), [""]);
  const { cursor } = await round(mailbox);
  assert.deepEqual(openedGoogle().targets("calendar", cursor), ["", ADA]);
  assert.equal(openedGoogle().idScope("calendar"), "container");
});

Deno.test("calendar: a lost sync token enumerates that calendar anew, and no other", async () => {
  let lost = false;
  for (const status of [410, 400]) {
    lost = false;
    const mailbox = scripted({
      list: () => ({ json: { items: [entry(ADA), entry(TEAM)], nextSyncToken: "l" } }),
      events: (calendar, query) => {
        if (lost && calendar === ADA && query.has("syncToken")) return { status, json: {} };
        return { json: { items: [], nextSyncToken: "e" } };
      },
    });
    const { cursor } = await round(mailbox);
    lost = true;
    const { pages } = await round(mailbox, cursor);
    assert.deepEqual(pages.flatMap((page) => page.enumeration ?? []), [
      { container: ADA, started: true, finished: true },
    ]);
  }
});

Deno.test("calendar: a calendar whose pages are lost again and again is given up for now", async () => {
  const mailbox = scripted({
    events: (_, query) =>
      query.has("pageToken") ? { status: 410, json: {} } : { json: { items: [{ id: "a" }], nextPageToken: "p" } },
  });
  await assert.rejects(round(mailbox), { code: "provider_away", retry_after_ms: 600_000 });
});

Deno.test("calendar: a lost token of the list reads it whole, and finds the calendar that is gone", async () => {
  let later = false;
  const mailbox = scripted({
    list: (query) => {
      if (!later) return { json: { items: [entry(ADA), entry(TEAM)], nextSyncToken: "l1" } };
      return query.has("syncToken") ? { status: 410 } : { json: { items: [entry(ADA)], nextSyncToken: "l2" } };
    },
  });
  const { cursor } = await round(mailbox);
  later = true;
  const { pages, cursor: after } = await round(mailbox, cursor);
  assert.deepEqual(pages.flatMap((page) => page.gone_containers), [TEAM]);
  assert.deepEqual(openedGoogle().targets("calendar", after), ["", ADA]);
});

Deno.test("calendar: the list's changes bring, rename and take calendars", async () => {
  const answers: unknown[] = [
    { items: [entry(ADA), entry(TEAM)], nextSyncToken: "l1" },
    { items: [entry(TEAM, { deleted: true }), entry("new@x.example"), entry(ADA, { summaryOverride: "Mine" })] },
    {},
  ];
  const mailbox = scripted({ list: () => ({ json: { nextSyncToken: "l", ...Object(answers.shift()) } }) });
  const first = await round(mailbox);
  const second = await round(mailbox, first.cursor);
  assert.deepEqual(second.pages.flatMap((page) => page.gone_containers), [TEAM]);
  assert.deepEqual(second.pages.flatMap((page) => page.enumeration?.container ?? []), [ADA, "new@x.example"]);
  const third = await round(mailbox, second.cursor);
  assert.deepEqual(third.pages.map((page) => page.enumeration), [null, null, null]);
});

Deno.test("calendar: one that can't be read is in doubt once, and the others are read", async () => {
  let gone = false;
  for (const refusal of [{ status: 404 }, { status: 403, json: { error: { errors: [{ reason: "forbidden" }] } } }]) {
    gone = false;
    const mailbox = scripted({
      list: () => ({ json: { items: [entry(ADA), entry(TEAM)], nextSyncToken: "l" } }),
      events: (calendar) => gone && calendar === ADA ? refusal : { json: { items: [], nextSyncToken: "e" } },
    });
    let { cursor } = await round(mailbox);
    gone = true;
    const doubts: string[] = [];
    for (let rounds = 0; rounds < 2; rounds++) {
      const next = await round(mailbox, cursor);
      doubts.push(...next.pages.flatMap((page) => page.gone_containers));
      cursor = next.cursor;
    }
    assert.deepEqual(doubts, [ADA]);
    gone = false;
    const back = await round(mailbox, cursor);
    assert.deepEqual(back.pages.flatMap((page) => page.enumeration?.container ?? []), [ADA]);
  }
});

Deno.test("calendar: a missing grant is no calendar that is gone", async () => {
  const mailbox = scripted({
    events: () => ({ status: 403, json: { error: { errors: [{ reason: "insufficientPermissions" }] } } }),
  });
  await assert.rejects(round(mailbox), { code: "provider_refused" });
});

Deno.test("calendar: cancelled events are removals, with and without details, and the last word on an event counts", async () => {
  const pages = [
    { items: [{ id: "e1" }, { id: "e2" }], nextSyncToken: "1" },
    {
      items: [
        { id: "e1", status: "cancelled" },
        { id: "e2", status: "cancelled", summary: "Old", start: { date: "2026-01-01" } },
        { id: "e2", status: "confirmed" },
        { id: "e3", status: "confirmed" },
        { id: "e3", status: "cancelled" },
      ],
      nextSyncToken: "2",
    },
  ];
  const mailbox = scripted({ events: () => ({ json: pages.shift() }) });
  const first = await round(mailbox);
  const second = await round(mailbox, first.cursor);
  assert.deepEqual(allOf(second.pages, "documents"), ["e2"]);
  assert.deepEqual(second.pages.flatMap((page) => page.removals), [
    { provider_id: "e1", container: ADA, doc_type: "calendar" },
    { provider_id: "e3", container: ADA, doc_type: "calendar" },
  ]);
});

const series = { id: "s", recurrence: ["RRULE:FREQ=DAILY"], start: { dateTime: "2026-08-01T09:00:00Z" } };
const planned = (day: string) => ({
  recurringEventId: "s",
  originalStartTime: { dateTime: `2026-08-${day}T09:00:00Z` },
});
const changed = { id: "s_20260803T090000Z", ...planned("03") };
const cancelled = { id: "s_20260804T090000Z", status: "cancelled", ...planned("04") };

async function recurrenceIn(page: ChangePage, id: string) {
  const read = await page.documents.find(({ provider_id }) => provider_id === id)?.read();
  assert.ok(read !== undefined && "document" in read && read.document.doc_type === "calendar");
  return read.document.recurrence;
}

Deno.test("calendar: an occurrence that was taken out is told by its series, wherever the page has it", async () => {
  const answers = [
    { items: [cancelled, series], nextSyncToken: "1" },
    { items: [{ ...cancelled, id: "s_20260805T090000Z", ...planned("05") }], nextSyncToken: "2" },
    { items: [{ id: "s_20260805T090000Z", ...planned("05") }], nextSyncToken: "3" },
    { items: [cancelled], nextSyncToken: "4" },
  ];
  const mailbox = scripted({
    events: () => ({ json: answers.shift() }),
    found: { [`${ADA}/s`]: series, [`${ADA}/${cancelled.id}`]: cancelled },
  });
  const first = await round(mailbox);
  const [, page] = first.pages;
  assert.ok(page !== undefined);
  assert.deepEqual(await recurrenceIn(page, "s"), ["RRULE:FREQ=DAILY", "EXDATE:20260804T090000Z"]);
  assert.deepEqual([allOf(first.pages, "partial"), allOf(first.pages, "removals")], [[], []]);

  const second = await round(mailbox, first.cursor);
  assert.deepEqual(allOf(second.pages, "partial"), ["s"]);
  assert.deepEqual(allOf(second.pages, "removals"), ["s_20260805T090000Z"]);
  const items = ["s", cancelled.id].map((provider_id) => ({ provider_id, container: ADA }));
  const [found, gone] = await openedGoogle().lookup(mailbox, "calendar", items, second.cursor);
  assert.ok(found?.kind === "found" && found.read.document.doc_type === "calendar");
  assert.deepEqual(found.read.document.recurrence, [
    "RRULE:FREQ=DAILY",
    "EXDATE:20260804T090000Z",
    "EXDATE:20260805T090000Z",
  ]);
  assert.equal(gone?.kind, "gone");

  const third = await round(mailbox, second.cursor);
  assert.deepEqual([allOf(third.pages, "partial"), allOf(third.pages, "documents")], [["s"], ["s_20260805T090000Z"]]);
  // Nothing new: nobody has to read the series again.
  const fourth = await round(mailbox, third.cursor);
  assert.deepEqual(allOf(fourth.pages, "partial"), []);
});

Deno.test("calendar: the exceptions of a series go with it, although nobody names them", async () => {
  const answers = [
    { items: [series, changed, cancelled], nextSyncToken: "1" },
    { items: [{ id: "s", status: "cancelled" }], nextSyncToken: "2" },
  ];
  const mailbox = scripted({ events: () => ({ json: answers.shift() }) });
  const { cursor } = await round(mailbox);
  assert.deepEqual(allOf((await round(mailbox, cursor)).pages, "removals"), ["s", changed.id]);
});

Deno.test("calendar: what a choice leaves out is said once, and what it takes back is enumerated", async () => {
  const list = () => ({ json: { items: [entry(ADA), entry(TEAM)], nextSyncToken: "l" } });
  const first = await round(scripted({ list }));
  const out = { list, choice: { containers_out: [TEAM] } };
  const second = await round(scripted(out), first.cursor);
  assert.deepEqual(second.pages.flatMap((page) => page.left_out_containers ?? []), [TEAM]);
  const third = await round(scripted(out), second.cursor);
  assert.deepEqual(third.pages.flatMap((page) => page.left_out_containers ?? []), []);
  assert.deepEqual(
    await openedGoogle().lookup(scripted(out), "calendar", [{ provider_id: "e", container: TEAM }], third.cursor),
    [{ kind: "left_out" }],
  );
  const fourth = await round(scripted({ list }), third.cursor);
  assert.deepEqual(fourth.pages.flatMap((page) => page.enumeration?.container ?? []), [TEAM]);
  for (
    const choice of [{ since: "2026-01-01T00:00:00.000Z" }, { bodies: false }, { private_events: "busy" as const }]
  ) {
    const deeper = await round(scripted({ list, choice }), fourth.cursor);
    assert.deepEqual(deeper.pages.flatMap((page) => page.enumeration?.container ?? []), [ADA, TEAM]);
  }
});

Deno.test("calendar: lookup() tells found, gone, left out, refused and unknown, in the order of the items", async () => {
  const mailbox = scripted({
    found: {
      [`${ADA}/found`]: { id: "found", summary: "Found" },
      [`${ADA}/cancelled`]: { id: "cancelled", status: "cancelled" },
      [`${ADA}/bad`]: { id: "bad", attendees: 1 },
      [`${ADA}/away`]: "away",
      [`${ADA}/old`]: { id: "old", end: { date: "2020-01-01" } },
    },
    choice: { since: "2021-01-01T00:00:00.000Z" },
  });
  const items = ["away", "found", "cancelled", "missing", "bad", "old"].map((provider_id) => ({
    provider_id,
    container: ADA,
  }));
  const { cursor } = await round(mailbox);
  const answers = await openedGoogle().lookup(
    mailbox,
    "calendar",
    [...items, { provider_id: "x", container: TEAM }],
    cursor,
  );
  assert.deepEqual(answers.map(({ kind }) => kind), [
    "unknown",
    "found",
    "gone",
    "gone",
    "refused",
    "left_out",
    "gone",
  ]);
  assert.equal(mailbox.asked.filter(({ method }) => method === "POST").length, 1);
  // Without a cursor nobody knows which calendars there are.
  const [asked] = await openedGoogle().lookup(mailbox, "calendar", [{ provider_id: "found", container: ADA }]);
  assert.equal(asked?.kind, "found");
});
