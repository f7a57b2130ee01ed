/** Each alert of the providers fires when its fault is caused in an app, and is quiet before and after. */
import assert from "node:assert/strict";
import { COLLECTIONS, ProviderSubscription } from "../../shared/contracts/records.ts";
import { type AlertWorld, openQuiet } from "./alert_world.ts";

Deno.test("alerts fire on throttling, lost notifications, ended grants and renewals that fail", async () => {
  const world = await openQuiet();
  const { system } = world;
  const [ada, ben] = system.users;
  try {
    const { faults } = system.simulator;
    faults.throttle = { share: 0.5, retryAfterSeconds: 1 };
    for (let sent = 0; sent < 12; sent++) {
      system.simulator.person(ben).send({ subject: `Throttled ${sent}` });
      await world.watch(0.5);
    }
    assert.deepEqual(world.firing(), ["MillraceProviderThrottling"]);
    faults.throttle = { share: 0, next: 0, retryAfterSeconds: 1 };

    faults.dropNotifications = 1;
    for (let sent = 0; sent < 8; sent++) system.simulator.person(ada).send({ subject: `Unheard ${sent}` });
    await world.watch(16);
    assert.deepEqual(world.firing(), ["MillraceMissedNotifications"]);
    faults.dropNotifications = 0;

    faults.revokeTokens(ben);
    system.simulator.person(ben).send({ subject: "Nobody may read this" });
    await world.watch(2);
    assert.deepEqual(world.firing(), ["MillraceTokensExpired", "MillraceMissedNotifications"]);

    faults.serverErrors = 1;
    await endSoon(world);
    await world.watch(3);
    assert.ok(world.firing().includes("MillraceSubscriptionExpiring"), `${world.firing()}`);
    faults.serverErrors = 0;
    await world.watch(21);
    assert.deepEqual(world.firing(), [], "quiet after");
  } finally {
    await world.close();
  }
});

/** A subscription at Microsoft that ends in half an hour, with its attempt due. */
async function endSoon({ system }: AlertWorld): Promise<void> {
  const records = system.stores.state.records({ system: "provider-subscriptions" });
  const [stored] = (await records.list(COLLECTIONS.providerSubscriptions, { limit: 50 }))
    .map(({ value }) => ProviderSubscription.parse(value))
    .filter(({ provider, state }) => provider === "microsoft" && state === "active");
  assert.ok(stored);
  const expires_at = new Date(system.now() + 30 * 60_000).toISOString();
  const { subscription_id } = stored;
  const due = system.stores.state.records({ system: "due" });
  await records.commit([{
    op: "put",
    collection: COLLECTIONS.providerSubscriptions,
    id: subscription_id,
    value: { ...stored, expires_at },
  }]);
  const id = `${new Date(system.now()).toISOString()}|${subscription_id}`;
  await due.commit([{ op: "put", collection: COLLECTIONS.dueRenewals, id, value: { subscription_id, event: "" } }]);
}
