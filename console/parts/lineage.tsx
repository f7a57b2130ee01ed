/** How a document's last change came here, as a waterfall from the account to the consumers. */
import type { Schemas } from "../../client/mod.ts";
import { api, ask } from "../api.ts";
import { duration, exact } from "../format.ts";
import { useLoad } from "../load.ts";
import { Shown } from "./states.tsx";
import { Ago } from "./time.tsx";

type Hop = Schemas["Lineage"]["hops"][number];

const PLACES: Readonly<Record<Hop["where"], string>> = {
  connection: "Account",
  ledger: "Ledger",
  reference: "Stored document",
  subscription: "Delivery",
  consumer: "Consumer",
  dead_letter: "Dead letter",
};

export function Lineage({ doc_id, changed_at }: { readonly doc_id: string; readonly changed_at: string }) {
  const load = useLoad(
    doc_id,
    (signal) => ask(api().GET("/v1/lineage/{doc_id}", { params: { path: { doc_id } }, signal })),
  );
  return (
    <section aria-labelledby="lineage">
      <div class="section-head">
        <h2 id="lineage">How it came here</h2>
      </div>
      <Shown load={load} what="the way of the document" lines={3}>
        {({ verdict, hops }) => (
          <>
            <p class={verdict.code === "searchable" ? "soft" : "notice warn"}>{verdict.text}</p>
            <Waterfall hops={hops} changed_at={changed_at} />
          </>
        )}
      </Shown>
    </section>
  );
}

/**
 * Each place at its time after the change, with a bar from the place before it. The account tells when it was last read,
 * which is after all of this, and has none.
 */
function Waterfall({ hops, changed_at }: { readonly hops: readonly Hop[]; readonly changed_at: string }) {
  const timeOf = ({ where, at }: Hop) => where === "connection" ? NaN : Date.parse(at);
  const times = hops.map(timeOf).filter((time) => !Number.isNaN(time));
  const begin = Math.min(Date.parse(changed_at), ...times);
  const span = Math.max(1, Math.max(begin, ...times) - begin);
  let before = 0;
  return (
    <ol class="waterfall">
      {hops.map((hop) => {
        const { where, name, state, at, detail } = hop;
        const time = timeOf(hop);
        const to = Number.isNaN(time) ? null : (time - begin) / span * 100;
        const from = Math.min(before, to ?? 0);
        before = Math.max(before, to ?? 0);
        return (
          <li key={`${where} ${name}`}>
            <span class="waterfall-name">
              <strong>{PLACES[where]}</strong> <small class="soft">{name}</small>
            </span>
            <span class="waterfall-line" aria-hidden="true">
              {to !== null && <i style={{ left: `min(${from}%, 100% - 4px)`, width: `max(4px, ${to - from}%)` }} />}
            </span>
            <span class="waterfall-time">
              {to === null
                ? <Ago at={at} never="–" />
                : <time dateTime={at} title={exact(at)}>+{duration(Math.max(0, time - begin))}</time>}
              <small class="soft">{state}</small>
            </span>
            {detail !== "" && <small class="soft waterfall-detail">{detail}</small>}
          </li>
        );
      })}
    </ol>
  );
}
