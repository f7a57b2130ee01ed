import { leaves } from "../flows/erasure_flow.ts";
import { openCloud } from "../flows/system.ts";
import { ownName, servicesTest } from "./available.ts";
import { withoutRetryPolicies } from "./retry_policies.ts";

servicesTest(
  "Pub/Sub and Redis: a person who leaves takes everything with them, and what is on its way does not come back",
  ["redis", "pubsub"],
  async ({ redis, pubsub }) => {
    const name = ownName();
    const system = await openCloud({ redis, pubsub, name });
    try {
      await withoutRetryPolicies(pubsub, name);
      const [ada, ben] = system.users;
      await leaves(system, ada, ben);
    } finally {
      await system.close();
    }
  },
);
