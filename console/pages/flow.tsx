/** The flow of the data, alive; for operators. */
import { compact, count, duration } from "../format.ts";
import { FlowPicture } from "../flow/picture.tsx";
import { Plot } from "../flow/plot.tsx";
import { percentile, rate, rateText, type Sample, together } from "../flow/rates.ts";
import { SERVICES } from "../flow/services.ts";
import { flowError, history, useFlow } from "../flow/watch.ts";
import { PageHead } from "../parts/page.tsx";
import { Failed, Skeleton } from "../parts/states.tsx";

/** A delivery that waited longer is worth a look, seconds. */
const OLD_SECONDS = 60;

/** The grid of plots of times, seconds. */
const POWERS = [0.001, 0.01, 0.1, 1, 10, 100, 1_000];

const seconds = (value: number) => duration(value * 1_000);
const handling = (sample: Sample) => together(sample.subscriptions.map(({ took }) => took));
const searchable = (sample: Sample) => sample.searchable;

export default function FlowPage() {
  useFlow();
  const samples = history.value;
  const now = samples.at(-1);
  return (
    <div class="flow">
      <PageHead title="Flow" lead="What moves through this instance at the moment, and what waits.">
        {now !== undefined && <Live />}
      </PageHead>
      {flowError.value !== undefined && <Failed error={flowError.value} />}
      {now === undefined ? flowError.value === undefined && <Skeleton lines={8} what="the flow" /> : (
        <>
          <Figures samples={samples} now={now} />
          <div class="card picture-card">
            <FlowPicture history={samples} />
          </div>
          <Plots samples={samples} />
          <Subscriptions samples={samples} now={now} />
        </>
      )}
    </div>
  );
}

function Live() {
  return flowError.value === undefined
    ? (
      <span class="badge good">
        <i class="pulse" /> Live
      </span>
    )
    : <span class="badge warn">Waits for the server</span>;
}

function Figures({ samples, now }: { readonly samples: readonly Sample[]; readonly now: Sample }) {
  const handled = rate(samples, ({ subscriptions }) => subscriptions.reduce((sum, { acked }) => sum + acked, 0));
  const backlog = now.subscriptions.reduce((sum, one) => sum + (one.backlog ?? 0), 0);
  const oldest = Math.max(0, ...now.subscriptions.map((one) => one.oldest_unacked_seconds ?? 0));
  const fresh = percentile(samples, searchable, 0.5);
  const { fresh: news, duplicate, busy, stale } = now.idempotency;
  const spared = duplicate + busy + stale;
  const throttled = now.providers.reduce((sum, one) => sum + one.throttled, 0);
  const figures: readonly (readonly [title: string, value: string, note: string])[] = [
    [
      "Handled",
      rateText(handled),
      `${compact(now.subscriptions.reduce((sum, { acked }) => sum + acked, 0))} since the start`,
    ],
    ["Waiting", compact(backlog), backlog === 0 ? "nothing is late" : `the oldest for ${seconds(oldest)}`],
    ["Change to searchable", fresh === null ? "–" : seconds(fresh), "half of the changes, or faster"],
    [
      "Not done twice",
      compact(spared),
      `${compact(duplicate)} duplicate, ${compact(stale)} stale, ${compact(busy)} busy; ${compact(news)} new`,
    ],
    ["Told to wait", compact(throttled), "answers of providers, since the start"],
  ];
  return (
    <dl class="figures">
      {figures.map(([title, value, note]) => (
        <div key={title} class="card">
          <dt>{title}</dt>
          <dd>
            <strong>{value}</strong>
            <small class="soft">{note}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Plots({ samples }: { readonly samples: readonly Sample[] }) {
  const times = samples.map(({ at }) => Date.parse(at) / 1_000);
  const over = (value: (index: number) => number | null) => samples.map((_, index) => value(index));
  const handled = SERVICES.map(({ service, title, colour }) => ({
    title,
    colour,
    values: over((index) =>
      rate(
        samples,
        ({ subscriptions }) => subscriptions.reduce((sum, one) => one.service === service ? sum + one.acked : sum, 0),
        index,
      )
    ),
  }));
  const percentiles = (of: typeof handling) =>
    [[0.5, "median", "--plot-1"], [0.95, "95 %", "--plot-3"], [0.99, "99 %", "--plot-4"]].flatMap((
      [share, title, colour],
    ) =>
      typeof share !== "number" ? [] : [{
        title: String(title),
        colour: String(colour),
        values: over((index) => percentile(samples, of, share, index)),
      }]
    );
  return (
    <div class="plots">
      <Plot
        title="Handled a second"
        times={times}
        lines={handled}
        format={(value) => value < 10 ? value.toFixed(1) : compact(value)}
      />
      <Plot title="Handling took" times={times} lines={percentiles(handling)} format={seconds} powers={POWERS} />
      <Plot
        title="From change to searchable"
        times={times}
        lines={percentiles(searchable)}
        format={seconds}
        powers={POWERS}
      />
    </div>
  );
}

function Subscriptions({ samples, now }: { readonly samples: readonly Sample[]; readonly now: Sample }) {
  return (
    <section>
      <div class="section-head">
        <h2 id="subscriptions">Subscriptions</h2>
      </div>
      <div class="card table" tabIndex={0} role="region" aria-labelledby="subscriptions">
        <table>
          <thead>
            <tr>
              <th>Subscription</th>
              {["Handled", "In flight", "Waiting", "Oldest", "Refused", "Errors", "95 % took"].map((name) => (
                <th key={name} class="number">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {now.subscriptions.map(({ name, in_flight, backlog, oldest_unacked_seconds, nacked, errors }) => {
              const own = (sample: Sample) => sample.subscriptions.find((one) => one.name === name);
              const took = percentile(samples, (sample) =>
                own(sample)?.took ?? { bounds_seconds: [], cumulative: [] }, 0.95);
              const old = (oldest_unacked_seconds ?? 0) > OLD_SECONDS;
              return (
                <tr key={name}>
                  <td>
                    <code>{name}</code>
                  </td>
                  <td class="number">{rateText(rate(samples, (sample) => own(sample)?.acked ?? 0))}</td>
                  <td class="number">{count(in_flight)}</td>
                  <td class="number">{backlog === null ? "–" : count(backlog)}</td>
                  <td class={old ? "number warn-text" : "number"}>
                    {backlog === null || backlog === 0 ? "–" : seconds(oldest_unacked_seconds ?? 0)}
                  </td>
                  <td class="number">{count(nacked)}</td>
                  <td class="number">{count(errors)}</td>
                  <td class="number">{took === null ? "–" : seconds(took)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
