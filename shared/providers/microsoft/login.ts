/** Consent at the Microsoft identity platform. */
import { z } from "zod";
import type { Deps } from "../../contracts/deps.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { openCodeFlow } from "../code_flow.ts";
import { away, exchange } from "../http.ts";
import type { Account, OAuth } from "../port.ts";
import { graphBase, type MicrosoftConfig } from "./config.ts";
import { scopesFor } from "./scopes.ts";

const Me = z.object({
  id: z.string().min(1),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});

/** Opens the consent. */
export function openMicrosoftLogin(config: MicrosoftConfig, deps: Pick<Deps, "clock" | "fetch">): OAuth {
  const base = `${config.login_url.replace(/\/+$/, "")}/${encodeURIComponent(config.tenant)}/oauth2/v2.0`;
  const flow = openCodeFlow({
    client_id: config.client_id,
    client_secret: config.client_secret,
    authorize_url: `${base}/authorize`,
    token_url: `${base}/token`,
    scopes: scopesFor(),
    authorize_parameters: { response_mode: "query", prompt: "select_account" },
    // The issuer carries the tenant of whoever signs in, which nobody knows before.
    issuer: "",
  }, deps);
  return {
    ...flow,
    authorizeUrl: (request) => flow.authorizeUrl({ ...request, scopes: scopesFor(request.resources) }),
    // The platform has no endpoint to revoke a refresh token: forgetting it is all that can be done.
    revoke: () => Promise.resolve(),
    account: (access_token) => readAccount(config, deps, access_token),
  };
}

async function readAccount(
  config: MicrosoftConfig,
  deps: Pick<Deps, "clock" | "fetch">,
  access_token: string,
): Promise<Account> {
  const headers = { accept: "application/json", authorization: `Bearer ${access_token}` };
  const answer = await exchange(deps, `${graphBase(config)}/me`, { method: "GET", headers });
  if (answer.status === 401 || answer.status === 403) {
    throw new PermanentError("consent_refused", "The account may not be read with what was granted");
  }
  const me = Me.safeParse(answer.json);
  if (answer.status !== 200 || !me.success) throw away(`Graph answers ${answer.status} to who the account is`);
  return { account_id: me.data.id, address: (me.data.mail || me.data.userPrincipalName || "").toLowerCase() };
}
