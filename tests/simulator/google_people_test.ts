/** The simulated People and Tasks APIs. */
import assert from "node:assert/strict";
import { type Json, signIn } from "./bundle.ts";
import { ALL_SCOPES, google, PEOPLE, TASKS, withQuery } from "./google_bundle.ts";

const FIELDS = "names,emailAddresses,phoneNumbers,organizations,memberships,metadata,biographies";
const CONNECTIONS = withQuery(`${PEOPLE}/people/me/connections`, { personFields: FIELDS, requestSyncToken: "true" });
const DAY_MS = 86_400_000;

Deno.test("connections are listed in pages; a quiet sync answers without a list (G-21)", async () => {
  const bundle = await google();
  const all = await bundle.pages(withQuery(CONNECTIONS, { pageSize: "6" }), "connections");
  assert.equal(all.items.length, bundle.ben.desk.contacts.size);
  assert.ok(all.count >= 4);
  const quiet = await bundle.get(withQuery(CONNECTIONS, { syncToken: all.last.nextSyncToken }));
  assert.deepEqual(Object.keys(quiet), ["nextSyncToken"]);
});

Deno.test("only the asked fields come; without a mask the call is refused", async () => {
  const bundle = await google();
  const url = withQuery(`${PEOPLE}/people/me/connections`, { personFields: "names" });
  const { connections, nextSyncToken } = await bundle.get(url);
  assert.deepEqual(Object.keys(connections[0]), ["resourceName", "etag", "names"]);
  assert.equal(nextSyncToken, undefined);
  assert.equal((await bundle.refused(`${PEOPLE}/people/me/connections`)).status, 400);
});

Deno.test("a contact that was deleted has a marker, and neither name nor address (G-22)", async () => {
  const bundle = await google();
  const { nextSyncToken } = await bundle.get(withQuery(CONNECTIONS, { pageSize: "1000" }));
  const { contacts } = bundle.ben.desk;
  const [gone] = contacts.live();
  contacts.delete(gone ?? assert.fail());
  const { connections: [marker] } = await bundle.get(withQuery(CONNECTIONS, { syncToken: nextSyncToken }));
  assert.equal(marker.metadata.deleted, true);
  assert.deepEqual([marker.names, marker.emailAddresses], [undefined, undefined]);
  assert.equal(
    (await bundle.refused(withQuery(`${PEOPLE}/${marker.resourceName}`, { personFields: "names" }))).status,
    404,
  );
  const batch = `${PEOPLE}/people:batchGet?personFields=names&resourceNames=${marker.resourceName}`;
  assert.equal((await bundle.get(batch)).responses[0].httpStatusCode, 404);
});

Deno.test("a sync token is good for a week after the full round, and then expired; a malformed one says less (G-23)", async () => {
  const bundle = await google();
  const { nextSyncToken: first } = await bundle.get(withQuery(CONNECTIONS, { pageSize: "1000" }));
  const asked = async (syncToken: string) => {
    const { access_token } = await signIn(bundle, "ben", { scopes: ALL_SCOPES });
    return await bundle.call(access_token, withQuery(CONNECTIONS, { syncToken }));
  };
  await bundle.clock.advance(6 * DAY_MS);
  const { status, body: { nextSyncToken } } = await asked(first);
  assert.equal(status, 200);
  await bundle.clock.advance(2 * DAY_MS);
  // The round in between was none of everything: the week counts from the full one.
  const lost = await asked(nextSyncToken);
  assert.deepEqual([lost.status, lost.body.error.details[0].reason], [400, "EXPIRED_SYNC_TOKEN"]);
  const malformed = await asked("nonsense");
  assert.deepEqual([malformed.status, malformed.body.error.details], [400, undefined]);
});

Deno.test("groups have the names of labels, and every contact is in myContacts", async () => {
  const bundle = await google();
  const { contactGroups } = await bundle.get(`${PEOPLE}/contactGroups`);
  const names = new Map(contactGroups.map((group: Json) => [group.resourceName, group.name]));
  const { connections } = await bundle.get(withQuery(CONNECTIONS, { pageSize: "1000" }));
  for (const { memberships } of connections) {
    const groups = memberships.map((one: Json) => names.get(one.contactGroupMembership.contactGroupResourceName));
    assert.ok(groups.includes("myContacts") && !groups.includes(undefined));
  }
});

Deno.test("a full round has a quota of its own", async () => {
  const bundle = await google();
  bundle.simulator.faults.fullSyncQuota = 1;
  assert.equal((await bundle.refused(CONNECTIONS)).status, 429);
  await bundle.get(CONNECTIONS);
});

Deno.test("tasks are found by updatedMin; deleted, hidden and completed ones only when asked for (G-29)", async () => {
  const bundle = await google();
  const { items: lists } = await bundle.get(`${TASKS}/users/@me/lists`);
  assert.ok(lists.length > 1);
  const url = `${TASKS}/lists/${lists[0].id}/tasks`;
  const { tasks } = bundle.ben.desk;
  const shown = (items: Json[]) => items.map((one) => one.title);
  const everything = { showHidden: "true", showDeleted: "true", maxResults: "100" };
  const before = await bundle.get(withQuery(url, everything));
  assert.equal(before.items.length, tasks.in(0).length);
  await bundle.clock.advance(60_000);
  const updatedMin = new Date(bundle.clock.now()).toISOString();
  const [first, second, third] = tasks.in(0).filter((one) => one.number % 2 === 0);
  tasks.edit(first ?? assert.fail(), { title: "Sow" });
  tasks.delete(second ?? assert.fail());
  tasks.complete(third ?? assert.fail(), true);
  const bare = await bundle.get(withQuery(url, { updatedMin }));
  assert.deepEqual(shown(bare.items), ["Sow"]);
  const { items } = await bundle.get(withQuery(url, { ...everything, updatedMin }));
  assert.equal(items.length, 3);
  assert.deepEqual(items.map((one: Json) => [one.deleted, one.hidden, one.status]), [
    [undefined, first?.content.status === "completed" ? true : undefined, items[0].status],
    [true, second?.content.status === "completed" ? true : undefined, items[1].status],
    [undefined, true, "completed"],
  ]);
  assert.ok(items.every((one: Json) => Array.isArray(one.links) && one.webViewLink.startsWith("https://")));
});

Deno.test("tasks come twenty a page unless more are asked for, a hundred at most", async () => {
  const bundle = await google({ desk: { events: 0, contacts: 0, files: 0, tasks: 300 } });
  const url = withQuery(`${TASKS}/lists/@default/tasks`, { showHidden: "true" });
  assert.equal((await bundle.get(url)).items.length, 20);
  assert.ok((await bundle.get(withQuery(url, { maxResults: "1000" }))).items.length <= 100);
  const all = await bundle.pages(url, "items");
  assert.equal(all.items.length, bundle.ben.desk.tasks.in(0).length);
});

Deno.test("a task that is moved is deleted in its old list", async () => {
  const bundle = await google();
  const { tasks } = bundle.ben.desk;
  const [task] = tasks.in(0);
  const id = [...bundle.ben.items("tasks").values()].find((one) => one.number === task?.number)?.id ?? assert.fail();
  tasks.move(task ?? assert.fail(), 1);
  assert.equal((await bundle.get(`${TASKS}/lists/@default/tasks/${id}`)).deleted, true);
  const list = bundle.ben.items("tasks").get(id)?.container;
  assert.equal((await bundle.get(`${TASKS}/lists/${list}/tasks/${id}`)).deleted, undefined);
});
