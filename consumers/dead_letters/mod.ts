/** Dead letters: one place for what failed, one list, one replay. */
import { PermanentError, reasonOf, TransientError } from "../../shared/contracts/errors.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import type { Consumer } from "../registry.ts";
import { eraseLetters, isErased } from "./erased.ts";
import { type Bulk, discardMany, type LetterSummary, replayPaced, summarise, type Wanted } from "./bulk.ts";
import { adoptForwarded } from "./forwarded.ts";
import { handBack, type Replayed, type ReplayPorts } from "./replay.ts";
import { DeadLetterStore, EVERY_LETTER, type Kept, type LetterFilter, type Listed, type ListQuery } from "./store.ts";

export type { Replayed } from "./replay.ts";
export type { Bulk, LetterSummary, Wanted } from "./bulk.ts";
export { historyOf } from "./history.ts";
export { aboutOf } from "./about.ts";
export { EVERY_LETTER, type LetterFilter, type Listed, type ListQuery } from "./store.ts";

/** How many due letters one slice of the tick hands back. */
const SLICE = 50;

/** What operators and the tick do with dead letters. */
export interface DeadLetters {
  /** Newest first. @throws StoreAwayError */
  list(query: ListQuery): Promise<Listed>;
  get(id: string): Promise<DeadLetter | null>;
  /**
   * Hands a letter back to its subscription and removes it once that is durable. Null when there is none of that id.
   * @throws PermanentError `not_replayable` when the message never kept its contract
   */
  replay(id: string): Promise<Replayed | null>;
  /** Gives a message up for good. @returns false when there is none of that id */
  discard(id: string): Promise<boolean>;
  /** How many match, by subscription, kind and reason. */
  summary(filter: LetterFilter): Promise<LetterSummary>;
  /** Hands back what is wanted, so many a second at most. @throws StoreAwayError; what was not handed back stays */
  replayMany(wanted: Wanted, per_second: number, signal: AbortSignal): Promise<Bulk>;
  discardMany(wanted: Wanted): Promise<Bulk>;
  /** Those of one person, for the archive of what is held of them. */
  lettersOf(user_id: string): AsyncIterable<DeadLetter>;
  /** Removes those of a person. @returns how many */
  eraseOf(user_id: string): Promise<number>;
  /** One slice of the sweeps tick: hands back what is due. One that can't be handed back waits for a person. */
  replayDue(signal: AbortSignal): Promise<{ done: number; more: boolean }>;
}

/** What the dead letters need, and what stands before the names of subscriptions on the bus. */
export interface DeadLettersOptions extends ReplayPorts {
  readonly topic_prefix: string;
}

/** The consumer of `dead-letters-store`: keeps each letter. */
export function createDeadLettersConsumer({ state, deps, topic_prefix }: DeadLettersOptions): Consumer {
  const store = new DeadLetterStore(state);
  return {
    service: "dead-letters",
    kind: "internal",
    handlers: {
      "dead-letters": async (letter) => {
        if (await isErased(state, letter)) return "erased";
        await store.put(letter);
        return letter.kind;
      },
    },
    adopt: (raw) => adoptForwarded(raw, topic_prefix, deps.clock.now()),
  };
}

/** The list of what failed, and the ways out of it. */
export function openDeadLetters(ports: ReplayPorts): DeadLetters {
  const store = new DeadLetterStore(ports.state);

  async function replayKept(kept: Kept): Promise<Replayed> {
    const replayed = await handBack(ports, kept.letter);
    // A letter that was stored anew meanwhile stays: the removal checks what was read.
    await store.remove(kept);
    const { subscription, kind } = kept.letter;
    ports.deps.counters.add("dead_letters_replayed_total", { subscription, kind });
    return replayed;
  }

  return {
    list: (query) => store.list(query),
    get: async (id) => (await store.get(id))?.letter ?? null,
    async replay(id) {
      const kept = await store.get(id);
      return kept === null ? null : await replayKept(kept);
    },
    async discard(id) {
      const kept = await store.get(id);
      if (kept === null) return false;
      if (!await store.remove(kept)) {
        throw new TransientError("dead_letter_changed", "The dead letter changed meanwhile, look at it again");
      }
      return true;
    },
    summary: (filter) => summarise(store, filter),
    replayMany: (wanted, per_second, signal) =>
      replayPaced({ store, clock: ports.deps.clock, replay: replayKept }, wanted, per_second, signal),
    discardMany: (wanted) => discardMany(store, wanted),
    async *lettersOf(user_id) {
      yield* store.all({ ...EVERY_LETTER, user_id });
    },
    eraseOf: (user_id) => eraseLetters(store, user_id),
    async replayDue(signal) {
      const due = await store.due(ports.deps.clock.now(), SLICE);
      let done = 0;
      for (const kept of due) {
        if (signal.aborted) break;
        try {
          await replayKept(kept);
        } catch (error) {
          if (!(error instanceof PermanentError)) throw error;
          const reason = reasonOf(error).slice(0, 2_048);
          ports.deps.log.warn("dead_letters.not_replayable", { subscription: kept.letter.subscription, reason });
          await store.put({ ...kept.letter, kind: "permanent", reason, field: error.field, retry_at: "" });
        }
        done++;
      }
      return { done, more: done < due.length || due.length === SLICE };
    },
  };
}
