/** The OAuth authorisation code flow with PKCE, as both providers speak it. */
import { z } from "zod";
import { PermanentError, TransientError } from "../contracts/errors.ts";
import type { Deps, Fetch } from "../contracts/deps.ts";
import { away, EXCHANGE_MS_MAX, readAnswer, withinTime } from "./http.ts";
import type { AuthorizeRequest, OAuth, ProviderResponse, Tokens } from "./port.ts";
import { retryAfter } from "./verdict.ts";

/** An authorisation server and our client at it. */
export interface CodeFlowOptions {
  readonly client_id: string;
  readonly client_secret: string;
  readonly authorize_url: string;
  readonly token_url: string;
  readonly scopes: readonly string[];
  /** What the authorisation request carries besides the standard parameters. */
  readonly authorize_parameters: Readonly<Record<string, string>>;
  /** The issuer that a callback's `iss` must name; `""` where it depends on the person's tenant. */
  readonly issuer: string;
}

/** The grant is gone, or needs the person: no retry brings it back. */
const GRANT_ERRORS = new Set(["invalid_grant", "interaction_required", "consent_required", "login_required"]);

/** How long a token lives when the server does not say. */
const UNTOLD_LIFE_SECONDS = 3_600;

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().catch(UNTOLD_LIFE_SECONDS),
  refresh_token: z.string().nullish(),
  scope: z.string().nullish(),
});
const TokenError = z.object({ error: z.string() });

/** The flow; a person may be asked for other scopes than all that there are. */
export interface CodeFlow extends Pick<OAuth, "exchange" | "refresh"> {
  authorizeUrl(request: AuthorizeRequest & { readonly scopes?: readonly string[] }): Promise<URL>;
}

/** Opens the flow. The library is loaded at its first use, which keeps it out of a cold start. */
export function openCodeFlow(
  options: CodeFlowOptions,
  deps: Pick<Deps, "clock" | "fetch">,
): CodeFlow {
  const server = {
    issuer: options.issuer === "" ? new URL(options.authorize_url).origin : options.issuer,
    authorization_endpoint: options.authorize_url,
    token_endpoint: options.token_url,
  };
  const client = { client_id: options.client_id };

  /** Sends a token request that the library builds, and reads its answer whole within the time limit. */
  async function ask(build: Building): Promise<ProviderResponse> {
    const oauth = await import("oauth4webapi");
    const fetched: Fetch = (input, init) => deps.fetch(input, { ...init, redirect: "manual" });
    return await withinTime(deps, EXCHANGE_MS_MAX, undefined, async (signal) =>
      await readAnswer(
        await build(oauth, oauth.ClientSecretPost(options.client_secret), {
          signal,
          [oauth.customFetch]: fetched,
          // Only an address that was configured can be plain http: the defaults are not.
          [oauth.allowInsecureRequests]: new URL(options.token_url).protocol === "http:",
        }),
      ));
  }

  return {
    async authorizeUrl(request) {
      const oauth = await import("oauth4webapi");
      const url = new URL(options.authorize_url);
      const parameters = {
        client_id: options.client_id,
        response_type: "code",
        redirect_uri: request.redirect_uri,
        scope: (request.scopes ?? options.scopes).join(" "),
        state: request.state,
        code_challenge: await oauth.calculatePKCECodeChallenge(request.code_verifier),
        code_challenge_method: "S256",
        ...options.authorize_parameters,
        ...(request.hint === "" ? {} : { login_hint: request.hint }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url;
    },

    async exchange(callback, request) {
      const oauth = await import("oauth4webapi");
      const parameters = new URLSearchParams(callback.searchParams);
      if (options.issuer === "") parameters.delete("iss");
      const checked = await callbackChecked(() =>
        oauth.validateAuthResponse(server, client, parameters, request.state)
      );
      const answer = await ask((oauth, secret, how) =>
        oauth.authorizationCodeGrantRequest(
          server,
          client,
          secret,
          checked,
          request.redirect_uri,
          request.code_verifier,
          how,
        )
      );
      return tokensOf(answer, deps, { refresh_token: "", scopes: options.scopes }, "code_invalid");
    },

    async refresh(tokens) {
      if (tokens.refresh_token === "") throw new PermanentError("needs_reauth", "There is no refresh token");
      const answer = await ask((oauth, secret, how) =>
        oauth.refreshTokenGrantRequest(server, client, secret, tokens.refresh_token, how)
      );
      return tokensOf(answer, deps, tokens, "needs_reauth");
    },
  };
}

type Library = typeof import("oauth4webapi");
type Building = (
  oauth: Library,
  secret: ReturnType<Library["ClientSecretPost"]>,
  how: NonNullable<Parameters<Library["refreshTokenGrantRequest"]>[4]>,
) => Promise<Response>;

/** @throws PermanentError `consent_refused` when the person or an administrator said no, else `code_invalid` */
async function callbackChecked(check: () => URLSearchParams): Promise<URLSearchParams> {
  const { AuthorizationResponseError } = await import("oauth4webapi");
  try {
    return check();
  } catch (error) {
    if (error instanceof AuthorizationResponseError) {
      throw new PermanentError("consent_refused", `Consent was not given (${plainCode(error.error)})`);
    }
    throw new PermanentError("code_invalid", "The callback is not an answer to our request", { cause: error });
  }
}

/**
 * The tokens of a token endpoint's answer. An id token is not looked at: who gave consent is asked with the access token.
 * @param before what an answer may leave out: the refresh token (Google never sends it twice) and the scopes
 * @param gone the code of the PermanentError when the grant itself is refused
 */
export function tokensOf(
  answer: ProviderResponse,
  deps: Pick<Deps, "clock">,
  before: Pick<Tokens, "refresh_token" | "scopes">,
  gone: "code_invalid" | "needs_reauth",
): Tokens {
  if (answer.status !== 200) throw tokenError(answer, deps, gone);
  const body = TokenAnswer.safeParse(answer.json);
  if (!body.success) throw away("The token endpoint's answer can't be understood", body.error);
  const { access_token, refresh_token, expires_in, scope } = body.data;
  return {
    access_token,
    refresh_token: refresh_token || before.refresh_token,
    expires_at_ms: deps.clock.now() + expires_in * 1000,
    scopes: scope ? scope.split(/\s+/).filter((name) => name !== "") : before.scopes,
  };
}

function tokenError(answer: ProviderResponse, deps: Pick<Deps, "clock">, gone: string): Error {
  const { status } = answer;
  const body = TokenError.safeParse(answer.json);
  const code = body.success ? plainCode(body.data.error) : "";
  if (GRANT_ERRORS.has(code)) return new PermanentError(gone, `The grant is refused (${code})`);
  if (status === 429 || status >= 500 || code === "temporarily_unavailable" || code === "") {
    const wait_ms = retryAfter(answer, deps.clock.now());
    return away(`The token endpoint answers ${status}`, undefined, wait_ms ?? undefined);
  }
  // Our own client is misconfigured: the person's grant is still good, so the work waits for the operator.
  return new TransientError("client_refused", `The token endpoint refuses our client (${code})`, {
    retry_after_ms: 10 * 60 * 1000,
  });
}

/** An error code as the protocol defines it; other text of a provider does not get into messages and logs. */
function plainCode(code: string): string {
  return /^[a-z_]{1,64}$/.test(code) ? code : "unknown";
}
