/** Rounds over a scripted address book: which requests are made, and what the answers mean. */
import assert from "node:assert/strict";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import type { Mailbox } from "../../shared/providers/port.ts";
import { openedGoogle } from "./opened.ts";
import { type ScriptedAnswer, scriptedMailbox } from "./scripted_mailbox.ts";

const FIELDS = "names%2Cnicknames%2CemailAddresses%2CphoneNumbers%2Caddresses%2Corganizations%2Cbirthdays%2C" +
  "biographies%2Curls%2Cmemberships%2Cmetadata";
const LIST =
  `https://people.googleapis.com/v1/people/me/connections?personFields=${FIELDS}&pageSize=500&requestSyncToken=true`;
const EXPIRED = {
  error: { code: 400, status: "INVALID_ARGUMENT", details: [{ "@type": "x", reason: "EXPIRED_SYNC_TOKEN" }] },
};

const person = (id: string, over: object = {}) => ({ resourceName: `people/${id}`, ...over });
const inGroup = (id: string, group: string) =>
  person(id, { memberships: [{ contactGroupMembership: { contactGroupResourceName: group } }] });

function scripted(answers: readonly ScriptedAnswer[], choice?: Partial<ResourceChoice>, groups: ScriptedAnswer = {}) {
  const left = [...answers];
  const mailbox = scriptedMailbox((url) => url.includes("/contactGroups") ? groups : left.shift() ?? { status: 500 });
  const choices = choice === undefined
    ? []
    : [{ ...choiceOf({ choices: [] }, "contacts"), ...choice, resource: "contacts" as const }];
  return { ...mailbox, connection: { ...mailbox.connection, choices } };
}

const page = (mailbox: Mailbox, cursor = "") => openedGoogle().changes(mailbox, "contacts", cursor);
const connections = (connections: unknown[], more: object = { nextSyncToken: "t=1" }) => ({
  json: { connections, ...more },
});

Deno.test("people: the address book is enumerated, then its changes are read with the same parameters", async () => {
  const mailbox = scripted([
    connections([person("c1")], { nextPageToken: "p=2" }),
    connections([person("c2")]),
    { json: { nextSyncToken: "t=2" } },
  ]);
  const first = await page(mailbox);
  const second = await page(mailbox, first.cursor);
  const third = await page(mailbox, second.cursor);
  assert.deepEqual(mailbox.asked.map(({ url }) => url), [
    LIST,
    `${LIST}&pageToken=p%3D2`,
    `${LIST}&syncToken=t%3D1`,
  ]);
  assert.deepEqual([first, second, third].map(({ done, enumeration }) => [done, enumeration]), [
    [false, { container: "contacts", started: true, finished: false }],
    [true, { container: "contacts", started: false, finished: true }],
    [true, null],
  ]);
  assert.equal(openedGoogle().push("contacts").supported, false);
});

Deno.test("people: deleted persons and former names are removals", async () => {
  const { cursor } = await page(scripted([connections([])]));
  const changes = await page(
    scripted([connections([
      person("c1", { metadata: { deleted: true } }),
      person("c2", { metadata: { previousResourceNames: ["people/c9", "people/c2"] } }),
      person("c3"),
      person("c3", { metadata: { deleted: true } }),
      { names: [] },
    ])]),
    cursor,
  );
  assert.deepEqual(changes.removals.map(({ provider_id }) => provider_id), ["people/c1", "people/c9", "people/c3"]);
  assert.deepEqual(changes.documents.map(({ provider_id }) => provider_id), ["people/c2"]);
  assert.equal(changes.refused.length, 1);
});

Deno.test("people: an expired sync token and a lost page begin the enumeration again", async () => {
  for (const lost of [{ status: 400, json: EXPIRED }, { status: 410 }]) {
    const mailbox = scripted([connections([person("c1")]), lost, connections([person("c1")])]);
    const first = await page(mailbox);
    const second = await page(mailbox, first.cursor);
    assert.equal(second.done, false);
    const third = await page(mailbox, second.cursor);
    assert.deepEqual(third.enumeration, { container: "contacts", started: true, finished: true });
  }
  const mailbox = scripted([connections([], { nextPageToken: "p" }), { status: 400 }, connections([])]);
  const begun = await page(mailbox);
  const lost = await page(mailbox, begun.cursor);
  assert.equal((await page(mailbox, lost.cursor)).enumeration?.started, true);
});

Deno.test("people: pages that are lost again and again are given up for now", async () => {
  const round = Array.from({ length: 20 }, () => [connections([], { nextPageToken: "p" }), { status: 400 }]).flat();
  const mailbox = scripted(round);
  await assert.rejects(async () => {
    for (let cursor = "";;) cursor = (await page(mailbox, cursor)).cursor;
  }, { code: "provider_away", retry_after_ms: 600_000 });
});

Deno.test("people: a malformed sync token is an error, and an answer without anything moves nothing", async () => {
  const { cursor } = await page(scripted([connections([])]));
  await assert.rejects(page(scripted([{ status: 400, json: { error: { status: "INVALID_ARGUMENT" } } }]), cursor), {
    code: "provider_refused",
  });
  await assert.rejects(page(scripted([{ json: {} }]), cursor), { code: "provider_away" });
  await assert.rejects(page(scripted([{ text: "<html>404</html>", json: null }]), cursor), { code: "provider_away" });
});

Deno.test("people: group names are read once, when somebody is in one that is not known", async () => {
  const groups = {
    json: {
      contactGroups: [
        { resourceName: "contactGroups/1", groupType: "USER_CONTACT_GROUP", name: "Neighbours" },
        { resourceName: "contactGroups/myContacts", groupType: "SYSTEM_CONTACT_GROUP", name: "myContacts" },
      ],
    },
  };
  const mailbox = scripted(
    [connections([inGroup("c1", "contactGroups/1"), inGroup("c2", "contactGroups/myContacts")]), connections([])],
    undefined,
    groups,
  );
  const first = await page(mailbox);
  const labels = await Promise.all(first.documents.map(async (item) => {
    const read = await item.read();
    return "document" in read && read.document.doc_type === "contact" ? read.document.labels : null;
  }));
  assert.deepEqual(labels, [["Neighbours"], []]);
  await page(mailbox, first.cursor);
  assert.equal(mailbox.asked.filter(({ url }) => url.includes("contactGroups")).length, 1);
});

Deno.test("people: another choice enumerates anew", async () => {
  const { cursor } = await page(scripted([connections([])]));
  for (const choice of [{ bodies: false }, { containers_out: ["contactGroups/1"] }]) {
    const again = await page(scripted([connections([])], choice), cursor);
    assert.equal(again.enumeration?.started, true);
  }
  assert.equal((await page(scripted([connections([])]), cursor)).enumeration, null);
});

Deno.test("people: lookup() tells found, gone, refused, left out and unknown, in the order of the items", async () => {
  const answer = (requestedResourceName: string, over: object) => ({
    requestedResourceName,
    httpStatusCode: 200,
    ...over,
  });
  const mailbox = scripted([{
    json: {
      responses: [
        answer("people/gone", { httpStatusCode: 404, status: { code: 5 } }),
        answer("people/found", { person: person("found", { metadata: { sources: [{ type: "CONTACT" }] } }) }),
        answer("people/deleted", { person: person("deleted", { metadata: { deleted: true } }) }),
        answer("people/profile", { person: person("profile", { metadata: { sources: [{ type: "PROFILE" }] } }) }),
        answer("people/renamed", { person: person("other") }),
        answer("people/bad", { person: person("bad", { names: "Ada" }) }),
        answer("people/out", { person: inGroup("out", "contactGroups/1") }),
      ],
    },
  }], { containers_out: ["contactGroups/1"] });
  const names = ["found", "missing", "gone", "deleted", "profile", "renamed", "bad", "out"];
  const items = names.map((id) => ({ provider_id: `people/${id}`, container: "contacts" }));
  const answers = await openedGoogle().lookup(mailbox, "contacts", items);
  assert.deepEqual(answers.map(({ kind }) => kind), [
    "found",
    "unknown",
    "gone",
    "gone",
    "gone",
    "gone",
    "refused",
    "left_out",
  ]);
  assert.match(mailbox.asked[0]?.url ?? "", /\/v1\/people:batchGet\?personFields=.*&resourceNames=people%2Ffound&/);
});
