import type { Deps, LogFields } from "../contracts/deps.ts";

/** One line of a kind in so long, milliseconds. */
const EVERY_MS = 60_000;

/** Kinds that are told apart; a reason that a stranger can make up must not fill the memory. */
const KINDS_MAX = 64;

/** Warns like `log.warn`, but not for each of many. */
export type SparseWarn = (message: string, fields: LogFields) => void;

/**
 * Warnings that anybody can cause without credentials: the first of a message and reason is written at once, and from
 * then on one a minute with `count`, how many it stands for. The counters count them all.
 */
export function openSparseWarn({ clock, log }: Pick<Deps, "clock" | "log">): SparseWarn {
  const kinds = new Map<string, { next_ms: number; unsaid: number }>();
  return (message, fields) => {
    const now_ms = clock.now();
    const named = `${message} ${fields.reason ?? ""}`;
    const name = kinds.size < KINDS_MAX || kinds.has(named) ? named : "";
    const kind = kinds.get(name) ?? { next_ms: now_ms, unsaid: 0 };
    kinds.set(name, kind);
    kind.unsaid++;
    // A clock that was set back must not silence a kind for longer than usual.
    if (now_ms < kind.next_ms && kind.next_ms - now_ms <= EVERY_MS) return;
    log.warn(message, { ...fields, count: kind.unsaid });
    kind.unsaid = 0;
    kind.next_ms = now_ms + EVERY_MS;
  };
}
