import type { RecordScope } from "./port.ts";

/** The name of a scope in tables and keys: a person and a set of the system's never share one. */
export function scopeName(scope: RecordScope): string {
  return "user_id" in scope ? `user:${scope.user_id}` : `system:${scope.system}`;
}
