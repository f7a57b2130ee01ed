/** What becomes of each real payload of Google, of the token endpoints and of Pub/Sub. */
import assert from "node:assert/strict";
import { z } from "zod";
import { Email } from "../../shared/contracts/documents.ts";
import { PushBody } from "../../shared/contracts/push.ts";
import { parseGmailNotification } from "../../shared/providers/mod.ts";
import { tokensOf } from "../../shared/providers/code_flow.ts";
import { peopleOf } from "../../shared/providers/google/addresses.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { googleUrls } from "../../shared/providers/google/config.ts";
import { readHistory } from "../../shared/providers/google/history.ts";
import { readLabelNames } from "../../shared/providers/google/labels.ts";
import { emailOf } from "../../shared/providers/google/message.ts";
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
  "gcal-error-410-fullSyncRequired": error(410, "answer"),
  "gcal-error-410-fullSyncRequired-fixture": error(410, "answer"),
  "gcal-error-410-updatedMinTooLongAgo": error(410, "answer"),
  "people-error-400-EXPIRED_SYNC_TOKEN": error(400, "answer"),
  "people-error-400-syncToken-malformed": error(400, "answer"),
  "oauth-google-token-response": tokens,
  "oauth-ms-token-response": tokens,
  "oauth-google-error-invalid_grant": invalidGrant,
  "oauth-ms-error-invalid_grant": invalidGrant,
  "pubsub-push-wrapped-full": push,
  "pubsub-push-wrapped-minimal": push,
  "pubsub-push-wrapped-no-data": push,
  "pubsub-push-dead-letter-forwarded": push,
};
