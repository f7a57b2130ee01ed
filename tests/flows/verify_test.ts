/** A verification from the request to the repaired search, with both providers and every consumer that is there. */
import assert from "node:assert/strict";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { firstSync } from "./mail_flow.ts";
import { openEmbedded } from "./system.ts";

Deno.test("embedded: what was lost of two people's documents is found by a verification, repaired, and not found again", async () => {
  const system = await openEmbedded();
  try {
    for (const user of system.users) {
      await firstSync(system, user);
      const { documents } = await system.stores.index.stats(user);
      await system.rest(15 * 60_000);
      await system.stores.index.purge(user);
      const lost = await system.stores.state.records({ user_id: user }).list(COLLECTIONS.shipmentMails, { limit: 5 });
      await system.stores.state.records({ user_id: user }).commit(
        lost.map(({ id }) => ({ op: "delete", collection: COLLECTIONS.shipmentMails, id })),
      );
      const verify = async () => {
        const begun = await system.post(user, "/v1/sync/batches", { kind: "verify" });
        assert.equal(begun.status, 201);
        const { batch_id } = await begun.json();
        const read = async () => await (await system.get(user, `/v1/sync/batches/${batch_id}`)).json();
        await system.until("the batch is finished", async () => (await read()).state === "finished");
        return (await read()).counts;
      };
      const first = await verify();
      assert.deepEqual([first.differences, first.failed], [documents, 0]);
      await system.until(
        "all is searchable again",
        async () => (await system.stores.index.stats(user)).documents === documents,
      );
      await system.until("the contributions are back", async () => {
        const records = system.stores.state.records({ user_id: user });
        const back = await Promise.all(lost.map(({ id }) => records.get(COLLECTIONS.shipmentMails, id)));
        return lost.length === 5 && !back.includes(null);
      });
      await system.rest(15 * 60_000);
      const second = await verify();
      assert.deepEqual([second.differences, second.failed, second.found > 0], [0, 0, true]);
      const connections = await (await system.get(user, "/v1/connections")).json();
      for (const status of connections.items[0].resources) {
        if (status.state === "not_granted") continue;
        assert.notEqual(status.verified_at, "", status.resource);
        assert.equal(status.differences, 0);
      }
    }
  } finally {
    await system.close();
  }
});
