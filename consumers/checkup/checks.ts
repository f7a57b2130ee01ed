/** The checks of an instance: its parts, ticks, subscriptions, dead letters, clocks. The accounts' are in `accounts.ts`. */
import type { Bus } from "../../shared/bus/port.ts";
import type { Clock } from "../../shared/contracts/deps.ts";
import type { Finding } from "../../shared/contracts/findings.ts";
import { COLLECTIONS, TickRun } from "../../shared/contracts/records.ts";
import { TICK_EVERY_SECONDS } from "../../shared/contracts/schedule.ts";
import type { State } from "../../shared/state/port.ts";
import { type DeadLetters, EVERY_LETTER } from "../dead_letters/mod.ts";
import { accounts, subscriptionsAtProviders } from "./accounts.ts";
import type { Check } from "./run.ts";

/** What the checks ask. */
export interface CheckupPorts {
  readonly state: State;
  readonly bus: Pick<Bus, "stats">;
  readonly dead_letters: Pick<DeadLetters, "summary">;
  readonly deps: { readonly clock: Pick<Clock, "now"> };
  /** How each part is, as readiness tells it. */
  readonly health: () => Promise<
    readonly { readonly name: string; readonly ready: boolean; readonly notes: readonly string[] }[]
  >;
  /** When this instance started, ms. */
  readonly started_ms: number;
}

/** A subscription whose oldest message waits longer than this is behind, seconds. */
const BEHIND_SECONDS = 600;

/** A tick that did not run for so many of its intervals, and never for less than two minutes, is silent. */
const SILENT_INTERVALS = 4;
const SILENT_MS_MIN = 120_000;

/** Leases and revisions rest on the store's clock, tokens on ours. */
const SKEW_MS_MAX = 5_000;

/** What mends a part. */
const MENDS: Readonly<Record<string, string>> = {
  state: "REDIS_URL: redis-cli -u $REDIS_URL info; embedded: df -h $DATA_DIR",
  bus: "gcloud pubsub topics list --project $PUBSUB_PROJECT_ID; embedded: df -h $DATA_DIR",
  index: "curl $VESPA_ENDPOINT/state/v1/health; embedded: df -h $DATA_DIR",
  topology: "GET /v1/admin/topology shows each difference with what to run",
};

const parts: Check<CheckupPorts> = {
  name: "parts",
  async run({ health }) {
    return (await health()).flatMap(({ name, ready, notes }): Finding[] => {
      const mend = MENDS[name] ?? "GET /readyz as an operator";
      if (!ready) {
        return [{ code: `${name}.not_ready`, severity: "error", problem: notes.join(" ") || `${name} is away`, mend }];
      }
      return notes.map((problem) => ({ code: `${name}.warning`, severity: "warning", problem, mend }));
    });
  },
};

const ticks: Check<CheckupPorts> = {
  name: "ticks",
  async run({ state, deps, started_ms }) {
    const found = await Promise.all(
      Object.entries(TICK_EVERY_SECONDS).map(async ([name, seconds]): Promise<Finding[]> => {
        const record = await state.records({ system: "ticks" }).get(COLLECTIONS.tickRuns, name);
        const run = TickRun.safeParse(record?.value);
        const ran_ms = run.success ? Date.parse(run.data.ran_at) : started_ms;
        const age_ms = deps.clock.now() - ran_ms;
        if (age_ms <= Math.max(SILENT_MS_MIN, SILENT_INTERVALS * seconds * 1_000)) return [];
        const since = run.success ? `since ${run.data.ran_at}` : "ever";
        return [{
          code: "tick.silent",
          severity: "error",
          problem:
            `The tick ${name} has not run ${since}; it is due every ${seconds} s. Its scheduler does not reach us.`,
          mend: `deno task tick ${name}; then mend the schedule that calls POST /ticks/${name}`,
        }];
      }),
    );
    return found.flat();
  },
};

const subscriptions: Check<CheckupPorts> = {
  name: "subscriptions",
  async run({ bus }) {
    return (await bus.stats()).flatMap(({ subscription, backlog, oldest_unacked_seconds }): Finding[] => {
      if (oldest_unacked_seconds === null || oldest_unacked_seconds <= BEHIND_SECONDS) return [];
      const minutes = Math.round(oldest_unacked_seconds / 60);
      return [{
        code: "subscription.behind",
        severity: "error",
        problem: `${subscription} is ${minutes} minutes behind: ${backlog} messages wait.`,
        mend:
          "GET /v1/admin/subscriptions says whether its messages fail or are refused; see docs/runbook.md, High lag",
      }];
    });
  },
};

const deadLetters: Check<CheckupPorts> = {
  name: "dead_letters",
  async run({ dead_letters }) {
    const kinds = ["permanent", "exhausted"] as const;
    const found = await Promise.all(kinds.map((kind) => dead_letters.summary({ ...EVERY_LETTER, kind })));
    const waiting = found.reduce((sum, { count }) => sum + count, 0);
    const [group] = found.flatMap(({ groups }) => groups).sort((a, b) => b.count - a.count);
    if (group === undefined) return [];
    return [{
      code: "dead_letters.waiting",
      severity: "warning",
      problem:
        `${waiting} messages could not be handled and wait for a person; most often ${group.subscription}: ${group.code}.`,
      mend: "deno task replay",
    }];
  },
};

const clocks: Check<CheckupPorts> = {
  name: "clock",
  async run({ state, deps }) {
    const before = deps.clock.now();
    const store_ms = await state.micros() / 1_000;
    const skew_ms = store_ms - (before + deps.clock.now()) / 2;
    if (Math.abs(skew_ms) <= SKEW_MS_MAX) return [];
    return [{
      code: "clock.skew",
      severity: "error",
      problem: `The state store's clock is ${(skew_ms / 1_000).toFixed(1)} s away from this machine's.`,
      mend: "timedatectl status, on both machines",
    }];
  },
};

/** All of them. */
export const CHECKS: readonly Check<CheckupPorts>[] = [
  parts,
  ticks,
  subscriptions,
  deadLetters,
  clocks,
  accounts,
  subscriptionsAtProviders,
];
