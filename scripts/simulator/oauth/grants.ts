import type { Clock } from "../../../shared/contracts/deps.ts";
import type { Chance } from "../chance.ts";
import type { SimulatorFaults } from "../faults.ts";

export type ProviderName = "microsoft" | "google";

/** What a person has allowed a client to do. */
export interface Grant {
  readonly provider: ProviderName;
  readonly user: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  revoked: boolean;
}

/** What an authorization code stands for. */
export interface Code {
  readonly provider: ProviderName;
  readonly user: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  /** Whether the token answer carries a refresh token. */
  readonly offline: boolean;
  readonly expiresAt: number;
}

interface AccessToken {
  readonly grant: Grant;
  readonly expiresAt: number;
}

const CODE_MS = 10 * 60_000;

/** Codes, grants and tokens of both providers. Tokens are opaque; what they stand for is kept here. */
export class Grants {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #faults: SimulatorFaults;
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, Grant>();
  readonly #secrets = new Map<string, string>();
  readonly #all: Grant[] = [];

  constructor(options: { clock: Clock; chance: Chance; faults: SimulatorFaults }) {
    this.#clock = options.clock;
    this.#chance = options.chance;
    this.#faults = options.faults;
  }

  /** Whether the client is who it was at its first call: any id and secret that are not empty will do the first time. */
  knowsClient(provider: ProviderName, clientId: string, secret: string): boolean {
    if (clientId === "" || secret === "") return false;
    const key = `${provider} ${clientId}`;
    const known = this.#secrets.get(key);
    if (known === undefined) this.#secrets.set(key, secret);
    return known === undefined || known === secret;
  }

  /** Whether this person has allowed this client something before, and not withdrawn it. */
  hasConsented(provider: ProviderName, user: string, clientId: string): boolean {
    return this.#all.some((one) =>
      one.provider === provider && one.user === user && one.clientId === clientId && !one.revoked
    );
  }

  /** A code that can be exchanged once within ten minutes. */
  issueCode(code: Omit<Code, "expiresAt">): string {
    const text = this.#token(code.provider === "google" ? "4/0A" : "M.C5", 30);
    this.#codes.set(text, { ...code, expiresAt: this.#clock.now() + CODE_MS });
    return text;
  }

  /** Takes a code; undefined if it is unknown, used or too old. */
  takeCode(text: string): Code | undefined {
    const code = this.#codes.get(text);
    this.#codes.delete(text);
    return code !== undefined && code.expiresAt > this.#clock.now() ? code : undefined;
  }

  /** Turns a code into what the person has allowed. */
  open(code: Code): Grant {
    const { provider, user, clientId, scopes } = code;
    const grant: Grant = { provider, user, clientId, scopes, revoked: false };
    this.#all.push(grant);
    return grant;
  }

  issueAccess(grant: Grant): { token: string; expiresIn: number } {
    const expiresIn = this.#faults.accessTokenSeconds;
    const now = this.#clock.now();
    for (const [old, access] of this.#access) {
      if (access.expiresAt + CODE_MS > now) break;
      this.#access.delete(old);
    }
    const token = this.#token(grant.provider === "google" ? "ya29.a0" : "EwB4A8l6", 96);
    this.#access.set(token, { grant, expiresAt: now + expiresIn * 1_000 });
    return { token, expiresIn };
  }

  issueRefresh(grant: Grant): string {
    const token = this.#token(grant.provider === "google" ? "1//0" : "M.C5_BAY.0.U.-", 60);
    this.#refresh.set(token, grant);
    return token;
  }

  /** The grant of a refresh token; undefined if it is unknown or revoked. */
  byRefresh(token: string, provider: ProviderName): Grant | undefined {
    const grant = this.#refresh.get(token);
    return grant?.provider === provider && !grant.revoked ? grant : undefined;
  }

  /** Makes a refresh token useless; what else the grant gave stays. */
  spend(refresh: string): void {
    this.#refresh.delete(refresh);
  }

  /** What an `Authorization` header allows: a grant, or why not. */
  authorize(header: string | null, provider: ProviderName): Grant | "missing" | "unknown" | "expired" {
    const token = /^Bearer\s+(\S+)$/i.exec(header ?? "")?.[1];
    if (token === undefined) return "missing";
    const access = this.#access.get(token);
    if (access === undefined || access.grant.provider !== provider || access.grant.revoked) return "unknown";
    return access.expiresAt > this.#clock.now() ? access.grant : "expired";
  }

  /** Revokes by a token of either kind, as Google's revocation does; false if it is unknown. */
  revokeToken(token: string): boolean {
    const grant = this.#refresh.get(token) ?? this.#access.get(token)?.grant;
    if (grant === undefined || grant.revoked) return false;
    this.#withdraw(grant.user, grant.clientId);
    return true;
  }

  /** Revokes everything that a person has allowed. */
  revokeUser(user: string): void {
    for (const grant of this.#all) if (grant.user === user) this.#withdraw(user, grant.clientId);
  }

  #withdraw(user: string, clientId: string): void {
    for (const grant of this.#all) if (grant.user === user && grant.clientId === clientId) grant.revoked = true;
  }

  #token(prefix: string, length: number): string {
    const text = btoa(String.fromCharCode(...this.#chance.bytes(length)));
    return prefix + text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }
}
