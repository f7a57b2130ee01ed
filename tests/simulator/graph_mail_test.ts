import assert from "node:assert/strict";
import { GRAPH, type Json, round, setup, signIn } from "./bundle.ts";

Deno.test("mailFolders pages ten at a time, answers aliases, and refuses wellKnownName as personal accounts do", async () => {
  const bundle = setup({ folders: 12 });
  const { access_token: token } = await signIn(bundle, "ada");
  const names: string[] = [];
  for (let url = `${GRAPH}/me/mailFolders`; url !== "";) {
    const { body } = await bundle.call(token, url);
    assert.ok(body.value.length <= 10);
    names.push(...body.value.map((one: Json) => one.displayName));
    url = body["@odata.nextLink"] ?? "";
  }
  assert.equal(names.length, 7 + 9, "children are listed below their parent");
  const inbox = await bundle.call(token, `${GRAPH}/me/mailFolders/inbox`);
  assert.equal(inbox.body.displayName, "Inbox");
  const children = await bundle.call(token, `${GRAPH}/me/mailFolders/${inbox.body.id}/childFolders`);
  assert.deepEqual([children.body.value.length, inbox.body.childFolderCount], [3, 3]);
  const refused = await bundle.call(token, `${GRAPH}/me/mailFolders?$select=wellKnownName`);
  assert.deepEqual([refused.status, refused.body.error.code], [400, "BadRequest"]);
  bundle.simulator.faults.folderLanguage = "nl";
  assert.equal((await bundle.call(token, `${GRAPH}/me/mailFolders/inbox`)).body.displayName, "Postvak IN");
  assert.equal((await bundle.call(token, `${GRAPH}/me/mailFolders/nonsense`)).body.error.code, "ErrorItemNotFound");
});

Deno.test("mailFolders/delta tells new, renamed and deleted folders, children included", async () => {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  const ada = bundle.simulator.person("ada");
  const first = await round(bundle, token, `${GRAPH}/me/mailFolders/delta`);
  assert.equal(first.items.length, ada.folders().length);
  const made = ada.createFolder("Nested", "inbox");
  const inside = ada.send({ folder: "Nested" });
  const second = await round(bundle, token, first.deltaLink);
  assert.deepEqual(second.items.map((one) => one.displayName).sort(), ["Inbox", "Nested"]);
  ada.deleteFolder(made.id);
  const third = await round(bundle, token, second.deltaLink);
  assert.deepEqual(third.items.find((one) => one.id === made.id)["@removed"], { reason: "deleted" });
  assert.equal(ada.find(inside), undefined);
  const gone = await bundle.call(token, `${GRAPH}/me/mailFolders/${made.id}/messages/delta`);
  assert.equal(gone.status, 404);
});

Deno.test("a move changes the default id and keeps the immutable one; ids are case-sensitive", async () => {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  const ada = bundle.simulator.person("ada");
  const id = ada.send({ subject: "Wanderer" });
  const immutable = { prefer: 'IdType="ImmutableId"' };
  const before = await bundle.call(token, `${GRAPH}/me/messages/${id}`);
  assert.notEqual(before.body.id, id);
  ada.move(id, "archive");
  assert.equal((await bundle.call(token, `${GRAPH}/me/messages/${before.body.id}`)).status, 404);
  const after = await bundle.call(token, `${GRAPH}/me/messages/${id}`, { headers: immutable });
  assert.deepEqual([after.body.id, after.body.subject], [id, "Wanderer"]);
  const swapped = id.replace(/[eE](?=AAA=$)/, (letter) => letter === "e" ? "E" : "e");
  const other = await bundle.call(token, `${GRAPH}/me/messages/${swapped}`, { headers: immutable });
  assert.notEqual(other.body.subject, "Wanderer");
});

Deno.test("a message comes as HTML or, where preferred, as text, and with what is selected", async () => {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  const id = bundle.simulator.person("ada").send({ body: "One\n\nTwo & three" });
  const html = await bundle.call(token, `${GRAPH}/me/messages/${id}`);
  assert.equal(html.body.body.contentType, "html");
  assert.ok(html.body.body.content.includes("Two &amp; three"));
  const text = await bundle.call(token, `${GRAPH}/me/messages/${id}`, {
    headers: { prefer: 'IdType="ImmutableId", outlook.body-content-type="text"' },
  });
  assert.deepEqual(text.body.body, { contentType: "text", content: "One\r\n\r\nTwo & three" });
  assert.equal(text.headers.get("preference-applied"), 'outlook.body-content-type="text"');
  const chosen = await bundle.call(token, `${GRAPH}/me/messages/${id}?$select=subject,internetMessageHeaders`);
  assert.deepEqual(Object.keys(chosen.body).sort(), [
    "@odata.context",
    "@odata.etag",
    "id",
    "internetMessageHeaders",
    "subject",
  ]);
  assert.equal((await bundle.call(token, `${GRAPH}/me/messages/${id}?$select=nonsense`)).status, 400);
  const basic = await signIn(bundle, "ada", { scopes: "Mail.ReadBasic User.Read" });
  const bare = await bundle.call(basic.access_token, `${GRAPH}/me/messages/${id}`);
  assert.deepEqual([bare.body.body, bare.body.bodyPreview], [undefined, undefined]);
  const none = await signIn(bundle, "ada", { scopes: "User.Read" });
  assert.equal(
    (await bundle.call(none.access_token, `${GRAPH}/me/messages/${id}`)).body.error.code,
    "ErrorAccessDenied",
  );
});

Deno.test("messages list newest first by pages", async () => {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  const ids: string[] = [];
  const times: string[] = [];
  for (let url = `${GRAPH}/me/messages?$select=receivedDateTime&$top=15`; url !== "";) {
    const { body } = await bundle.call(token, url, { headers: { prefer: 'IdType="ImmutableId"' } });
    ids.push(...body.value.map((one: Json) => one.id));
    times.push(...body.value.map((one: Json) => one.receivedDateTime));
    url = body["@odata.nextLink"] ?? "";
  }
  assert.deepEqual(ids.toSorted(), [...bundle.simulator.person("ada").truth().keys()].toSorted());
  assert.deepEqual(times, times.toSorted().reverse());
});

Deno.test("$batch answers up to twenty by id, in another order, with inner errors of their own", async () => {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  const ids = [...bundle.simulator.person("ada").truth().keys()];
  const batch = (requests: unknown[]) =>
    bundle.call(token, `${GRAPH}/$batch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ requests }),
    });
  const get = (id: string, index: number) => ({
    id: String(index),
    method: "GET",
    url: `/me/messages/${id}?$select=subject`,
  });
  const { body } = await batch([...ids.slice(0, 19), "nonsense"].map(get));
  assert.equal(body.responses.length, 20);
  assert.notDeepEqual(body.responses.map((one: Json) => one.id), Array.from({ length: 20 }, (_, at) => String(at)));
  for (const one of body.responses) assert.equal(one.status, one.id === "19" ? 404 : 200);
  assert.equal((await batch(ids.slice(0, 21).map(get))).status, 400);
  assert.equal((await batch([get("x", 1), get("y", 1)])).status, 400);
  bundle.simulator.faults.throttleInner = { next: 3, retryAfterSeconds: 11 };
  const throttled = (await batch(ids.slice(0, 5).map(get))).body.responses.filter((one: Json) => one.status === 429);
  assert.deepEqual(throttled.map((one: Json) => one.headers["Retry-After"]), ["11", "11", "11"]);
  const chain = [get("nonsense", 1), { ...get(ids[0] ?? "", 2), dependsOn: ["1"] }];
  const chained = (await batch(chain)).body.responses;
  assert.equal(chained.find((one: Json) => one.id === "2").status, 424);
  assert.equal(bundle.simulator.counts.of("ada")["graph.batch"], 5);
  assert.equal(bundle.simulator.counts.total("ada", "graph."), 5, "inner requests are not calls");
});

Deno.test("more than four requests at once for a mailbox are refused, and the most seen is recorded", async () => {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  bundle.simulator.faults.slowMs = 500;
  const calls = Promise.all(Array.from({ length: 6 }, () => bundle.call(token, `${GRAPH}/me/mailFolders`)));
  const answers = await bundle.clock.runUntil(calls);
  assert.deepEqual(answers.map((one) => one.status).sort(), [200, 200, 200, 200, 429, 429]);
  const refused = answers.find((one) => one.status === 429);
  assert.equal(refused?.body.error.code, "ApplicationThrottled");
  assert.equal(refused?.headers.get("retry-after"), "10");
  assert.equal(bundle.simulator.counts.concurrencyMax("ada"), 5, "a refused call is over at once");
});

Deno.test("a mailbox of 100,000 mails and 50 folders answers delta pages without walking all mails", async () => {
  const bundle = setup({ people: [{ user: "ada", provider: "microsoft", mails: 100_000 }], folders: 50 });
  const { access_token: token } = await signIn(bundle, "ada");
  const headers = { prefer: 'IdType="ImmutableId", odata.maxpagesize=1000' };
  const first = await round(bundle, token, `${GRAPH}/me/mailFolders/inbox/messages/delta?$select=subject`, headers);
  assert.ok(first.items.length > 20_000);
  const ada = bundle.simulator.person("ada");
  const started = performance.now();
  let link = first.deltaLink;
  for (let turn = 0; turn < 200; turn++) {
    const id = ada.send();
    const next = await round(bundle, token, link, headers);
    assert.deepEqual(next.items.map((one) => one.id), [id]);
    link = next.deltaLink;
  }
  const each = (performance.now() - started) / 200;
  assert.ok(each < 20, `a delta page took ${each} ms`);
});
