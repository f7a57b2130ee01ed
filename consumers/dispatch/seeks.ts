/**
 * Subscriptions that were set back: what was done before that is done again when it is delivered again. A seek is
 * written down first and sent to the bus when every instance has read it, or the first redeliveries would be taken for
 * duplicates and lost.
 */
import { z } from "zod";
import type { Clock } from "../../shared/contracts/deps.ts";
import { KEY_TTL_SECONDS } from "../../shared/contracts/keys.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";

/** A seek as it is written down; in system scope `seeks`, by `{subscription}|{at}`. */
const Seek = z.object({
  subscription: z.string(),
  /** Messages published then or later are delivered again, ms. */
  from_ms: z.int(),
  /** The state store's time: what was done before is done again, ms. */
  at_ms: z.int(),
});
type Seek = z.infer<typeof Seek>;

const SCOPE = { system: "seeks" } as const;

/** An instance that reads no delivery for a while reads the seeks before its next one. */
const REMEMBERED_MS = 5_000;

/** By then every instance knows of a seek. */
export const SEEK_KNOWN_MS = REMEMBERED_MS + 1_000;

/** Claims of before a seek are gone by then. */
const FORGOTTEN_MS = KEY_TTL_SECONDS.idempotency * 1_000 + 60 * 60_000;

const SEEKS_MAX = 500;

/** Reads and writes seeks. */
export interface Seeks {
  /**
   * Until when a claim that is done does not count for this message, ms of the store; 0 when it always counts. At once
   * while what is remembered is fresh. @throws StoreAwayError
   */
  doneBefore(subscription: string, published_at: string): number | Promise<number>;
}

/** Opens the seeks for a dispatcher. */
export function openSeeks(state: Pick<State, "records">, clock: Pick<Clock, "now">): Seeks {
  let read_at = -Infinity;
  let known: ReadonlyMap<string, readonly Seek[]> = new Map();
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const now = clock.now();
    const stored = await state.records(SCOPE).list(COLLECTIONS.seeks, { limit: SEEKS_MAX });
    known = Map.groupBy(stored.map(({ value }) => Seek.parse(value)), ({ subscription }) => subscription);
    read_at = now;
  }

  function looked(subscription: string, published_at: string): number {
    const seeks = known.get(subscription);
    if (seeks === undefined) return 0;
    const published_ms = Date.parse(published_at);
    // One whose time can't be told is done again: that costs work, the other way would lose it.
    const affected = seeks.filter(({ from_ms }) => !(published_ms < from_ms));
    return affected.reduce((latest, { at_ms }) => Math.max(latest, at_ms), 0);
  }

  return {
    doneBefore(subscription, published_at) {
      const age = clock.now() - read_at;
      if (age >= 0 && age < REMEMBERED_MS) return looked(subscription, published_at);
      reading ??= read().finally(() => reading = undefined);
      return reading.then(() => looked(subscription, published_at));
    },
  };
}

/** Writes a seek down, and removes those that stand for nothing any more. @throws StoreAwayError */
export async function recordSeek(
  state: Pick<State, "records" | "micros">,
  subscription: string,
  from: Date,
): Promise<void> {
  const records = state.records(SCOPE);
  const at_ms = Math.floor(await state.micros() / 1_000);
  const stored = await records.list(COLLECTIONS.seeks, { limit: SEEKS_MAX });
  const over = stored.filter(({ value }) => at_ms - Seek.parse(value).at_ms > FORGOTTEN_MS);
  const value: Seek = { subscription, from_ms: from.getTime(), at_ms };
  await records.commit([
    ...over.map(({ id }) => ({ op: "delete" as const, collection: COLLECTIONS.seeks, id })),
    { op: "put", collection: COLLECTIONS.seeks, id: `${subscription}|${at_ms}`, value },
  ]);
}
