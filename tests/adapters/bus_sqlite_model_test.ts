/**
 * The embedded bus under arbitrary publishes, answers, crashes, restarts, seeks and waits.
 * Oracles: what `publish` resolved for is delivered until it is acknowledged, or is a dead letter that is; after an
 * acknowledgement that was written nothing comes again, unless a crash took the writing back or a seek asked for it;
 * no message is tried more often than its subscription allows, a crash aside.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { DeadLetter } from "../../shared/contracts/messages.ts";
import { Buffer } from "node:buffer";
import { SimulatedClock } from "../simulation/clock.ts";
import { sampleEvent } from "../contracts/event_samples.ts";
import { type EmbeddedBus, openEmbeddedBus, type Received, topologyOf } from "./embedded_bus.ts";

const NAMES = ["vespa-loader-emails", "shipments-emails", "dead-letters-store"];
/** The subscription that is set back. */
const SOUGHT = "vespa-loader-emails";
const ATTEMPTS_MAX = 6;

type Step =
  | { readonly kind: "publish"; readonly count: number }
  | { readonly kind: "advance"; readonly ms: number }
  | { readonly kind: "answers"; readonly statuses: readonly number[] }
  | { readonly kind: "crash" }
  | { readonly kind: "restart" }
  | { readonly kind: "seek"; readonly back_ms: number };

/** 0 stands for no answer at all. */
const status = fc.oneof(
  { weight: 4, arbitrary: fc.constant(204) },
  { weight: 2, arbitrary: fc.constantFrom(503, 500, 429) },
  { weight: 1, arbitrary: fc.constant(0) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("publish" as const), count: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("advance" as const),
      ms: fc.constantFrom(0, 10, 700, 5_000, 61_000, 130_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("answers" as const), statuses: fc.array(status, { maxLength: 20 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("seek" as const),
      back_ms: fc.constantFrom(0, 1_000, 100_000, 10_000_000),
    }),
  },
);

/** What is known of one message at one subscription. */
interface Fate {
  /** Acknowledged, and the note of it written for sure. */
  settled: boolean;
  acked: boolean;
  /** It may come again, or not. */
  unsure: boolean;
}

class World {
  readonly clock = new SimulatedClock({ settlePauses: 0 });
  readonly fates = new Map<string, Fate>();
  readonly #folder: string;
  readonly #topology = topologyOf(NAMES, { max_delivery_attempts: ATTEMPTS_MAX });
  #path: string;
  #bus: EmbeddedBus | undefined;
  #copies = 0;
  #crashes = 0;
  #statuses: number[] = [];
  #revision = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = `${folder}/bus.db`;
  }

  get bus(): EmbeddedBus {
    assert.ok(this.#bus);
    return this.#bus;
  }

  async open(): Promise<void> {
    // The dead letters' own subscription has no policy, in the table as here.
    const subscriptions = this.#topology.subscriptions.map((config) =>
      config.topic === "dead-letters" ? { ...config, max_delivery_attempts: 0 } : config
    );
    const life = ++this.#copies;
    this.#bus = await openEmbeddedBus({
      path: this.#path,
      clock: this.clock,
      topology: { ...this.#topology, subscriptions },
      answer: (received) => life === this.#copies ? this.#answer(received) : new Promise<number>(() => {}),
    });
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case "publish":
        return await this.#publish(step.count);
      case "advance":
        await this.clock.advance(step.ms);
        return await this.settle();
      case "answers":
        this.#statuses = [...step.statuses];
        return;
      case "crash":
        return await this.#crash();
      case "restart":
        await this.bus.bus.close();
        return await this.open();
      case "seek":
        return await this.#seek(step.back_ms);
    }
  }

  /** What was answered is written within a few turns; then it counts. */
  async settle(): Promise<void> {
    await this.clock.settle();
    for (const fate of this.fates.values()) fate.settled = fate.acked;
  }

  async #publish(count: number): Promise<void> {
    const messages = Array.from({ length: count }, () => ({
      message: sampleEvent("emails", { revision: ++this.#revision }),
      attributes: {},
    }));
    for (const result of await this.bus.bus.publish("emails", messages)) {
      assert.ok(result.kind === "published");
      for (const name of NAMES.slice(0, 2)) this.#fate(name, result.message_id);
    }
  }

  #fate(subscription: string, message_id: string): Fate {
    const key = `${subscription} ${message_id}`;
    const fate = this.fates.get(key) ?? { settled: false, acked: false, unsure: false };
    this.fates.set(key, fate);
    return fate;
  }

  #answer({ subscription, delivery }: Received): number | Promise<number> {
    const fate = this.#fate(subscription, delivery.message_id);
    assert.ok(
      !fate.settled || fate.unsure,
      `${subscription} got ${delivery.message_id} again after its acknowledgement`,
    );
    if (subscription !== "dead-letters-store") {
      assert.ok(delivery.delivery_attempt <= ATTEMPTS_MAX + this.#crashes);
    }
    const status = this.#statuses.shift() ?? 204;
    if (status === 0) return new Promise<number>(() => {});
    if (status === 204) {
      fate.acked = true;
      if (subscription === "dead-letters-store") this.#buried(delivery.data_base64);
    }
    return status;
  }

  /** The message of a dead letter is done with. */
  #buried(data_base64: string): void {
    const letter = DeadLetter.parse(JSON.parse(Buffer.from(data_base64, "base64").toString()));
    assert.ok(letter.attempts >= ATTEMPTS_MAX, `${letter.attempts} attempts`);
    this.#fate(letter.subscription, letter.message_id).acked = true;
  }

  async #crash(): Promise<void> {
    const from = this.#path;
    const dead = this.bus;
    this.#path = `${this.#folder}/after-${this.#copies}.db`;
    // At one instant: nothing of the dying process may run between the two.
    Deno.copyFileSync(from, this.#path);
    Deno.copyFileSync(`${from}-wal`, `${this.#path}-wal`);
    this.#crashes++;
    // What was acknowledged just before may or may not have been written.
    for (const fate of this.fates.values()) fate.unsure ||= fate.acked && !fate.settled;
    await this.open();
    await dead.bus.close();
  }

  async #seek(back_ms: number): Promise<void> {
    await this.settle();
    // Those from before that time stay done; the model does not know their times, so all may come again.
    for (const [key, fate] of this.fates) if (key.startsWith(SOUGHT)) fate.unsure ||= fate.acked;
    await this.bus.bus.seek(SOUGHT, new Date(this.clock.now() - back_ms));
  }
}

Deno.test("SQLite bus: nothing published is lost and nothing acknowledged returns, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const folder = await Deno.makeTempDir();
      const world = new World(folder);
      try {
        await world.open();
        for (const one of steps) await world.run(one);
        // The world gets well: everything must come to its end.
        await world.run({ kind: "answers", statuses: [] });
        for (let wait = 0; wait < 12; wait++) await world.run({ kind: "advance", ms: 130_000 });
        const open = [...world.fates].filter(([, fate]) => !fate.acked).map(([key]) => key);
        assert.deepEqual(open, []);
        assert.deepEqual((await world.bus.bus.stats()).map(({ backlog }) => backlog), [0, 0, 0]);
        assert.ok(world.bus.lines.every((line) => !line.startsWith("error")), world.bus.lines.join("\n"));
      } finally {
        await world.bus.bus.close();
        await Deno.remove(folder, { recursive: true });
      }
    }),
    { numRuns: 40 },
  );
});
