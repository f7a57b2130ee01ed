/**
 * Backlogs: Pub/Sub tells them to Cloud Monitoring and to nobody else, some minutes late.
 * Source: cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list, cloud.google.com/monitoring/api/metrics_gcp.
 */
import { z } from "zod";
import type { Clock, Fetch } from "../../contracts/deps.ts";

/** What one subscription holds, by its name in the project. */
export interface Backlog {
  readonly messages: number | null;
  readonly oldest_seconds: number | null;
}

/** What asks Cloud Monitoring. */
export interface MonitoringOptions {
  readonly project_id: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** An access token that may read (`roles/monitoring.viewer`). */
  readonly token: () => Promise<string>;
}

const BASE = "https://monitoring.googleapis.com/v3";

const METRIC = "pubsub.googleapis.com/subscription";

/** A point a minute; older than this nothing is the present, milliseconds. */
const WINDOW_MS = 10 * 60_000;

/** An answer is believed for so long, however often somebody scrapes, milliseconds. */
const REMEMBERED_MS = 60_000;

const ANSWER_MS_MAX = 5_000;

/** More subscriptions than this in one project are left out. */
const PAGES_MAX = 5;

const Answer = z.object({
  timeSeries: z.array(z.object({
    resource: z.object({ labels: z.object({ subscription_id: z.string() }) }),
    /** Newest first. */
    points: z.array(z.object({
      value: z.object({ int64Value: z.string().transform(Number).optional(), doubleValue: z.number().optional() }),
    })),
  })).default([]),
  nextPageToken: z.string().default(""),
});

/** The newest value of one metric for each subscription. @throws Error when Monitoring refuses or does not answer */
async function latest(options: MonitoringOptions, metric: string): Promise<ReadonlyMap<string, number>> {
  const { project_id, fetch, clock, token } = options;
  const values = new Map<string, number>();
  const now_ms = clock.now();
  const query = new URLSearchParams({
    filter: `metric.type = "${METRIC}/${metric}"`,
    "interval.startTime": new Date(now_ms - WINDOW_MS).toISOString(),
    "interval.endTime": new Date(now_ms).toISOString(),
  });
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await within(clock, async (signal) => {
      const headers = { authorization: `Bearer ${await token()}` };
      return await fetch(`${BASE}/projects/${project_id}/timeSeries?${query}`, { headers, signal });
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`Cloud Monitoring answers ${answer.status}: grant roles/monitoring.viewer`);
    }
    const { timeSeries, nextPageToken } = Answer.parse(await answer.json());
    for (const { resource, points } of timeSeries) {
      const value = points[0]?.value;
      const number = value?.int64Value ?? value?.doubleValue;
      if (number !== undefined) values.set(resource.labels.subscription_id, number);
    }
    if (nextPageToken === "") break;
    query.set("pageToken", nextPageToken);
  }
  return values;
}

/** A scrape must not wait for Monitoring for long. */
async function within<T>(clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const [late, done] = [new AbortController(), new AbortController()];
  clock.sleep(ANSWER_MS_MAX, done.signal).then(
    () => late.abort(new DOMException("Cloud Monitoring does not answer", "TimeoutError")),
    () => {},
  );
  try {
    return await work(late.signal);
  } finally {
    done.abort();
  }
}

async function read(options: MonitoringOptions): Promise<ReadonlyMap<string, Backlog>> {
  const [messages, oldest] = await Promise.all([
    latest(options, "num_undelivered_messages"),
    latest(options, "oldest_unacked_message_age"),
  ]);
  return new Map([...new Set([...messages.keys(), ...oldest.keys()])].map((name) => [
    name,
    { messages: messages.get(name) ?? null, oldest_seconds: oldest.get(name) ?? null },
  ]));
}

/** Asks at most once a minute for all who want to know. @returns backlogs by the subscriptions' short names */
export function openMonitoring(options: MonitoringOptions): () => Promise<ReadonlyMap<string, Backlog>> {
  let asked_ms = -Infinity;
  let answer: Promise<ReadonlyMap<string, Backlog>> = Promise.resolve(new Map());
  return () => {
    const now_ms = options.clock.now();
    if (now_ms - asked_ms >= REMEMBERED_MS || now_ms < asked_ms) {
      asked_ms = now_ms;
      answer = read(options);
    }
    return answer;
  };
}
