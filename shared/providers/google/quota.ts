/**
 * Google's quotas, counted before they are spent: by user and by project, over the last minute (Tasks: the last day).
 * Each process counts what it spends itself. What others spend of the same project shows in Google's answers.
 * Sources: the usage limits of the Gmail, Calendar, Drive and Tasks APIs. For People none is published.
 */
import type { Deps } from "../../contracts/deps.ts";
import { TransientError } from "../../contracts/errors.ts";
import type { Mailbox, ProviderRequest } from "../port.ts";
import type { GoogleUrls } from "./config.ts";
import { SpendWindow } from "./spend_window.ts";

type Api = "gmail" | "calendar" | "drive" | "people" | "tasks";

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Limit {
  readonly units: number;
  readonly within_ms: number;
}
interface Limits {
  readonly user: Limit | null;
  readonly project: Limit | null;
}
const perMinute = (units: number): Limit => ({ units, within_ms: MINUTE_MS });
const LIMITS: Readonly<Record<Api, Limits>> = {
  gmail: { user: perMinute(15_000), project: perMinute(1_200_000) },
  calendar: { user: perMinute(600), project: perMinute(10_000) },
  drive: { user: perMinute(12_000), project: perMinute(12_000) },
  people: { user: null, project: null },
  tasks: { user: null, project: { units: 50_000, within_ms: DAY_MS } },
};

/** What a call of Gmail costs; every call of the other APIs costs one unit. */
const GMAIL_COSTS: readonly (readonly [RegExp, number])[] = [
  [/\/watch$/, 100],
  [/\/stop$/, 50],
  [/\/(messages|attachments)(\/|$)/, 5],
  [/\/history$/, 2],
  [/\/(labels|profile)$/, 1],
];
const GMAIL_COST_UNTOLD = 5;

/** Reading a mailbox for the first time may take so much of a quota: the rest is for what changes now. */
const BACKFILL_SHARE = 0.75;

/** The longest wait that is slept, holding the lease; whatever is longer is handed back to the caller. */
const SLEPT_MS_MAX = 5_000;

/** So many users are counted; of those who spend nothing now nothing has to be known. */
const USERS_MAX = 10_000;

/** What a request spends. */
interface Spending {
  readonly api: Api;
  readonly units: number;
}

/** Counts what is spent. */
export interface GoogleQuota {
  /**
   * The mailbox, each request of which waits for its quota.
   * @param backfill true for the first reading of a resource, which gives way
   */
  metered(mailbox: Mailbox, backfill: boolean): Mailbox;
}

/**
 * Opens the counting.
 * @param factor how much larger the project's quotas are than Google's defaults
 */
export function openQuota(deps: Deps, urls: GoogleUrls, factor: number): GoogleQuota {
  const windows = new Map<string, SpendWindow>();

  function windowOf(name: string, { units, within_ms }: Limit): SpendWindow {
    const known = windows.get(name);
    if (known !== undefined) return known;
    const now = deps.clock.now();
    if (windows.size >= USERS_MAX) {
      for (const [other, window] of windows) if (window.isIdle(now)) windows.delete(other);
    }
    const opened = new SpendWindow(units * factor, within_ms);
    windows.set(name, opened);
    return opened;
  }

  function windowsOf(api: Api, { connection }: Mailbox): SpendWindow[] {
    const { user, project } = LIMITS[api];
    return [
      ...(user === null ? [] : [windowOf(`${api}:${connection.account_id}`, user)]),
      ...(project === null ? [] : [windowOf(api, project)]),
    ];
  }

  async function spend(mailbox: Mailbox, { api, units }: Spending, backfill: boolean): Promise<void> {
    const open = windowsOf(api, mailbox);
    const share = backfill ? BACKFILL_SHARE : 1;
    for (let waited = false;; waited = true) {
      const now = deps.clock.now();
      const wait_ms = Math.max(0, ...open.map((window) => window.waitFor(units, share, now)));
      if (wait_ms === 0) {
        for (const window of open) window.spend(units, now);
        deps.counters.add("provider_quota_units_total", { provider: "google", api }, units);
        return;
      }
      if (!waited) deps.counters.add("provider_quota_waits_total", { provider: "google", api });
      if (wait_ms > SLEPT_MS_MAX) {
        throw new TransientError("throttled", `Google's quota is spent for ${wait_ms} ms`, { retry_after_ms: wait_ms });
      }
      await deps.clock.sleep(wait_ms, mailbox.signal);
    }
  }

  return {
    metered(mailbox, backfill) {
      return {
        connection: mailbox.connection,
        signal: mailbox.signal,
        async request(url, init = {}) {
          const spending = spendingOf(urls, url, init);
          if (spending !== null) await spend(mailbox, spending, backfill);
          return await mailbox.request(url, init);
        },
      };
    },
  };
}

/** What a request spends; null for one to no API of ours, such as the download of an export. */
function spendingOf(urls: GoogleUrls, url: string, { body }: ProviderRequest): Spending | null {
  // A batch costs what its parts cost: all of ours read one item.
  if (url.startsWith(urls.batch)) return { api: "gmail", units: partsOf(body) * costOfMail("/messages") };
  if (url.startsWith(urls.calendar_batch)) return { api: "calendar", units: partsOf(body) };
  if (url.startsWith(urls.mailbox)) return { api: "gmail", units: costOfMail(new URL(url).pathname) };
  for (const api of ["calendar", "drive", "people", "tasks"] as const) {
    if (url.startsWith(urls[api])) return { api, units: 1 };
  }
  return null;
}

function partsOf(body: unknown): number {
  return typeof body === "string" ? Math.max(1, body.match(/^GET /gm)?.length ?? 0) : 1;
}

function costOfMail(path: string): number {
  return GMAIL_COSTS.find(([form]) => form.test(path))?.[1] ?? GMAIL_COST_UNTOLD;
}
