/** What became of deliveries, written in batches: one transaction for all that was answered since the last. */
import type { Clock, Counters, Log } from "../../contracts/deps.ts";
import { reasonOf } from "../../contracts/errors.ts";
import type { Database, GroupCommit } from "../../sqlite/mod.ts";
import type { StoredMessage } from "./message.ts";
import { deleteDelivery, type FanOut, insertMessage, updateDelivery } from "./store.ts";
import type { Delivery, SubscriptionQueue } from "./subscription_queue.ts";

/** An outcome that is to be written. The refused one waits in its queue already. */
export type Settlement =
  | { readonly kind: "acked"; readonly queue: SubscriptionQueue; readonly delivery: Delivery }
  | {
    readonly kind: "refused";
    readonly queue: SubscriptionQueue;
    readonly delivery: Delivery;
    readonly attempts: number;
    readonly due_at: number;
  }
  | {
    readonly kind: "exhausted";
    readonly queue: SubscriptionQueue;
    readonly delivery: Delivery;
    /** The message for the dead-letters topic, and the statement that fans it out. */
    readonly letter: StoredMessage;
    readonly fan_out: FanOut;
  };

/** When the file refuses a write, it is tried again after this long. */
const RETRY_MS = 1_000;

/** What the settlements rest on, and what happens with their outcomes. */
export interface SettlementOptions {
  readonly commit: GroupCommit;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** A dead letter is durable. */
  readonly onLetter: (letter: StoredMessage) => void;
  /** A batch was written: there is room for more, or a message to deliver again. */
  readonly onWritten: () => void;
}

/** Collects outcomes and writes them, those that came meanwhile in the next transaction. */
export class Settlements {
  readonly #options: SettlementOptions;
  readonly #open: Settlement[] = [];
  #flushing: Promise<void> | undefined;
  readonly #closed = new AbortController();

  constructor(options: SettlementOptions) {
    this.#options = options;
  }

  /** Answered, but not written yet. */
  get pending(): number {
    return this.#open.length;
  }

  add(settlement: Settlement): void {
    this.#open.push(settlement);
    this.#flushing ??= this.#flush();
  }

  /** Resolves when all that was added is written, or the file refused it after `close`. */
  async settled(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
  }

  /** Writes are not tried again from now on: what is not acknowledged in the file is delivered again. */
  close(): void {
    this.#closed.abort();
  }

  async #flush(): Promise<void> {
    while (this.#open.length > 0 && await this.#writeOpen());
    // Not later: what is added from here on begins the next flush.
    this.#flushing = undefined;
  }

  /** @returns false when it is to be given up */
  async #writeOpen(): Promise<boolean> {
    const { commit, clock, log } = this.#options;
    try {
      // Counted inside: all that is answered until the transaction begins goes with it.
      const written = await commit.run((db) => this.#write(db));
      for (const settlement of this.#open.splice(0, written)) this.#finish(settlement);
      this.#options.onWritten();
    } catch (error) {
      if (this.#closed.signal.aborted) return false;
      log.error("The bus cannot note what was acknowledged; it tries again", { reason: reasonOf(error) });
      await clock.sleep(RETRY_MS, this.#closed.signal).catch(() => {});
    }
    return true;
  }

  #write(db: Database): number {
    for (const settlement of this.#open) {
      const { queue, delivery } = settlement;
      if (settlement.kind === "refused") {
        updateDelivery(db, queue.number, delivery.id, settlement.attempts, settlement.due_at);
        continue;
      }
      if (settlement.kind === "exhausted") insertMessage(db, settlement.letter, settlement.fan_out);
      else if (delivery.again) {
        updateDelivery(db, queue.number, delivery.id, 0, 0);
        continue;
      }
      deleteDelivery(db, queue.number, delivery.id);
    }
    return this.#open.length;
  }

  #finish(settlement: Settlement): void {
    const { queue, delivery } = settlement;
    this.#options.counters.add("bus_deliveries_total", { subscription: queue.config.name, outcome: settlement.kind });
    if (settlement.kind === "refused") return;
    if (settlement.kind === "exhausted") {
      queue.forget(delivery);
      this.#options.onLetter(settlement.letter);
    } else if (delivery.again) {
      queue.restart(delivery);
    } else {
      queue.forget(delivery);
    }
  }
}
