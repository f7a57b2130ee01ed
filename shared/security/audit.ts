/** Where the audit log is kept: newest first, append-only, for as long as its retention. */
import { type AuditAction, AuditEntry } from "../contracts/audit.ts";
import type { Clock, Random } from "../contracts/deps.ts";
import { digest } from "../contracts/ids.ts";
import { COLLECTIONS } from "../contracts/records.ts";
import { behindAllOf, newestFirst } from "../state/newest_first.ts";
import type { State } from "../state/port.ts";

/** What is noted; the log itself adds when, and an id. */
export type AuditNote = Omit<AuditEntry, "audit_id" | "at">;

/** What a list is narrowed to. */
export interface AuditQuery {
  /** `""` for every action. */
  readonly action: AuditAction | "";
  /** `""` for everybody. */
  readonly user_id: string;
  /** Milliseconds; from the first to just before the second. */
  readonly from_ms: number;
  readonly until_ms: number;
  /** From an earlier page, `""` for the first. */
  readonly cursor: string;
  readonly limit: number;
}

/** One page, newest first. */
export interface AuditPage {
  readonly items: readonly AuditEntry[];
  /** Where the next page begins; `""` when there is none. */
  readonly next_cursor: string;
}

/** The log. */
export interface AuditLog {
  /** Durable when it resolves. @throws StoreAwayError */
  append(note: AuditNote): Promise<void>;
  /** A person who was erased is found by the id that they had, though no entry has it any more. */
  list(query: AuditQuery): Promise<AuditPage>;
  /** Has all entries about the person name them by `erasedName` from now on. */
  eraseOf(user_id: string): Promise<void>;
  /** Removes what is older than the retention; one bounded slice. @returns how many */
  sweep(retention_days: number): Promise<number>;
}

const SCOPE = { system: "audit" } as const;
const DAY_MS = 24 * 60 * 60 * 1_000;
const SWEEP_RECORDS_MAX = 500;

/** How many records a list looks through for a page: a filter that matches little must not read everything. */
const LOOKED_AT_MAX = 2_000;
/** Read at once when a filter may leave most of it out. */
const READ_MAX = 200;

/** How entries name a person who was erased: what was done is still told, and whoever knows the id finds it. */
export async function erasedName(user_id: string): Promise<string> {
  return `erased_${await digest("audit", user_id)}`;
}

/** Opens the log over the state. */
export function openAuditLog(
  state: Pick<State, "records">,
  deps: { readonly clock: Pick<Clock, "now">; readonly random: Pick<Random, "uuid"> },
): AuditLog {
  const records = state.records(SCOPE);
  return {
    async append(note) {
      const now_ms = deps.clock.now();
      const value: AuditEntry = { audit_id: deps.random.uuid(), at: new Date(now_ms).toISOString(), ...note };
      const id = `${newestFirst(now_ms)}|${value.audit_id}`;
      await records.commit([{ op: "put", collection: COLLECTIONS.audit, id, value }]);
    },
    async list({ action, user_id, from_ms, until_ms, cursor, limit }) {
      const erased = user_id === "" ? "" : await erasedName(user_id);
      const before = behindAllOf(from_ms);
      const first = behindAllOf(until_ms);
      let after = cursor > first ? cursor : first;
      const items: AuditEntry[] = [];
      for (let looked = 0; looked < LOOKED_AT_MAX;) {
        const stored = await records.list(COLLECTIONS.audit, { after, before, limit: READ_MAX });
        looked += stored.length;
        for (const { id, value } of stored) {
          after = id;
          const entry = AuditEntry.parse(value);
          const wanted = (action === "" || entry.action === action) &&
            (user_id === "" || entry.user_id === user_id || entry.user_id === erased);
          if (wanted) items.push(entry);
          if (items.length === limit) return { items, next_cursor: after };
        }
        if (stored.length < READ_MAX) return { items, next_cursor: "" };
      }
      return { items, next_cursor: after };
    },
    async eraseOf(user_id) {
      const erased = await erasedName(user_id);
      let after = "";
      for (;;) {
        const stored = await records.list(COLLECTIONS.audit, { after, limit: READ_MAX });
        const theirs = stored.map(({ id, value }) => ({ id, entry: AuditEntry.parse(value) }))
          .filter(({ entry }) => entry.user_id === user_id);
        if (theirs.length > 0) {
          await records.commit(theirs.map(({ id, entry }) => {
            const value: AuditEntry = { ...entry, user_id: erased };
            return { op: "put", collection: COLLECTIONS.audit, id, value };
          }));
        }
        const last = stored.at(-1);
        if (last === undefined || stored.length < READ_MAX) return;
        after = last.id;
      }
    },
    async sweep(retention_days) {
      const after = behindAllOf(deps.clock.now() - retention_days * DAY_MS);
      const old = await records.list(COLLECTIONS.audit, { after, limit: SWEEP_RECORDS_MAX });
      if (old.length === 0) return 0;
      await records.commit(old.map(({ id }) => ({ op: "delete", collection: COLLECTIONS.audit, id })));
      return old.length;
    },
  };
}
