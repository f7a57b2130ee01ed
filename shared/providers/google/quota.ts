/**
 * Google's quotas, which are counted before they are spent: by user and by project, over the last minute (Tasks: the
 * last day). What other programs spend of the same project shows in Google's answers.
 * Sources: the usage limits of the Gmail, Calendar, Drive and Tasks APIs. For People none is published.
 */
import type { Cost, Mailbox, ProviderRequest } from "../port.ts";
import type { GoogleUrls } from "./config.ts";

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

/** Tells what requests cost. */
export interface GoogleQuota {
  /** The mailbox, whose requests carry what they cost. */
  metered(mailbox: Mailbox): Mailbox;
}

/**
 * Opens the table of prices.
 * @param factor how much larger the project's quotas are than Google's defaults
 */
export function openQuota(urls: GoogleUrls, factor: number): GoogleQuota {
  return {
    metered(mailbox) {
      const { account_id } = mailbox.connection;
      return {
        connection: mailbox.connection,
        signal: mailbox.signal,
        request: (url, init = {}) =>
          mailbox.request(url, { ...init, costs: costsOf(spendingOf(urls, url, init), account_id, factor) }),
      };
    },
  };
}

/** What a request spends. */
interface Spending {
  readonly api: Api;
  readonly units: number;
}

function costsOf(spending: Spending | null, account_id: string, factor: number): Cost[] {
  if (spending === null) return [];
  const { user, project } = LIMITS[spending.api];
  const cost = (name: string, { units, within_ms }: Limit): Cost => ({
    ...spending,
    name,
    limit: units * factor,
    within_ms,
  });
  return [
    ...(user === null ? [] : [cost(`user:${account_id}`, user)]),
    ...(project === null ? [] : [cost("project", project)]),
  ];
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
