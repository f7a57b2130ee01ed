/** Ben's Google account, connected with a consent to everything. */
import type { DeskSize } from "../../scripts/simulator/mod.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { openGoogle } from "../../shared/providers/mod.ts";
import { connectAccount, ORIGIN, type TestAccount } from "./account.ts";

const CONFIG = {
  client_id: "client",
  client_secret: "secret",
  api_url: `${ORIGIN}/google`,
  authorize_url: `${ORIGIN}/google-accounts/o/oauth2/v2/auth`,
  token_url: `${ORIGIN}/google-accounts/token`,
  revoke_url: `${ORIGIN}/google-accounts/revoke`,
  gmail_topic: "",
  quota_factor: 1,
  public_url: "https://millrace.test",
};

/** Connects Ben, who keeps so much beside mail. */
export function benOf(desk: DeskSize, seed = 1): Promise<TestAccount> {
  const open = (deps: Deps) => openGoogle({ deps, config: CONFIG });
  return connectAccount({ user: "ben", provider: "google", mails: 1, seed, desk, open });
}
