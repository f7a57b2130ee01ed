/** What a connection says of itself: when it was last notified, what waits, and when its subscriptions end. */
import assert from "node:assert/strict";
import { healthOf } from "../../../consumers/office/mod.ts";
import { COLLECTIONS, Connection, type ProviderSubscription } from "../../../shared/contracts/records.ts";
import { CONNECTION, KEY, openWorld, type World } from "./world.ts";

async function status(world: World) {
  const record = await world.state.records({ user_id: KEY.user_id }).get(COLLECTIONS.connections, KEY.connection_id);
  const [found] = Connection.parse(record?.value).resources;
  assert.ok(found);
  return found;
}

Deno.test("office notes when it was last notified, and not when it read for another reason", async () => {
  const world = await openWorld();
  const process = world.start();
  await world.signal("poll");
  await world.settle(process);
  assert.equal((await status(world)).last_notification_at, "");
  // Right after a read, which is noted once a minute.
  world.provider.put("m1", "inbox", "mail");
  await world.signal("notification");
  await world.settle(process);
  const first = await status(world);
  assert.notEqual(first.last_notification_at, "");
  assert.notEqual(first.last_change_at, "");
  await world.clock.advance(10 * 60_000);
  await world.signal("poll");
  await world.settle(process);
  assert.equal((await status(world)).last_notification_at, first.last_notification_at);
  await world.close();
});

Deno.test("healthOf() tells how long a change waits, and when the first subscription ends", async () => {
  const world = await openWorld();
  const health = async () => (await healthOf(world.state, CONNECTION)).get("mail");
  assert.deepEqual(await health(), { subscription_expires_at: "", lag_seconds: 0 });
  await world.signal("notification");
  await world.clock.advance(42_000);
  assert.equal((await health())?.lag_seconds, 42);
  await world.settle(world.start());
  assert.equal((await health())?.lag_seconds, 0);
  const subscription = (id: string, expires_at: string, state: ProviderSubscription["state"] = "active") => ({
    subscription_id: id,
    ...KEY,
    provider: "microsoft",
    target: id,
    client_state: "0123456789abcdef",
    remote_id: id,
    expires_at,
    state,
    accepted_until: "",
    reason: "",
    former: "",
  });
  for (
    const record of [
      subscription("s1", "2026-04-02T00:00:00.000Z"),
      subscription("s2", "2026-04-01T00:00:00.000Z"),
      subscription("s3", "2026-03-01T00:00:00.000Z", "failed"),
    ]
  ) {
    await world.state.records({ system: "provider-subscriptions" }).commit([
      { op: "put", collection: COLLECTIONS.providerSubscriptions, id: record.subscription_id, value: record },
      {
        op: "put",
        collection: COLLECTIONS.currentSubscriptions,
        id: `${KEY.connection_id}|mail|${record.target}`,
        value: record.subscription_id,
      },
    ]);
  }
  assert.equal((await health())?.subscription_expires_at, "2026-04-01T00:00:00.000Z");
  await world.close();
});
