/**
 * A second version of the index, built while the first is searched and fed: it hears of changes by subscriptions of its
 * own, is filled from what the providers hold, looked at, and then searched in the first one's place, or given up.
 */
import type { Bus } from "../../../shared/bus/port.ts";
import type { Deps } from "../../../shared/contracts/deps.ts";
import { PermanentError } from "../../../shared/contracts/errors.ts";
import type { IndexVersions } from "../../../shared/contracts/index_versions.ts";
import { versionedSubscriptions } from "../../../shared/contracts/subscriptions.ts";
import { TOPICS } from "../../../shared/contracts/topics.ts";
import type { VersionRecord } from "../../../shared/index/version_record.ts";
import type { VersionedIndex } from "../../../shared/index/versioned.ts";
import type { Carried } from "./carry_over.ts";
import type { Comparison } from "./compare.ts";

/**
 * How long the subscriptions of a version that became the only one are still served: longer than the longest wait
 * between two deliveries and the ack deadline, so that what was on its way to them has come.
 */
const SETTLING_MS = 15 * 60_000;

/** What a reindex needs from the outside. */
export interface ReindexPorts {
  readonly index: VersionedIndex;
  readonly record: VersionRecord;
  readonly bus: Bus;
  readonly deps: Pick<Deps, "clock" | "log">;
  /** Where the bus delivers a subscription's messages to. */
  readonly endpointOf: (subscription: string) => string;
  /**
   * Begins to read a person's documents again at their providers and to publish them to these subscriptions; with the
   * same key it goes on.
   * @returns the batch; `""` when the person has nothing to read from
   */
  readonly refresh: (user_id: string, only: readonly string[], key: string) => Promise<string>;
}

/** Somebody whose documents are being read again; without a batch there is nothing to read from. */
export interface Refilled {
  readonly user_id: string;
  readonly batch_id: string;
}

/** What an operator does to the versions of the index. */
export interface Reindex {
  versions(): Promise<IndexVersions>;
  /** Begins a second version, or goes on with the one that was begun. @throws PermanentError `conflict`, `not_permitted` */
  build(): Promise<IndexVersions>;
  /** Has the documents of some people read again for it. @param cursor `""` for the first, then `next_cursor` */
  fill(cursor: string): Promise<{ readonly items: readonly Refilled[]; readonly next_cursor: string }>;
  /** Takes over what a person's refill could not read, from the version that is searched. */
  carryOver(user_id: string, cursor: string): Promise<Carried>;
  compare(user_id: string): Promise<Comparison>;
  /** Searches read the second version from now on, or the first one again. @throws PermanentError `conflict` */
  switchTo(version: "built" | "former"): Promise<IndexVersions>;
  /** Keeps the version that is searched and gives the other one up. @throws PermanentError `conflict` */
  end(): Promise<IndexVersions>;
  /** Removes what was given up, as soon as it may go. */
  sweep(): Promise<{ readonly done: number; readonly more: boolean }>;
}

/** Opens it. */
export function openReindex(ports: ReindexPorts): Reindex {
  const { index, record, bus, deps, endpointOf } = ports;

  async function both() {
    const { active, base, extra } = await record.readNow();
    if (extra === 0) throw nothingBuilt();
    const other = active === extra ? base : extra;
    return { active: await index.version(active), other: await index.version(other), extra };
  }

  async function subscribe(version: number): Promise<void> {
    const subscriptions = versionedSubscriptions(version);
    const findings = await bus.ensure({ topics: TOPICS, subscriptions, endpointOf });
    const denied = findings.find(({ what, state }) => what === "subscription" && state === "denied");
    if (denied === undefined) return;
    throw new PermanentError("not_permitted", `The subscriptions can't be made: ${denied.details.join("; ")}`);
  }

  return {
    versions: () => record.readNow(),

    async build() {
      const versions = await record.change((before) => {
        if (before.leaving !== null) {
          throw new PermanentError("conflict", "The former version is still being removed: try again in a while");
        }
        if (before.extra !== 0) return before;
        return { ...before, extra: before.newest + 1, newest: before.newest + 1 };
      });
      await subscribe(versions.extra);
      return versions;
    },

    async fill(cursor) {
      const { active, extra } = await both();
      // What is published before the subscriptions are there would not be heard.
      if (cursor === "") await subscribe(extra);
      const only = versionedSubscriptions(extra).map(({ name }) => name);
      const { users, next_cursor } = await active.people(cursor);
      const items: Refilled[] = [];
      for (const user_id of users) {
        items.push({ user_id, batch_id: await ports.refresh(user_id, only, `reindex:${extra}`) });
      }
      return { items, next_cursor };
    },

    async carryOver(user_id, cursor) {
      const { carryOver } = await import("./carry_over.ts");
      return await carryOver(await both(), user_id, cursor);
    },

    async compare(user_id) {
      const { compareVersions } = await import("./compare.ts");
      return await compareVersions(await both(), user_id);
    },

    switchTo: (version) =>
      record.change((before) => {
        if (before.extra === 0) throw nothingBuilt();
        const active = version === "built" ? before.extra : before.base;
        return active === before.active ? before : { ...before, active };
      }),

    end: () =>
      record.change((before) => {
        if (before.extra === 0) throw nothingBuilt();
        const built = before.active === before.extra;
        const after_ms = deps.clock.now() + (built ? SETTLING_MS : 0);
        return {
          ...before,
          base: before.active,
          extra: 0,
          leaving: {
            version: built ? before.base : before.extra,
            subscriptions_of: before.extra,
            after: new Date(after_ms).toISOString(),
          },
        };
      }),

    async sweep() {
      const { leaving } = await record.readNow();
      if (leaving === null || Date.parse(leaving.after) > deps.clock.now()) return { done: 0, more: false };
      const unwanted = versionedSubscriptions(leaving.subscriptions_of).map(({ name }) => name);
      const findings = await bus.ensure({ topics: [], subscriptions: [], endpointOf, unwanted });
      for (const { name, details } of findings.filter(({ state }) => state === "denied")) {
        deps.log.warn("reindex.subscription_stays", { subscription: name, reason: details.join("; ") });
      }
      await index.drop(leaving.version);
      await record.change((before) => before.leaving === null ? before : { ...before, leaving: null });
      return { done: 1, more: false };
    },
  };
}

function nothingBuilt(): PermanentError {
  return new PermanentError("conflict", "There is one version of the index: begin a second one first");
}
