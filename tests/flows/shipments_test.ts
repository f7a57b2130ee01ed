import { parcels } from "./shipment_flow.ts";
import { openEmbedded } from "./system.ts";

Deno.test("embedded: parcels follow the mails of both providers, each person's their own", async () => {
  const system = await openEmbedded();
  try {
    for (const user of system.users) await system.connect(user);
    await parcels(system);
  } finally {
    await system.close();
  }
});
