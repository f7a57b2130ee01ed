/** How long a change takes to be found, counted where it becomes searchable. */
import type { Deps } from "../../shared/contracts/deps.ts";
import type { Event } from "../../shared/contracts/event.ts";
import type { LabelsOf } from "../../shared/contracts/metrics.ts";
import type { ProviderName } from "../../shared/contracts/names.ts";
import type { Consumer } from "../registry.ts";

type Labels = LabelsOf<"read_searchable_seconds">;

/** Each made once: the counters know a frozen object again. */
const LABELS: Readonly<Record<ProviderName, Labels>> = {
  microsoft: Object.freeze({ provider: "microsoft" }),
  google: Object.freeze({ provider: "google" }),
  import: Object.freeze({ provider: "import" }),
};

/** After the semantic conventions for databases of OpenTelemetry. */
const FEED = { name: "feed index", kind: "client", attributes: { "db.operation.name": "feed" } } as const;

/** The loader, with a span and the age of each change that it applied. */
export function withLatency(
  consumer: Consumer,
  { clock, counters, tracing }: Pick<Deps, "clock" | "counters" | "tracing">,
): Consumer {
  if (consumer.kind !== "events") return consumer;
  return {
    ...consumer,
    async handle(event, document, delivery) {
      const handle = () => consumer.handle(event, document, delivery);
      const outcome = await (tracing === undefined ? handle() : tracing.span(FEED, handle));
      if (outcome === "applied") count(counters, event, clock.now());
      return outcome;
    },
  };
}

function count(counters: Deps["counters"], event: Event, now_ms: number): void {
  const labels = LABELS[event.provider];
  counters.observe("read_searchable_seconds", labels, (now_ms - Date.parse(event.sync_timestamp)) / 1_000);
  // Only a notification or a poll begins a trace: what a first sync reads may have changed years ago.
  if (event.traceparent === "" || event.batch_id !== "") return;
  counters.observe("change_searchable_seconds", labels, (now_ms - Date.parse(event.last_updated)) / 1_000);
}
