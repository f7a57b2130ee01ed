/** What becomes of each real payload of Google, of the token endpoints and of Pub/Sub. */
import assert from "node:assert/strict";
import { z } from "zod";
import { CalendarEvent, Contact, Email, Todo } from "../../shared/contracts/documents.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import { PushBody } from "../../shared/contracts/push.ts";
import { parseGmailNotification } from "../../shared/providers/mod.ts";
import { tokensOf } from "../../shared/providers/code_flow.ts";
import { peopleOf } from "../../shared/providers/google/addresses.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { googleUrls } from "../../shared/providers/google/config.ts";
import { readHistory } from "../../shared/providers/google/history.ts";
import { readLabelNames } from "../../shared/providers/google/labels.ts";
import { eventOf } from "../../shared/providers/google/event.ts";
import { emailOf } from "../../shared/providers/google/message.ts";
import { contactOf } from "../../shared/providers/google/person.ts";
import type { ChangePage } from "../../shared/providers/port.ts";
import { judge } from "../../shared/providers/verdict.ts";
import { openedGoogle, testDeps } from "../providers/opened.ts";
import { answerOf, scriptedMailbox } from "../providers/scripted_mailbox.ts";
import type { PayloadCheck } from "./microsoft.ts";

const UnboundEmail = Email.omit({ doc_id: true, connection_id: true });
const READING = {
  labels: {},
  address: "ben@gmail.example",
  people: peopleOf,
  toText: (html: string) => html,
  facts: () => ({ links: [], structured: [] }),
  choice: choiceOf({ choices: [] }, "mail"),
};
const URLS = googleUrls({ api_url: "" });

function message(hasBody: boolean): PayloadCheck {
  return (json) => {
    const read = emailOf(json, READING);
    assert.ok("document" in read, JSON.stringify(read));
    const mail = UnboundEmail.parse(read.document);
    const known = z.object({ id: z.string(), internalDate: z.string(), historyId: z.string() }).parse(json);
    assert.equal(mail.provider_id, known.id);
    assert.equal(Date.parse(mail.received_at), Number(known.internalDate));
    assert.equal(read.version, Number(known.historyId));
    assert.equal(mail.body !== "", hasBody);
    assert.deepEqual([mail.folder_role, mail.read], ["inbox", false]);
    assert.ok(mail.title !== "" && mail.from.address.includes("@") && mail.to.length === 1);
    assert.match(mail.internet_message_id, /^<.+>$/);
  };
}

/** A listing page names mails; each is then read by id. Here every one of them is gone. */
const listed: PayloadCheck = async (json) => {
  const mailbox = scriptedMailbox((url, request) => {
    if (url.endsWith("/profile")) return { json: { historyId: "7" } };
    if (!url.includes("/batch/")) return { json };
    const parts = [...String(request.body).matchAll(/item-(\d+)/g)].map(([, at]) =>
      `--b\r\nContent-Type: application/http\r\nContent-ID: <response-item-${at}>\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n{}\r\n`
    );
    return { text: `${parts.join("")}--b--`, headers: { "content-type": "multipart/mixed; boundary=b" } };
  });
  const page = await openedGoogle().changes(mailbox, "mail", "");
  const { messages } = z.object({ messages: z.array(z.object({ id: z.string() })) }).parse(json);
  assert.deepEqual(page.removals.map((removal) => removal.provider_id), messages.map(({ id }) => id));
  assert.deepEqual(page.enumeration, { container: "mailbox", started: true, finished: true });
};

const profile: PayloadCheck = async (json) => {
  const mailbox = scriptedMailbox((url) => ({ json: url.endsWith("/profile") ? json : {} }));
  const page = await openedGoogle().changes(mailbox, "mail", "");
  const { historyId } = z.object({ historyId: z.string() }).parse(json);
  assert.equal(z.object({ history: z.string() }).parse(JSON.parse(page.cursor)).history, historyId);
};

const history: PayloadCheck = async (json) => {
  const page = await readHistory(scriptedMailbox(() => ({ json })), URLS, { history: "1", page: "" });
  const known = z.object({ history: z.array(z.object({ id: z.string() })), historyId: z.string() }).parse(json);
  assert.equal(page?.last_record, known.history.at(-1)?.id);
  assert.equal(page?.newest, known.historyId);
  // Two mails: one was added, one changed its labels four times.
  assert.deepEqual([page?.changed.length, page?.deleted.length], [2, 0]);
};

const tooOld: PayloadCheck = async (json) => {
  assert.equal(judge(answerOf({ status: 404, json }), 0).kind, "answer");
  const mailbox = scriptedMailbox(() => ({ status: 404, json }));
  assert.equal(await readHistory(mailbox, URLS, { history: "1", page: "" }), null);
};

const labels: PayloadCheck = async (json) => {
  const names = await readLabelNames(scriptedMailbox(() => ({ json })), URLS.mailbox);
  const all = z.object({ labels: z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })) }).parse(
    json,
  );
  const own = all.labels.filter((label) => label.type === "user");
  assert.deepEqual(names, Object.fromEntries(own.map(({ id, name }) => [id, name])));
};

const watched: PayloadCheck = async (json) => {
  const request = {
    resource: "mail",
    target: "",
    subscription_id: "subscription-1",
    client_state: "client-state-of-16",
  } as const;
  const granted = await openedGoogle().subscribe(scriptedMailbox(() => ({ json })), request);
  assert.equal(Date.parse(granted.expires_at), Number(z.object({ expiration: z.string() }).parse(json).expiration));
};

/** Ours names the topic as documented, and no labels: the whole mailbox is watched. */
const watchRequest: PayloadCheck = async (json) => {
  const { topicName } = z.object({ topicName: z.string() }).parse(json);
  const mailbox = scriptedMailbox(() => ({ json: { expiration: "1772442000000" } }));
  await openedGoogle(testDeps(), { gmail_topic: topicName }).renew(mailbox, {
    resource: "mail",
    target: "",
    subscription_id: "subscription-1",
    remote_id: "watch",
  });
  assert.deepEqual(mailbox.asked[0]?.body, { topicName });
};

const pushed: PayloadCheck = (json) => {
  const notification = parseGmailNotification(PushBody.parse(json).data_base64);
  assert.ok(notification !== null && notification.address.includes("@") && /^\d+$/.test(notification.history_id));
};

const pushedData: PayloadCheck = (json) => {
  const { emailAddress, historyId } = z.object({ emailAddress: z.string(), historyId: z.string() }).parse(json);
  for (const value of [json, { emailAddress, historyId: Number(historyId) }]) {
    const data = btoa(JSON.stringify(value));
    for (const text of [data, data.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")]) {
      assert.deepEqual(parseGmailNotification(text), { address: emailAddress, history_id: historyId });
    }
  }
};

function error(status: number, kind: ReturnType<typeof judge>["kind"], retry_after_ms?: number | null): PayloadCheck {
  return (json) => {
    const verdict = judge(answerOf({ status, json }), 0);
    assert.equal(verdict.kind, kind);
    if (retry_after_ms !== undefined) {
      assert.equal(verdict.kind === "throttled" ? verdict.retry_after_ms : undefined, retry_after_ms);
    }
  };
}

/** The text names a moment: the wait is what is left until then. */
const waitUntil: PayloadCheck = (json) => {
  const { message } = z.object({ error: z.object({ message: z.string() }) }).parse(json).error;
  const at = Date.parse(/Retry after (\S+)/.exec(message)?.[1] ?? "");
  assert.deepEqual(judge(answerOf({ status: 403, json }), at - 90_000), { kind: "throttled", retry_after_ms: 90_000 });
};

const NOTHING = { refresh_token: "", scopes: [] };

const tokens: PayloadCheck = (json) => {
  const deps = testDeps();
  const known = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() }).parse(json);
  const read = tokensOf(answerOf({ json }), deps, NOTHING, "code_invalid");
  assert.equal(read.access_token, known.access_token);
  assert.equal(read.refresh_token, known.refresh_token);
  assert.equal(read.expires_at_ms, deps.clock.now() + known.expires_in * 1000);
  assert.ok(read.scopes.length > 0);
};

const invalidGrant: PayloadCheck = (json) => {
  const answer = answerOf({ status: 400, json });
  for (const code of ["needs_reauth", "code_invalid"] as const) {
    assert.throws(() => tokensOf(answer, testDeps(), NOTHING, code), { name: "PermanentError", code });
  }
};

const push: PayloadCheck = (json) => {
  const delivery = PushBody.parse(json);
  assert.ok(delivery.message_id !== "" && delivery.subscription !== "");
};

const UnboundEvent = CalendarEvent.omit({ doc_id: true, connection_id: true });
const UnboundContact = Contact.omit({ doc_id: true, connection_id: true });
const UnboundTodo = Todo.omit({ doc_id: true, connection_id: true });

/** A timed or whole-day event, with what this one has beside its time. */
function event(expected: Partial<z.infer<typeof UnboundEvent>>): PayloadCheck {
  return (json) => {
    const known = z.object({ id: z.string(), summary: z.string(), updated: z.string(), iCalUID: z.string() }).parse(
      json,
    );
    const reading = {
      calendar: { id: "testuser@example.test", name: "Mine" },
      choice: choiceOf({ choices: [] }, "calendar"),
      toText: (html: string) => html,
      cancelledOf: () => [],
    };
    const read = eventOf(json, reading);
    assert.ok("document" in read, JSON.stringify(read));
    const document = UnboundEvent.parse(read.document);
    assert.deepEqual(
      [document.provider_id, document.title, document.last_updated, document.ical_uid, document.my_response],
      [known.id, known.summary, known.updated, known.iCalUID, "organizer"],
    );
    assert.ok(document.starts_at < document.ends_at && document.url !== "" && document.created_at !== "");
    assert.equal(read.version, Date.parse(known.updated));
    for (const [field, value] of Object.entries(expected)) {
      assert.deepEqual(Object.entries(document).find(([name]) => name === field)?.[1], value, field);
    }
  };
}

/** A round of pages answered by address; every item that it names is read. */
async function roundOf(resource: ResourceName, answer: (url: string) => unknown) {
  const mailbox = scriptedMailbox((url) => ({ json: answer(url) }));
  const pages: ChangePage[] = [];
  for (let cursor = "", done = false; !done && pages.length < 10;) {
    const page = await openedGoogle().changes(mailbox, resource, cursor);
    pages.push(page);
    ({ cursor, done } = page);
  }
  const read = await Promise.all(pages.flatMap((page) => page.documents).map((item) => item.read()));
  assert.deepEqual(pages.flatMap((page) => page.refused), []);
  return {
    mailbox,
    pages,
    documents: read.map((one) => "document" in one ? one.document : assert.fail("no document")),
  };
}

const QUIET_CALENDAR = { kind: "calendar#events", nextSyncToken: "quiet" };

/** Each calendar of the list is read under its encoded id, and the list's token is kept. */
const calendarList: PayloadCheck = async (json) => {
  const { mailbox, pages } = await roundOf(
    "calendar",
    (url) => url.includes("/calendarList") ? json : QUIET_CALENDAR,
  );
  const known = z.object({ items: z.array(z.object({ id: z.string() })), nextSyncToken: z.string() }).parse(json);
  assert.deepEqual(pages.flatMap((page) => page.enumeration?.container ?? []), known.items.map(({ id }) => id));
  assert.ok(mailbox.asked.some(({ url }) => url.includes("nl.dutch%23holiday%40group.v.calendar.google.com/events")));
  const cursor = pages.at(-1)?.cursor ?? "";
  assert.ok(cursor.includes(known.nextSyncToken));
  // Google does not notify about calendars that it computes itself.
  assert.deepEqual(openedGoogle().targets("calendar", cursor), ["", "testuser@example.test"]);
};

const eventList: PayloadCheck = async (json) => {
  const list = { items: [{ id: "testuser@example.test", summary: "Mine", accessRole: "owner" }], nextSyncToken: "l" };
  const { pages, documents } = await roundOf("calendar", (url) => url.includes("/calendarList") ? list : json);
  const known = z.object({ items: z.array(z.object({ id: z.string() })), nextSyncToken: z.string() }).parse(json);
  assert.deepEqual(
    documents.map((document) => UnboundEvent.parse(document).provider_id),
    known.items.map(({ id }) => id),
  );
  assert.ok(pages.at(-1)?.cursor.includes(known.nextSyncToken));
};

function channelFor(resource: "calendar" | "drive") {
  return { resource, target: "", subscription_id: "subscription-1", client_state: "client-state-of-16" };
}

/** `expiration` comes as a text or as a number; the resource's id is what stops the channel. */
function channel(resource: "calendar" | "drive"): PayloadCheck {
  return async (json) => {
    const known = z.object({ resourceId: z.string(), expiration: z.union([z.string(), z.number()]) }).parse(json);
    const mailbox = scriptedMailbox((url) => ({
      json: url.includes("startPageToken") ? { startPageToken: "1" } : json,
    }));
    const granted = await openedGoogle().subscribe(mailbox, channelFor(resource));
    assert.equal(granted.remote_id, known.resourceId);
    assert.equal(Date.parse(granted.expires_at), Number(known.expiration));
  };
}

/** Ours has the documented members and no others. */
const channelRequest: PayloadCheck = async (json) => {
  const mailbox = scriptedMailbox(() => ({ json: { resourceId: "r", expiration: "1772442000000" } }));
  await openedGoogle().subscribe(mailbox, { ...channelFor("calendar"), target: "ada@x.example" });
  const [asked] = mailbox.asked;
  assert.equal(asked?.url, "https://www.googleapis.com/calendar/v3/calendars/ada%40x.example/events/watch");
  const ours = z.record(z.string(), z.unknown()).parse(asked?.body);
  const known = z.record(z.string(), z.unknown()).parse(json);
  assert.deepEqual(Object.keys(ours).sort(), Object.keys(known).sort());
  assert.deepEqual([ours.type, ours.address], [known.type, "https://millrace.example/webhooks/google/calendar"]);
  assert.deepEqual([ours.id, ours.token], ["subscription-1", "client-state-of-16"]);
};

const stopRequest: PayloadCheck = async (json) => {
  const { id, resourceId } = z.object({ id: z.string(), resourceId: z.string() }).parse(json);
  for (const resource of ["calendar", "drive"] as const) {
    const mailbox = scriptedMailbox(() => ({ status: 204 }));
    await openedGoogle().unsubscribe(mailbox, { resource, target: "", subscription_id: id, remote_id: resourceId });
    assert.deepEqual(mailbox.asked, [
      { url: `https://www.googleapis.com/${resource}/v3/channels/stop`, method: "POST", body: json },
    ]);
  }
};

const ADA = {
  title: "Dr. Ada Byron Lovelace",
  given_name: "Ada",
  family_name: "Lovelace",
  nickname: "Ada",
  addresses: [{ label: "work", value: "ada.lovelace@example.test" }, { label: "home", value: "ada@home.example.test" }],
  phones: [{ label: "work", value: "+31 20 123 4567" }, { label: "mobile", value: "+31 6 1234 5678" }],
  postal_addresses: [{ label: "work", value: "Keizersgracht 1, 1015 CJ Amsterdam, Netherlands" }],
  company: "Analytical Engines BV",
  job_title: "Principal Engineer",
  websites: ["https://example.test/ada"],
  birthday: "1815-12-10",
  notes: "Fixture contact for provider-google normalization.",
  last_updated: "2026-07-27T12:43:24.772Z",
};

function isAda(document: unknown): void {
  const contact = UnboundContact.parse(document);
  for (const [field, value] of Object.entries(ADA)) {
    assert.deepEqual(Object.entries(contact).find(([name]) => name === field)?.[1], value, field);
  }
}

const person: PayloadCheck = (json) => {
  const reading = {
    groups: {},
    address: "",
    choice: choiceOf({ choices: [] }, "contacts"),
    toText: (html: string) => html,
  };
  const read = contactOf(json, reading);
  assert.ok("document" in read);
  isAda(read.document);
};

/** A list or its changes; the token of its end goes into the cursor. */
function connections(names: readonly string[]): PayloadCheck {
  return async (json) => {
    const { pages, documents } = await roundOf("contacts", (url) => url.includes("/contactGroups") ? {} : json);
    assert.deepEqual(documents.map(({ title }) => title), names);
    if (names.includes(ADA.title)) isAda(documents.find(({ title }) => title === ADA.title));
    const { nextSyncToken } = z.object({ nextSyncToken: z.string() }).parse(json);
    assert.ok(pages[0]?.done === true && pages[0].cursor.includes(nextSyncToken));
  };
}

const expiredToken: PayloadCheck = async (json) => {
  const { cursor } = await openedGoogle().changes(
    scriptedMailbox(() => ({ json: { nextSyncToken: "t" } })),
    "contacts",
    "",
  );
  const lost = await openedGoogle().changes(scriptedMailbox(() => ({ status: 400, json })), "contacts", cursor);
  const again = scriptedMailbox(() => ({ json: { nextSyncToken: "t" } }));
  assert.equal((await openedGoogle().changes(again, "contacts", lost.cursor)).enumeration?.started, true);
};

/** Not a token that is too old: reading everything again would not help. */
const malformedToken: PayloadCheck = async (json) => {
  const quiet = scriptedMailbox(() => ({ json: { nextSyncToken: "t" } }));
  const { cursor } = await openedGoogle().changes(quiet, "contacts", "");
  await assert.rejects(
    openedGoogle().changes(scriptedMailbox(() => ({ status: 400, json })), "contacts", cursor),
    { code: "provider_refused" },
  );
};

/** A calendar whose token Google does not take any more is enumerated. */
const calendarLost: PayloadCheck = async (json) => {
  const list = { items: [{ id: "c", summary: "C" }], nextSyncToken: "l" };
  const { pages } = await roundOf("calendar", (url) => url.includes("/calendarList") ? list : QUIET_CALENDAR);
  let { cursor } = await openedGoogle().changes(
    scriptedMailbox(() => ({ json: { nextSyncToken: "l" } })),
    "calendar",
    pages.at(-1)?.cursor ?? "",
  );
  ({ cursor } = await openedGoogle().changes(scriptedMailbox(() => ({ status: 410, json })), "calendar", cursor));
  const again = scriptedMailbox(() => ({ json: QUIET_CALENDAR }));
  assert.equal((await openedGoogle().changes(again, "calendar", cursor)).enumeration?.started, true);
};

const taskLists: PayloadCheck = async (json) => {
  const { pages } = await roundOf("todos", (url) => url.includes("/users/@me/lists") ? json : {});
  const { items } = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(json);
  assert.deepEqual(pages.flatMap((page) => page.enumeration?.container ?? []), items.map(({ id }) => id));
};

const tasks: PayloadCheck = async (json) => {
  const known = z.object({
    items: z.array(z.object({ id: z.string(), updated: z.string(), deleted: z.boolean().optional() })),
  }).parse(json);
  const lists = { items: [{ id: "list", title: "My Tasks" }] };
  const page = (url: string) => url.includes("pageToken") ? {} : json;
  const { pages, documents } = await roundOf("todos", (url) => url.includes("/users/@me/lists") ? lists : page(url));
  const todos = documents.map((document) => UnboundTodo.parse(document));
  const living = known.items.filter(({ deleted }) => deleted !== true);
  assert.deepEqual(todos.map(({ provider_id }) => provider_id), living.map(({ id }) => id));
  for (const [at, todo] of todos.entries()) {
    assert.deepEqual([todo.last_updated, todo.list_name], [living[at]?.updated, "My Tasks"]);
    assert.equal(todo.status === "completed", todo.completed_at !== "");
  }
  // Read once more as changes, the deleted ones are removals.
  const cursor = pages.at(-1)?.cursor ?? "";
  const listed = await openedGoogle().changes(scriptedMailbox(() => ({ json: lists })), "todos", cursor);
  const changes = await openedGoogle().changes(scriptedMailbox(() => ({ json })), "todos", listed.cursor);
  assert.deepEqual(
    changes.removals.map(({ provider_id }) => provider_id),
    known.items.filter(({ deleted }) => deleted === true).map(({ id }) => id),
  );
};

/** By file name, without its ending. */
export const GOOGLE_PAYLOADS: Readonly<Record<string, PayloadCheck>> = {
  "gmail-message-full-textplain": message(true),
  "gmail-message-metadata": message(false),
  "gmail-message-raw": (json) => {
    const read = emailOf(json, READING);
    assert.equal("field" in read && read.field, "payload");
  },
  "gmail-messages-list": listed,
  "gmail-profile": profile,
  "gmail-history-list": history,
  "gmail-error-404-history-expired": tooOld,
  "gmail-labels": labels,
  "gmail-watch-request": watchRequest,
  "gmail-watch-response": watched,
  "gmail-push-data-decoded": pushedData,
  "gmail-push-pubsub-wrapped": pushed,
  "gmail-push-pubsub-wrapped-both-casings": pushed,
  "gmail-error-403-dailyLimitExceeded": error(403, "throttled", 3_600_000),
  "gmail-error-403-domainPolicy": error(403, "answer"),
  "google-error-401-unauthorized": error(401, "unauthorised"),
  "google-error-403-insufficientPermissions": error(403, "answer"),
  "google-error-403-rateLimit-gmail": waitUntil,
  "google-error-429-rateLimit": error(429, "throttled", null),
  "gcal-error-403-quotaExceeded": error(403, "throttled", 600_000),
  "gcal-error-403-rateLimitExceeded": error(403, "throttled", null),
  "gcal-error-403-userRateLimitExceeded": error(403, "throttled", null),
  "gcal-error-410-fullSyncRequired": calendarLost,
  "gcal-error-410-fullSyncRequired-fixture": calendarLost,
  "gcal-error-410-updatedMinTooLongAgo": calendarLost,
  "people-error-400-EXPIRED_SYNC_TOKEN": expiredToken,
  "people-error-400-syncToken-malformed": malformedToken,
  "drive-watch-response-recorded": channel("drive"),
  "gcal-calendarList": calendarList,
  "gcal-event-allDay": event({ kind: "single", all_day: true, start_date: "2026-08-05", end_date: "2026-08-06" }),
  "gcal-event-conferenceData-meet": event({
    kind: "single",
    online_url: "https://meet.google.com/aaa-bbbb-ccc",
    online_provider: "Google Meet",
    starts_at: "2026-08-04T13:00:00.000Z",
  }),
  "gcal-event-recurring-master": event({
    kind: "series",
    recurrence: ["RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=MO"],
    time_zone: "Europe/Amsterdam",
  }),
  "gcal-event-single": event({
    kind: "single",
    body: "A one-off meeting.",
    location: "Room 1",
    attendees: [{ name: "", address: "guest@example.test", response: "none", role: "required" }],
    organizer: { name: "", address: "testuser@example.test" },
  }),
  "gcal-events-list-nextSyncToken": eventList,
  "gcal-watch-request": channelRequest,
  "gcal-watch-response-doc": channel("calendar"),
  "google-channels-stop-request": stopRequest,
  "gtasks-list-incremental-completed-deleted": tasks,
  "gtasks-list-page": tasks,
  "gtasks-tasklists": taskLists,
  "people-connections-incremental": connections([ADA.title]),
  "people-connections-incremental-nochange": connections([]),
  "people-connections-list": connections(["Test User", ADA.title]),
  "people-person": person,
  "oauth-google-token-response": tokens,
  "oauth-ms-token-response": tokens,
  "oauth-google-error-invalid_grant": invalidGrant,
  "oauth-ms-error-invalid_grant": invalidGrant,
  "pubsub-push-wrapped-full": push,
  "pubsub-push-wrapped-minimal": push,
  "pubsub-push-wrapped-no-data": push,
  "pubsub-push-dead-letter-forwarded": push,
};
