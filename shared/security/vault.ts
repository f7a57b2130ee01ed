/** Encryption at rest: tokens and the like are stored only sealed. */
import type { EncryptionKey } from "../contracts/config.ts";
import type { Random } from "../contracts/deps.ts";
import { PermanentError, TransientError } from "../contracts/errors.ts";
import type { Sealed } from "../contracts/records.ts";

/**
 * Seals texts with AES-256-GCM. `context` says where the sealed text belongs (a connection's id) and is authenticated
 * with it, so that a text moved into another record can't be opened there.
 */
export interface Vault {
  /** The id of the key that seals. */
  readonly key_id: string;
  seal(text: string, context: string): Promise<Sealed>;
  /**
   * @throws PermanentError `seal_broken`: changed, or of another context
   * @throws TransientError `encryption_key_missing`: sealed with a key that is not configured (any more)
   */
  open(sealed: Sealed, context: string): Promise<string>;
}

/** NIST SP 800-38D recommends 96 bits. Random ones may seal 2^32 texts with one key. */
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const BASE64URL = { alphabet: "base64url", omitPadding: true } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function importKey({ id, key }: EncryptionKey): Promise<CryptoKey> {
  const bytes = Uint8Array.fromBase64(key.reveal());
  if (bytes.length !== KEY_BYTES) {
    throw new RangeError(`Cannot use encryption key "${id}": it has ${bytes.length} bytes`);
  }
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Opens a vault: the first key seals, all of them open. Throws a RangeError for a key that is not 32 bytes long. */
export async function openVault(keys: readonly EncryptionKey[], random: Pick<Random, "bytes">): Promise<Vault> {
  const byId = new Map(await Promise.all(keys.map(async (key) => [key.id, await importKey(key)] as const)));
  const current = keys[0];
  const currentKey = current === undefined ? undefined : byId.get(current.id);
  if (current === undefined || currentKey === undefined) throw new RangeError("Cannot open a vault without a key");

  return {
    key_id: current.id,
    async seal(text, context) {
      const iv = random.bytes(NONCE_BYTES);
      const additionalData = encoder.encode(context);
      const sealed = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData },
        currentKey,
        encoder.encode(text),
      );
      return { key_id: current.id, nonce: iv.toBase64(BASE64URL), text: new Uint8Array(sealed).toBase64(BASE64URL) };
    },
    async open(sealed, context) {
      const key = byId.get(sealed.key_id);
      if (key === undefined) {
        const message = `Cannot open what key "${sealed.key_id}" sealed: it is not in ENCRYPTION_KEYS`;
        throw new TransientError("encryption_key_missing", message, { retry_after_ms: 60_000 });
      }
      try {
        const iv = Uint8Array.fromBase64(sealed.nonce, BASE64URL);
        const additionalData = encoder.encode(context);
        const bytes = Uint8Array.fromBase64(sealed.text, BASE64URL);
        return decoder.decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, bytes));
      } catch (cause) {
        throw new PermanentError("seal_broken", "Cannot open a sealed text: it was changed or moved", { cause });
      }
    },
  };
}
