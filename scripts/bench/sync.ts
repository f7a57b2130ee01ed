/** `sync-microsoft`, `sync-google` and `sync-calendar`: how fast, and in how much memory, a large account is read first. */
import { join } from "node:path";
import { type Child, startChild } from "./child.ts";
import { figure, median } from "./compare.ts";
import { type Judged, type Measure, type Outcome, type Progress, ratioResult, valueResult } from "./measure.ts";
import { type PagesOrder, PagesTaken, ProviderAddress, type SyncEnd, type SyncOrder, SyncSaid } from "./sync_order.ts";

const RATIO_MIN = 0.3;
const MEMORY_MB_MAX = 300;

/** One account, and what its figures are called. */
export interface Account extends SyncOrder {
  readonly name: string;
  /** Of what so many are read a second. */
  readonly things: "messages" | "events";
}

/** What both took, by turns: after each slice of ours the loop has the same pages. */
interface Taken {
  readonly ours: SyncEnd & { readonly seconds: number };
  readonly loop: PagesTaken;
  /** Of each pair of slices, how much faster ours was. */
  readonly ratios: readonly number[];
}

/**
 * Reads the account with an instance, and the same pages with the bare loop, by turns: while one works the other rests.
 * The simulated provider, the instance and the loop are a process each, so time spent waiting is mostly the provider's
 * work, and memory is that of the instance alone. The provider adds no latency and has no quota.
 */
export async function measureSync(account: Account, progress: Progress): Promise<readonly Outcome[]> {
  const { provider, resource, size } = account;
  const folder = await Deno.makeTempDir({ prefix: "millrace-bench-" });
  const order: SyncOrder = { provider, resource, size };
  const requests_file = join(folder, "requests");
  progress(`the provider makes ${size} ${account.things}`);
  const simulated = startChild("sync_provider.ts", [JSON.stringify(order)]);
  try {
    const { port } = ProviderAddress.parse(JSON.parse(await simulated.line()));
    const origin = `http://127.0.0.1:${port}`;
    const data_dir = join(folder, "data");
    await Deno.mkdir(data_dir);
    const instance = startChild("sync_instance.ts", [
      JSON.stringify({ ...order, origin, data_dir, requests_file }),
    ]);
    const loop = startChild("sync_pages.ts", [requests_file]);
    try {
      const taken = await byTurns(account, instance, loop, progress);
      if (taken.ours.published < size) {
        throw new Error(`Cannot bench: ${taken.ours.published} of ${size} were published`);
      }
      return outcomesOf(account, taken);
    } finally {
      await Promise.all([instance.end(), loop.end()]);
    }
  } finally {
    await simulated.end();
    await Deno.remove(folder, { recursive: true });
  }
}

async function byTurns({ things }: Account, instance: Child, loop: Child, progress: Progress): Promise<Taken> {
  const ratios: number[] = [];
  const sum = { seconds: 0, cpu_seconds: 0, bytes: 0 };
  let seconds = 0, recorded = 0;
  for (let text = await instance.line();;) {
    const said = SyncSaid.parse(JSON.parse(text));
    if (said.kind === "end") return { ours: { ...said, seconds }, loop: sum, ratios };
    const pages: PagesOrder = { first: recorded, count: said.recorded - recorded };
    const taken = PagesTaken.parse(JSON.parse(await loop.ask(JSON.stringify(pages))));
    ratios.push(taken.seconds / said.seconds);
    for (const key of ["seconds", "cpu_seconds", "bytes"] as const) sum[key] += taken[key];
    recorded = said.recorded;
    seconds += said.seconds;
    progress(`${said.published} ${things}: ratio ${figure(taken.seconds / said.seconds)}, ${figure(said.rss_mb)} MB`);
    text = await instance.ask("on");
  }
}

function outcomesOf({ name, things, provider }: Account, { ours, loop, ratios }: Taken): readonly Outcome[] {
  const { published, seconds, rss_mb } = ours;
  const thousand = (count: number) => figure(count * 1_000 / published);
  const waited = ours.waited_seconds / seconds;
  const [speed, memory] = judgedOf(name, things);
  const compared = { value: published / seconds, baseline: published / loop.seconds, ratio: median(ratios) };
  return [
    {
      result: ratioResult(speed, compared),
      notes: [
        `${published} ${things} in ${figure(seconds)} s: ${percent(waited)} waiting for answers, ${
          percent(1 - waited)
        } in our code`,
        `processor time per 1,000: ${thousand(ours.cpu_seconds * 1_000)} ms, the loop ${
          thousand(loop.cpu_seconds * 1_000)
        } ms; ${figure(loop.bytes / published / 1_000)} KB each`,
        `per 1,000 ${things}: ${thousand(ours.requests)} requests${
          provider === "google" ? `, ${thousand(ours.quota_units)} quota units` : ""
        }`,
        `a round in which nothing had changed: ${ours.quiet.requests} requests, ${figure(ours.quiet.ms)} ms`,
      ],
    },
    {
      result: valueResult(memory, rss_mb.peak),
      notes: [
        `the whole process, an instance that serves office: ${figure(rss_mb.before)} MB before, ${
          rss_mb.quarters.map(figure).join(", ")
        } MB after each quarter`,
      ],
    },
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function judgedOf(name: string, things: string): readonly [Judged, Judged] {
  return [
    { name, unit: `${things}/s`, target: RATIO_MIN, better: "higher" },
    { name: `${name}-memory`, unit: "MB", target: MEMORY_MB_MAX, better: "lower" },
  ];
}

function syncOf(account: Account, about: string): Measure {
  return {
    names: judgedOf(account.name, account.things).map(({ name }) => name),
    about: `first sync of ${about} until its events are durable, beside a loop that parses the same pages`,
    run: (progress) => measureSync(account, progress),
  };
}

/** All folders of a mailbox, by delta. */
export const syncMicrosoft: Measure = syncOf(
  { name: "sync-microsoft", provider: "microsoft", resource: "mail", size: 100_000, things: "messages" },
  "a Microsoft mailbox of 100,000 messages",
);

/** Listed and read in batches. */
export const syncGoogle: Measure = syncOf(
  { name: "sync-google", provider: "google", resource: "mail", size: 100_000, things: "messages" },
  "a Gmail mailbox of 100,000 messages",
);

/** Series count once, and their changed occurrences beside them. */
export const syncCalendar: Measure = syncOf(
  { name: "sync-calendar", provider: "google", resource: "calendar", size: 20_000, things: "events" },
  "Google calendars with 20,000 events",
);
