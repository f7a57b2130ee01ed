import type { Context } from "hono";
import { type Code, type Grant, type Grants, type ProviderName } from "./grants.ts";
import { verifies } from "./pkce.ts";

/** What a token request comes to: a grant, with the refresh token that was shown, or an OAuth error. */
export type TokenOutcome =
  | { readonly kind: "granted"; readonly grant: Grant; readonly offline: boolean; readonly shown: string | undefined }
  | { readonly kind: "refused"; readonly error: string; readonly why: string };

/** Reads and judges a request to the token endpoint: client, code with PKCE, or refresh token. */
export async function readTokenRequest(c: Context, provider: ProviderName, grants: Grants): Promise<TokenOutcome> {
  const form = new URLSearchParams(await c.req.text());
  const client = clientOf(c, form);
  if (!grants.knowsClient(provider, client.id, client.secret)) {
    return { kind: "refused", error: "invalid_client", why: "The client is not known by this id and secret." };
  }
  switch (form.get("grant_type")) {
    case "authorization_code":
      return await fromCode(form, client.id, provider, grants);
    case "refresh_token": {
      const shown = form.get("refresh_token") ?? "";
      const grant = grants.byRefresh(shown, provider);
      if (grant === undefined || grant.clientId !== client.id) return invalidGrant("The refresh token is not valid.");
      return { kind: "granted", grant, offline: false, shown };
    }
    default:
      return { kind: "refused", error: "unsupported_grant_type", why: "Only codes and refresh tokens are taken." };
  }
}

async function fromCode(
  form: URLSearchParams,
  clientId: string,
  provider: ProviderName,
  grants: Grants,
): Promise<TokenOutcome> {
  const code: Code | undefined = grants.takeCode(form.get("code") ?? "");
  if (code === undefined || code.provider !== provider) return invalidGrant("The code is unknown, used or expired.");
  if (code.clientId !== clientId) return invalidGrant("The code was issued to another client.");
  if (code.redirectUri !== form.get("redirect_uri")) return invalidGrant("The redirect address differs.");
  if (!await verifies(form.get("code_verifier") ?? undefined, code.challenge)) {
    return invalidGrant("The code verifier does not belong to the challenge.");
  }
  return { kind: "granted", grant: grants.open(code), offline: code.offline, shown: undefined };
}

function invalidGrant(why: string): TokenOutcome {
  return { kind: "refused", error: "invalid_grant", why };
}

/** The client's id and secret, from the form or from HTTP Basic. */
function clientOf(c: Context, form: URLSearchParams): { id: string; secret: string } {
  const basic = /^Basic\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (basic === undefined) return { id: form.get("client_id") ?? "", secret: form.get("client_secret") ?? "" };
  const [id = "", secret = ""] = atob(basic).split(":");
  const decode = (text: string) => decodeURIComponent(text.replaceAll("+", " "));
  return { id: decode(id), secret: decode(secret) };
}
