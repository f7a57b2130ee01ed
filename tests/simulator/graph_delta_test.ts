import assert from "node:assert/strict";
import { GRAPH, round, setup, signIn } from "./bundle.ts";

Deno.test("delta enumerates a folder page by page, then tells only what changed", async () => {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  const ada = bundle.simulator.person("ada");
  const inTruth = () => [...ada.truth().values()].filter((mail) => mail.folder?.alias === "inbox");
  const first = await round(bundle, token, `${GRAPH}/me/mailFolders('inbox')/messages/delta`);
  assert.deepEqual(new Set(first.items.map((one) => one.id)), new Set(inTruth().map((one) => one.id)));
  assert.equal(first.items[0].subject, ada.find(first.items[0].id)?.subject);

  const fresh = ada.send({ subject: "Hello", body: "A new mail" });
  ada.edit(fresh, { subject: "Hello again" });
  const [gone, moved] = inTruth().filter((one) => one.id !== fresh).map((one) => one.id);
  ada.delete(gone ?? "");
  ada.move(moved ?? "", "archive");
  const second = await round(bundle, token, first.deltaLink);
  const seen = new Map(second.items.map((one) => [one.id, one]));
  assert.deepEqual([...seen.keys()].sort(), [fresh, gone, moved].sort());
  assert.equal(second.items.length, 3, "several changes of one item are told once");
  assert.equal(seen.get(fresh).subject, "Hello again");
  assert.deepEqual(seen.get(gone)["@removed"], { reason: "deleted" });
  assert.deepEqual(seen.get(moved)["@removed"], { reason: "deleted" });
  const third = await round(bundle, token, second.deltaLink);
  assert.deepEqual(third.items, []);
  const archive = await round(bundle, token, `${GRAPH}/me/mailfolders/archive/messages/delta`);
  assert.ok(archive.items.some((one) => one.id === moved));
});

Deno.test("a subscription is validated and its notifications carry several items, client state and query", async () => {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  const created = await bundle.call(token, `${GRAPH}/subscriptions`, {
    method: "POST",
    headers: { "content-type": "application/json", prefer: 'IdType="ImmutableId"' },
    body: JSON.stringify({
      changeType: "created,updated,deleted",
      notificationUrl: "http://127.0.0.1:8000/webhooks/microsoft/abc?k=v",
      lifecycleNotificationUrl: "http://127.0.0.1:8000/webhooks/microsoft/lifecycle/abc",
      resource: "/me/messages",
      expirationDateTime: new Date(bundle.clock.now() + 3 * 86_400_000).toISOString(),
      clientState: "secret",
    }),
  });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  const ada = bundle.simulator.person("ada");
  const ids = [ada.send(), ada.send()];
  await bundle.simulator.idle();
  assert.equal(bundle.received.length, 1);
  const [one] = bundle.received;
  assert.equal(one?.url.href, "http://127.0.0.1:8000/webhooks/microsoft/abc?k=v");
  const { value } = JSON.parse(one?.text ?? "");
  assert.deepEqual(value.map((item: { resourceData: { id: string } }) => item.resourceData.id), ids);
  assert.equal(value[0].clientState, "secret");
  assert.equal(value[0].subscriptionId, created.body.id);
});
