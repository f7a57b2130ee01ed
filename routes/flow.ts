/** `/v1/admin/flow`: the flow of the data as it is, for operators who watch it. */
import { createRoute } from "@hono/zod-openapi";
import type { Clock } from "../shared/contracts/deps.ts";
import type { MetricValue } from "../shared/contracts/metrics.ts";
import type { MemoryCounters } from "../shared/telemetry/mod.ts";
import { allow, type App } from "./access.ts";
import { FlowSample, flowSample } from "./flow_sample.ts";
import { HttpProblem, problems } from "./problem.ts";

/** Where the numbers come from. */
export interface FlowPorts {
  readonly deps: { readonly clock: Clock; readonly counters: MemoryCounters };
  /** Numbers that are asked for and not counted here. Never rejects. */
  readonly gauges: () => Promise<readonly MetricValue[]>;
}

/** How often a watched flow is looked at. */
const LOOK_EVERY_MS = 2_000;
const STREAMS_MAX = 500;
/** What a reader that does not read may leave waiting, in samples; after that its stream ends. */
const WAITING_MAX = 30;

const route = createRoute({
  method: "get",
  path: "/v1/admin/flow",
  tags: ["Operators"],
  summary: "Watch the flow of the data",
  description:
    "Server-sent events named `sample`, one every two seconds, each with one JSON object. Counts are those of the " +
    "instance that answers and go up from its start: a rate is the difference of two samples. Backlogs are the bus's.",
  middleware: allow("admin"),
  responses: {
    200: { description: "The stream.", content: { "text/event-stream": { schema: FlowSample } } },
    ...problems(403, 429),
  },
});

type Listener = (sample: Uint8Array<ArrayBuffer>) => void;

/** One look for all who watch, and none when nobody does. */
class FlowWatch {
  readonly #ports: FlowPorts;
  readonly #listeners = new Set<Listener>();
  #looking = false;
  /** For who comes between two looks. */
  #latest: Uint8Array<ArrayBuffer> | undefined;

  constructor(ports: FlowPorts) {
    this.#ports = ports;
  }

  get streams(): number {
    return this.#listeners.size;
  }

  open(): ReadableStream<Uint8Array> {
    let close = () => {};
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const listener: Listener = (sample) => {
          controller.enqueue(sample);
          if ((controller.desiredSize ?? 0) > -WAITING_MAX) return;
          close();
          controller.close();
        };
        this.#listeners.add(listener);
        close = () => this.#listeners.delete(listener);
        if (this.#latest !== undefined) listener(this.#latest);
        if (!this.#looking) this.#look();
      },
      cancel: () => close(),
    });
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const { clock, counters } = this.#ports.deps;
    const encoder = new TextEncoder();
    while (this.#listeners.size > 0) {
      const gauges = await this.#ports.gauges();
      const readings = { counters: counters.snapshot(), histograms: counters.histograms(), gauges };
      const sample = flowSample(readings, clock.now());
      const bytes = encoder.encode(`event: sample\ndata: ${JSON.stringify(sample)}\n\n`);
      this.#latest = bytes;
      for (const listener of [...this.#listeners]) listener(bytes);
      await clock.sleep(LOOK_EVERY_MS);
    }
    // In the same turn as the last look at the listeners: whoever comes now begins anew.
    this.#looking = false;
    this.#latest = undefined;
  }
}

/** Puts the stream into the app. */
export function addFlowRoutes(app: App, ports: FlowPorts): void {
  const watch = new FlowWatch(ports);
  app.openapi(route, (c) => {
    if (watch.streams >= STREAMS_MAX) {
      throw new HttpProblem({
        type: "too_many_streams",
        status: 429,
        title: "Too many streams",
        detail: `At most ${STREAMS_MAX} watch the flow of an instance at once. Use /metrics instead.`,
        retry_after_ms: 10_000,
      });
    }
    // Typed as the description of one event; on the wire it is a stream of them.
    return c.body(watch.open(), 200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
  });
}
