import { sha256Hex } from "./digest.ts";
import type { RecordScope } from "./port.ts";

/** 128 bits of the hash, hex digits. */
const HASH_DIGITS = 32;

/**
 * The name of a scope in tables and keys: a person and a set of the system's never share one. A person stands there by
 * a hash, for the erasure floor outlives everything else that is kept of them.
 */
export function scopeName(scope: RecordScope): string {
  if ("stored" in scope) return scope.stored;
  if ("system" in scope) return `system:${scope.system}`;
  return `user:${sha256Hex(scope.user_id).slice(0, HASH_DIGITS)}`;
}
