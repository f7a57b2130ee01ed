/** A small world for office: one mailbox, a real state, a bus that delivers again what was refused, processes that die. */
import { createOffice, createSignaller, createWakeups } from "../../../consumers/office/mod.ts";
import type { OfficePorts, Signaller } from "../../../consumers/office/mod.ts";
import type { Delivery, InternalHandler } from "../../../consumers/registry.ts";
import { TransientError } from "../../../shared/contracts/errors.ts";
import { SUBSCRIPTIONS } from "../../../shared/contracts/subscriptions.ts";
import type { ProviderChange } from "../../../shared/contracts/messages.ts";
import { COLLECTIONS, type Connection } from "../../../shared/contracts/records.ts";
import type { Mailbox } from "../../../shared/providers/port.ts";
import type { State } from "../../../shared/state/port.ts";
import { openSqliteState } from "../../../shared/state/sqlite/mod.ts";
import { openCounters } from "../../../shared/telemetry/mod.ts";
import { SimulatedClock } from "../../simulation/clock.ts";
import { seededRandom } from "../../simulation/random.ts";
import { FakeProvider } from "./fake_provider.ts";
import { RecordingBus } from "./recording_bus.ts";

export const KEY = { user_id: "ada", connection_id: "c1", resource: "mail" } as const;

const quiet = () => {};

/** One process: its calls to the stores never return once it is dead, as if it were. */
export interface Process {
  handle(change: ProviderChange): Promise<string>;
  readonly task: InternalHandler<"sync-tasks">;
  kill(): void;
}

export interface World {
  readonly ports: OfficePorts;
  readonly signaller: Signaller;
  readonly clock: SimulatedClock;
  readonly state: State;
  readonly bus: RecordingBus;
  readonly provider: FakeProvider;
  start(): Process;
  /** Gives office others to compare with; before anything is asked of it. */
  equip(over: Pick<OfficePorts, "index" | "holders">): void;
  signal(cause?: ProviderChange["cause"]): Promise<boolean>;
  /** Delivers what is on `provider-changes` to a process until nothing is left; refused messages come again. */
  settle(process: Process): Promise<void>;
  /** Moves time on until the condition holds: real work (files, WebCrypto) takes what time it takes. */
  until(condition: () => boolean, limitMs?: number): Promise<void>;
  /** The next message of `provider-changes`, taken off. */
  take(): ProviderChange;
  close(): Promise<void>;
}

export const CONNECTION: Connection = {
  connection_id: KEY.connection_id,
  user_id: KEY.user_id,
  provider: "microsoft",
  account_id: "account-1",
  address: "ada@example.com",
  state: "active",
  scopes: [],
  choices: [],
  resources: [{
    resource: "mail",
    granted: true,
    state: "new",
    last_read_at: "",
    last_change_at: "",
    last_notification_at: "",
    delivery: "push",
    reason: "",
    poll_seconds: 0,
    verified_at: "",
    differences: 0,
    repaired: 0,
  }],
  created_at: "2026-03-02T09:00:00.000Z",
  updated_at: "2026-03-02T09:00:00.000Z",
};

/** Seals nothing: who reads the records of a test may read the tokens too. */
const openVault: OfficePorts["vault"] = {
  seal: (text) => Promise.resolve({ key_id: "key", nonce: "nonce", text }),
  open: ({ text }) => Promise.resolve(text),
};

export async function openWorld(folders: readonly string[] = ["inbox", "archive"], seed = 1): Promise<World> {
  const clock = new SimulatedClock({ settlePauses: 1, settleTurns: 12 });
  const random = seededRandom(seed);
  const directory = await Deno.makeTempDir();
  const state = openSqliteState({ path: `${directory}/state.sqlite`, clock, random });
  const bus = new RecordingBus();
  const provider = new FakeProvider(folders);
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const deps = { clock, random, log, counters: openCounters(), fetch: () => Promise.reject(new Error("no network")) };
  await state.records({ user_id: KEY.user_id }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: KEY.connection_id, value: CONNECTION },
  ]);
  const wakeups = createWakeups();
  let equipment: Pick<OfficePorts, "index" | "holders"> = {
    index: { revisions: () => Promise.resolve(new Map()) },
    holders: [],
  };
  const ports = (theirs: State): OfficePorts => ({
    state: theirs,
    bus,
    deps,
    vault: openVault,
    index: { revisions: (user_id, doc_ids) => equipment.index.revisions(user_id, doc_ids) },
    get holders() {
      return equipment.holders;
    },
    providers: new Map([["microsoft", provider]]),
    subscriptions: SUBSCRIPTIONS,
    public_url: "https://millrace.test",
    openMailbox: (connection, signal): Mailbox => ({
      connection,
      signal,
      request: () => Promise.reject(new Error("no network")),
    }),
  });
  const signaller = createSignaller({ leases: state.leases, bus, deps, wakeups });

  const world: World = {
    ports: ports(state),
    signaller,
    clock,
    state,
    bus,
    provider,
    start() {
      const life = { dead: false };
      const office = createOffice(ports(mortal(state, life)), wakeups);
      if (office.kind !== "internal") throw new TypeError("Office handles internal messages");
      const { "provider-changes": changes, "sync-tasks": tasks } = office.handlers;
      if (changes === undefined || tasks === undefined) throw new TypeError("Office misses a handler");
      return {
        handle: (change) => changes(change, delivery("office-provider-changes")),
        task: tasks,
        kill: () => life.dead = true,
      };
    },
    equip: (over) => void (equipment = over),
    async signal(cause = "notification") {
      return (await signaller({ key: KEY, provider: "microsoft", cause, traceparent: "" })).published;
    },
    async until(condition, limitMs = 60_000) {
      for (const end = clock.now() + limitMs; !condition();) {
        if (clock.now() >= end) throw new Error(`It did not happen within ${limitMs} simulated ms`);
        await clock.advance(50);
      }
    },
    take() {
      const change = bus.changes.shift();
      if (change === undefined) throw new RangeError("Cannot take a message: there is none");
      return change;
    },
    async settle(process) {
      for (let deliveries = 0; bus.changes.length > 0; deliveries++) {
        if (deliveries > 200) throw new Error("The messages do not come to an end");
        const change = world.take();
        try {
          await clock.runUntil(process.handle(change), { stepMs: 250, limitMs: 400_000 });
        } catch (error) {
          if (!(error instanceof TransientError)) throw error;
          bus.changes.push(change);
          await clock.advance(error.retry_after_ms);
        }
      }
    },
    async close() {
      await state.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
  return world;
}

export function delivery(subscription: string): Delivery {
  return {
    subscription,
    message_id: "m1",
    published_at: "2026-03-02T09:00:00.000Z",
    attempt: 1,
    signal: new AbortController().signal,
    attributes: {},
  };
}

/** The stores as a process sees them that may die: nothing it calls after that comes back. */
export function mortal<T extends object>(target: T, life: { readonly dead: boolean }): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value === "object" && value !== null) return mortal(value, life);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (life.dead) return new Promise(() => {});
        const result: unknown = Reflect.apply(value, object, args);
        return typeof result === "object" && result !== null && !(result instanceof Promise)
          ? mortal(result, life)
          : result;
      };
    },
  });
}
