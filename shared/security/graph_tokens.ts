/** The tokens by which Graph proves who sent encrypted notifications. */
import { z } from "zod";
import type { Clock, Fetch } from "../contracts/deps.ts";
import { TransientError } from "../contracts/errors.ts";
import { remoteKeySet } from "./key_set.ts";

/** The check of a request's tokens. */
export interface GraphTokens {
  /**
   * Each of them has to be good: one for each application and tenant that the request's items are of.
   * @returns the tenants that they stand for, lower-case; null when one of them is not good
   * @throws TransientError `key_set_away` while the keys can't be had
   */
  tenantsOf(tokens: readonly string[]): Promise<ReadonlySet<string> | null>;
}

/** Microsoft Graph Change Tracking, which publishes the notifications of every tenant. */
const PUBLISHER = "0bf30f3b-4a52-48df-9a82-234910c4a086";
/** The issuers of version 1 tokens, worldwide and in China, each before the tenant's id. */
const VERSION_1_ISSUERS = ["https://sts.windows.net", "https://sts.chinacloudapi.cn"];
const CLOCK_TOLERANCE_SECONDS = 30;

/** `azp` names the publisher in version 2, `appid` in version 1. */
const Claims = z.object({
  iss: z.string(),
  tid: z.string().min(1),
  azp: z.string().nullish(),
  appid: z.string().nullish(),
});

/**
 * Opens the check. Source: change-notifications-with-resource-data in the Graph documentation.
 * @param config our application, and the login service that signs
 */
export function openGraphTokens(
  config: { readonly client_id: string; readonly login_url: string },
  deps: { readonly clock: Clock; readonly fetch: Fetch },
): GraphTokens {
  const login = config.login_url.replace(/\/+$/, "");
  const keyOf = remoteKeySet(() => Promise.resolve(`${login}/common/discovery/v2.0/keys`), deps);

  async function tenantOf(token: string): Promise<string | null> {
    const { errors, jwtVerify } = await import("jose");
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ["RS256"],
        audience: config.client_id,
        requiredClaims: ["exp", "iss", "tid"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(deps.clock.now()),
      });
      const { data } = Claims.safeParse(payload);
      if (data === undefined || (data.azp ?? data.appid) !== PUBLISHER) return null;
      const issuers = [`${login}/${data.tid}/v2.0`, ...VERSION_1_ISSUERS.map((issuer) => `${issuer}/${data.tid}/`)];
      return issuers.includes(data.iss) ? data.tid.toLowerCase() : null;
    } catch (error) {
      if (error instanceof TransientError || !(error instanceof errors.JOSEError)) throw error;
      return null;
    }
  }

  return {
    async tenantsOf(tokens) {
      // Without an application of ours nothing is addressed to us.
      if (config.client_id === "") return null;
      const tenants = new Set<string>();
      for (const token of tokens) {
        const tenant = await tenantOf(token);
        if (tenant === null) return null;
        tenants.add(tenant);
      }
      return tenants;
    },
  };
}
