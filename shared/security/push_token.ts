/** Who delivers to `/push` and `/ticks`: Google by OIDC token, our own bus and scheduler by the process's secret. */
import type { PushConfig } from "../contracts/config.ts";
import type { Clock, Fetch } from "../contracts/deps.ts";
import { TransientError } from "../contracts/errors.ts";
import type { Secret } from "../contracts/secret.ts";
import { equalInConstantTime } from "./constant_time.ts";
import { remoteKeySet } from "./key_set.ts";

/** What a delivery shows of itself. */
export interface PushCredentials {
  /** The Authorization header, `""` when there is none. */
  readonly authorization: string;
  /** The URL that was called, as the sender knows it; the audience unless others are configured. */
  readonly own_url: string;
  /** Only asked when it matters: true when the caller's address is a loopback or private one and no proxy stands between. */
  readonly from_private_host: () => boolean;
}

/** `reason` is a short word for the log and the counters. */
export type PushVerdict =
  | { readonly kind: "accepted"; readonly via: "internal" | "oidc" | "emulator" }
  | { readonly kind: "refused"; readonly reason: string };

/** The check of deliveries. */
export interface PushVerifier {
  /** @throws TransientError `key_set_away` while Google's keys can't be had */
  verify(credentials: PushCredentials): Promise<PushVerdict>;
}

/** Both are in use. Source: cloud.google.com/pubsub/docs/authenticate-push-subscriptions, and users' reports. */
const ISSUERS = ["https://accounts.google.com", "accounts.google.com"];
const CLOCK_TOLERANCE_SECONDS = 30;

/** Pub/Sub sends the same token for up to an hour: the signature is checked again after this long. */
const REMEMBERED_MS = 5 * 60_000;
const REMEMBERED_MAX = 64;

const BEARER = /^Bearer +([^\s]+)$/i;

/** Opens the check. `internal` is the secret that the embedded bus and scheduler of this process send as bearer. */
export function openPushVerifier(
  config: PushConfig,
  internal: Secret,
  deps: { readonly clock: Clock; readonly fetch: Fetch },
): PushVerifier {
  const keyOf = remoteKeySet(() => Promise.resolve(config.certs_url), deps);
  const remembered = new Map<string, number>();

  async function verifyToken(token: string, audiences: readonly string[]): Promise<PushVerdict> {
    const { errors, jwtVerify } = await import("jose");
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ["RS256"],
        issuer: ISSUERS,
        audience: [...audiences],
        requiredClaims: ["exp", "iat", "aud"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(deps.clock.now()),
      });
      if (payload.email !== config.service_account) return { kind: "refused", reason: "wrong_account" };
      if (payload.email_verified !== true) return { kind: "refused", reason: "account_unverified" };
      remember(token, audiences, (payload.exp ?? 0) * 1_000);
      return { kind: "accepted", via: "oidc" };
    } catch (error) {
      if (error instanceof TransientError) throw error;
      if (error instanceof errors.JWTClaimValidationFailed) return { kind: "refused", reason: `wrong_${error.claim}` };
      if (error instanceof errors.JOSEError) return { kind: "refused", reason: error.code.toLowerCase() };
      throw error;
    }
  }

  function remember(token: string, audiences: readonly string[], expires_ms: number): void {
    const oldest = remembered.size >= REMEMBERED_MAX ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(`${audiences.join(" ")} ${token}`, Math.min(expires_ms, deps.clock.now() + REMEMBERED_MS));
  }

  return {
    async verify({ authorization, own_url, from_private_host }) {
      const token = BEARER.exec(authorization)?.[1] ?? "";
      if (token !== "" && equalInConstantTime(token, internal.reveal())) return { kind: "accepted", via: "internal" };
      if (config.insecure_emulator && from_private_host()) return { kind: "accepted", via: "emulator" };
      if (token === "") return { kind: "refused", reason: "no_token" };
      if (config.service_account === "") return { kind: "refused", reason: "no_account_configured" };
      const audiences = config.audiences.length > 0 ? config.audiences : [own_url];
      const until = remembered.get(`${audiences.join(" ")} ${token}`);
      if (until !== undefined && deps.clock.now() < until) return { kind: "accepted", via: "oidc" };
      return await verifyToken(token, audiences);
    },
  };
}
