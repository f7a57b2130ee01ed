/** A published set of keys (JWKS), fetched when needed, kept while it is fresh, and asked again for an unknown key. */
import type { JWTVerifyGetKey } from "jose";
import { z } from "zod";
import type { Clock, Fetch } from "../contracts/deps.ts";
import { TransientError } from "../contracts/errors.ts";

const FETCH_MS_MAX = 5_000;
const BODY_CHARACTERS_MAX = 512 * 1024;
/** What Cache-Control says is believed within these limits. */
const FRESH_MS = { min: 5 * 60_000, usual: 60 * 60_000, max: 24 * 60 * 60_000 } as const;
/** A set that can't be fetched anew is used this much longer: tokens must not fail for an outage of the issuer. */
const STALE_MS_MAX = 24 * 60 * 60_000;
/** Tokens with invented key ids must not make us ask the issuer more often than this. */
const COOLDOWN_MS = 30_000;

const KeySetBody = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1).max(200) });

interface Loaded {
  readonly resolve: JWTVerifyGetKey;
  readonly asked_at: number;
  readonly fresh_until: number;
}

/** GETs JSON with a time limit. Whatever goes wrong is a TransientError of this code. */
export async function getJson(
  url: string,
  code: string,
  deps: { readonly clock: Clock; readonly fetch: Fetch },
): Promise<{ readonly json: unknown; readonly headers: Headers }> {
  const stop = new AbortController();
  const done = new AbortController();
  deps.clock.sleep(FETCH_MS_MAX, done.signal).then(() => stop.abort(new Error("time is up")), () => {});
  try {
    const headers = { accept: "application/json" };
    const response = await deps.fetch(url, { headers, redirect: "error", signal: stop.signal });
    const text = await response.text();
    if (!response.ok || text.length > BODY_CHARACTERS_MAX) throw new Error(`status ${response.status}`);
    return { json: JSON.parse(text), headers: response.headers };
  } catch (cause) {
    throw new TransientError(code, `Cannot fetch ${url}`, { retry_after_ms: 10_000, scope: "whole", cause });
  } finally {
    done.abort();
  }
}

function freshMs(headers: Headers): number {
  const said = /(?:^|[\s,])max-age=(\d{1,9})/.exec(headers.get("cache-control") ?? "")?.[1];
  return said === undefined ? FRESH_MS.usual : Math.min(FRESH_MS.max, Math.max(FRESH_MS.min, Number(said) * 1_000));
}

/**
 * Finds the key of a token. `address` is asked for the set's URL at each fetch.
 * @throws TransientError `key_set_away` when there is no set to use
 */
export function remoteKeySet(
  address: () => Promise<string>,
  deps: { readonly clock: Clock; readonly fetch: Fetch },
): JWTVerifyGetKey {
  let loaded: Loaded | null = null;
  let failedAt = -Infinity;
  let loading: Promise<Loaded> | null = null;

  async function load(): Promise<Loaded> {
    const now = deps.clock.now();
    try {
      const { createLocalJWKSet } = await import("jose");
      const { json, headers } = await getJson(await address(), "key_set_away", deps);
      const body = KeySetBody.safeParse(json);
      if (!body.success) throw new TransientError("key_set_away", "The key set is not one", { scope: "whole" });
      return { resolve: createLocalJWKSet(body.data), asked_at: now, fresh_until: now + freshMs(headers) };
    } catch (error) {
      failedAt = now;
      throw error;
    }
  }

  function reload(): Promise<Loaded> {
    loading ??= load().then((set) => loaded = set).finally(() => loading = null);
    return loading;
  }

  async function current(): Promise<Loaded> {
    const now = deps.clock.now();
    if (loaded !== null && now < loaded.fresh_until) return loaded;
    const usable = loaded !== null && now < loaded.fresh_until + STALE_MS_MAX ? loaded : null;
    if (now - failedAt < COOLDOWN_MS) {
      if (usable !== null) return usable;
      throw new TransientError("key_set_away", "The key set could not be fetched a moment ago", { scope: "whole" });
    }
    try {
      return await reload();
    } catch (error) {
      if (usable !== null) return usable;
      throw error;
    }
  }

  return async function keyOf(header, token) {
    const set = await current();
    try {
      return await set.resolve(header, token);
    } catch (error) {
      const { errors } = await import("jose");
      const asked = Math.max(set.asked_at, failedAt);
      if (!(error instanceof errors.JWKSNoMatchingKey) || deps.clock.now() - asked < COOLDOWN_MS) throw error;
      // The issuer may have rotated its keys since.
      return await (await reload()).resolve(header, token);
    }
  };
}
