/** `sync-microsoft`, `sync-google` and `sync-calendar`: how fast, and in how much memory, a large account is read first. */
import { join } from "node:path";
import { startChild } from "./child.ts";
import { figure } from "./compare.ts";
import { type Judged, type Measure, type Outcome, type Progress, ratioResult, valueResult } from "./measure.ts";
import { PagesEnd, ProviderAddress, type SyncEnd, type SyncOrder, SyncSaid } from "./sync_order.ts";

const RATIO_MIN = 0.3;
const MEMORY_MB_MAX = 300;

/** One account, and what its figures are called. */
export interface Account extends SyncOrder {
  readonly name: string;
  /** Of what so many are read a second. */
  readonly things: "messages" | "events";
}

/** Reads the account with an instance, and then the same pages with the bare loop. */
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
    const ours = await read(JSON.stringify({ ...order, origin, data_dir, requests_file }), account, progress);
    if (ours.published < size) throw new Error(`Cannot bench: ${ours.published} of ${size} were published`);
    progress("the same pages once more, parsed and nothing else");
    const loop = startChild("sync_pages.ts", [requests_file, String(ours.recorded)]);
    const pages = PagesEnd.parse(JSON.parse(await loop.line()));
    await loop.end();
    return outcomesOf(account, ours, pages);
  } finally {
    await simulated.end();
    await Deno.remove(folder, { recursive: true });
  }
}

async function read(order: string, { things }: Account, progress: Progress): Promise<SyncEnd> {
  const instance = startChild("sync_instance.ts", [order]);
  try {
    while (true) {
      const said = SyncSaid.parse(JSON.parse(await instance.line()));
      if (said.kind === "end") return said;
      progress(`${said.published} ${things} published, ${figure(said.rss_mb)} MB`);
    }
  } finally {
    await instance.end();
  }
}

function outcomesOf({ name, things, provider }: Account, ours: SyncEnd, pages: PagesEnd): readonly Outcome[] {
  const { published, seconds, rss_mb } = ours;
  const thousand = (count: number) => figure(count * 1_000 / published);
  const value = published / seconds;
  const baseline = published / pages.seconds;
  const [speed, memory] = judgedOf(name, things);
  return [
    {
      result: ratioResult(speed, { value, baseline, ratio: value / baseline }),
      notes: [
        `${published} ${things} in ${figure(seconds)} s, of which an answer was awaited for ${
          percent(ours.waited_seconds / seconds)
        } and our code took ${percent(1 - ours.waited_seconds / seconds)}`,
        `processor time per 1,000: ${figure(ours.cpu_seconds * 1e6 / published)} ms, the loop ${
          figure(pages.cpu_seconds * 1e6 / published)
        } ms for ${figure(pages.bytes / published / 1_000)} KB each`,
        `per 1,000 ${things}: ${thousand(ours.requests)} requests${
          provider === "google" ? `, ${thousand(ours.quota_units)} quota units` : ""
        }`,
        `a round in which nothing had changed: ${ours.quiet.requests} requests, ${figure(ours.quiet.ms)} ms`,
      ],
    },
    {
      result: valueResult(memory, rss_mb.peak),
      notes: [
        `${figure(rss_mb.before)} MB before; ${
          rss_mb.quarters.map(figure).join(", ")
        } MB after each quarter (the whole process, an instance that serves office)`,
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
