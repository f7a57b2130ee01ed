/**
 * One test for each mail row of the protocol notes, sections F and G, that a provider shows: by default behaviour or by
 * a switch. The row is named first in each title; the same table is in scripts/simulator/README.md. Rows that are the
 * receiver's own (F-26 to F-28: checking of push tokens) or concern other resources are not the simulator's.
 */
import assert from "node:assert/strict";
import { type Bundle, exchange, GMAIL, GRAPH, type Json, ORIGIN, round, setup, signIn } from "./bundle.ts";
import type { NewMail, SimulatedPerson } from "../../scripts/simulator/mod.ts";

const HOOK = "http://127.0.0.1:8000/webhooks/microsoft/abc";
const INBOX = `${GRAPH}/me/mailFolders/inbox/messages/delta`;
const PLAIN: NewMail = { subject: "Plain", body: "text" };

interface Signed extends Bundle {
  readonly token: string;
  readonly person: SimulatedPerson;
}

async function microsoft(mails = 12): Promise<Signed> {
  const bundle = setup({ people: [{ user: "ada", provider: "microsoft", mails }] });
  const { access_token: token } = await signIn(bundle, "ada");
  return Object.assign(bundle, { token, person: bundle.simulator.person("ada") });
}

async function google(mails = 12): Promise<Signed> {
  const push = {
    url: "http://127.0.0.1:8000/push/gmail",
    subscription: "projects/p/subscriptions/s",
    token: () => "t",
  };
  const bundle = setup({ people: [{ user: "ben", provider: "google", mails }], gmailPush: push });
  const { access_token: token } = await signIn(bundle, "ben");
  return Object.assign(bundle, { token, person: bundle.simulator.person("ben") });
}

async function subscribe(bundle: Signed, over: Record<string, unknown> = {}) {
  return await bundle.call(bundle.token, `${GRAPH}/subscriptions`, {
    method: "POST",
    headers: { prefer: 'IdType="ImmutableId"' },
    body: JSON.stringify({
      changeType: "created,updated,deleted",
      notificationUrl: HOOK,
      resource: "/me/messages",
      expirationDateTime: new Date(bundle.clock.now() + 86_400_000).toISOString(),
      ...over,
    }),
  });
}

async function watch(bundle: Signed) {
  await bundle.call(bundle.token, `${GMAIL}/watch`, { method: "POST", body: '{"topicName":"projects/p/topics/t"}' });
  await bundle.simulator.idle();
  await bundle.clock.advance(1_000);
  bundle.received.length = 0;
}

async function told(bundle: Bundle): Promise<Json[]> {
  await bundle.clock.runUntil(bundle.simulator.idle(), { stepMs: 1_000 });
  return bundle.received.flatMap((one) => JSON.parse(one.text).value);
}

Deno.test("F-1: a notification address that answers 403 gets no subscription", async () => {
  const bundle = setup({ fetch: () => Promise.resolve(new Response("no", { status: 403 })) });
  const { access_token: token } = await signIn(bundle, "ada");
  const answer = await subscribe(Object.assign(bundle, { token, person: bundle.simulator.person("ada") }));
  assert.equal(answer.status, 400);
  assert.match(answer.body.error.message, /must respond with 200 OK/);
});

Deno.test("F-2, F-3: the validation has no body, its token is a sentence with spaces and markup, or a word by switch", async () => {
  const seen: string[] = [];
  const bundle = setup({
    fetch: (input, init) => {
      const token = new URL(String(input)).searchParams.get("validationToken") ?? "";
      assert.equal(init?.body, "", "F-3: the body is empty");
      seen.push(token);
      return Promise.resolve(new Response(token, { headers: { "content-type": "text/plain" } }));
    },
  });
  const { access_token: token } = await signIn(bundle, "ada");
  const signed = Object.assign(bundle, { token, person: bundle.simulator.person("ada") });
  await subscribe(signed);
  bundle.simulator.faults.validationToken = "word";
  await subscribe(signed, { changeType: "created" });
  assert.match(seen[0] ?? "", /^Validation: Testing client application reachability .*<br\/>$/);
  assert.match(seen[1] ?? "", /^\S+$/);
});

Deno.test("F-4 extraUpdates, duplicateNotifications: one change makes several notifications", async () => {
  const bundle = await microsoft();
  await subscribe(bundle);
  bundle.simulator.faults.extraUpdates = 1;
  bundle.simulator.faults.duplicateNotifications = 1;
  bundle.person.send();
  const types = (await told(bundle)).map((one) => one.changeType);
  assert.deepEqual(types, ["created", "created", "updated", "updated"]);
});

Deno.test("F-6: a mail that comes back from the deleted items is `created` again", async () => {
  const bundle = await microsoft();
  await subscribe(bundle, { resource: "/me/mailFolders/inbox/messages" });
  const id = bundle.person.send();
  bundle.person.trash(id);
  bundle.person.move(id, "inbox");
  assert.deepEqual((await told(bundle)).map((one) => one.changeType), ["created", "deleted", "created"]);
});

Deno.test("F-7: the id that a notification names may be gone by the time it is read", async () => {
  const bundle = await microsoft();
  await subscribe(bundle, { changeType: "created" });
  const id = bundle.person.send({ folder: "outbox" });
  bundle.person.delete(id);
  const [one] = await told(bundle);
  const read = await bundle.call(bundle.token, `${GRAPH}/me/messages/${one.resourceData.id}`);
  assert.deepEqual([read.status, read.body.error.code], [404, "ErrorItemNotFound"]);
});

Deno.test("F-8 immutableIdsChange: even an immutable id changes by a move", async () => {
  const bundle = await microsoft();
  const id = bundle.person.send();
  bundle.simulator.faults.immutableIdsChange = true;
  const moved = bundle.person.move(id, "archive");
  assert.notEqual(moved, id);
  assert.equal((await bundle.call(bundle.token, `${GRAPH}/me/messages/${id}`)).status, 404);
  assert.equal((await bundle.call(bundle.token, `${GRAPH}/me/messages/${moved}`)).status, 200);
});

Deno.test("F-9 loseMovedBack: a mail moved away and back is only `@removed` for delta, and still there", async () => {
  const bundle = await microsoft();
  const id = bundle.person.send();
  const { deltaLink } = await round(bundle, bundle.token, INBOX);
  bundle.simulator.faults.loseMovedBack = true;
  bundle.person.move(id, "archive");
  bundle.person.move(id, "inbox");
  const { items } = await round(bundle, bundle.token, deltaLink);
  assert.deepEqual(items.map((one) => [one.id, one["@removed"]?.reason]), [[id, "deleted"]]);
  assert.equal((await bundle.call(bundle.token, `${GRAPH}/me/messages/${id}`)).status, 200);
  const whole = await round(bundle, bundle.token, INBOX);
  assert.ok(whole.items.some((one) => one.id === id && one["@removed"] === undefined), "a full enumeration finds it");
});

Deno.test("F-10 loseCursors, loseCursorShare: tokens of all kinds are lost, next ones work", async () => {
  const bundle = await microsoft(60);
  const { faults } = bundle.simulator;
  const page = await bundle.call(bundle.token, INBOX);
  const { deltaLink } = await round(bundle, bundle.token, INBOX);
  faults.loseCursors = 2;
  for (const url of [page.body["@odata.nextLink"], deltaLink]) {
    const lost = await bundle.call(bundle.token, url);
    assert.deepEqual([lost.status, lost.body.error.code], [410, "SyncStateNotFound"]);
    assert.ok(lost.headers.get("location")?.endsWith("$deltatoken="));
  }
  assert.equal((await bundle.call(bundle.token, deltaLink)).status, 200);
  faults.loseCursors = "all";
  faults.lostCursor = { status: 400, code: "syncStateNotFound" };
  for (let turn = 0; turn < 3; turn++) {
    const lost = await bundle.call(bundle.token, deltaLink);
    assert.deepEqual([lost.status, lost.body.error.code], [400, "syncStateNotFound"]);
  }
  const fresh = await round(bundle, bundle.token, INBOX);
  assert.equal((await bundle.call(bundle.token, fresh.deltaLink)).status, 200);
  faults.loseCursorShare = 1;
  assert.equal((await bundle.call(bundle.token, fresh.deltaLink)).status, 400);
  assert.equal((await bundle.call(bundle.token, INBOX)).status, 200, "a first call has no token to lose");
});

Deno.test("F-11 endlessPages: the same page under changing links, never a deltaLink", async () => {
  const bundle = await microsoft();
  bundle.simulator.faults.endlessPages = true;
  const links = new Set<string>();
  const pages = new Set<string>();
  for (let url = INBOX, turn = 0; turn < 5; turn++) {
    const { body } = await bundle.call(bundle.token, url);
    assert.equal(body["@odata.deltaLink"], undefined);
    pages.add(JSON.stringify(body.value));
    links.add(url = body["@odata.nextLink"]);
  }
  assert.deepEqual([links.size, pages.size], [5, 1]);
});

Deno.test("F-12 emptyPages: empty pages carry a nextLink, and nothing is lost", async () => {
  const bundle = await microsoft(60);
  const usual = await round(bundle, bundle.token, INBOX);
  bundle.simulator.faults.emptyPages = true;
  const first = await bundle.call(bundle.token, INBOX);
  assert.deepEqual([first.body.value, typeof first.body["@odata.nextLink"]], [[], "string"]);
  const all = await round(bundle, bundle.token, INBOX);
  assert.deepEqual(all.items.map((one) => one.id), usual.items.map((one) => one.id));
});

Deno.test("F-13 concurrencyPerMailbox: two batches at once are over the limit inside", async () => {
  const bundle = await microsoft();
  bundle.simulator.faults.slowMs = 200;
  const requests = Array.from(
    { length: 20 },
    (_, at) => ({ id: String(at), method: "GET", url: "/me/mailFolders/inbox" }),
  );
  const batch = () =>
    bundle.call(bundle.token, `${GRAPH}/$batch`, { method: "POST", body: JSON.stringify({ requests }) });
  const answers = await bundle.clock.runUntil(Promise.all([batch(), batch()]));
  const statuses = answers.flatMap((one) => one.body.responses.map((inner: Json) => inner.status));
  assert.ok(statuses.includes(429) && statuses.includes(200));
  const [alone] = await bundle.clock.runUntil(Promise.all([batch()]));
  assert.ok(alone.body.responses.every((inner: Json) => inner.status === 200));
});

Deno.test("F-14: withdrawing consent stops notifications without subscriptionRemoved; reauthorization can flood", async () => {
  const bundle = await microsoft();
  await subscribe(bundle, { lifecycleNotificationUrl: `${HOOK}/lifecycle` });
  for (let turn = 0; turn < 3; turn++) bundle.person.lifecycle("reauthorizationRequired");
  assert.equal((await told(bundle)).length, 3);
  bundle.simulator.faults.revokeTokens("ada");
  bundle.person.send();
  assert.equal((await told(bundle)).length, 3);
});

Deno.test("F-17: history from the notification's own id holds nothing of what it announced", async () => {
  const bundle = await google();
  await watch(bundle);
  bundle.simulator.faults.bareHistory = 0;
  bundle.person.send();
  await bundle.simulator.idle();
  const { historyId } = JSON.parse(atob(JSON.parse(bundle.received[0]?.text ?? "").message.data));
  const { body } = await bundle.call(bundle.token, `${GMAIL}/history?startHistoryId=${historyId}`);
  assert.equal(body.history, undefined);
});

Deno.test("F-18 emptyFirstDelta, historyIdRunsAhead: the push comes before history knows", async () => {
  const bundle = await google();
  await watch(bundle);
  const { body: profile } = await bundle.call(bundle.token, `${GMAIL}/profile`);
  const url = `${GMAIL}/history?startHistoryId=${profile.historyId}`;
  bundle.simulator.faults.emptyFirstDelta = true;
  bundle.person.send();
  const first = await bundle.call(bundle.token, url);
  assert.deepEqual(first.body, { historyId: profile.historyId });
  assert.equal((await bundle.call(bundle.token, url)).body.history.at(-1).messagesAdded.length, 1);
  bundle.simulator.faults.historyIdRunsAhead = true;
  bundle.person.send();
  assert.ok(Number((await bundle.call(bundle.token, url)).body.historyId) > Number(profile.historyId));
});

Deno.test("B1-9 emptyFirstDelta, deltaDelayMs: the first delta after a notification finds nothing", async () => {
  const bundle = await microsoft();
  await subscribe(bundle);
  let { deltaLink } = await round(bundle, bundle.token, INBOX);
  bundle.simulator.faults.emptyFirstDelta = true;
  const id = bundle.person.send();
  const empty = await round(bundle, bundle.token, deltaLink);
  assert.deepEqual(empty.items, []);
  const full = await round(bundle, bundle.token, empty.deltaLink);
  assert.deepEqual(full.items.map((one) => one.id), [id]);
  bundle.simulator.faults.emptyFirstDelta = false;
  bundle.simulator.faults.deltaDelayMs = 2_000;
  deltaLink = full.deltaLink;
  bundle.person.send();
  const early = await round(bundle, bundle.token, deltaLink);
  await bundle.clock.advance(2_000);
  const late = await round(bundle, bundle.token, early.deltaLink);
  assert.deepEqual([early.items.length, late.items.length], [0, 1]);
});

Deno.test("F-19: a mail in history that is gone answers 404", async () => {
  const bundle = await google();
  const id = bundle.person.send();
  bundle.person.delete(id);
  assert.equal((await bundle.call(bundle.token, `${GMAIL}/messages/${id}`)).status, 404);
});

Deno.test("F-29 refreshTokensOnce: the second use of a refresh token is invalid_grant", async () => {
  const bundle = await microsoft();
  const { refresh_token } = await signIn(bundle, "ada");
  bundle.simulator.faults.refreshTokensOnce = true;
  const form = { grant_type: "refresh_token", refresh_token };
  assert.deepEqual([(await exchange(bundle, "ada", form)).status, (await exchange(bundle, "ada", form)).error], [
    200,
    "invalid_grant",
  ]);
});

Deno.test("G-1 partialItems: isRead alone comes partial and without an etag, a flag comes whole", async () => {
  const bundle = await microsoft();
  const ids = [bundle.person.send(PLAIN), bundle.person.send(PLAIN), bundle.person.send(PLAIN)];
  const { deltaLink } = await round(bundle, bundle.token, INBOX);
  for (const id of ids) bundle.person.setRead(id);
  bundle.person.flag(ids[1] ?? "");
  const changed = await round(bundle, bundle.token, deltaLink);
  const [partial, whole] = ids.map((id) => changed.items.find((one) => one.id === id));
  assert.deepEqual(Object.keys(partial).sort(), ["@odata.type", "id", "isRead", "parentFolderId"]);
  assert.deepEqual([whole.subject, whole.flag.flagStatus, typeof whole["@odata.etag"]], ["Plain", "flagged", "string"]);
  bundle.simulator.faults.partialItems = false;
  bundle.person.setRead(ids[2] ?? "", false);
  const off = await round(bundle, bundle.token, changed.deltaLink);
  assert.equal(off.items[0].subject, "Plain");
});

Deno.test("G-1: a whole change stays whole when a page ends between it and a later isRead", async () => {
  const bundle = await microsoft(0);
  const { deltaLink } = await round(bundle, bundle.token, INBOX);
  const id = bundle.person.send(PLAIN);
  for (let turn = 0; turn < 15; turn++) bundle.person.send();
  bundle.person.setRead(id);
  const { items, pages } = await round(bundle, bundle.token, deltaLink);
  assert.equal(pages, 2);
  assert.equal(items.find((one) => one.id === id).subject, "Plain");
});

Deno.test("G-2: there is no message delta of the whole mailbox", async () => {
  const bundle = await microsoft();
  assert.equal((await bundle.call(bundle.token, `${GRAPH}/me/messages/delta`)).status, 400);
});

Deno.test("G-3: $top does not set the page size of delta, odata.maxpagesize does", async () => {
  const bundle = await microsoft(80);
  assert.equal((await bundle.call(bundle.token, `${INBOX}?$top=50`)).body.value.length, 10);
  const sized = await bundle.call(bundle.token, INBOX, { headers: { prefer: "odata.maxpagesize=3" } });
  assert.equal(sized.body.value.length, 3);
  assert.equal(sized.headers.get("preference-applied"), "odata.maxpagesize=3");
});

Deno.test("G-4 personalAccounts, folderLanguage: names are localized, wellKnownName only where allowed", async () => {
  const bundle = await microsoft();
  const url = `${GRAPH}/me/mailFolders/inbox?$select=displayName,wellKnownName`;
  assert.equal((await bundle.call(bundle.token, url)).status, 400);
  bundle.simulator.faults.personalAccounts = false;
  bundle.simulator.faults.folderLanguage = "de";
  const { body } = await bundle.call(bundle.token, url);
  assert.deepEqual([body.displayName, body.wellKnownName], ["Posteingang", "inbox"]);
});

Deno.test("G-5: a malformed delta token is 400 and not 410", async () => {
  const bundle = await microsoft();
  for (const token of ["nonsense", "%00", ""]) {
    const answer = await bundle.call(bundle.token, `${INBOX}?$deltatoken=${token}`);
    assert.deepEqual([answer.status, answer.body.error.message], [400, "Badly formed token."]);
  }
  const { deltaLink } = await round(bundle, bundle.token, INBOX);
  const other = deltaLink.replace(/mailFolders\('[^']+'\)/, "mailFolders('archive')");
  assert.equal((await bundle.call(bundle.token, other)).status, 400, "another folder's token");
});

Deno.test("G-10 unsetAsNull: a subject that is not set is an empty text, or null by switch", async () => {
  const bundle = await microsoft();
  const id = bundle.person.send({ subject: "" });
  assert.equal((await bundle.call(bundle.token, `${GRAPH}/me/messages/${id}`)).body.subject, "");
  bundle.simulator.faults.unsetAsNull = true;
  assert.equal((await bundle.call(bundle.token, `${GRAPH}/me/messages/${id}`)).body.subject, null);
});

Deno.test("G-11 lateRemovals: for a while a moved mail is in its new folder and not yet removed from the old", async () => {
  const bundle = await microsoft();
  const id = bundle.person.send();
  const archive = `${GRAPH}/me/mailFolders/archive/messages/delta`;
  const [from, to] = [await round(bundle, bundle.token, INBOX), await round(bundle, bundle.token, archive)];
  bundle.simulator.faults.lateRemovals = 5_000;
  bundle.person.move(id, "archive");
  const early = await round(bundle, bundle.token, from.deltaLink);
  assert.deepEqual(early.items, []);
  assert.deepEqual((await round(bundle, bundle.token, to.deltaLink)).items.map((one) => one.id), [id]);
  await bundle.clock.advance(5_000);
  const late = await round(bundle, bundle.token, early.deltaLink);
  assert.deepEqual(late.items.map((one) => [one.id, one["@removed"].reason]), [[id, "deleted"]]);
});

Deno.test("G-16 bareHistory: some history records carry only messages", async () => {
  const bundle = await google();
  bundle.simulator.faults.bareHistory = 1;
  const { body: profile } = await bundle.call(bundle.token, `${GMAIL}/profile`);
  bundle.person.send();
  const { body } = await bundle.call(bundle.token, `${GMAIL}/history?startHistoryId=${profile.historyId}`);
  assert.deepEqual(body.history.map((one: Json) => Object.keys(one)), [
    ["id", "messages"],
    ["id", "messages", "messagesAdded"],
  ]);
});

Deno.test("G-17: header names come in several cases, snippets are escaped", async () => {
  const bundle = await google(6);
  const names = new Set<string>();
  for (const id of bundle.person.truth().keys()) {
    const { body } = await bundle.call(bundle.token, `${GMAIL}/messages/${id}?format=metadata`);
    for (const header of body.payload.headers) names.add(header.name);
  }
  assert.ok(names.has("Message-Id") && names.has("Message-ID") && names.has("subject") && names.has("Subject"));
  const id = bundle.person.send({ body: "It's <b> & more" });
  const { body } = await bundle.call(bundle.token, `${GMAIL}/messages/${id}`);
  assert.equal(body.snippet, "It&#39;s &lt;b&gt; &amp; more");
});

Deno.test("G-18: a profile's history id taken before listing reports the overlap again", async () => {
  const bundle = await google();
  const { body: profile } = await bundle.call(bundle.token, `${GMAIL}/profile`);
  const id = bundle.person.send();
  const { body: list } = await bundle.call(bundle.token, `${GMAIL}/messages`);
  const { body } = await bundle.call(bundle.token, `${GMAIL}/history?startHistoryId=${profile.historyId}`);
  assert.equal(list.messages[0].id, id);
  assert.equal(body.history.at(-1).messagesAdded[0].message.id, id);
});

Deno.test("G-24 htmlErrors: errors may be HTML pages; an unknown Google address always is one", async () => {
  const bundle = await google();
  const lost = await bundle.simulator.fetch(new Request(`${ORIGIN}/google/nonsense`));
  assert.deepEqual([lost.status, (await lost.text()).startsWith("<!DOCTYPE")], [404, true]);
  bundle.simulator.faults.serverErrors = 1;
  bundle.simulator.faults.htmlErrors = true;
  const headers = { authorization: `Bearer ${bundle.token}` };
  const failed = await bundle.simulator.fetch(new Request(`${GMAIL}/profile`, { headers }));
  assert.ok(failed.status >= 500 && (await failed.text()).startsWith("<"));
});

Deno.test("G-25 throttle, googleThrottle: Google says too much in three ways, told apart by reason", async () => {
  const bundle = await google();
  const { faults } = bundle.simulator;
  const expected = [[403, "rateLimitExceeded"], [403, "userRateLimitExceeded"], [429, "rateLimitExceeded"]];
  const seen: unknown[] = [];
  for (const way of ["rateLimitExceeded", "userRateLimitExceeded", "429"] as const) {
    faults.googleThrottle = way;
    faults.throttle = { next: 1, retryAfterSeconds: 7 };
    const { status, body } = await bundle.call(bundle.token, `${GMAIL}/profile`);
    seen.push([status, body.error.errors[0].reason]);
    assert.match(body.error.message, /Retry after 2026-03-02T09:00:07\.000Z/);
  }
  assert.deepEqual(seen, expected);
  assert.equal((await bundle.call(bundle.token, `${GMAIL}/profile`)).status, 200);
  faults.unitsPerMinute = 10;
  const get = () => bundle.call(bundle.token, `${GMAIL}/messages`);
  assert.deepEqual([(await get()).status, (await get()).status], [200, 429], "quota of the minute");
  await bundle.clock.advance(60_000);
  assert.equal((await get()).status, 200);
});

Deno.test("G-26: continuation tokens hold characters that a query must encode", async () => {
  const bundle = await google();
  const { body } = await bundle.call(bundle.token, `${GMAIL}/messages?maxResults=2`);
  assert.match(body.nextPageToken, /[+&=]/);
  const spliced = await bundle.call(bundle.token, `${GMAIL}/messages?maxResults=2&pageToken=${body.nextPageToken}`);
  assert.equal(spliced.status, 400);
});

Deno.test("G-28: the watch answer's expiration is a text; historyId in a push is one or a number by switch", async () => {
  const bundle = await google();
  const { body } = await bundle.call(bundle.token, `${GMAIL}/watch`, {
    method: "POST",
    body: '{"topicName":"projects/p/topics/t"}',
  });
  assert.equal(typeof body.expiration, "string");
  bundle.simulator.faults.numericHistoryId = true;
  bundle.simulator.faults.base64urlPush = true;
  await bundle.clock.advance(1_000);
  bundle.person.send();
  await bundle.simulator.idle();
  const types = bundle.received.map((one) => {
    const { data } = JSON.parse(one.text).message;
    return typeof JSON.parse(atob(data)).historyId;
  });
  assert.deepEqual(types, ["string", "number"]);
});

Deno.test("historyTooOld: the next reads, or all from before, answer 404 notFound", async () => {
  const bundle = await google();
  const { faults } = bundle.simulator;
  const { body: profile } = await bundle.call(bundle.token, `${GMAIL}/profile`);
  const url = `${GMAIL}/history?startHistoryId=${profile.historyId}`;
  faults.historyTooOld = 1;
  const refused = await bundle.call(bundle.token, url);
  assert.deepEqual([refused.status, refused.body.error.errors[0].reason], [404, "notFound"]);
  assert.equal((await bundle.call(bundle.token, url)).status, 200);
  faults.historyTooOld = "all";
  assert.equal((await bundle.call(bundle.token, url)).status, 404);
  const { body: after } = await bundle.call(bundle.token, `${GMAIL}/profile`);
  assert.equal((await bundle.call(bundle.token, `${GMAIL}/history?startHistoryId=${after.historyId}`)).status, 200);
});

Deno.test("dropNotifications, lateNotifications, shuffle: notifications get lost, late and out of order", async () => {
  const bundle = await microsoft();
  await subscribe(bundle, { changeType: "created" });
  const { faults, counts } = bundle.simulator;
  faults.dropNotifications = 1;
  bundle.person.send();
  assert.deepEqual(await told(bundle), []);
  assert.equal(counts.notifications.dropped, 1);
  faults.dropNotifications = 0;
  faults.lateNotifications = 30_000;
  const start = bundle.clock.now();
  bundle.person.send();
  await told(bundle);
  assert.equal((bundle.received[0]?.at ?? 0) - start, 30_000);
  faults.shuffle = true;
  bundle.received.length = 0;
  const ids = Array.from({ length: 8 }, () => bundle.person.send());
  const order = (await told(bundle)).map((one) => one.resourceData.id);
  assert.deepEqual(order.toSorted(), ids.toSorted());
  assert.notDeepEqual(order, ids);
});

Deno.test("throttle, serverErrors, slowMs, requestsPerTenMinutes: Graph refuses with Retry-After, fails, or is slow", async () => {
  const bundle = await microsoft();
  const { faults } = bundle.simulator;
  const get = () => bundle.call(bundle.token, `${GRAPH}/me`);
  faults.throttle = { next: 1, retryAfterSeconds: 42 };
  const refused = await get();
  assert.deepEqual([refused.status, refused.headers.get("retry-after"), refused.body.error.code], [
    429,
    "42",
    "TooManyRequests",
  ]);
  assert.equal((await get()).status, 200);
  faults.serverErrors = 1;
  assert.ok((await get()).status >= 500);
  faults.serverErrors = 0;
  faults.slowMs = 3_000;
  const start = bundle.clock.now();
  await bundle.clock.runUntil(get());
  assert.equal(bundle.clock.now() - start, 3_000);
  faults.slowMs = 0;
  faults.requestsPerTenMinutes = 4;
  const statuses = [];
  for (let turn = 0; turn < 4; turn++) statuses.push((await get()).status);
  assert.ok(statuses.includes(429));
});

Deno.test("repeatItemsOnPages, orderOfFolderReads: items come twice in a round, folders in another order", async () => {
  const bundle = await microsoft(60);
  const { faults } = bundle.simulator;
  const usual = await round(bundle, bundle.token, INBOX);
  faults.repeatItemsOnPages = true;
  const repeated = await round(bundle, bundle.token, INBOX);
  assert.equal(repeated.items.length, usual.items.length + usual.pages - 1);
  assert.deepEqual(new Set(repeated.items.map((one) => one.id)), new Set(usual.items.map((one) => one.id)));
  const names = async () =>
    (await bundle.call(bundle.token, `${GRAPH}/me/mailFolders`)).body.value.map((one: Json) => one.displayName);
  const before = await names();
  faults.orderOfFolderReads = "reversed";
  assert.deepEqual(await names(), before.toReversed());
});

Deno.test("accessTokenSeconds: tokens live as long as the switch says", async () => {
  const bundle = setup();
  bundle.simulator.faults.accessTokenSeconds = 60;
  const { access_token: token, expires_in: seconds } = await signIn(bundle, "ada");
  assert.equal(seconds, 60);
  await bundle.clock.advance(60_000);
  assert.equal((await bundle.call(token, `${GRAPH}/me`)).status, 401);
});
