/**
 * Random duplicates, reorderings, failures, outages and crashes against a real state file. The oracles:
 * - what is acknowledged has its effect or a durable dead letter at that moment;
 * - no event is handled twice at once by one process;
 * - when all is quiet, each document is at the highest revision that is not listed among the dead letters.
 * Not asserted: the order of handling, and how often an effect is tried.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { createDeadLettersConsumer, EVERY_LETTER, openDeadLetters } from "../../consumers/dead_letters/mod.ts";
import { createDispatcher, type Dispatcher } from "../../consumers/dispatch/mod.ts";
import type { EventHandler } from "../../consumers/registry.ts";
import type { Bus } from "../../shared/bus/port.ts";
import { PermanentError, StoreAwayError, TransientError } from "../../shared/contracts/errors.ts";
import { type Event, eventAttributes } from "../../shared/contracts/event.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { subscriptionNamed } from "../../shared/contracts/subscriptions.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import type { State } from "../../shared/state/port.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { testDeps } from "../routes/test_app.ts";
import { emailEvent, gate, LOADER, pushBody, sampleEmail } from "./dispatch_rig.ts";
import { RecordingBus } from "./recording_bus.ts";

const STORE = "dead-letters-store";
const DOCS = ["0".repeat(32), "1".repeat(32)];
const EVENTS = 4;

/** What a call of the handler comes to. `hang` waits for `release`. */
type Fate = "applied" | "failed" | "permanent" | "whole" | "one" | "hang";

type Step =
  | { readonly do: "deliver"; readonly message: number; readonly fate: Fate; readonly times: number }
  | { readonly do: "both"; readonly message: number; readonly fate: Fate }
  | { readonly do: "release" }
  | { readonly do: "bus"; readonly away: boolean }
  | { readonly do: "pass"; readonly seconds: number }
  | { readonly do: "crash" }
  | { readonly do: "tick" };

const fate = fc.constantFrom<Fate>("applied", "failed", "failed", "permanent", "whole", "one", "hang");
const message = fc.nat({ max: EVENTS - 1 });
/** Up to as many as make a dead letter of a handler that fails. */
const times = fc.integer({ min: 1, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("deliver" as const), message, fate, times }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("both" as const), message, fate }) },
  { weight: 2, arbitrary: fc.constant({ do: "release" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("bus" as const), away: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 130 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "tick" as const }) },
);

/** A message on the bus for the loader. */
interface Message {
  readonly id: string;
  readonly event: Event;
  readonly attributes: Readonly<Record<string, string>>;
  acked: boolean;
}

/** One life of the program: once it is dead, nothing of it reaches the outside any more. */
class Life {
  dead = false;
  readonly dispatcher: Dispatcher;
  readonly #working = new Set<string>();

  constructor(readonly state: State, world: World, deps: ReturnType<typeof testDeps>) {
    const bus: Bus = {
      ...world.bus,
      publish: (topic, messages) =>
        this.dead ? Promise.reject(new StoreAwayError("A dead process")) : world.bus.publish(topic, messages),
    };
    const handle: EventHandler = async (event) => {
      assert.ok(!this.#working.has(event.event_id), "handled twice at once");
      this.#working.add(event.event_id);
      try {
        return await world.handle(event, this);
      } finally {
        this.#working.delete(event.event_id);
      }
    };
    this.dispatcher = createDispatcher({
      subscriptions: [LOADER, STORE].map((name) => subscriptionNamed(name)!),
      consumers: [
        { service: "vespa-loader", kind: "events", handle },
        createDeadLettersConsumer({ state, bus, deps, topic_prefix: "" }),
      ],
      state,
      bus,
      deps,
      topic_prefix: "",
    });
  }
}

class World implements AsyncDisposable {
  readonly clock = new SimulatedClock({ settleTurns: 12, settlePauses: 0 });
  readonly bus = new RecordingBus();
  readonly messages: Message[] = [];
  /** The sink: each document's revision, as an index keeps it. */
  readonly applied = new Map<string, number>();
  fate: Fate = "applied";
  #life: Life;
  #read = 0;
  #hanging: (() => void)[] = [];
  #pending = new Set<Promise<void>>();
  readonly #dir = Deno.makeTempDirSync();
  readonly #deps = { ...testDeps(), clock: this.clock };

  constructor() {
    this.#life = this.#begin();
  }

  #begin(): Life {
    const { random } = this.#deps;
    return new Life(
      openSqliteState({ path: `${this.#dir}/state.sqlite`, clock: this.clock, random }),
      this,
      this.#deps,
    );
  }

  async handle(event: Event, life: Life): Promise<string> {
    const now = this.fate;
    switch (now) {
      case "failed":
        throw new RangeError("failed");
      case "permanent":
        throw new PermanentError("no", "no");
      case "whole":
        throw new TransientError("away", "away", { scope: "whole" });
      case "one":
        throw new TransientError("locked", "locked", { scope: "one", retry_after_ms: 20_000 });
      case "hang": {
        const held = gate();
        this.#hanging.push(held.open);
        await held.opened;
      }
    }
    if (life.dead) throw new Error("dead");
    // As the index does it: conditional on the revision.
    if (event.revision > (this.applied.get(event.doc_id) ?? 0)) this.applied.set(event.doc_id, event.revision);
    return now;
  }

  message(at: number): Message {
    return this.messages[at % this.messages.length]!;
  }

  /** A delivery that is not waited for. */
  begin(message: Message): void {
    const life = this.#life;
    const body = pushBody(LOADER, message.event, { message_id: message.id, attributes: message.attributes });
    const request = { bytes: body.length, text: () => Promise.resolve(body), header: () => undefined };
    const delivering = life.dispatcher.deliver(LOADER, request).then((answer) => {
      // The answer of a dead process reaches nobody.
      if (life.dead || answer.status !== 204) return;
      message.acked = true;
      if (answer.outcome === "dead_letter") return assert.ok(this.#isSetAside(message.event), "no dead letter");
      const revision = this.applied.get(message.event.doc_id) ?? 0;
      assert.ok(
        revision >= message.event.revision || this.#isSetAside(message.event),
        `acknowledged: ${answer.outcome}`,
      );
    });
    const pending: Promise<void> = delivering.finally(() => this.#pending.delete(pending));
    // An assertion that fails is thrown by `settle`.
    pending.catch((error) => this.#failed = error);
    this.#pending.add(pending);
  }

  #failed: unknown;

  async settle(): Promise<void> {
    await this.clock.settle();
    if (this.#failed !== undefined) throw this.#failed;
  }

  release(): void {
    this.#hanging.shift()?.();
  }

  async crash(): Promise<void> {
    this.#life.dead = true;
    await this.#life.state.close();
    this.#life = this.#begin();
  }

  /** Stores the dead letters that wait, replays what is due, and puts what is published again among the messages. */
  async tick(): Promise<void> {
    const { state, dispatcher } = this.#life;
    await openDeadLetters({ state, bus: this.bus, deps: this.#deps }).replayDue(new AbortController().signal)
      .catch((error) => assert.ok(error instanceof StoreAwayError));
    for (; this.#read < this.bus.kept.length; this.#read++) {
      const kept = this.bus.kept[this.#read]!;
      if (kept.topic === "emails") {
        const { message_id: id, attributes } = kept;
        this.messages.push({ id: `again-${id}`, event: JSON.parse(kept.text), attributes, acked: false });
      } else if (kept.topic === "dead-letters") {
        const body = pushBody(STORE, kept.text, kept);
        const answer = await dispatcher.deliver(STORE, {
          bytes: body.length,
          text: () => Promise.resolve(body),
          header: () => undefined,
        });
        assert.equal(answer.status, 204);
      }
    }
  }

  #isSetAside(event: Event): boolean {
    return this.bus.on("dead-letters").some((letter) => eventOf(letter).event_id === event.event_id);
  }

  /** All faults end; everything is delivered until nothing is left. */
  async heal(): Promise<readonly DeadLetter[]> {
    this.bus.away = false;
    this.fate = "applied";
    for (let round = 0; round < 40; round++) {
      while (this.#hanging.length > 0) this.release();
      await this.settle();
      await this.tick();
      for (const waiting of this.messages.filter(({ acked }) => !acked)) this.begin(waiting);
      await this.settle();
      await this.clock.advance(30_000 * (round + 1));
    }
    await this.settle();
    assert.deepEqual(this.messages.filter(({ acked }) => !acked).map(({ id }) => id), [], "never acknowledged");
    const { state } = this.#life;
    const letters = openDeadLetters({ state, bus: this.bus, deps: this.#deps });
    return (await letters.list({ ...EVERY_LETTER, cursor: "", limit: 100 })).items;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clock.runUntil(this.#life.dispatcher.stop(0));
    await this.#life.state.close();
    await Deno.remove(this.#dir, { recursive: true });
  }
}

function eventOf(letter: DeadLetter): Event {
  return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(letter.data_base64)));
}

async function perform(world: World, step: Step): Promise<void> {
  switch (step.do) {
    case "deliver":
      world.fate = step.fate;
      for (let time = 0; time < step.times; time++) {
        world.begin(world.message(step.message));
        await world.settle();
      }
      break;
    case "both":
      world.fate = step.fate;
      world.begin(world.message(step.message));
      world.begin(world.message(step.message));
      break;
    case "release":
      world.release();
      break;
    case "bus":
      world.bus.away = step.away;
      break;
    case "pass":
      await world.clock.advance(step.seconds * 1_000);
      break;
    case "crash":
      await world.crash();
      break;
    case "tick":
      await world.tick();
  }
  await world.settle();
}

Deno.test("dispatch loses nothing and ends at the highest revisions, whatever happens to deliveries", async () => {
  const base = Date.UTC(2026, 2, 2, 8) * 1_000;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await using world = new World();
      for (let at = 0; at < EVENTS; at++) {
        const doc_id = DOCS[at % DOCS.length]!;
        const data = JSON.stringify(sampleEmail({ doc_id }));
        const event = await emailEvent({ doc_id, revision: base + at, data });
        world.messages.push({ id: `m${at}`, event, attributes: eventAttributes(event), acked: false });
      }
      for (const one of steps) await perform(world, one);
      const listed = (await world.heal()).map(eventOf);
      for (const doc_id of DOCS) {
        const given_up = new Set(listed.filter((event) => event.doc_id === doc_id).map(({ revision }) => revision));
        const revisions = world.messages.filter(({ event }) => event.doc_id === doc_id).map(({ event }) =>
          event.revision
        );
        const expected = Math.max(0, ...revisions.filter((revision) => !given_up.has(revision)));
        assert.ok((world.applied.get(doc_id) ?? 0) >= expected, `document ${doc_id}`);
      }
    }),
    { numRuns: 30 },
  );
});
