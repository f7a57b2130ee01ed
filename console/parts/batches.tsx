/** Work on whole accounts: what runs now, with its progress as it comes, and what ended. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Schemas } from "../../client/mod.ts";
import { api, ask } from "../api.ts";
import { ago, count, plural } from "../format.ts";
import { useAction, useLoad } from "../load.ts";
import { follow } from "../stream.ts";
import { Icon } from "./icon.tsx";
import { resourceOf } from "./kinds.tsx";
import { Failed, Shown } from "./states.tsx";
import { Ago } from "./time.tsx";

type Summary = Schemas["BatchSummary"];
type Batch = Schemas["Batch"];

const KINDS: Readonly<Record<Summary["kind"], string>> = {
  first_sync: "First sync",
  refresh: "Refresh",
  verify: "Verification",
};
const SHOWN_MAX = 5;

export function Batches(
  { batches, onChange }: { readonly batches: readonly Summary[]; readonly onChange: () => void },
) {
  const all = useSignal(false);
  const open = batches.filter(({ ended_at }) => ended_at === "");
  const ended = batches.filter(({ ended_at }) => ended_at !== "");
  if (batches.length === 0) return null;
  const shown = all.value ? ended : ended.slice(0, SHOWN_MAX);
  return (
    <section aria-labelledby="batches">
      <div class="section-head">
        <h2 id="batches">Batches</h2>
      </div>
      <ul class="batches">
        {open.map((batch) => <RunningBatch key={batch.batch_id} summary={batch} onChange={onChange} />)}
        {shown.map((batch) => <EndedBatch key={batch.batch_id} summary={batch} />)}
      </ul>
      {shown.length < ended.length && (
        <button type="button" class="quiet" onClick={() => all.value = true}>
          Show {plural(ended.length - shown.length, "earlier batch", "earlier batches")}
        </button>
      )}
    </section>
  );
}

function isBatch(value: unknown): value is Batch {
  return typeof value === "object" && value !== null && "batch_id" in value && "parts" in value && "share" in value;
}

function RunningBatch({ summary, onChange }: { readonly summary: Summary; readonly onChange: () => void }) {
  const { batch_id } = summary;
  const latest = useSignal<Batch | undefined>(undefined);
  const action = useAction();
  useEffect(() => {
    const ending = new AbortController();
    follow(`/v1/sync/batches/${batch_id}/stream`, {
      signal: ending.signal,
      onEvent({ name, data }) {
        const value: unknown = JSON.parse(data);
        if (isBatch(value)) latest.value = value;
        if (name === "end") onChange();
      },
    });
    return () => ending.abort();
  }, [batch_id]);
  const command = (what: "pause" | "resume" | "cancel") =>
    action.run(async () => {
      const params = { path: { batch_id } };
      latest.value = what === "pause"
        ? await ask(api().POST("/v1/sync/batches/{batch_id}/pause", { params }))
        : what === "resume"
        ? await ask(api().POST("/v1/sync/batches/{batch_id}/resume", { params }))
        : await ask(api().POST("/v1/sync/batches/{batch_id}/cancel", { params }));
    });
  const batch = latest.value;
  const share = batch?.share ?? 0;
  const state = batch?.state ?? summary.state;
  return (
    <li class="batch">
      <div class="batch-head">
        <strong>{KINDS[summary.kind]}</strong>
        <span class="soft">
          {batch === undefined ? "…" : `${Math.round(share * 100)} %, ${count(batch.counts.found)} looked at`}
          {batch !== undefined && batch.estimated_end !== "" && `, done ${ago(batch.estimated_end)}`}
        </span>
        <div class="actions">
          {state === "paused"
            ? (
              <button type="button" onClick={() => command("resume")}>
                <Icon name="play" size={16} /> Resume
              </button>
            )
            : (
              <button type="button" onClick={() => command("pause")}>
                <Icon name="pause" size={16} /> Pause
              </button>
            )}
          <button type="button" onClick={() => command("cancel")}>Cancel</button>
        </div>
      </div>
      <div
        class="bar"
        role="progressbar"
        aria-label={KINDS[summary.kind]}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <i style={{ width: `${share * 100}%` }} />
      </div>
      {batch !== undefined && (
        <p class="parts soft small">
          {batch.parts.map(({ resource, share, state }) =>
            `${resourceOf(resource).name} ${state === "failed" ? "failed" : `${Math.round(share * 100)} %`}`
          ).join(" · ")}
        </p>
      )}
      {action.error.value !== undefined && <Failed error={action.error.value} />}
    </li>
  );
}

function EndedBatch({ summary }: { readonly summary: Summary }) {
  const open = useSignal(false);
  return (
    <li class="batch">
      <details onToggle={({ currentTarget }) => open.value = currentTarget.open}>
        <summary>
          <Icon name="next" size={16} />
          <strong>{KINDS[summary.kind]}</strong>
          <span class="soft">
            {summary.state} <Ago at={summary.ended_at} />
          </span>
        </summary>
        {open.value && <Report batch_id={summary.batch_id} />}
      </details>
    </li>
  );
}

function Report({ batch_id }: { readonly batch_id: string }) {
  const load = useLoad(batch_id, (signal) => {
    return ask(api().GET("/v1/sync/batches/{batch_id}", { params: { path: { batch_id } }, signal }));
  });
  return (
    <Shown load={load} what="the report" lines={2}>
      {({ parts }) => (
        <div class="table" tabIndex={0} role="region" aria-label="Report">
          <table>
            <thead>
              <tr>
                <th>What</th>
                {["Looked at", "Published", "Unchanged", "Differed", "Failed"].map((name) => (
                  <th key={name} class="number">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {parts.map(({ correlation_id, resource, counts, reason }) => (
                <tr key={correlation_id}>
                  <td>{resourceOf(resource).name}{reason !== "" && <small class="soft">{reason}</small>}</td>
                  {[counts.found, counts.published, counts.unchanged, counts.differences, counts.failed].map((
                    value,
                    index,
                  ) => <td key={index} class="number">{count(value)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Shown>
  );
}
