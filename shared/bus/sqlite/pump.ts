/** Delivers: takes from each subscription in turn what its window allows, and sees to deadlines and redeliveries. */
import { setImmediate } from "node:timers";
import type { Clock, Log, Random } from "../../contracts/deps.ts";
import { reasonOf } from "../../contracts/errors.ts";
import { RETRY_BACKOFF_SECONDS } from "../../contracts/subscriptions.ts";
import { Alarm } from "./alarm.ts";
import type { StoredMessage } from "./message.ts";
import type { Settlements } from "./settlements.ts";
import type { FanOut } from "./store.ts";
import type { Delivery, SubscriptionQueue } from "./subscription_queue.ts";
import { backoffMs } from "./window.ts";

/** An answer to a push. Pub/Sub's list of statuses that acknowledge is used; any other one refuses. */
export interface PushAnswer {
  readonly status: number;
  /** From the answer's Retry-After: not delivered again before. */
  readonly retryAfterMs?: number | undefined;
}

/** Pushes a body to a subscription's route. The signal ends with the ack deadline or when the process stops. */
export type Deliver = (subscription: string, body: string, signal: AbortSignal) => Promise<PushAnswer>;

/** Source: cloud.google.com/pubsub/docs/push. */
const ACK_STATUSES: ReadonlySet<number> = new Set([102, 200, 201, 202, 204]);

/** The longest wait that Pub/Sub's retry policy knows. */
const RETRY_AFTER_MS_MAX = RETRY_BACKOFF_SECONDS.max * 1_000;
/** Bodies in flight over all subscriptions, about. */
const FLIGHT_BYTES_MAX = 64 * 1024 * 1024;
/** Outcomes that may wait to be written before deliveries pause: only reached while the disk refuses writes. */
const PENDING_MAX = 10_000;

/** When the file refuses to be read, it is tried again after this long. */
const READ_RETRY_MS = 1_000;

/** What the pump works with. */
export interface PumpOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  readonly deliver: Deliver;
  readonly settlements: Settlements;
  /** The dead letter for a message that was delivered too often, or undefined when there is no place for it. */
  readonly letterFor: (
    queue: SubscriptionQueue,
    message: StoredMessage,
    attempts: number,
    status: number,
  ) => { readonly letter: StoredMessage; readonly fan_out: FanOut } | undefined;
}

/** Delivers the messages of all queues, one flight each, until it is stopped. */
export class Pump {
  readonly #options: PumpOptions;
  readonly #queues: SubscriptionQueue[] = [];
  readonly #alarm: Alarm;
  #running = false;
  #scheduled = false;
  #flights = 0;
  #in_flight = 0;
  #flight_bytes = 0;
  /** The queue that is asked first in the next pass. */
  #turn = 0;
  #landed: (() => void) | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, () => this.wake());
  }

  add(queue: SubscriptionQueue): void {
    this.#queues.push(queue);
    this.wake();
  }

  /** Delivers nothing more of it; what is under way ends by itself, and its answers change nothing. */
  remove(queue: SubscriptionQueue): void {
    const at = this.#queues.indexOf(queue);
    if (at >= 0) this.#queues.splice(at, 1);
    for (const delivery of [...queue.flying]) {
      delivery.abort?.abort(new DOMException("The subscription is gone", "AbortError"));
      this.#land(queue, delivery);
    }
    this.wake();
  }

  start(): void {
    this.#running = true;
    this.wake();
  }

  /** Starts no more deliveries and waits for those under way; after `graceMs` they are aborted and not counted. */
  async stop(graceMs: number): Promise<void> {
    this.#running = false;
    this.#alarm.clear();
    if (this.#in_flight > 0 && graceMs > 0) await this.#landing(graceMs);
    for (const queue of this.#queues) {
      for (const delivery of queue.flying) {
        delivery.abort?.abort(new DOMException("The process stops", "AbortError"));
        this.#land(queue, delivery);
        delivery.attempts--;
        queue.wait(delivery);
      }
    }
  }

  /** Something may have become deliverable. Passes run once a turn of the event loop, however often this is called. */
  wake(): void {
    if (!this.#running || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#running) this.#passSafely();
    });
  }

  /** The file is read here, outside of any caller's promise. */
  #passSafely(): void {
    try {
      this.#pass();
    } catch (error) {
      this.#options.log.error("The bus cannot read its file; it tries again", { reason: reasonOf(error) });
      this.#alarm.set(this.#options.clock.now() + READ_RETRY_MS);
    }
  }

  /** One message from each subscription in turn, so that a long queue does not keep a short one waiting. */
  #pass(): void {
    const now = this.#options.clock.now();
    for (const queue of this.#queues) this.#passDeadlines(queue, now);
    const queues = [...this.#queues.slice(this.#turn), ...this.#queues.slice(0, this.#turn)];
    this.#turn = this.#queues.length === 0 ? 0 : (this.#turn + 1) % this.#queues.length;
    let open = queues;
    while (open.length > 0) open = open.filter((queue) => this.#startOne(queue, now));
    const blocked = this.#blocked;
    this.#alarm.set(queues.reduce((at, queue) => Math.min(at, queue.wakeAt(now, blocked)), Infinity));
  }

  /** Nothing may start until something has landed or was written, which wakes the pump. */
  get #blocked(): boolean {
    return this.#flight_bytes >= FLIGHT_BYTES_MAX || this.#options.settlements.pending >= PENDING_MAX;
  }

  #startOne(queue: SubscriptionQueue, now: number): boolean {
    if (this.#blocked || queue.flying.size >= queue.window.size || queue.window.paused_until > now) return false;
    const delivery = queue.take(now);
    if (delivery?.message === undefined) return false;
    this.#fly(queue, delivery, delivery.message, now);
    return true;
  }

  #fly(queue: SubscriptionQueue, delivery: Delivery, message: StoredMessage, now: number): void {
    const { name, max_delivery_attempts, ack_deadline_seconds } = queue.config;
    const flight = delivery.flight = ++this.#flights;
    delivery.started = queue.window.started();
    const abort = delivery.abort = new AbortController();
    delivery.attempts++;
    delivery.deadline_at = now + ack_deadline_seconds * 1_000;
    queue.flying.add(delivery);
    this.#in_flight++;
    queue.counted.delivered++;
    this.#flight_bytes += message.bytes;
    const body = message.pushBody(name, max_delivery_attempts > 0 ? delivery.attempts : 0);
    const answered = (answer: PushAnswer) => {
      // An answer after the deadline comes too late: the message is on its way again.
      if (delivery.flight === flight) this.#answered(queue, delivery, message, answer);
    };
    this.#push(name, body, abort.signal).then(answered, () => answered({ status: 0 }));
  }

  async #push(subscription: string, body: string, signal: AbortSignal): Promise<PushAnswer> {
    return await this.#options.deliver(subscription, body, signal);
  }

  #passDeadlines(queue: SubscriptionQueue, now: number): void {
    for (let late = queue.overdue(now); late !== undefined; late = queue.overdue(now)) {
      late.abort?.abort(new DOMException("The ack deadline is over", "TimeoutError"));
      if (late.message !== undefined) this.#answered(queue, late, late.message, { status: 0 });
    }
  }

  #answered(
    queue: SubscriptionQueue,
    delivery: Delivery,
    message: StoredMessage,
    answer: PushAnswer,
  ): void {
    this.#land(queue, delivery);
    if (ACK_STATUSES.has(answer.status)) {
      queue.counted.acked++;
      queue.window.acked();
      this.#options.settlements.add({ kind: "acked", queue, delivery });
    } else {
      queue.counted.nacked++;
      queue.window.refused(delivery.started, delivery.id);
      this.#refuse(queue, delivery, message, answer);
    }
    this.wake();
  }

  #refuse(queue: SubscriptionQueue, delivery: Delivery, message: StoredMessage, answer: PushAnswer): void {
    const { clock, random, settlements, letterFor } = this.#options;
    const { attempts } = delivery;
    const most = queue.config.max_delivery_attempts;
    const dead = most > 0 && attempts >= most ? letterFor(queue, message, attempts, answer.status) : undefined;
    if (dead !== undefined) {
      settlements.add({ kind: "exhausted", queue, delivery, ...dead });
      return;
    }
    const told = Math.min(answer.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
    const due_at = clock.now() + Math.max(backoffMs(attempts, random), told);
    delivery.due_at = due_at;
    queue.wait(delivery);
    settlements.add({ kind: "refused", queue, delivery, attempts, due_at });
  }

  #land(queue: SubscriptionQueue, delivery: Delivery): void {
    delivery.flight = 0;
    delivery.abort = undefined;
    queue.flying.delete(delivery);
    this.#flight_bytes -= delivery.message?.bytes ?? 0;
    if (--this.#in_flight === 0) this.#landed?.();
  }

  async #landing(graceMs: number): Promise<void> {
    const grace = new AbortController();
    const landed = new Promise<void>((resolve) => this.#landed = resolve);
    await Promise.race([landed, this.#options.clock.sleep(graceMs, grace.signal).catch(() => {})]);
    grace.abort();
    this.#landed = undefined;
  }
}
