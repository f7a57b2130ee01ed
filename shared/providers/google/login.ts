/** Consent at Google. */
import { z } from "zod";
import type { Deps } from "../../contracts/deps.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { openCodeFlow } from "../code_flow.ts";
import { away, exchange } from "../http.ts";
import type { ResourceName } from "../../contracts/ids.ts";
import type { OAuth } from "../port.ts";
import { type GoogleConfig, googleUrls } from "./config.ts";

/** Who the person is. */
const IDENTITY_SCOPES = ["openid", "email"] as const;

const GOOGLE_ISSUER = "https://accounts.google.com";

const UserInfo = z.object({ sub: z.string().min(1), email: z.string().default("") });

/**
 * Opens the consent. A person may untick each of the scopes: the tokens tell what was granted.
 * @param scopesFor what is asked for, besides who the person is; for everything where no resources are named
 */
export function openGoogleLogin(
  config: GoogleConfig,
  deps: Pick<Deps, "clock" | "fetch">,
  scopesFor: (resources?: readonly ResourceName[]) => readonly string[],
): OAuth {
  const asked = (resources?: readonly ResourceName[]) => [...IDENTITY_SCOPES, ...scopesFor(resources)];
  const flow = openCodeFlow({
    client_id: config.client_id,
    client_secret: config.client_secret,
    authorize_url: config.authorize_url,
    token_url: config.token_url,
    scopes: asked(),
    // A refresh token comes only with offline access, and after the first time only when consent is asked for again.
    authorize_parameters: { access_type: "offline", prompt: "consent", include_granted_scopes: "true" },
    issuer: config.authorize_url.startsWith(`${GOOGLE_ISSUER}/`) ? GOOGLE_ISSUER : "",
  }, deps);
  return {
    ...flow,
    authorizeUrl: (request) => flow.authorizeUrl({ ...request, scopes: asked(request.resources) }),

    async revoke(tokens) {
      // Either token ends the whole grant.
      const body = new URLSearchParams({ token: tokens.refresh_token || tokens.access_token }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await exchange(deps, config.revoke_url, { method: "POST", headers, body });
      // 400: it was revoked or has expired before.
      if (answer.status >= 300 && answer.status !== 400) throw away(`Google answers ${answer.status} to a revocation`);
    },

    async account(access_token) {
      const headers = { accept: "application/json", authorization: `Bearer ${access_token}` };
      const answer = await exchange(deps, googleUrls(config).userinfo, { method: "GET", headers });
      if (answer.status === 401 || answer.status === 403) {
        throw new PermanentError("consent_refused", "The account may not be read with what was granted");
      }
      const user = UserInfo.safeParse(answer.json);
      if (answer.status !== 200 || !user.success) throw away(`Google answers ${answer.status} to who the account is`);
      return { account_id: user.data.sub, address: user.data.email.toLowerCase() };
    },
  };
}
