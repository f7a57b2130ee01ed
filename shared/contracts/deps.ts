/**
 * What every module is given instead of reaching for a global: the clock, chance, the network and the log.
 * Tests replace each of them, which is how the whole system runs in one process under a simulated clock.
 * The real ones are in `shared/system`.
 */
import type { CounterName, HistogramName, LabelsOf } from "./metrics.ts";

/** Time. Nothing else in the project may read a clock or set a timer. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Chance. Seeded in tests. */
export interface Random {
  /** A number in [0, 1), for jitter. Not for secrets. */
  next(): number;
  /** `length` unpredictable bytes, for keys, states and tokens. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
  /** A random UUID (version 4). */
  uuid(): string;
}

/** The network: the standard `fetch`. */
export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>;

/** The fields a log line may carry. Values of other names are refused by the type, and redacted by the logger. */
export interface LogFields {
  trace_id?: string;
  correlation_id?: string;
  user_id?: string;
  connection_id?: string;
  provider?: string;
  resource?: string;
  topic?: string;
  subscription?: string;
  message_id?: string;
  event_id?: string;
  idempotency_key?: string;
  doc_type?: string;
  doc_id?: string;
  operation?: string;
  revision?: number;
  batch_id?: string;
  attempt?: number;
  outcome?: string;
  reason?: string;
  route?: string;
  method?: string;
  status?: number;
  count?: number;
  bytes?: number;
  duration_ms?: number;
  service?: string;
  error?: unknown;
}

/** The log: one structured line each. Secrets, addresses and bodies are redacted by the logger itself. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Whether lines of that level are written: a line that costs something to build is not built in vain. */
  enabled?(level: "debug" | "info" | "warn" | "error"): boolean;
}

/**
 * Numbers that only go up, by the names and labels of the table of metrics. Hot paths pass the same frozen labels each
 * time, whose series is then found without reading them.
 */
export interface Counters {
  add<N extends CounterName>(name: N, labels: LabelsOf<N>, by?: number): void;
  /** Counts one duration in its bucket. */
  observe<N extends HistogramName>(name: N, labels: LabelsOf<N>, seconds: number): void;
}

/** A span to begin. */
export interface SpanStart {
  readonly name: string;
  readonly kind: "producer" | "consumer" | "client";
  /** The W3C trace context that it goes on from; by default the span under way. */
  readonly parent?: string;
  /** Nothing personal. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Traces. Absent when nobody asked for them, so that they cost nothing. */
export interface Tracing {
  /** The W3C trace context of the span under way, for what is sent on; `""` when there is none. */
  context(): string;
  /** Runs `work` in a span, or without one where the trace that it belongs to is not kept. @param work is given what adds attributes to it */
  span<T>(span: SpanStart, work: (note: (attributes: SpanStart["attributes"]) => void) => Promise<T>): Promise<T>;
}

/** The outside world, as handed to every module that needs it. */
export interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly counters: Counters;
  readonly tracing?: Tracing;
}
