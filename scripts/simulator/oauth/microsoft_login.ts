import { Hono } from "hono";
import type { Clock } from "../../../shared/contracts/deps.ts";
import type { Chance } from "../chance.ts";
import type { CallCounts } from "../counts.ts";
import type { SimulatorFaults } from "../faults.ts";
import { authorize, type AuthorizeDeps } from "./authorize.ts";
import { readTokenRequest } from "./token_request.ts";

/** What the Microsoft sign-in is built on. */
export interface MicrosoftLoginDeps extends AuthorizeDeps {
  readonly origin: string;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly counts: CallCounts;
  readonly faults: SimulatorFaults;
}

/** AADSTS numbers of the errors that are given (PROTOCOLS E1). */
const ERROR_CODES: Readonly<Record<string, number>> = {
  invalid_grant: 70000,
  invalid_client: 7000215,
  unsupported_grant_type: 70003,
};

/** `/login/{tenant}/…`: the identity platform, version 2. Refresh tokens rotate; the old one stays valid. */
export function microsoftLogin(deps: MicrosoftLoginDeps): Hono {
  const app = new Hono();
  app.on(["GET", "POST"], "/:tenant/oauth2/v2.0/authorize", (c) => authorize(c, "microsoft", deps));
  app.post("/:tenant/oauth2/v2.0/token", async (c) => {
    const outcome = await readTokenRequest(c, "microsoft", deps.grants);
    deps.counts.add(outcome.kind === "granted" ? outcome.grant.user : "", "microsoft.token");
    if (outcome.kind === "refused") {
      return c.json(refusal(deps, outcome.error, outcome.why), outcome.error === "invalid_client" ? 401 : 400);
    }
    const { grant, shown } = outcome;
    const { token, expiresIn } = deps.grants.issueAccess(grant);
    if (shown !== undefined && deps.faults.refreshTokensOnce) deps.grants.spend(shown);
    const offline = outcome.offline || shown !== undefined;
    return c.json(
      {
        token_type: "Bearer",
        scope: grant.scopes.filter((scope) => scope !== "offline_access").join(" "),
        expires_in: expiresIn,
        ext_expires_in: expiresIn,
        access_token: token,
        ...(offline ? { refresh_token: deps.grants.issueRefresh(grant) } : {}),
      },
      200,
      { "cache-control": "no-store", pragma: "no-cache" },
    );
  });
  app.get("/:tenant/v2.0/.well-known/openid-configuration", (c) => {
    const base = `${deps.origin}/login/${c.req.param("tenant")}`;
    return c.json({
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      response_types_supported: ["code"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
      token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    });
  });
  return app;
}

function refusal(deps: MicrosoftLoginDeps, error: string, why: string): Record<string, unknown> {
  const code = ERROR_CODES[error] ?? 9002313;
  const traceId = deps.chance.uuid();
  const correlationId = deps.chance.uuid();
  const timestamp = `${new Date(deps.clock.now()).toISOString().slice(0, 19).replace("T", " ")}Z`;
  return {
    error,
    error_description:
      `AADSTS${code}: ${why} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${deps.origin}/login/error?code=${code}`,
  };
}
