import { Hono } from "hono";
import type { CallCounts } from "../counts.ts";
import { authorize, type AuthorizeDeps } from "./authorize.ts";
import { readTokenRequest } from "./token_request.ts";

/** What the Google sign-in is built on. */
export interface GoogleLoginDeps extends AuthorizeDeps {
  readonly counts: CallCounts;
}

/** `/google-accounts/…`. Refresh tokens do not rotate and are given once; see `authorize()`. */
export function googleLogin(deps: GoogleLoginDeps): Hono {
  const app = new Hono();
  app.on(["GET", "POST"], "/o/oauth2/v2/auth", (c) => authorize(c, "google", deps));
  app.post("/token", async (c) => {
    const outcome = await readTokenRequest(c, "google", deps.grants);
    deps.counts.add(outcome.kind === "granted" ? outcome.grant.user : "", "google.token");
    if (outcome.kind === "refused") {
      const why = outcome.error === "invalid_grant" ? "Token has been expired or revoked." : outcome.why;
      return c.json({ error: outcome.error, error_description: why }, outcome.error === "invalid_client" ? 401 : 400);
    }
    const { token, expiresIn } = deps.grants.issueAccess(outcome.grant);
    return c.json(
      {
        access_token: token,
        expires_in: expiresIn - 1,
        token_type: "Bearer",
        scope: outcome.grant.scopes.join(" "),
        ...(outcome.offline ? { refresh_token: deps.grants.issueRefresh(outcome.grant) } : {}),
      },
      200,
      { "cache-control": "no-store" },
    );
  });
  app.post("/revoke", async (c) => {
    const token = c.req.query("token") ?? new URLSearchParams(await c.req.text()).get("token") ?? "";
    deps.counts.add("", "google.revoke");
    if (deps.grants.revokeToken(token)) return c.json({});
    return c.json({ error: "invalid_token", error_description: "Token expired or revoked" }, 400);
  });
  return app;
}
