import assert from "node:assert/strict";
import { type Bundle, GMAIL, type Json, ORIGIN, setup, signIn } from "./bundle.ts";
import type { SimulatorOptions } from "../../scripts/simulator/mod.ts";

const PUSH = { url: "http://127.0.0.1:8000/push/gmail", subscription: "projects/p/subscriptions/gmail-notifications" };

const gmailSetup = (mails = 30, over: Partial<SimulatorOptions> = {}) =>
  setup({
    people: [{ user: "ben", provider: "google", mails }],
    gmailPush: { ...PUSH, token: () => "push-token" },
    ...over,
  });

/** Reads history from an id to its end. */
async function history(bundle: Bundle, token: string, start: string, query = ""): Promise<Json[]> {
  const records: Json[] = [];
  for (let page = ""; page !== "end";) {
    const { status, body } = await bundle.call(token, `${GMAIL}/history?startHistoryId=${start}${query}${page}`);
    assert.equal(status, 200, JSON.stringify(body));
    records.push(...(body.history ?? []));
    page = body.nextPageToken === undefined ? "end" : `&pageToken=${encodeURIComponent(body.nextPageToken)}`;
  }
  return records;
}

Deno.test("history.list tells in order what was added, relabelled and deleted, with the resulting labels (G-15)", async () => {
  const bundle = gmailSetup();
  bundle.simulator.faults.bareHistory = 0;
  const { access_token: token } = await signIn(bundle, "ben");
  const ben = bundle.simulator.person("ben");
  const { body: profile } = await bundle.call(token, `${GMAIL}/profile`);
  assert.equal(profile.messagesTotal, 30);
  assert.equal(typeof profile.historyId, "string");
  const quiet = await bundle.call(token, `${GMAIL}/history?startHistoryId=${profile.historyId}`);
  assert.deepEqual(quiet.body, { historyId: profile.historyId }, "no history key when nothing changed");

  const id = ben.send({ subject: "Hi" });
  ben.setRead(id);
  ben.trash(id);
  ben.delete(id);
  const records = await history(bundle, token, profile.historyId, "&maxResults=1");
  assert.deepEqual(records.map((one) => Object.keys(one)[2]), [
    "messagesAdded",
    "labelsRemoved",
    "labelsRemoved",
    "labelsAdded",
    "messagesDeleted",
  ]);
  assert.deepEqual(records[0].messagesAdded[0].message.labelIds, ["UNREAD", "CATEGORY_PERSONAL", "INBOX"]);
  assert.deepEqual(records[1].labelsRemoved[0].labelIds, ["UNREAD"]);
  assert.deepEqual(records[1].labelsRemoved[0].message.labelIds, ["CATEGORY_PERSONAL", "INBOX"]);
  const added = await history(bundle, token, profile.historyId, "&historyTypes=messageAdded");
  assert.equal(added.length, 1);
  assert.equal((await bundle.call(token, `${GMAIL}/messages/${id}`)).status, 404);
});

Deno.test("history.list answers 404 to an id that the mailbox has not issued, as one kept from another mailbox is", async () => {
  const bundle = gmailSetup();
  const { access_token: token } = await signIn(bundle, "ben");
  const { body: profile } = await bundle.call(token, `${GMAIL}/profile`);
  const ahead = await bundle.call(token, `${GMAIL}/history?startHistoryId=${Number(profile.historyId) + 1}`);
  assert.deepEqual([ahead.status, ahead.body.error.errors[0].reason], [404, "notFound"]);
});

Deno.test("messages.list and messages.get agree with what the mailbox truly holds", async () => {
  const bundle = gmailSetup(120);
  const { access_token: token } = await signIn(bundle, "ben");
  const truth = bundle.simulator.person("ben").truth();
  const ids: string[] = [];
  for (let page = ""; page !== "end";) {
    const { body } = await bundle.call(token, `${GMAIL}/messages?includeSpamTrash=true&maxResults=50${page}`);
    ids.push(...body.messages.map((one: Json) => one.id));
    page = body.nextPageToken === undefined ? "end" : `&pageToken=${encodeURIComponent(body.nextPageToken)}`;
  }
  assert.deepEqual(ids.toSorted(), [...truth.keys()].toSorted());
  const multipart = [...truth.values()].find((mail) => mail.html !== null && /[äöüéè]/.test(mail.subject));
  assert.ok(multipart !== undefined);
  const { body } = await bundle.call(token, `${GMAIL}/messages/${multipart.id}`);
  const leaves = (part: Json): Json[] => part.parts === undefined ? [part] : part.parts.flatMap(leaves);
  const plain = leaves(body.payload).find((part) => part.mimeType === "text/plain");
  assert.equal(decode(plain.body.data).replaceAll("\r\n", "\n"), multipart.body);
  const subject = body.payload.headers.find((one: Json) => one.name.toLowerCase() === "subject");
  assert.equal(subject.value, multipart.subject);
  const raw = await bundle.call(token, `${GMAIL}/messages/${multipart.id}?format=raw`);
  assert.match(decode(raw.body.raw), /^(.+\r\n)+\r\n/);
  // deno-lint-ignore no-control-regex
  assert.match(decode(raw.body.raw), /^[\x00-\x7f]*$/, "headers and bodies are encoded");
  const metadata = await bundle.call(token, `${GMAIL}/messages/${ids[0]}?format=metadata&metadataHeaders=Subject`);
  assert.equal(metadata.body.payload.headers.length, 1);
});

Deno.test("watch notifies at once, and then no more than once a second", async () => {
  const bundle = gmailSetup();
  const { access_token: token } = await signIn(bundle, "ben");
  const ben = bundle.simulator.person("ben");
  const watch = await bundle.call(token, `${GMAIL}/watch`, {
    method: "POST",
    body: JSON.stringify({ topicName: "projects/p/topics/gmail" }),
  });
  assert.equal(watch.body.expiration, String(bundle.clock.now() + 7 * 86_400_000));
  await bundle.simulator.idle();
  assert.equal(bundle.received.length, 1);
  ben.send();
  await bundle.simulator.idle();
  assert.equal(bundle.received.length, 1, "within the second: dropped");
  await bundle.clock.advance(1_000);
  ben.send();
  await bundle.simulator.idle();
  assert.equal(bundle.received.length, 2);
  const push = bundle.received[1];
  assert.equal(push?.headers.get("authorization"), "Bearer push-token");
  const body = JSON.parse(push?.text ?? "");
  assert.equal(body.subscription, PUSH.subscription);
  assert.equal(body.message.messageId, body.message.message_id);
  assert.equal(JSON.parse(atob(body.message.data)).emailAddress, ben.address);
  await bundle.call(token, `${GMAIL}/stop`, { method: "POST" });
  await bundle.clock.advance(1_000);
  ben.send();
  await bundle.simulator.idle();
  assert.equal(bundle.received.length, 2);
});

Deno.test("the batch endpoint answers every part under its Content-ID", async () => {
  const bundle = gmailSetup();
  const { access_token: token } = await signIn(bundle, "ben");
  const ids = [...bundle.simulator.person("ben").truth().keys()].slice(0, 5);
  const parts = [...ids, "19ffff0000000000"].map((id, index) =>
    `--b\r\nContent-Type: application/http\r\nContent-ID: <item-${index}>\r\n\r\n` +
    `GET /gmail/v1/users/me/messages/${id}?format=minimal\r\n\r\n`
  );
  const response = await bundle.simulator.fetch(
    new Request(`${ORIGIN}/google/batch/gmail/v1`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "multipart/mixed; boundary=b" },
      body: parts.join("") + "--b--\r\n",
    }),
  );
  const text = await response.text();
  const answers = [
    ...text.matchAll(/Content-ID: <response-item-(\d)>[\s\S]*?HTTP\/1\.1 (\d+)[\s\S]*?\r\n\r\n(\{.*\})/g),
  ];
  assert.equal(answers.length, 6);
  for (const [, index, status, json] of answers) {
    if (index === "5") assert.equal(status, "404");
    else assert.equal(JSON.parse(json ?? "").id, ids[Number(index)]);
  }
});

Deno.test("an edit of a Gmail mail deletes it and adds another in the same thread", async () => {
  const bundle = gmailSetup();
  const ben = bundle.simulator.person("ben");
  const id = ben.send({ subject: "Draft", body: "first" });
  const next = ben.edit(id, { body: "second" });
  assert.notEqual(next, id);
  assert.equal(ben.find(id), undefined);
  assert.deepEqual([ben.find(next)?.body, ben.find(next)?.subject], ["second", "Draft"]);
  await bundle.simulator.close();
});

function decode(data: string): string {
  const raw = atob(data.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(raw, (letter) => letter.charCodeAt(0)));
}
