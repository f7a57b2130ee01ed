/**
 * The state: small facts that must survive and be agreed on by all instances.
 * Adapters: SQLite (one process) and Redis. The same contract and model tests run on both.
 * All times are the state store's own, so that instances with different clocks agree.
 */
import type { ResourceKey } from "../contracts/ids.ts";
import type { MetricValue } from "../contracts/metrics.ts";
import type { DocType } from "../contracts/names.ts";

/** All parts of the store, which is opened and closed as a whole. */
export interface State {
  readonly refs: Refs;
  readonly fragments: Fragments;
  readonly claims: Claims;
  readonly leases: Leases;
  readonly slots: Slots;
  readonly quotas: Quotas;
  readonly progress: Progress;
  /** Cursor, revisions and known documents of one resource. */
  ledger(key: ResourceKey): Ledger;
  /** JSON records of a person, or of the system (connections by id, keys, schedules). */
  records(scope: RecordScope): Records;
  /** The store's time, microseconds since the epoch. */
  micros(): Promise<number>;
  health(): Promise<StateHealth>;
  /** The store's own numbers, for `/metrics`. @throws StoreAwayError */
  numbers(): Promise<readonly MetricValue[]>;
  /** What lasts, for a backup: records and ledgers. References, claims and leases end by themselves. */
  snapshot(): Promise<Snapshot>;
  close(): Promise<void>;
}

/** How the store is, for readiness, doctor and metrics. */
export interface StateHealth {
  readonly ready: boolean;
  /** Changes when the store was started anew or changed roles, so that lost writes are noticed. */
  readonly run_id: string;
  /** What may be lost or goes wrong soon, one sentence each; empty when all is well. */
  readonly warnings: readonly string[];
}

// ── refs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A normalised document by reference: `office:{user_id}:{doc_type}:{doc_id}`, kept 7 days. */
export interface Ref {
  readonly user_id: string;
  readonly doc_type: DocType;
  readonly doc_id: string;
}

/** A referenced document in one revision. */
export interface RefValue {
  readonly revision: number;
  readonly hash: string;
  /** The document as JSON text. */
  readonly data: string;
}

/** Documents by reference. A reader gets the newest that was put, or null when its time is over. */
export interface Refs {
  /** Stores each value unless a newer revision is there already. @returns for each whether it is now the stored one. */
  put(entries: readonly (Ref & RefValue)[]): Promise<readonly boolean[]>;
  get(ref: Ref): Promise<RefValue | null>;
  remove(refs: readonly Ref[]): Promise<void>;
}

// ── fragments ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** One part of one version of a document, as JSON. */
export interface KeptFragment {
  readonly fragment_id: string;
  /** Of the document's version that has it. */
  readonly revision: number;
  readonly value: unknown;
}

/**
 * A cache of the parts of documents: `fragment:{parent_doc_id}:{fragment_id}`, kept 30 days. The index has them too, and
 * it alone knows which are of the current version; a store may keep fewer, or forget them when it is started anew.
 */
export interface Fragments {
  /** Keeps parts of a person's document; one of a newer version that is there stays. */
  put(user_id: string, parent_doc_id: string, fragments: readonly KeptFragment[]): Promise<void>;
  /** Null for another person's too. */
  get(user_id: string, parent_doc_id: string, fragment_id: string): Promise<KeptFragment | null>;
  /** Removes everything that is kept of a person. */
  purge(user_id: string): Promise<void>;
}

// ── claims ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The right to handle one event for one subscription. `failures` counts handler failures of that message so far. */
export type Claim =
  | { readonly kind: "claimed"; readonly token: ClaimToken; readonly failures: number }
  | { readonly kind: "busy"; readonly until_ms: number }
  | { readonly kind: "done"; readonly outcome: string };

/** What there is to see of a claim, for whoever asks where an event has been. */
export type ClaimSeen =
  | { readonly kind: "none" }
  | { readonly kind: "held"; readonly failures: number }
  /** Free, after so many handler failures. */
  | { readonly kind: "failed"; readonly failures: number }
  | { readonly kind: "done"; readonly outcome: string; readonly at_ms: number };

/** Proof of holding a claim. */
export interface ClaimToken {
  readonly subscription: string;
  readonly event_id: string;
  /** Counter and random owner; complete, renew and release check it. */
  readonly value: string;
}

/** Claims save work; correctness never rests on them. Key `idempotency:{sha256}`, 24 hours; a claim lasts 15 s unless renewed. */
export interface Claims {
  /** What names a claim in the store and in logs: 64 hex digits. At once, since each delivery's log line carries it. */
  nameOf(subscription: string, event_id: string): string;
  /** @param done_before_ms what was done before then, by the store's time, is done again; a sought subscription's messages are */
  claim(subscription: string, event_id: string, done_before_ms?: number): Promise<Claim>;
  /** Takes nothing and changes nothing. */
  look(subscription: string, event_id: string): Promise<ClaimSeen>;
  /** @returns false when the claim is no longer ours. */
  renew(token: ClaimToken): Promise<boolean>;
  /** Marks the work as done; a crash of the store may lose the last marks. @returns false when the claim is no longer ours. */
  complete(token: ClaimToken, outcome: string): Promise<boolean>;
  /** Gives the claim back; `failed` counts one more handler failure. @returns the failures so far, or null when the claim is no longer ours. */
  release(token: ClaimToken, failed: boolean): Promise<number | null>;
  /** Forgets a claim, done or not, so that a replayed message is handled again from failure 0. */
  forget(subscription: string, event_id: string): Promise<void>;
}

// ── leases and signals ────────────────────────────────────────────────────────────────────────────────────────────

/** Proof of holding a resource: a fencing counter that grows with every acquisition, and a random owner. */
export interface Lease {
  readonly key: ResourceKey;
  readonly token: number;
  readonly owner: string;
}

/** The three counters of a resource. */
export interface Signals {
  /** Raised by each notification. */
  readonly requested: number;
  /** The highest request that a published message stands for. */
  readonly published: number;
  readonly published_at_ms: number;
  /** What `requested` was when a sync last began. */
  readonly started: number;
}

/** What became of the attempt to take a lease. */
export type Acquired =
  | { readonly kind: "acquired"; readonly lease: Lease; readonly signals: Signals }
  /** Held: `own` when the holder took it in the name of the same message (its process may be dead). */
  | { readonly kind: "held"; readonly own: boolean; readonly until_ms: number }
  /** Nobody may call the provider before then. */
  | { readonly kind: "waiting"; readonly not_before_ms: number };

/** A published message older than this is no longer believed to be pending, milliseconds. */
export const PENDING_MS_MAX = 10 * 60 * 1000;

/** Who may work on a resource, and what was asked for meanwhile. Each call is one atomic step. */
export interface Leases {
  /** One more request. `publish` says whether a message is needed: nothing is pending (`published <= started`), or the pending one is older than ten minutes. */
  raise(key: ResourceKey): Promise<{ readonly requested: number; readonly publish: boolean }>;
  /** After a publish is durable: `published = min(requested, max(published, number))`. */
  published(key: ResourceKey, requested: number): Promise<void>;
  signals(key: ResourceKey): Promise<Signals>;
  /** Takes the lease for 15 s in the name of a durable message (`message`: its change id). */
  acquire(key: ResourceKey, message: string): Promise<Acquired>;
  /** `started = requested`, to be called before the first read of a round. @throws LeaseLostError */
  begin(lease: Lease): Promise<Signals>;
  /** @returns false when the lease is gone. */
  renew(lease: Lease): Promise<boolean>;
  /** Gives the lease up in one step that finds `requested = started`; `again` means another round is due and the lease is kept. */
  release(lease: Lease): Promise<"released" | "again" | "lost">;
  /** Gives the lease up whatever the counters say: a continuation message follows. @returns false when it was gone. */
  abandon(lease: Lease): Promise<boolean>;
  /** Nobody may acquire before `until_ms` (a provider said wait). Keeps the later of two. */
  waitUntil(key: ResourceKey, until_ms: number): Promise<void>;
}

// ── slots ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A bounded number of holders at once, over all instances: requests to one mailbox. */
export interface Slots {
  /** Takes one of `max` slots of `name` for at most `ttl_ms`. @returns null when all are taken. */
  take(name: string, max: number, ttl_ms: number): Promise<Slot | null>;
  give(slot: Slot): Promise<void>;
}

/** Proof of holding one of the slots of a name. */
export interface Slot {
  readonly name: string;
  readonly owner: string;
}

// ── quotas ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Units that a provider counts, over all instances, within a sliding window of time. */
export interface Quotas {
  /**
   * Spends the units of all of these, or of none when that is too much of one of them now. A quota of which nothing was
   * spent within its window gives any amount.
   * @param group what the quotas belong to together; a name is of its group only
   * @returns 0 when they are spent, else how long until they may be, milliseconds
   */
  spend(group: string, spendings: readonly Spending[]): Promise<number>;
}

/** What is to be spent of one quota. */
export interface Spending {
  readonly name: string;
  /** Whole ones. */
  readonly units: number;
  /** How many may be spent within the window. */
  readonly limit: number;
  readonly within_ms: number;
}

// ── progress ──────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Live progress of the parts of batches, for whoever watches: `batch:{batch_id}:{correlation_id}`, kept 3 days. It only
 * informs: a store that is started anew may have none, and what has to last is in records.
 */
export interface Progress {
  /** Replaces what was there. The value is JSON; the reader's zod schema decides what it is. */
  put(batch_id: string, correlation_id: string, value: unknown): Promise<void>;
  /** What was last put for each part, in their order; null for one that nothing is known of. */
  get(batch_id: string, correlation_ids: readonly string[]): Promise<readonly unknown[]>;
}

// ── ledger ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is known of one document of a resource. */
export interface LedgerEntry {
  readonly doc_id: string;
  readonly doc_type: DocType;
  readonly provider_id: string;
  /** The folder, calendar or list that it was last seen in. */
  readonly container: string;
  /** Hash of the normalised document; `""` for a tombstone or a document not yet read. */
  readonly hash: string;
  readonly revision: number;
  /** The provider's own version (milliseconds of its last change, Gmail's history id); 0 when it gives none. */
  readonly version: number;
  /** Only `published` with an equal hash lets a document be dropped. */
  readonly state: "pending" | "published" | "tombstone";
  /** The enumeration that last saw it; 0 when it was never part of one. */
  readonly epoch: number;
  /** To be looked up again: a container removed it, or what was read was partial or old. `""` when nothing is in doubt. */
  readonly doubt: "" | "removed" | "reread";
}

/** Cursor and notes of a resource, written by its holder only. */
export interface LedgerHead {
  /** The holder's own JSON text; `""` before the first commit. */
  readonly head: string;
  /** The last issued revision. */
  readonly revision: number;
}

/** A revision for a piece of work. */
export interface Issued {
  readonly revision: number;
  /** How often this work was begun since the last commit, this time included. */
  readonly tries: number;
  /** The work that was begun last and of which no commit tells, maybe this one; `""` when there is none. */
  readonly unfinished: string;
}

/** What is known of one resource: its head, and an entry for each document. Only the holder of its lease writes. */
export interface Ledger {
  head(): Promise<LedgerHead>;
  /**
   * A new revision, `max(store's time, last + 1)`, kept before it is returned, and one more try counted for `work`
   * (a page or an item; another `work` starts counting anew, a commit clears it).
   * @throws LeaseLostError
   */
  issue(lease: Lease, work: string): Promise<Issued>;
  get(doc_ids: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>>;
  /** Writes entries before they are published (`pending`), or notes about them (epoch, doubt). @throws LeaseLostError */
  enter(lease: Lease, entries: readonly LedgerEntry[]): Promise<void>;
  /** In one step: marks what was published (pending → published or, for deletes, tombstone), writes other entries, replaces the head, clears the tries. @throws LeaseLostError */
  commit(lease: Lease, commit: LedgerCommit): Promise<void>;
  /** Entries in doubt by doc id, after `after` when given, at most `limit`. */
  doubts(limit: number, after?: string): Promise<readonly LedgerEntry[]>;
  /** Living entries of a container that an enumeration of `epoch` did not see, by doc id after `after`, at most `limit`. */
  unseen(container: string, epoch: number, after: string, limit: number): Promise<readonly LedgerEntry[]>;
  /** All entries, for verification and export, by doc id after `after`. */
  list(after: string, limit: number): Promise<readonly LedgerEntry[]>;
  /** Removes tombstones with a revision below `before`. @returns how many. */
  sweep(before: number): Promise<number>;
  /** Forgets the resource: entries, head, signals and lease. */
  drop(): Promise<void>;
}

/** What the end of a page writes. */
export interface LedgerCommit {
  /** Written as they are, replacing older ones; an entry with a newer revision in the ledger stays. */
  readonly entries: readonly LedgerEntry[];
  /** The new head; undefined leaves it. */
  readonly head?: string;
}

// ── records ───────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Whose records: a person's, or a named set of the system's. A person's are erased together. `stored` is a scope by its
 * name in the store, where a person stands by a hash: for backups, which move scopes whole.
 */
export type RecordScope = { readonly user_id: string } | { readonly system: string } | { readonly stored: string };

/** A record with the version that a later write can check. */
export interface StoredRecord {
  readonly id: string;
  /** Grows with each write of the record; 0 stands for "absent" in a check. */
  readonly version: number;
  /** Parsed JSON; the reader's zod schema decides what it is. */
  readonly value: unknown;
}

/** One condition or write of a commit. All of a commit happen, or none. */
export type RecordOp =
  | { readonly op: "check"; readonly collection: string; readonly id: string; readonly version: number }
  | { readonly op: "put"; readonly collection: string; readonly id: string; readonly value: unknown }
  | { readonly op: "delete"; readonly collection: string; readonly id: string };

/** What became of a commit. */
export type Committed =
  | { readonly kind: "committed" }
  /** A check failed: its position in the list. */
  | { readonly kind: "conflict"; readonly index: number }
  /** The person was erased after what this commit rests on (`as_of`) was read. */
  | { readonly kind: "erased" };

/** Collections of JSON records by id; ids are compared by their bytes. */
export interface Records {
  get(collection: string, id: string): Promise<StoredRecord | null>;
  /** Records with ids greater than `after` and, when given, below `before`, ascending. */
  list(
    collection: string,
    options: { readonly after?: string; readonly before?: string; readonly limit: number },
  ): Promise<readonly StoredRecord[]>;
  /** @param as_of the revision that the writes rest on; at or below the floor, nothing is written. */
  commit(ops: readonly RecordOp[], as_of?: number): Promise<Committed>;
  /** The person's erasure floor, a revision; 0 when there is none. */
  floor(): Promise<number>;
  /** Raises the floor (never lowers it). */
  raiseFloor(revision: number): Promise<void>;
}

// ── snapshot ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Everything that lasts, to be read once and closed. Each scope is as it stood at one moment. */
export interface Snapshot {
  scopes(): AsyncIterable<ScopeSnapshot>;
  resources(): AsyncIterable<ResourceSnapshot>;
  close(): Promise<void>;
}

/** The records of one scope. */
export interface ScopeSnapshot {
  /** As `{ stored }` names it. */
  readonly name: string;
  readonly floor: number;
  /** By collection and id. */
  records(): AsyncIterable<{ readonly collection: string; readonly id: string; readonly value: unknown }>;
  /** After the records were read: whether they changed meanwhile, so that the scope has to be read again. */
  changed(): Promise<boolean>;
}

/** The ledger of one resource. Its head is at most as new as its entries: what is read twice is found unchanged. */
export interface ResourceSnapshot extends LedgerHead {
  readonly key: ResourceKey;
  entries(): AsyncIterable<LedgerEntry>;
}
