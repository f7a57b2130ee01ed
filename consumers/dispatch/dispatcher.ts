/** Takes push deliveries: admits, checks, has them handled, and answers for them. */
import { ByteBudget } from "../../shared/admission/mod.ts";
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import { sha256 } from "../../shared/contracts/ids.ts";
import type { SubscriptionConfig } from "../../shared/contracts/subscriptions.ts";
import type { Consumer } from "../registry.ts";
import { acknowledged, type Answer, refused } from "./answer.ts";
import { deliverEvent } from "./deliver_event.ts";
import { deliverInternal, settleInternal } from "./deliver_internal.ts";
import { dataText, type Incoming, type PushRequest, readIncoming, toBase64 } from "./incoming.ts";
import { readEvent } from "./read_event.ts";
import { openSeeks } from "./seeks.ts";
import { type Dispatch, type DispatchPorts, serve, type Served, ServedVersions } from "./served.ts";
import { setAsideMessage } from "./set_aside_message.ts";
import { emit, Trace } from "./trace.ts";
import { inSpan } from "./traced.ts";
import { Turn } from "./turn.ts";
import { Works } from "./work.ts";

/** What a dispatcher is made of. */
export interface DispatcherOptions extends DispatchPorts {
  readonly subscriptions: readonly SubscriptionConfig[];
  readonly consumers: readonly Consumer[];
  /** Before the names of topics and subscriptions on the bus; `""` for none. */
  readonly topic_prefix: string;
  /** What all admitted bodies together may hold, bytes. Default 64 MiB. */
  readonly admitted_bytes_max?: number;
}

/** Push deliveries of the subscriptions that this instance serves. */
export interface Dispatcher {
  serves(subscription: string): boolean;
  /** How many deliveries of each subscription are admitted and not yet answered. */
  inFlight(): readonly { readonly subscription: string; readonly admitted: number }[];
  /** Answers one delivery. Never rejects: what can't be handled is refused. */
  deliver(subscription: string, request: PushRequest): Promise<Answer>;
  /** Refuses what comes from now on, lets handlers finish, then tells them to stop. @param grace_ms milliseconds in all */
  stop(grace_ms: number): Promise<void>;
}

const ADMITTED_BYTES_MAX = 64 * 1024 * 1024;

/** What a body counts for that does not say its length. */
const UNKNOWN_BYTES = 64 * 1024;

/** What is kept of a body that is no push delivery, characters. */
const UNREADABLE_CHARACTERS_MAX = 64 * 1024;

const RETRY_MS = 1_000;

/**
 * A third of the ack deadline: after a longer wait, a message has too little time left. A holder of a resource works
 * for half of the deadline from its turn on, so both together end well before it.
 */
const WAITED_SHARE_MAX = 1 / 3;

/**
 * Builds a dispatcher.
 * @throws TypeError when a subscription has no consumer
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  return new PushDispatcher(options);
}

class PushDispatcher implements Dispatcher {
  readonly #dispatch: Dispatch;
  readonly #served: ReadonlyMap<string, Served>;
  readonly #versions: ServedVersions;
  readonly #budget: ByteBudget;
  readonly #prefix: string;
  #stopping = false;

  constructor({ state, bus, deps, ...options }: DispatcherOptions) {
    this.#dispatch = { state, bus, deps, works: new Works(deps.clock), seeks: openSeeks(state, deps.clock) };
    this.#served = serve(options.subscriptions, options.consumers);
    this.#versions = new ServedVersions(this.#served);
    this.#budget = new ByteBudget(options.admitted_bytes_max ?? ADMITTED_BYTES_MAX);
    this.#prefix = options.topic_prefix;
  }

  serves(subscription: string): boolean {
    return this.#servedBy(subscription) !== undefined;
  }

  inFlight() {
    return Array.from(this.#served, ([subscription, { lane }]) => ({ subscription, admitted: lane.admitted }));
  }

  async deliver(subscription: string, request: PushRequest): Promise<Answer> {
    const { deps, state } = this.#dispatch;
    const served = this.#servedBy(subscription);
    if (served === undefined) return { status: 404, outcome: "not_served", retry_after_ms: 0 };
    const trace = new Trace(served, deps.clock.now());
    const bytes = request.bytes > 0 ? request.bytes : UNKNOWN_BYTES;
    const refusal = this.#refusal(served, bytes);
    if (refusal !== null) {
      deps.counters.add("deliveries_total", served.labels.delivery(refusal.outcome));
      return refusal;
    }
    served.lane.admit();
    let answer: Answer;
    try {
      answer = await this.#admitted(request, trace);
    } catch (error) {
      // Nothing that belongs to the message failed, so it is not counted against it.
      trace.error = error;
      answer = error instanceof TransientError
        ? refused(error.code === "newer_schema" ? "newer_schema" : "away", error.retry_after_ms)
        : refused("failed");
    }
    served.lane.leave();
    this.#budget.give(bytes);
    emit(deps, state.claims, trace, answer);
    return answer;
  }

  async stop(grace_ms: number): Promise<void> {
    this.#stopping = true;
    await this.#dispatch.works.stop(grace_ms);
  }

  #servedBy(subscription: string): Served | undefined {
    return this.#served.get(subscription) ?? this.#versions.get(subscription);
  }

  /** Null when the delivery is admitted; then its bytes are taken. */
  #refusal(served: Served, bytes: number): Answer | null {
    if (this.#stopping) return refused("stopping", RETRY_MS);
    const full = served.lane.refusal();
    if (full !== null) return refused("full", full.retry_after_ms);
    return this.#budget.take(bytes) ? null : refused("full", RETRY_MS);
  }

  /** Reads the message, waits for its turn, has it handled. */
  async #admitted(request: PushRequest, trace: Trace): Promise<Answer> {
    const { lane } = trace.served;
    const ready = await this.#read(request, trace);
    if (ready.kind === "answered") return ready.answer;
    const waiting = lane.enter();
    if (waiting !== undefined) await waiting;
    const turn = new Turn(lane, this.#dispatch.deps.clock);
    const late = this.#late(trace, turn.entered_ms);
    if (late !== null) {
      turn.endUnused();
      return late;
    }
    try {
      const { tracing } = this.#dispatch.deps;
      const run = () => ready.run(turn);
      return await (tracing === undefined ? run() : inSpan(tracing, trace, run));
    } finally {
      turn.end();
    }
  }

  /** The sender gives up at the deadline: what has too little time left is left to its next delivery. */
  #late({ served, received_ms }: Trace, entered_ms: number): Answer | null {
    if (this.#stopping) return refused("stopping", RETRY_MS);
    const wait_ms_max = served.config.ack_deadline_seconds * 1_000 * WAITED_SHARE_MAX;
    return entered_ms - received_ms > wait_ms_max ? refused("full", RETRY_MS) : null;
  }

  async #read(request: PushRequest, trace: Trace): Promise<Ready> {
    const { served } = trace;
    let body: string;
    try {
      body = await request.text();
    } catch (error) {
      trace.error = error;
      if (!(error instanceof PermanentError)) throw error;
      return answered({ status: 413, outcome: "too_large", retry_after_ms: 0 });
    }
    let incoming: Incoming;
    try {
      incoming = readIncoming(body, (name) => request.header(name));
    } catch (error) {
      trace.error = error;
      if (!(error instanceof PermanentError)) throw error;
      return answered(await this.#unreadable(body, error, trace));
    }
    trace.incoming = incoming;
    if (!this.#isFor(incoming, served)) return answered({ status: 400, outcome: "misrouted", retry_after_ms: 0 });
    if (isForOthers(incoming, served)) return answered(acknowledged("skipped"));
    try {
      return await this.#open(incoming, trace);
    } catch (error) {
      trace.error = error;
      if (!(error instanceof PermanentError)) throw error;
      if (served.kind === "internal") return answered(await settleInternal(this.#dispatch, served, incoming, error));
      return answered(await this.#setAside(incoming, error, trace));
    }
  }

  /** Checks the message by its topic's contract. @throws PermanentError, TransientError `newer_schema` */
  async #open(incoming: Incoming, trace: Trace): Promise<Ready> {
    const { served } = trace;
    if (served.kind === "events") {
      const event = readEvent(served.topic, dataText(incoming));
      trace.event = event;
      return { kind: "ready", run: (turn) => deliverEvent(this.#dispatch, served, incoming, event, { trace, turn }) };
    }
    const handle = await served.open(incoming);
    return { kind: "ready", run: (turn) => deliverInternal(this.#dispatch, served, incoming, handle, { trace, turn }) };
  }

  /** A body that is no push delivery will not become one: it is kept for a person to look at, by a digest as its id. */
  async #unreadable(body: string, error: unknown, trace: Trace): Promise<Answer> {
    return await this.#setAside(
      {
        message_id: `unreadable-${await sha256(body)}`,
        published_at: "",
        attributes: {},
        subscription: "",
        attempt: 0,
        data: { base64: toBase64(body.slice(0, UNREADABLE_CHARACTERS_MAX)) },
      },
      error,
      trace,
    );
  }

  #setAside(incoming: Incoming, error: unknown, { served }: Trace): Promise<Answer> {
    // There is no place behind the last one: what can't be kept there stays on the bus, where its age alarms.
    if (served.topic === "dead-letters") throw error;
    return setAsideMessage(this.#dispatch, served.config, incoming, {
      kind: "permanent",
      error,
      retry_after_ms: 0,
      attempts: incoming.attempt,
    });
  }

  /** The body names the subscription in full; an unwrapped one may not name it at all. */
  #isFor({ subscription }: Incoming, { config }: Served): boolean {
    if (subscription === "") return true;
    const name = subscription.slice(subscription.lastIndexOf("/") + 1);
    return name === config.name || name === this.#prefix + config.name;
  }
}

/** What reading a delivery comes to: its answer already, or what is left to do in its turn. */
type Ready =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "ready"; readonly run: (turn: Turn) => Promise<Answer> };

function answered(answer: Answer): Ready {
  return { kind: "answered", answer };
}

/** Published again to named subscriptions, of which this is none. */
function isForOthers({ attributes }: Incoming, { config }: Served): boolean {
  const { only } = attributes;
  return only !== undefined && only !== "" && !only.split(",").includes(config.name);
}
