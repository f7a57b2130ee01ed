import { openMicrosoft } from "../../shared/providers/mod.ts";
import { ORIGIN, PUBLIC_URL } from "./account.ts";
import { converges } from "./history.ts";
import { inTurn, SEEDS } from "./seeds.ts";

for (const seeds of SEEDS) {
  Deno.test(`Microsoft: what is published converges to what the account holds (seeds ${seeds.join(", ")})`, async () => {
    await inTurn(seeds, (seed) =>
      converges("microsoft", seed, (deps) =>
        openMicrosoft({
          deps,
          config: {
            client_id: "client",
            client_secret: "secret",
            graph_url: `${ORIGIN}/graph`,
            login_url: `${ORIGIN}/login`,
            tenant: "common",
            public_url: PUBLIC_URL,
          },
        })));
  });
}
