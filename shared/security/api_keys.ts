/** API keys: shown once when they are made, stored only as their SHA-256. */
import type { Clock, Random } from "../contracts/deps.ts";
import { PermanentError } from "../contracts/errors.ts";
import { hex, sha256 } from "../contracts/ids.ts";
import { ApiKey, COLLECTIONS } from "../contracts/records.ts";
import { Secret } from "../contracts/secret.ts";
import type { State } from "../state/port.ts";

/** What may be known of a key: everything but the key. */
export interface KeyInfo {
  /** The first 12 hex digits of its hash. */
  readonly id: string;
  readonly name: string;
  /** `admin` or `user:{user_id}`. */
  readonly scope: string;
  readonly created_at: string;
  /** `""`: until it is revoked. */
  readonly expires_at: string;
}

/** The keys of an installation. */
export interface ApiKeys {
  /**
   * @param scope `admin` or `user:{user_id}`; another is refused by a RangeError
   * @param expires_at ISO 8601; `""` for a key that is good until it is revoked
   */
  create(scope: string, name: string, expires_at?: string): Promise<{ readonly key: Secret; readonly info: KeyInfo }>;
  /** What the key may do; null when it is unknown, revoked or past its time. Answers may be 5 seconds old. */
  verify(key: string): Promise<KeyInfo | null>;
  list(options: { readonly after: string; readonly limit: number }): Promise<readonly KeyInfo[]>;
  /** @returns false when no key has that id. @throws PermanentError `key_ambiguous` when several begin with it */
  revoke(id: string): Promise<boolean>;
}

const SCOPE = { system: "api-keys" } as const;
const KEY_BYTES = 32;
const ID_DIGITS = 12;
const KEY_FORM = /^mr_(user|admin)_[A-Za-z0-9_-]{43}$/;
const ID_FORM = /^[0-9a-f]{8,64}$/;

/** How long an answer is reused. Other instances hear of a revocation this much later. */
const REMEMBERED_MS = 5_000;
/** How many answers are kept; with more keys in use, some are read again. */
const REMEMBERED_MAX = 1_000;

/** Whether a text has the form of one of our keys, valid or not. */
export function looksLikeApiKey(text: string): boolean {
  return KEY_FORM.test(text);
}

function infoOf({ key_hash, name, scope, created_at, expires_at }: ApiKey): KeyInfo {
  return { id: key_hash.slice(0, ID_DIGITS), name, scope, created_at, expires_at };
}

/** The keys of an installation, over its state. */
export function openApiKeys(
  state: Pick<State, "records">,
  deps: { readonly clock: Pick<Clock, "now">; readonly random: Pick<Random, "bytes"> },
): ApiKeys {
  const records = state.records(SCOPE);
  const remembered = new Map<string, { readonly info: KeyInfo | null; readonly until_ms: number }>();

  function remember(hash: string, info: KeyInfo | null): void {
    remembered.delete(hash);
    const oldest = remembered.size >= REMEMBERED_MAX ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(hash, { info, until_ms: deps.clock.now() + REMEMBERED_MS });
  }

  /** What is remembered must not outlive its own end. */
  function inTime(info: KeyInfo | null): KeyInfo | null {
    const over = info !== null && info.expires_at !== "" && Date.parse(info.expires_at) <= deps.clock.now();
    return over ? null : info;
  }

  return {
    async create(scope, name, expires_at = "") {
      const kind = scope === "admin" ? "admin" : "user";
      const key = `mr_${kind}_${deps.random.bytes(KEY_BYTES).toBase64({ alphabet: "base64url", omitPadding: true })}`;
      const created_at = new Date(deps.clock.now()).toISOString();
      const record = ApiKey.safeParse({ key_hash: await sha256(key), name, scope, created_at, expires_at });
      if (!record.success) throw new RangeError(`Cannot make a key of scope "${scope}" and that name`);
      const id = record.data.key_hash;
      await records.commit([{ op: "put", collection: COLLECTIONS.apiKeys, id, value: record.data }]);
      remembered.delete(id);
      return { key: new Secret(key), info: infoOf(record.data) };
    },
    async verify(key) {
      if (!looksLikeApiKey(key)) return null;
      const hash = await sha256(key);
      const known = remembered.get(hash);
      if (known !== undefined && known.until_ms > deps.clock.now()) return inTime(known.info);
      const stored = await records.get(COLLECTIONS.apiKeys, hash);
      const info = stored === null ? null : infoOf(ApiKey.parse(stored.value));
      remember(hash, info);
      return inTime(info);
    },
    async list({ after, limit }) {
      const stored = await records.list(COLLECTIONS.apiKeys, { after: after === "" ? "" : `${after}~`, limit });
      return stored.map((record) => infoOf(ApiKey.parse(record.value)));
    },
    async revoke(id) {
      if (!ID_FORM.test(id)) return false;
      // Ids are hex digits: what begins with `id` is at or after it and before `id` followed by a later letter.
      const exact = await records.get(COLLECTIONS.apiKeys, id);
      const found = exact === null
        ? await records.list(COLLECTIONS.apiKeys, { after: id, before: `${id}g`, limit: 2 })
        : [exact];
      if (found.length > 1) {
        throw new PermanentError("key_ambiguous", "Several keys begin with this id; give more of it");
      }
      const [only] = found;
      if (only === undefined) return false;
      await records.commit([{ op: "delete", collection: COLLECTIONS.apiKeys, id: only.id }]);
      remembered.delete(only.id);
      return true;
    },
  };
}

/** A random token for one process or one flow: 32 bytes in hex. */
export function randomToken(random: Pick<Random, "bytes">): Secret {
  return new Secret(hex(random.bytes(KEY_BYTES)));
}
