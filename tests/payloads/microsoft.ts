/** What becomes of each real payload of Microsoft. Nothing of a payload's text stands here: only what follows from it. */
import assert from "node:assert/strict";
import { z } from "zod";
import { Email } from "../../shared/contracts/documents.ts";
import { parseNotifications } from "../../shared/providers/mod.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { readBatch } from "../../shared/providers/microsoft/batch.ts";
import { isLost } from "../../shared/providers/microsoft/graph.ts";
import { emailOf } from "../../shared/providers/microsoft/message.ts";
import type { ChangePage } from "../../shared/providers/port.ts";
import { judge } from "../../shared/providers/verdict.ts";
import { openedMicrosoft, testDeps } from "../providers/opened.ts";
import { answerOf, type ScriptedAnswer, scriptedMailbox } from "../providers/scripted_mailbox.ts";

/** Asserts what one payload becomes. */
export type PayloadCheck = (json: unknown) => void | Promise<void>;

const UnboundEmail = Email.omit({ doc_id: true, connection_id: true });
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
  const answers = await readBatch({ mailbox: scriptedMailbox(() => ({ json })), base: "https://graph.test" }, [
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
