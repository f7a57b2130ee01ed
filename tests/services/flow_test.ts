import { firstSync, isolation, liveChanges } from "../flows/mail_flow.ts";
import { contacts } from "../flows/contact_flow.ts";
import { meetings } from "../flows/meeting_flow.ts";
import { parcels } from "../flows/shipment_flow.ts";
import { openCloud } from "../flows/system.ts";
import { ownName, servicesTest } from "./available.ts";
import { withoutRetryPolicies } from "./retry_policies.ts";

servicesTest(
  "Pub/Sub and Redis: two people connect, their mail is searchable, changes follow, parcels, meetings and contacts too, nobody sees another's",
  ["redis", "pubsub"],
  async ({ redis, pubsub }) => {
    const name = ownName();
    const system = await openCloud({ redis, pubsub, name });
    try {
      await withoutRetryPolicies(pubsub, name);
      const [ada, ben] = system.users;
      await firstSync(system, ada);
      await firstSync(system, ben);
      await liveChanges(system, ada);
      await liveChanges(system, ben);
      await isolation(system, ada, ben);
      await parcels(system);
      // Google's channels wait for the calendars to be known, and are made by a tick, which comes from outside here.
      await meetings(system, [ada]);
      await contacts(system);
    } finally {
      await system.close();
    }
  },
);
