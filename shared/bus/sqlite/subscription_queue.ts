/** What one subscription has to deliver: the part of its deliveries that is in memory, and how the rest follows. */
import type { Clock } from "../../contracts/deps.ts";
import { RETRY_BACKOFF_SECONDS, type SubscriptionConfig } from "../../contracts/subscriptions.ts";
import { DueHeap } from "./due_heap.ts";
import { Fifo } from "./fifo.ts";
import type { StoredMessage } from "./message.ts";
import type { BusStore } from "./store.ts";
import { Window } from "./window.ts";

/** Messages of a subscription that wait in memory for their first delivery; those beyond stay in the file. */
export const READY_MAX = 1_000;
const READY_BYTES_MAX = 4 * 1024 * 1024;
/** Refused messages of a subscription that wait in memory, without their bodies. At this many only they are delivered. */
const WAITING_MAX = 10_000;
/** A wait noted by an earlier run may have been noted by a clock that was wrong. */
const WAIT_MS_MAX = RETRY_BACKOFF_SECONDS.max * 1_000;

/** A message that this process has yet to have acknowledged. */
export interface Delivery {
  readonly id: number;
  /** Dropped while it waits for a later attempt. */
  message: StoredMessage | undefined;
  attempts: number;
  due_at: number;
  /** Its flight: 0 when it is not under way. An answer to another flight comes too late. */
  flight: number;
  /** What `Window.started` gave for that flight. */
  started: number;
  deadline_at: number;
  abort: AbortController | undefined;
  /** A seek came while it was under way: its acknowledgement does not count. */
  again: boolean;
  /** Its retention has ended. */
  expired: boolean;
}

/** One subscription's deliveries: waiting, ready, in flight, or acknowledged and not yet written. */
export class SubscriptionQueue {
  readonly number: number;
  readonly topic: number;
  config: SubscriptionConfig;
  readonly window: Window;
  /** In flight, in the order of their deadlines, since a subscription has but one ack deadline. */
  readonly flying = new Set<Delivery>();
  readonly counted = { delivered: 0, acked: 0, nacked: 0 };

  readonly #store: BusStore;
  /** Everything below: ready, waiting, in flight, or acknowledged and not yet committed. */
  readonly #known = new Map<number, Delivery>();
  readonly #ready = new Fifo<Delivery>();
  #ready_bytes = 0;
  readonly #waiting = new DueHeap<Delivery>();
  /** The file's deliveries after this message are not in memory, unless `#caught_up`: then there are none. */
  #cursor = 0;
  #caught_up = false;

  constructor(number: number, topic: number, config: SubscriptionConfig, store: BusStore, clock: Clock) {
    this.number = number;
    this.topic = topic;
    this.config = config;
    this.window = new Window(clock, config.batch_size);
    this.#store = store;
  }

  /** A message was committed. It is delivered from memory if all before it are in memory too. */
  offer(message: StoredMessage): void {
    if (message.id <= this.#cursor) {
      // Its place was read already, perhaps before it was there: read that place again, what is known is passed over.
      this.reread(message.id);
    } else if (this.#caught_up) {
      if (this.#full) this.#caught_up = false;
      else this.#append(newDelivery(message, 0));
    }
  }

  /** Reads the file again from this message on. */
  reread(id: number): void {
    this.#cursor = Math.min(this.#cursor, id - 1);
    this.#caught_up = false;
  }

  /** Like `reread`, and what is under way from there on will be delivered once more. */
  seek(id: number): void {
    for (const delivery of this.#known.values()) if (delivery.id >= id) delivery.again = true;
    this.reread(id);
  }

  /** The next message that may be delivered now, with its body. */
  take(now: number): Delivery | undefined {
    for (;;) {
      const delivery = this.#next(now);
      if (delivery === undefined) return undefined;
      if (!delivery.expired) delivery.message ??= this.#store.message(delivery.id);
      if (!delivery.expired && delivery.message !== undefined) return delivery;
      this.#known.delete(delivery.id);
    }
  }

  /** Refused: delivered again when it is due. */
  wait(delivery: Delivery): void {
    delivery.message = undefined;
    this.#waiting.push(delivery);
  }

  /** To be delivered as if for the first time. */
  restart(delivery: Delivery): void {
    delivery.again = false;
    delivery.attempts = 0;
    delivery.due_at = 0;
    this.wait(delivery);
  }

  /** Nothing more is to be done for it. */
  forget(delivery: Delivery): void {
    this.#known.delete(delivery.id);
  }

  /** These are no longer in the file. */
  expire(ids: readonly number[]): void {
    for (const id of ids) {
      const delivery = this.#known.get(id);
      if (delivery !== undefined) delivery.expired = true;
    }
  }

  /** When something is to be done if nothing happens until then: a deadline, or unless `blocked` a message to deliver. */
  wakeAt(now: number, blocked: boolean): number {
    const deadline = this.overdue(Infinity)?.deadline_at ?? Infinity;
    if (blocked || this.flying.size >= this.window.size) return deadline;
    const due = this.#ready.length > 0 || this.#unread ? now : this.#waiting.first()?.due_at ?? Infinity;
    return Math.min(deadline, Math.max(due, this.window.paused_until));
  }

  /** The delivery whose ack deadline ends first, if that is before `now` or then. */
  overdue(now: number): Delivery | undefined {
    const [first] = this.flying;
    return first !== undefined && first.deadline_at <= now ? first : undefined;
  }

  get #full(): boolean {
    return this.#ready.length >= READY_MAX || this.#ready_bytes >= READY_BYTES_MAX;
  }

  /** True when the file holds deliveries that should be read now. */
  get #unread(): boolean {
    return !this.#caught_up && this.#waiting.length < WAITING_MAX;
  }

  #append(delivery: Delivery): void {
    this.#cursor = delivery.id;
    this.#known.set(delivery.id, delivery);
    this.#ready.push(delivery);
    this.#ready_bytes += delivery.message?.bytes ?? 0;
  }

  #next(now: number): Delivery | undefined {
    const first = this.#waiting.first();
    if (first !== undefined && first.due_at <= now) return this.#waiting.shift();
    if (this.#ready.length === 0 && this.#unread) this.#load(now);
    const ready = this.#ready.shift();
    this.#ready_bytes -= ready?.message?.bytes ?? 0;
    return ready;
  }

  #load(now: number): void {
    // Waiting ones that it meets count too, so that a page is never larger than what may be in memory.
    let rows = READY_MAX;
    for (const row of this.#store.deliveriesAfter(this.number, this.#cursor, READY_MAX)) {
      rows--;
      this.#cursor = row.message.id;
      if (this.#known.has(row.message.id)) continue;
      const delivery = newDelivery(row.message, row.attempts);
      if (row.due_at > now) {
        delivery.due_at = Math.min(row.due_at, now + WAIT_MS_MAX);
        this.#known.set(delivery.id, delivery);
        this.wait(delivery);
      } else this.#append(delivery);
      if (this.#full || this.#waiting.length >= WAITING_MAX) return;
    }
    this.#caught_up = rows > 0;
  }
}

function newDelivery(message: StoredMessage, attempts: number): Delivery {
  return {
    id: message.id,
    message,
    attempts,
    due_at: 0,
    flight: 0,
    started: 0,
    deadline_at: 0,
    abort: undefined,
    again: false,
    expired: false,
  };
}
