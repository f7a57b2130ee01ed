import type { Context } from "hono";
import { consentPage } from "./consent_page.ts";
import type { Grants, ProviderName } from "./grants.ts";

/** Somebody who can sign in. */
export interface Account {
  readonly user: string;
  readonly provider: ProviderName;
  readonly name: string;
  readonly address: string;
}

/** What the pages of either provider need. */
export interface AuthorizeDeps {
  readonly grants: Grants;
  readonly accounts: readonly Account[];
}

/** GET: the consent page. POST: its answer, as a redirect with `code` and `state`, or with `error`. */
export async function authorize(c: Context, provider: ProviderName, deps: AuthorizeDeps): Promise<Response> {
  const asked = readRequest(new URL(c.req.url).searchParams);
  if (typeof asked === "string") return c.text(`Cannot ask for consent: ${asked}`, 400);
  const accounts = deps.accounts.filter((one) => one.provider === provider);
  const hinted = accounts.find((one) => one.user === asked.loginHint || one.address === asked.loginHint);
  if (c.req.method !== "POST") {
    return consentPage({
      provider,
      clientId: asked.clientId,
      redirectUri: asked.redirectUri,
      scopes: asked.scopes,
      people: accounts,
      chosen: hinted?.user,
      granular: provider === "google",
    });
  }
  const form = await c.req.formData();
  const user = form.get("user") ?? hinted?.user;
  const account = accounts.find((one) => one.user === user);
  if (account === undefined) return c.text("Cannot go on: choose an account", 400);
  const back = new URL(asked.redirectUri);
  if (asked.state !== undefined) back.searchParams.set("state", asked.state);
  if (form.get("decision") !== "allow") {
    back.searchParams.set("error", "access_denied");
    return c.redirect(back.href, 302);
  }
  const ticked = form.getAll("scope");
  const scopes = ticked.length === 0 ? asked.scopes : asked.scopes.filter((scope) => ticked.includes(scope));
  const before = deps.grants.hasConsented(provider, account.user, asked.clientId);
  // Google gives a refresh token only for offline access, and only at the first consent unless asked again.
  const offline = provider === "google"
    ? asked.accessType === "offline" && (!before || asked.prompt.includes("consent"))
    : scopes.includes("offline_access");
  const { clientId, redirectUri, challenge } = asked;
  back.searchParams.set(
    "code",
    deps.grants.issueCode({ provider, user: account.user, clientId, redirectUri, scopes, challenge, offline }),
  );
  return c.redirect(back.href, 302);
}

interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: string[];
  readonly state: string | undefined;
  readonly challenge: string | undefined;
  readonly loginHint: string | undefined;
  readonly accessType: string | undefined;
  readonly prompt: string[];
}

/** The request's parameters, or what is wrong with them. */
function readRequest(query: URLSearchParams): AuthorizationRequest | string {
  const clientId = query.get("client_id") ?? "";
  const redirectUri = query.get("redirect_uri") ?? "";
  const scopes = (query.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  if (clientId === "") return "client_id is missing";
  if (!URL.canParse(redirectUri)) return "redirect_uri is missing or no address";
  if (query.get("response_type") !== "code") return "response_type must be code";
  if (!["query", null].includes(query.get("response_mode"))) return "response_mode must be query";
  if (scopes.length === 0) return "scope is missing";
  const challenge = query.get("code_challenge") ?? undefined;
  if (challenge !== undefined && query.get("code_challenge_method") !== "S256") return "only S256 challenges are taken";
  return {
    clientId,
    redirectUri,
    scopes,
    state: query.get("state") ?? undefined,
    challenge,
    loginHint: query.get("login_hint") ?? undefined,
    accessType: query.get("access_type") ?? undefined,
    prompt: (query.get("prompt") ?? "").split(" "),
  };
}
