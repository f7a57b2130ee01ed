import { openGoogle } from "../../shared/providers/mod.ts";
import { ORIGIN, PUBLIC_URL } from "./account.ts";
import { converges } from "./history.ts";
import { inTurn, SEEDS } from "./seeds.ts";

for (const seeds of SEEDS) {
  Deno.test(`Google: what is published converges to what the account holds (seeds ${seeds.join(", ")})`, async () => {
    await inTurn(seeds, (seed) =>
      converges("google", seed, (deps) =>
        openGoogle({
          deps,
          config: {
            client_id: "client",
            client_secret: "secret",
            api_url: `${ORIGIN}/google`,
            authorize_url: `${ORIGIN}/google-accounts/o/oauth2/v2/auth`,
            token_url: `${ORIGIN}/google-accounts/token`,
            revoke_url: `${ORIGIN}/google-accounts/revoke`,
            gmail_topic: "projects/simulated/topics/gmail",
            quota_factor: 1,
            public_url: PUBLIC_URL,
          },
        })));
  });
}
