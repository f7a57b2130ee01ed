/** What becomes of each real payload of Microsoft. Nothing of a payload's text stands here: only what follows from it. */
import assert from "node:assert/strict";
import { z } from "zod";
import { CalendarEvent, Contact, Email, Todo } from "../../shared/contracts/documents.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import { parseNotifications } from "../../shared/providers/mod.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { readBatch } from "../../shared/providers/microsoft/batch.ts";
import { contactOf } from "../../shared/providers/microsoft/contact.ts";
import { eventOf } from "../../shared/providers/microsoft/event.ts";
import { isLost } from "../../shared/providers/microsoft/graph.ts";
import { emailOf } from "../../shared/providers/microsoft/message.ts";
import { taskOf } from "../../shared/providers/microsoft/task.ts";
import type { ChangePage, ItemReading } from "../../shared/providers/port.ts";
import { judge } from "../../shared/providers/verdict.ts";
import { openedMicrosoft, testDeps } from "../providers/opened.ts";
import { answerOf, type ScriptedAnswer, scriptedMailbox } from "../providers/scripted_mailbox.ts";

/** Asserts what one payload becomes. */
export type PayloadCheck = (json: unknown) => void | Promise<void>;

const UNBOUND = { doc_id: true, connection_id: true } as const;
const UnboundEmail = Email.omit(UNBOUND);
const UnboundEvent = CalendarEvent.omit(UNBOUND);
const UnboundContact = Contact.omit(UNBOUND);
const UnboundTodo = Todo.omit(UNBOUND);
const FOLDER = { id: "folder-1", displayName: "One" };
const DELTA_LINK = "https://graph.microsoft.com/v1.0/me/mailFolders('folder-1')/messages/delta?$deltatoken=kept";

const HTML = { toText: (html: string) => html, facts: () => ({ links: [], structured: [] }) };
const PLACE = {
  container: "container-1",
  containers: new Map(),
  choice: choiceOf({ choices: [] }, "mail"),
  html: HTML,
};

function email(json: unknown): z.infer<typeof UnboundEmail> {
  const read = emailOf(json, PLACE);
  assert.ok("document" in read, JSON.stringify(read));
  return UnboundEmail.parse(read.document);
}

/** The page that an answer becomes when a folder's delta gives it, in an enumeration or after one. */
async function deltaPage(answer: ScriptedAnswer, enumerated: boolean): Promise<ChangePage> {
  let reads = 0;
  const mailbox = scriptedMailbox((url) => {
    if (url.endsWith("/$batch")) return { json: { responses: [] } };
    if (url.includes("/mailFolders/delta")) {
      return { json: { value: reads === 0 ? [FOLDER] : [], "@odata.deltaLink": `${url}&again` } };
    }
    if (enumerated && reads++ === 0) return { json: { value: [], "@odata.deltaLink": DELTA_LINK } };
    return answer;
  });
  const provider = openedMicrosoft();
  let cursor = "";
  for (let calls = enumerated ? 3 : 1; calls > 0; calls--) {
    cursor = (await provider.changes(mailbox, "mail", cursor)).cursor;
  }
  return await provider.changes(mailbox, "mail", cursor);
}

function documentOf(read: ItemReading): unknown {
  assert.ok("document" in read, JSON.stringify(read));
  return read.document;
}

type UnboundEvent = z.infer<typeof UnboundEvent>;

/** An event becomes a document whose times and people are those of the payload. */
function event(expected: Partial<UnboundEvent> = {}): PayloadCheck {
  return (json) => {
    const read = UnboundEvent.parse(documentOf(eventOf(json, PLACE)));
    const known = z.looseObject({
      id: z.string(),
      subject: z.string(),
      start: z.object({ dateTime: z.string(), timeZone: z.string() }),
      isAllDay: z.boolean().default(false),
      organizer: z.object({ emailAddress: z.object({ address: z.string() }) }),
      attendees: z.array(z.object({ emailAddress: z.object({ address: z.string() }) })),
    }).parse(json);
    const invited = known.attendees.map(({ emailAddress }) => emailAddress.address.toLowerCase());
    assert.deepEqual([read.provider_id, read.title, read.all_day], [known.id, known.subject, known.isAllDay]);
    assert.equal(read.organizer.address, known.organizer.emailAddress.address.toLowerCase());
    assert.deepEqual(
      read.attendees.map(({ address }) => address),
      invited.filter((address) => address !== read.organizer.address),
    );
    if (known.start.timeZone === "UTC") {
      assert.equal(Date.parse(read.starts_at), Date.parse(`${known.start.dateTime}Z`));
    }
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(Object.entries(read).find(([member]) => member === name)?.[1], value, name);
    }
  };
}

/** A page that a calendar, a folder or a list answers, once it is known. */
async function containerPage(resource: ResourceName, json: unknown): Promise<ChangePage> {
  const mailbox = scriptedMailbox((url) => {
    if (/(calendars|contactFolders\/delta|lists\/delta)(\?|$)/.test(url)) {
      return { json: { value: [{ id: "container-1", name: "One", displayName: "One" }], "@odata.deltaLink": url } };
    }
    return { json };
  });
  const provider = openedMicrosoft();
  const { cursor } = await provider.changes(mailbox, resource, "");
  return await provider.changes(mailbox, resource, cursor);
}

function items(
  resource: ResourceName,
  schema: z.ZodType<{ provider_id: string }>,
  expected: { documents?: number; removals?: number; partial?: number; refused?: number },
): PayloadCheck {
  return async (json) => {
    const page = await containerPage(resource, json);
    const counts = [page.documents.length, page.removals.length, page.partial.length, page.refused.length];
    const { documents = 0, removals = 0, partial = 0, refused = 0 } = expected;
    assert.deepEqual(counts, [documents, removals, partial, refused]);
    for (const item of page.documents) {
      assert.equal(schema.parse(documentOf(await item.read())).provider_id, item.provider_id);
    }
  };
}

/** A view lists occurrences with nothing but their times: they and the series that they belong to are told apart. */
const instances: PayloadCheck = async (json) => {
  const page = await containerPage("calendar", json);
  const { value } = z.object({
    value: z.array(z.object({ id: z.string(), type: z.string(), seriesMasterId: z.string() })),
  })
    .parse(json);
  const exceptions = value.filter(({ type }) => type === "exception");
  const series = new Set(value.map(({ seriesMasterId }) => seriesMasterId));
  assert.deepEqual(
    page.partial.map(({ provider_id }) => provider_id).toSorted(),
    [...exceptions.map(({ id }) => id), ...series].toSorted(),
  );
  assert.equal(page.documents.length, value.length - exceptions.length);
  for (const item of page.documents) assert.ok("left_out" in await item.read());
};

const contact: PayloadCheck = (json) => {
  const read = UnboundContact.parse(documentOf(contactOf(json, PLACE)));
  const known = z.looseObject({
    displayName: z.string(),
    birthday: z.string(),
    emailAddresses: z.array(z.object({ address: z.string() })),
    businessPhones: z.array(z.string()),
  }).parse(json);
  assert.deepEqual([read.title, read.birthday], [known.displayName, known.birthday.slice(0, 10)]);
  assert.deepEqual(
    read.addresses.map(({ value }) => value),
    known.emailAddresses.map(({ address }) => address.toLowerCase()),
  );
  assert.deepEqual(
    read.phones.filter(({ label }) => label === "work").map(({ value }) => value),
    known.businessPhones,
  );
};

const task: PayloadCheck = (json) => {
  const read = UnboundTodo.parse(documentOf(taskOf(json, PLACE)));
  const known = z.looseObject({
    title: z.string(),
    status: z.literal("notStarted"),
    importance: z.literal("low"),
    dueDateTime: z.object({ dateTime: z.string() }),
  }).parse(json);
  assert.deepEqual([read.title, read.status, read.importance], [known.title, "open", known.importance]);
  assert.equal(read.due_date, known.dueDateTime.dateTime.slice(0, 10));
};

/** A list of containers is where the reading of each begins. */
function containers(resource: ResourceName, unlisted: number): PayloadCheck {
  return async (json) => {
    const provider = openedMicrosoft();
    const { cursor, done } = await provider.changes(scriptedMailbox(() => ({ json })), resource, "");
    const { value } = z.object({ value: z.array(z.object({ id: z.string() })) }).parse(json);
    const known = z.object({ containers: z.array(z.object({ id: z.string(), name: z.string().min(1) })) });
    const ids = known.parse(JSON.parse(cursor)).containers.map(({ id }) => id);
    assert.equal(ids.length, value.length + unlisted);
    assert.deepEqual(ids.slice(unlisted), value.map(({ id }) => id));
    assert.equal(done, false);
    assert.deepEqual(provider.targets(resource, cursor), resource === "todos" ? ids : [""]);
  };
}

const message: PayloadCheck = (json) => {
  const mail = email(json);
  const { id, subject, lastModifiedDateTime } = z.object({
    id: z.string(),
    subject: z.string(),
    lastModifiedDateTime: z.string().optional(),
  }).parse(json);
  assert.deepEqual([mail.provider_id, mail.title], [id, subject]);
  if (lastModifiedDateTime !== undefined) {
    assert.equal(Date.parse(mail.last_updated), Date.parse(lastModifiedDateTime));
  }
  assert.ok(mail.from.address === "" || mail.from.address === mail.from.address.toLowerCase());
};

const stateOnly: PayloadCheck = (json) => {
  const mail = email(json);
  assert.deepEqual([mail.title, mail.body, mail.from], ["", "", { name: "", address: "" }]);
};

function delta(expected: { documents?: number; removals?: number; partial?: number; done: boolean }): PayloadCheck {
  return async (json) => {
    for (const enumerated of [false, true]) {
      const page = await deltaPage({ json }, enumerated);
      assert.equal(page.documents.length, expected.documents ?? 0);
      assert.equal(page.removals.length, expected.removals ?? 0);
      assert.equal(page.partial.length, expected.partial ?? 0);
      assert.equal(page.done, expected.done);
      assert.deepEqual(page.refused, []);
      assert.deepEqual(
        page.enumeration,
        enumerated ? null : { container: FOLDER.id, started: true, finished: expected.done },
      );
      for (const item of page.documents) {
        const read = await item.read();
        assert.ok("document" in read, JSON.stringify(read));
        assert.equal(UnboundEmail.parse(read.document).provider_id, item.provider_id);
      }
    }
  };
}

function folders(named: number): PayloadCheck {
  return async (json) => {
    const mailbox = scriptedMailbox((url) => url.endsWith("/$batch") ? { json: { responses: [] } } : { json });
    const { cursor } = await openedMicrosoft().changes(mailbox, "mail", "");
    const known = z.object({ containers: z.array(z.object({ name: z.string().min(1) })) }).parse(JSON.parse(cursor));
    assert.equal(known.containers.length, named);
  };
}

function error(status: number, verdict: ReturnType<typeof judge>["kind"], lost: boolean): PayloadCheck {
  return (json) => {
    const answer = answerOf({ status, json });
    assert.equal(judge(answer, 0).kind, verdict);
    assert.equal(isLost(answer), lost);
  };
}

/** A lost link becomes the beginning of an enumeration, not an error. */
function lostError(status: number): PayloadCheck {
  return async (json) => {
    error(status, "answer", true)(json);
    const page = await deltaPage({ status, json }, true);
    assert.deepEqual(page.enumeration, { container: FOLDER.id, started: true, finished: false });
    assert.equal(page.done, false);
  };
}

function notifications(items: number, lifecycle = "", change = ""): PayloadCheck {
  return (json) => {
    const parsed = parseNotifications(json);
    assert.deepEqual([parsed.valid, parsed.items.length, parsed.skipped], [true, items, 0]);
    const { value } = z.object({ value: z.array(z.object({ subscriptionId: z.string() })) }).parse(json);
    assert.deepEqual(parsed.items.map((item) => item.remote_id), value.map((item) => item.subscriptionId));
    for (const item of parsed.items) assert.deepEqual([item.lifecycle, item.change], [lifecycle, change]);
  };
}

const REQUEST = {
  resource: "mail",
  target: "",
  subscription_id: "subscription-1",
  client_state: "client-state-of-16",
} as const;

const created: PayloadCheck = async (json) => {
  const granted = await openedMicrosoft().subscribe(scriptedMailbox(() => ({ status: 201, json })), REQUEST);
  const { id, expirationDateTime } = z.object({ id: z.string(), expirationDateTime: z.string() }).parse(json);
  assert.deepEqual([granted.remote_id, Date.parse(granted.expires_at)], [id, Date.parse(expirationDateTime)]);
};

/** What we send has the members of the documented request, and no others but one. */
const createRequest: PayloadCheck = async (json) => {
  const mailbox = scriptedMailbox(() => ({
    status: 201,
    json: { id: "remote", expirationDateTime: "2026-03-09T09:00:00Z" },
  }));
  await openedMicrosoft().subscribe(mailbox, REQUEST);
  const documented = Object.keys(z.record(z.string(), z.unknown()).parse(json));
  const sent = Object.keys(z.record(z.string(), z.unknown()).parse(mailbox.asked[0]?.body));
  assert.deepEqual(sent.toSorted(), [...documented, "latestSupportedTlsVersion"].toSorted());
};

/** A conflict lists what is there; subscriptions of others are left alone, and the second refusal is permanent. */
function conflict(listed: unknown, refused: unknown): Promise<void> {
  const mailbox = scriptedMailbox((_, request) =>
    request.method === "POST" ? { status: 409, json: refused } : { json: listed }
  );
  return assert.rejects(openedMicrosoft().subscribe(mailbox, REQUEST), { code: "subscription_refused" }).then(() =>
    assert.deepEqual(mailbox.asked.map(({ method = "GET" }) => method), ["POST", "GET", "POST"])
  );
}

const me: PayloadCheck = async (json) => {
  const provider = openedMicrosoft(testDeps(() => Promise.resolve(Response.json(json))));
  const account = await provider.oauth.account("token");
  const { id, mail } = z.object({ id: z.string(), mail: z.string() }).parse(json);
  assert.deepEqual(account, { account_id: id, address: mail.toLowerCase() });
};

const batchAnswer: PayloadCheck = async (json) => {
  const answers = await readBatch({
    deps: testDeps(),
    mailbox: scriptedMailbox(() => ({ json })),
    base: "https://graph.test",
  }, [
    "/a",
    "/b",
    "/c",
  ], {});
  assert.deepEqual(answers.map((answer) => answer?.status), [undefined, 429, 200]);
};

/** Ours has the documented form. */
const batchRequest: PayloadCheck = async (json) => {
  const Form = z.object({
    requests: z.array(z.object({
      id: z.string(),
      method: z.literal("GET"),
      url: z.string().startsWith("/"),
      headers: z.record(z.string(), z.string()).optional(),
    })).max(20),
  });
  Form.parse(json);
  const mailbox = scriptedMailbox(() => ({ json: { responses: [] } }));
  const ids = Array.from({ length: 21 }, (_, at) => `id/${at}=`);
  const answers = await openedMicrosoft().lookup(
    mailbox,
    "mail",
    ids.map((provider_id) => ({ provider_id, container: "" })),
    "{}",
  );
  assert.deepEqual(answers.map(({ kind }) => kind), ids.map(() => "unknown"));
  assert.deepEqual(mailbox.asked.map(({ body }) => Form.parse(body).requests.length), [20, 1]);
};

/** By file name, without its ending. */
export const MICROSOFT_PAYLOADS: Readonly<Record<string, PayloadCheck>> = {
  "graph-message-get": message,
  "graph-message-get-text-body": message,
  "graph-message-get-internetMessageHeaders": stateOnly,
  "graph-rec-message-get": message,
  "graph-rec-message-state-select": stateOnly,
  "graph-rich-notification-message-decrypted": (json) => {
    const read = emailOf(json, PLACE);
    assert.deepEqual("field" in read && [read.provider_id, read.field], ["", "id"]);
  },
  "graph-messages-delta-page1-nextLink": delta({ documents: 2, done: false }),
  "graph-messages-delta-last-deltaLink": delta({ documents: 1, done: true }),
  "graph-messages-delta-removed": delta({ documents: 1, removals: 1, done: true }),
  "graph-rec-messages-delta-snapshot": delta({ documents: 3, done: true }),
  "graph-rec-messages-delta-nochange": delta({ done: true }),
  "graph-rec-messages-delta-removed": delta({ removals: 1, done: true }),
  "graph-rec-messages-delta-changed-partial": delta({ partial: 1, done: true }),
  "graph-rec-messages-list-page1-nextLink": delta({ documents: 1, done: false }),
  "graph-mailFolders-list": async (json) => {
    const { value } = z.object({ value: z.array(z.object({ isHidden: z.boolean().optional() })) }).parse(json);
    await folders(value.filter((folder) => folder.isHidden !== true).length)(json);
  },
  "graph-rec-mailFolders": async (json) => {
    await folders(z.object({ value: z.array(z.unknown()) }).parse(json).value.length)(json);
  },
  "graph-rec-mailFolders-delta": async (json) => {
    await folders(z.object({ value: z.array(z.unknown()) }).parse(json).value.length)(json);
  },
  "graph-rec-me": me,
  "graph-batch-request": batchRequest,
  "graph-batch-response-with-429": batchAnswer,
  "graph-error-409-subscription-exists": (json) => conflict({ value: [] }, json),
  "graph-error-410-syncStateNotFound": lostError(410),
  "graph-error-429-throttled": error(429, "throttled", false),
  "graph-rec-error-400-bad-delta-token": lostError(400),
  "graph-rec-error-400-bad-request": error(400, "answer", false),
  "graph-rec-error-401-unauthorized": error(401, "unauthorised", false),
  "graph-calendarView-delta-page1-nextLink": items("calendar", UnboundEvent, { documents: 2 }),
  "graph-calendarView-delta-removed": items("calendar", UnboundEvent, { documents: 1, removals: 1 }),
  "graph-event-get": event(),
  "graph-event-get-multiple-locations": event({ location: "Conf Room 3; Fourth Coffee; Home Office" }),
  "graph-event-instances-recurring": instances,
  "graph-event-online-meeting": event({
    online_provider: "teamsForBusiness",
    time_zone: "America/Los_Angeles",
    starts_at: "2019-11-20T21:00:00.000Z",
    my_response: "organizer",
  }),
  "graph-event-seriesMaster-doc": event({
    kind: "series",
    recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20180101T075959Z"],
    starts_at: "2017-09-04T19:00:00.000Z",
  }),
  "graph-rec-event-allDay": event({
    start_date: "2026-08-10",
    end_date: "2026-08-11",
    time_zone: "Europe/Amsterdam",
  }),
  "graph-rec-event-seriesMaster": event({
    kind: "series",
    recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261005T215959Z"],
    starts_at: "2026-08-03T07:00:00.000Z",
    location: "Room A",
  }),
  "graph-rec-event-singleInstance-attendees": event({ kind: "single", starts_at: "2026-08-04T12:00:00.000Z" }),
  "graph-rec-calendars": containers("calendar", 0),
  "graph-contact-get": contact,
  "graph-rec-contact-get": contact,
  // The documentation's example has neither ids nor etags.
  "graph-contacts-delta-doc": items("contacts", UnboundContact, { refused: 1 }),
  "graph-rec-contacts-delta-removed": items("contacts", UnboundContact, { removals: 1 }),
  "graph-rec-contacts-delta-snapshot": items("contacts", UnboundContact, { documents: 2 }),
  "graph-rec-contactFolders": containers("contacts", 1),
  "graph-todo-lists": containers("todos", 0),
  "graph-todoTaskList-delta": containers("todos", 0),
  "graph-todoTask-get": task,
  "graph-todoTask-list": items("todos", UnboundTodo, { documents: 1 }),
  "graph-subscription-create-request": createRequest,
  "graph-subscription-created-response": created,
  "graph-subscriptions-list": (json) => conflict(json, null),
  "graph-lifecycle-missed": notifications(1, "missed"),
  "graph-lifecycle-reauthorizationRequired": notifications(1, "reauthorizationRequired"),
  "graph-lifecycle-subscriptionRemoved": notifications(1, "subscriptionRemoved"),
  "graph-notification-contact-created": notifications(1, "", "created"),
  "graph-notification-drive-root-updated": notifications(1, "", "updated"),
  "graph-notification-event-deleted": notifications(1, "", "deleted"),
  "graph-notification-event-updated": notifications(1, "", "updated"),
  "graph-notification-message-basic-outlook": notifications(1, "", "created"),
  "graph-notification-message-created-2015-doc": notifications(1, "", "created"),
  "graph-notification-message-created": notifications(1, "", "created"),
  "graph-notification-message-deleted": notifications(1, "", "deleted"),
  "graph-notification-todoTask-created": notifications(1, "", "created"),
  "graph-notification-wrong-clientState": notifications(1, "", "created"),
  "graph-rich-notification-chatMessage-encrypted": notifications(1, "", "created"),
  "graph-rich-notification-message-encrypted": notifications(1, "", "created"),
  "graph-rich-notification-two-tenants": notifications(2, "", "created"),
  "onedrive-notification-legacy": notifications(1),
};
