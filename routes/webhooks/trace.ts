import type { Random } from "../../shared/contracts/deps.ts";

/** A W3C trace context that begins with a notification. */
export function newTrace(random: Random): string {
  const digits = random.bytes(24).toHex();
  return `00-${digits.slice(0, 32)}-${digits.slice(32)}-01`;
}
