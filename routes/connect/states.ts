/** Consents under way: from the moment a person asks to connect until the provider sends them back. */
import { z } from "zod";
import type { Clock, Deps } from "../../shared/contracts/deps.ts";
import { Moment } from "../../shared/contracts/event.ts";
import { ResourceName, sha256, UserId } from "../../shared/contracts/ids.ts";
import { ProviderName } from "../../shared/contracts/names.ts";
import { COLLECTIONS, Sealed } from "../../shared/contracts/records.ts";
import type { Vault } from "../../shared/security/mod.ts";
import type { State } from "../../shared/state/port.ts";

/** How long a person may take between asking to connect and coming back from the provider. */
export const CONSENT_MS_MAX = 10 * 60_000;

const OAuthState = z.object({
  user_id: UserId,
  provider: ProviderName,
  /** What the person is asked for; everything where none are named. */
  resources: z.array(ResourceName).default([]),
  /** The PKCE verifier (RFC 7636). */
  code_verifier: Sealed,
  /** The state store's time when the person asked: an erasure after it makes the consent void. */
  as_of: z.int().positive(),
  expires_at: Moment,
  /** SHA-256 of the cookie of the browser that confirmed our page; `""` before. */
  browser_hash: z.string(),
});

/** A consent under way, as it is stored. */
export interface Consent {
  /** SHA-256 of the ticket: the ticket itself is not stored. */
  readonly id: string;
  readonly version: number;
  readonly ticket: string;
  readonly user_id: string;
  readonly provider: ProviderName;
  readonly resources: readonly ResourceName[];
  readonly code_verifier: string;
  readonly as_of: number;
  readonly browser_hash: string;
}

/** What consents are kept in. */
export interface ConsentPorts {
  readonly state: Pick<State, "records" | "micros" | "ledger">;
  readonly vault: Vault;
  readonly deps: Pick<Deps, "clock" | "random">;
}

const SCOPE = { system: "oauth-states" } as const;
const COLLECTION = COLLECTIONS.oauthStates;
/** 32 bytes in base64url are 43 characters: what RFC 7636 asks of a verifier at least. */
const SECRET_BYTES = 32;
const TICKET = /^[A-Za-z0-9_-]{43}$/;
const SWEEP_RECORDS_MAX = 500;

const context = (id: string) => `oauth-state:${id}`;

function secretText(ports: ConsentPorts): string {
  return ports.deps.random.bytes(SECRET_BYTES).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Begins a consent. @returns its ticket: the name of our page, and the `state` of the provider's */
export async function beginConsent(
  ports: ConsentPorts,
  request: {
    readonly user_id: string;
    readonly provider: ProviderName;
    readonly resources: readonly ResourceName[];
  },
): Promise<string> {
  const ticket = secretText(ports);
  const id = await sha256(ticket);
  const value: z.infer<typeof OAuthState> = {
    ...request,
    resources: [...request.resources],
    code_verifier: await ports.vault.seal(secretText(ports), context(id)),
    as_of: await ports.state.micros(),
    expires_at: new Date(ports.deps.clock.now() + CONSENT_MS_MAX).toISOString(),
    browser_hash: "",
  };
  const ops = [{ op: "put", collection: COLLECTION, id, value }] as const;
  await ports.state.records(SCOPE).commit(ops);
  return ticket;
}

/** The consent of a ticket; null when there is none (any more), or it is too old. */
export async function findConsent(ports: ConsentPorts, ticket: string): Promise<Consent | null> {
  if (!TICKET.test(ticket)) return null;
  const id = await sha256(ticket);
  const stored = await ports.state.records(SCOPE).get(COLLECTION, id);
  if (stored === null) return null;
  const { code_verifier, expires_at, ...rest } = OAuthState.parse(stored.value);
  if (Date.parse(expires_at) <= ports.deps.clock.now()) return null;
  return {
    id,
    version: stored.version,
    ticket,
    ...rest,
    code_verifier: await ports.vault.open(code_verifier, context(id)),
  };
}

/** Binds a consent to the browser that confirmed it. @returns false when it was used or changed meanwhile */
export async function bindConsent(ports: ConsentPorts, consent: Consent, browser: string): Promise<boolean> {
  const records = ports.state.records(SCOPE);
  const stored = await records.get(COLLECTION, consent.id);
  if (stored === null || stored.version !== consent.version) return false;
  const value = { ...OAuthState.parse(stored.value), browser_hash: await sha256(browser) };
  const committed = await records.commit([
    { op: "check", collection: COLLECTION, id: consent.id, version: consent.version },
    { op: "put", collection: COLLECTION, id: consent.id, value },
  ]);
  return committed.kind === "committed";
}

/** Uses a consent up. @returns false when somebody else did */
export async function useConsent(ports: ConsentPorts, consent: Consent): Promise<boolean> {
  const committed = await ports.state.records(SCOPE).commit([
    { op: "check", collection: COLLECTION, id: consent.id, version: consent.version },
    { op: "delete", collection: COLLECTION, id: consent.id },
  ]);
  return committed.kind === "committed";
}

/** Removes consents that ran out, one bounded slice; for the sweeps. @returns how many */
export async function sweepConsents(state: Pick<State, "records">, clock: Pick<Clock, "now">): Promise<number> {
  const records = state.records(SCOPE);
  const stored = await records.list(COLLECTION, { limit: SWEEP_RECORDS_MAX });
  const old = stored.filter(({ value }) => {
    const parsed = OAuthState.safeParse(value);
    return !parsed.success || Date.parse(parsed.data.expires_at) <= clock.now();
  });
  if (old.length > 0) await records.commit(old.map(({ id }) => ({ op: "delete", collection: COLLECTION, id })));
  return old.length;
}
