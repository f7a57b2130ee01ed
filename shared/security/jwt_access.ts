/** People who come with a JWT of the operator's own OpenID Connect issuer. */
import { z } from "zod";
import type { Clock, Fetch } from "../contracts/deps.ts";
import { TransientError } from "../contracts/errors.ts";
import { userIdOf } from "../contracts/ids.ts";
import { getJson, remoteKeySet } from "./key_set.ts";

/** `reason` is a short word for the log. */
export type JwtVerdict =
  | { readonly kind: "accepted"; readonly user_id: string }
  | { readonly kind: "refused"; readonly reason: string };

/** The check of JWTs. */
export interface JwtAccess {
  /** @throws TransientError `issuer_away`, `key_set_away` while the issuer's keys can't be had */
  verify(token: string): Promise<JwtVerdict>;
}

/** Asymmetric ones only: with a shared secret, whoever can check a token could make one. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const CLOCK_TOLERANCE_SECONDS = 30;

/** Source: OpenID Connect Discovery 1.0, section 3. */
const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

const withoutSlash = (text: string) => text.replace(/\/+$/, "");

/** Opens the check of JWTs: issuer, audience, signature, expiry. Their `sub` is the user, by `userIdOf`. */
export function openJwtAccess(
  config: { readonly issuer: string; readonly audience: string },
  deps: { readonly clock: Clock; readonly fetch: Fetch },
): JwtAccess {
  const keyOf = remoteKeySet(async () => {
    const { json } = await getJson(`${config.issuer}/.well-known/openid-configuration`, "issuer_away", deps);
    const found = Discovery.safeParse(json);
    // A document that names another issuer is not this issuer's: its keys must not be believed.
    if (!found.success || withoutSlash(found.data.issuer) !== config.issuer) {
      throw new TransientError("issuer_away", "The issuer's discovery document is not its own", { scope: "whole" });
    }
    const downgraded = config.issuer.startsWith("https:") && !found.data.jwks_uri.startsWith("https:");
    if (downgraded) throw new TransientError("issuer_away", "The issuer's key set is not on https", { scope: "whole" });
    return found.data.jwks_uri;
  }, deps);

  return {
    async verify(token) {
      const { errors, jwtVerify } = await import("jose");
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          algorithms: ALGORITHMS,
          // Some issuers end in a slash (Auth0); the configured one never does.
          issuer: [config.issuer, `${config.issuer}/`],
          audience: config.audience,
          requiredClaims: ["exp", "sub"],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: new Date(deps.clock.now()),
        });
        if (payload.sub === undefined || payload.sub === "") return { kind: "refused", reason: "wrong_sub" };
        return { kind: "accepted", user_id: await userIdOf(payload.sub) };
      } catch (error) {
        if (error instanceof TransientError) throw error;
        if (error instanceof errors.JWTClaimValidationFailed) {
          return { kind: "refused", reason: `wrong_${error.claim}` };
        }
        if (error instanceof errors.JOSEError) return { kind: "refused", reason: error.code.toLowerCase() };
        throw error;
      }
    },
  };
}
