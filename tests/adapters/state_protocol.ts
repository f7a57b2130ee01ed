/**
 * Webhooks and syncs as the design describes them, each an endless-patience process that is stopped between any two of
 * its store operations, for a moment, for longer than its lease, or for ever. Whatever happens, no request is lost: when
 * all has become quiet, what the provider holds is what was committed and published last.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { LeaseLostError } from "../../shared/contracts/errors.ts";
import type { Lease, LedgerEntry } from "../../shared/state/port.ts";
import { docId, keyOf, RESOURCES } from "./state_steps.ts";
import type { World } from "./state_world.ts";

/** A durable message of the bus: delivered again until its handler acknowledged it. */
interface Message {
  readonly id: string;
  readonly resource: number;
  delivered: boolean;
}

/** A process under way, to be moved on one operation at a time. */
interface Process {
  readonly run: AsyncGenerator<void, void, void>;
  readonly resource: number;
  /** Undefined for a webhook. */
  readonly message: Message | undefined;
}

const Step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ step: fc.constant("webhook"), resource: fc.nat({ max: RESOURCES - 1 }) }) },
  { weight: 4, arbitrary: fc.record({ step: fc.constant("deliver"), which: fc.nat({ max: 20 }) }) },
  {
    weight: 24,
    arbitrary: fc.record({ step: fc.constant("go"), which: fc.nat({ max: 20 }), crash: fc.nat({ max: 15 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant("move"),
      ms: fc.constantFrom(7_000, 14_000, 21_000, 665_000, -3_605_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("die") }) },
);
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

class Play {
  readonly #world: World;
  /** The provider's version of each resource's only document. */
  readonly #provider = Array.from({ length: RESOURCES }, () => 0);
  /** What the consumers hold: the version of the highest revision that was published. */
  readonly #consumed = Array.from({ length: RESOURCES }, () => ({ revision: 0, version: 0 }));
  #bus: Message[] = [];
  #processes: Process[] = [];
  #messages = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async step(step: Step): Promise<void> {
    switch (step.step) {
      case "webhook":
        this.#provider[step.resource] = (this.#provider[step.resource] ?? 0) + 1;
        this.#notify(step.resource);
        return;
      case "deliver":
        return this.#deliver(step.which);
      case "go":
        return await this.#go(step.which, step.crash === 0);
      case "move":
        return await this.#world.move(step.ms);
      case "die":
        if (this.#world.dies_with_process) this.#crashAll();
        return await this.#world.restart();
    }
  }

  /** Delivers and moves on whatever is left, until the bus is empty and nobody is at work. */
  async settle(): Promise<void> {
    for (let round = 0; this.#bus.length > 0 || this.#processes.length > 0; round++) {
      assert.ok(round < 2_000, "the messages never come to an end");
      if (this.#processes.length === 0) await this.#world.move(21_000);
      for (let which = this.#bus.length; which > 0; which--) this.#deliver(0);
      while (this.#processes.length > 0) await this.#go(round, false);
    }
  }

  async assertNothingLost(): Promise<void> {
    for (let resource = 0; resource < RESOURCES; resource++) {
      const version = this.#provider[resource] ?? 0;
      const signals = await this.#world.state.leases.signals(keyOf(resource));
      assert.equal(signals.started, signals.requested, "a request waits, and no message is there to answer it");
      if (version === 0) continue;
      const ledger = this.#world.state.ledger(keyOf(resource));
      assert.equal((await ledger.head()).head, String(version), "the last change was not read");
      const entry = (await ledger.get([docId(0)])).get(docId(0));
      assert.equal(entry?.hash, String(version));
      assert.equal(this.#consumed[resource]?.version, version, "a consumer holds an old version for the newest");
    }
  }

  #deliver(which: number): void {
    const waiting = this.#bus.filter((message) => !message.delivered);
    const message = waiting[which % Math.max(1, waiting.length)];
    if (message === undefined) return;
    message.delivered = true;
    this.#processes.push({ run: this.#sync(message), resource: message.resource, message });
  }

  async #go(which: number, crash: boolean): Promise<void> {
    const process = this.#processes[which % Math.max(1, this.#processes.length)];
    if (process === undefined) return;
    const done = crash || (await process.run.next()).done === true;
    if (!done) return;
    this.#processes = this.#processes.filter((other) => other !== process);
    if (crash || process.message !== undefined) this.#comeAgain(process);
  }

  #crashAll(): void {
    const crashed = this.#processes;
    this.#processes = [];
    for (const process of crashed) this.#comeAgain(process);
  }

  /** What was not acknowledged comes again: a message by the bus, a notification by its provider. */
  #comeAgain(process: Process): void {
    if (process.message !== undefined) process.message.delivered = false;
    else this.#notify(process.resource);
  }

  #notify(resource: number): void {
    this.#processes.push({ run: this.#webhook(resource), resource, message: undefined });
  }

  #publish(resource: number): void {
    this.#bus.push({ id: `message-${++this.#messages}`, resource, delivered: false });
  }

  #acknowledge(message: Message): void {
    this.#bus = this.#bus.filter((other) => other !== message);
  }

  async *#webhook(resource: number): AsyncGenerator<void, void, void> {
    const { leases } = this.#world.state;
    const { requested, publish } = await leases.raise(keyOf(resource));
    if (!publish) return;
    yield;
    this.#publish(resource);
    yield;
    await leases.published(keyOf(resource), requested);
  }

  async *#sync(message: Message): AsyncGenerator<void, void, void> {
    const { leases } = this.#world.state;
    const answer = await leases.acquire(keyOf(message.resource), message.id);
    // In the message's own name it is refused: its earlier holder may be dead.
    if (answer.kind === "held" && !answer.own) this.#acknowledge(message);
    if (answer.kind !== "acquired") return;
    yield;
    try {
      for (let round = 0;; round++) {
        yield* this.#round(answer.lease, message.resource);
        yield;
        if (round === 2) {
          // The limit of a handler: release first, then the continuation, then the acknowledgement.
          if (!await leases.abandon(answer.lease)) return;
          yield;
          this.#publish(message.resource);
          yield;
          break;
        }
        const released = await leases.release(answer.lease);
        if (released === "lost") return;
        if (released === "released") break;
      }
    } catch (error) {
      if (error instanceof LeaseLostError) return;
      throw error;
    }
    this.#acknowledge(message);
  }

  async *#round(lease: Lease, resource: number): AsyncGenerator<void, void, void> {
    const ledger = this.#world.state.ledger(lease.key);
    await this.#world.state.leases.begin(lease);
    yield;
    const { revision } = await ledger.issue(lease, "page");
    yield;
    const version = this.#provider[resource] ?? 0;
    yield;
    const entry: LedgerEntry = {
      doc_id: docId(0),
      doc_type: "email",
      provider_id: "1",
      container: "inbox",
      hash: String(version),
      revision,
      version,
      state: "pending",
      epoch: 0,
      doubt: "",
    };
    await ledger.enter(lease, [entry]);
    yield;
    const consumed = this.#consumed[resource];
    if (consumed === undefined || consumed.revision < revision) this.#consumed[resource] = { revision, version };
    yield;
    await ledger.commit(lease, { entries: [{ ...entry, state: "published" }], head: String(version) });
  }
}

/** @param runs how many arbitrary plays; each gets a store of its own */
export async function protocolLosesNothing(
  open: (seed: number) => Promise<World>,
  options: { runs: number; steps: number; seed?: number },
): Promise<void> {
  let seed = 0;
  const property = fc.asyncProperty(fc.array(Step, { maxLength: options.steps, size: "max" }), async (steps) => {
    await using world = await open(++seed);
    const play = new Play(world);
    for (const step of steps) await play.step(step);
    await play.settle();
    await play.assertNothingLost();
  });
  await fc.assert(property, { numRuns: options.runs, ...(options.seed === undefined ? {} : { seed: options.seed }) });
}
