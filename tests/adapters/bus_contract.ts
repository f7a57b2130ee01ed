/**
 * What every bus does, whatever it is made of. Not asserted: the order of deliveries, that nothing comes twice, and what
 * the emulator does otherwise than Google (it delivers to a new subscription what was published before).
 * Run on the SQLite adapter by `bus_sqlite_test.ts` and on Google's emulator by `../services/pubsub_contract_test.ts`.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Bus, EnsureFinding, Topology } from "../../shared/bus/port.ts";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { Event } from "../../shared/contracts/event.ts";
import type { PushDelivery } from "../../shared/contracts/push.ts";
import { sampleEvent } from "../contracts/event_samples.ts";
import { versionedSubscriptions } from "../../shared/contracts/subscriptions.ts";
import { topologyOf } from "./embedded_bus.ts";

/** A bus whose pushes arrive at a receiver of the test. */
export interface BusUnderTest {
  readonly bus: Bus;
  /** `bus.ensure`, with the receiver as the endpoint of the pushes. */
  ensure(topology: Topology): Promise<readonly EnsureFinding[]>;
  readonly received: readonly { readonly subscription: string; readonly delivery: PushDelivery }[];
  /** The status that each delivery is answered with; 204 unless a test says otherwise. */
  answerWith(answer: (subscription: string, delivery: PushDelivery) => number): void;
  /** Resolves when the condition holds; fails when it does not within a generous limit. */
  until(what: string, condition: () => boolean): Promise<void>;
  /** Now, as the bus's publish times see it. */
  now(): Date;
  /** Lets time pass, so that what is published next has a later time. */
  tick(): Promise<void>;
  /** Delivers to the subscriptions that were ensured; called once. */
  start(): void;
}

export type RunWithBus = (body: (under: BusUnderTest) => Promise<void>) => Promise<void>;

const EMAILS = "vespa-loader-emails";
const SHIPMENTS = "shipments-emails";

/** Registers the contract's tests. `run` opens a fresh bus for each and closes it. */
export function busContract(test: (name: string, body: () => Promise<void>) => void, run: RunWithBus): void {
  const contract = (name: string, topology: Topology, body: (under: BusUnderTest) => Promise<void>) =>
    test(name, () =>
      run(async (under) => {
        await under.ensure(topology);
        under.start();
        await body(under);
      }));

  contract("ensure() that only looks makes nothing", topologyOf([EMAILS]), async ({ ensure }) => {
    const look = async () =>
      (await ensure({ ...topologyOf([EMAILS, SHIPMENTS]), look_only: true }))
        .filter(({ what }) => what === "subscription").map(({ name, state }) => [name, state]);
    const expected = [[EMAILS, "present"], [SHIPMENTS, "missing"]];
    assert.deepEqual(await look(), expected);
    assert.deepEqual(await look(), expected);
  });

  contract("ensure() finds present what it has created", topologyOf([EMAILS]), async ({ ensure }) => {
    const again = await ensure(topologyOf([EMAILS, SHIPMENTS]));
    const state = (name: string) => again.filter((finding) => finding.name === name).map((finding) => finding.state);
    assert.deepEqual(again.filter(({ state }) => state !== "present").map(({ name }) => name), [SHIPMENTS]);
    assert.deepEqual(state(SHIPMENTS), ["created"]);
    assert.ok(state("emails").includes("present"));
  });

  contract(
    "ensure() removes what is unwanted with what it holds, and nothing else, and adds to what is served",
    topologyOf([EMAILS]),
    async ({ bus, ensure, received, until, answerWith }) => {
      const none = { topics: [], subscriptions: [], endpointOf: topologyOf([]).endpointOf };
      const version = { ...none, topics: topologyOf([]).topics, subscriptions: versionedSubscriptions(2).slice(0, 1) };
      const own = version.subscriptions.map(({ name }) => name);
      assert.deepEqual(own, ["vespa-loader-emails-v2"]);
      assert.deepEqual((await ensure(version)).filter(({ name }) => own.includes(name)).map(({ state }) => state), [
        "created",
      ]);
      const publish = (revision: number, only = "") =>
        bus.publish("emails", [{
          message: sampleEvent("emails", { revision }),
          attributes: only === "" ? {} : { only },
        }]);
      await publish(1);
      await until("both got it", () => received.length >= 2);
      assert.deepEqual(new Set(received.map(({ subscription }) => subscription)), new Set([EMAILS, ...own]));
      // What is refused is held, and would be delivered again.
      answerWith((subscription) => subscription === EMAILS ? 204 : 503);
      await publish(2);
      await until("both were asked", () => received.length >= 4);
      const removed = await ensure({ ...none, unwanted: own });
      assert.deepEqual(removed.map(({ name, state }) => [name, state]), own.map((name) => [name, "removed"]));
      assert.deepEqual(await ensure({ ...none, unwanted: own }), []);
      assert.deepEqual((await bus.stats()).map(({ subscription }) => subscription), [EMAILS]);
      answerWith(() => 204);
      const before = received.length;
      await publish(3);
      await until("the one that is left got the third", () => received.length > before);
      assert.ok(
        received.slice(before).every(({ subscription, delivery }) =>
          subscription === EMAILS || revisionOf(delivery) < 3
        ),
      );
    },
  );

  contract(
    "publish() delivers to every subscription of the topic what was published",
    topologyOf([EMAILS, SHIPMENTS, "vespa-loader-todos"]),
    async ({ bus, received, until, now }) => {
      const before = now().getTime();
      const message = sampleEvent("emails", { data: JSON.stringify({ title: "Grüße, 世界 🎈 \"'\\ \u0000" }) });
      const [published] = await bus.publish("emails", [{ message, attributes: { operation: "create", note: 'ü"' } }]);
      assert.equal(published?.kind, "published");
      await until("both got it", () => received.length >= 2);
      assert.deepEqual(new Set(received.map(({ subscription }) => subscription)), new Set([EMAILS, SHIPMENTS]));
      for (const { subscription, delivery } of received) {
        assert.equal(delivery.message_id, published?.kind === "published" && published.message_id);
        assert.deepEqual(JSON.parse(Buffer.from(delivery.data_base64, "base64").toString()), message);
        assert.equal(delivery.attributes["operation"], "create");
        assert.equal(delivery.attributes["note"], 'ü"');
        assert.match(delivery.subscription, new RegExp(`^projects/[^/]+/subscriptions/(.*-)?${subscription}$`));
        assert.ok(Date.parse(delivery.published_at) >= before - 5_000);
      }
    },
  );

  contract(
    "publish() refuses the bad ones of a list by field and publishes the others",
    topologyOf([EMAILS]),
    async ({ bus, received, until }) => {
      const good = (revision: number) => ({ message: sampleEvent("emails", { revision }), attributes: {} });
      const bad = (over: object) => ({ message: { ...sampleEvent(), ...over } as Event, attributes: {} });
      const results = await bus.publish("emails", [
        good(1),
        bad({ revision: "2" }),
        bad({ doc_type: "todo" }),
        good(4),
        { ...good(5), attributes: { googname: "x" } },
      ]);
      assert.deepEqual(results.map((result) => result.kind === "refused" ? result.field : ""), [
        "",
        "revision",
        "doc_type",
        "",
        "attributes.googname",
      ]);
      await until("the good ones came", () => received.length >= 2);
      assert.deepEqual(new Set(received.map(({ delivery }) => revisionOf(delivery))), new Set([1, 4]));
      assert.deepEqual(await bus.publish("emails", []), []);
    },
  );

  contract(
    "publish() carries many messages at once, each once in the answer, and one of a megabyte",
    topologyOf([EMAILS]),
    async ({ bus, received, until }) => {
      const event = (revision: number, data = "{}") => ({
        message: sampleEvent("emails", { revision, data }),
        attributes: {},
      });
      const lists = await Promise.all([
        bus.publish("emails", Array.from({ length: 700 }, (_, n) => event(n + 1))),
        bus.publish("emails", [event(1_000, "x".repeat(1_000_000))]),
        ...Array.from({ length: 100 }, (_, n) => bus.publish("emails", [event(2_000 + n)])),
      ]);
      const ids = lists.flat().map((result) => result.kind === "published" ? result.message_id : "refused");
      assert.equal(new Set(ids).size, 801);
      assert.equal(ids.includes("refused"), false);
      const delivered = () => new Set(received.map(({ delivery }) => delivery.message_id));
      await until("all came", () => delivered().size >= 801);
      assert.deepEqual(delivered(), new Set(ids));
      const large = received.find(({ delivery }) => revisionOf(delivery) === 1_000);
      assert.ok(large !== undefined && large.delivery.data_base64.length > 1_300_000);
    },
  );

  contract(
    "a delivery that is refused comes again, counted, until it is acknowledged",
    topologyOf([EMAILS]),
    async ({ bus, received, until, answerWith }) => {
      const statuses = [503, 400, 204];
      answerWith(() => statuses.shift() ?? 204);
      await bus.publish("emails", [{ message: sampleEvent(), attributes: {} }]);
      await until("it came three times", () => received.length >= 3);
      assert.equal(new Set(received.map(({ delivery }) => delivery.message_id)).size, 1);
      // The emulator does not count, which is 0; whoever counts must count right.
      received.forEach(({ delivery }, at) => assert.ok([0, at + 1].includes(delivery.delivery_attempt)));
    },
  );

  for (const status of [200, 201, 202, 204]) {
    contract(`status ${status} acknowledges`, topologyOf([EMAILS]), async ({ bus, received, until, answerWith }) => {
      answerWith(() => status);
      await bus.publish("emails", [{ message: sampleEvent("emails", { revision: 1 }), attributes: {} }]);
      await until("it came", () => received.length >= 1);
      await bus.publish("emails", [{ message: sampleEvent("emails", { revision: 2 }), attributes: {} }]);
      await until("the second came", () => received.length >= 2);
      assert.deepEqual(received.map(({ delivery }) => revisionOf(delivery)), [1, 2]);
    });
  }

  contract(
    "seek() delivers again what was acknowledged, from that time on",
    topologyOf([EMAILS, SHIPMENTS]),
    async ({ bus, received, until, now, tick }) => {
      const publish = (revision: number) =>
        bus.publish("emails", [{ message: sampleEvent("emails", { revision }), attributes: {} }]);
      await publish(1);
      await until("the first came", () => received.length >= 2);
      await tick();
      const from = now();
      await tick();
      await publish(2);
      await publish(3);
      await until("all came", () => received.length >= 6);
      // Exact, or unknown where the bus can't tell.
      const counted = [await bus.countSince(EMAILS, from), await bus.countSince(EMAILS, new Date(0))];
      assert.ok([[2, 3], [null, null]].some((both) => both.join() === counted.join()), String(counted));
      await bus.seek(EMAILS, from);
      await until("two came again", () => received.length >= 8);
      const again = received.slice(6).map(({ subscription, delivery }) => [subscription, revisionOf(delivery)]);
      assert.deepEqual(again.sort(), [[EMAILS, 2], [EMAILS, 3]]);
      await assert.rejects(bus.seek("no-such-subscription", from), { code: "unknown_subscription" });
    },
  );

  test("publish() to a topic that was never ensured rejects with StoreAwayError", () =>
    run(async ({ bus }) => {
      const message = { message: sampleEvent(), attributes: {} };
      await assert.rejects(bus.publish("emails", [message]), StoreAwayError);
    }));

  contract("ping() resolves and stats() names each subscription", topologyOf([EMAILS, SHIPMENTS]), async ({ bus }) => {
    await bus.ping();
    const names = (await bus.stats()).map(({ subscription }) => subscription);
    assert.deepEqual(names.sort(), [SHIPMENTS, EMAILS]);
  });
}

function revisionOf(delivery: PushDelivery): number {
  return JSON.parse(Buffer.from(delivery.data_base64, "base64").toString()).revision;
}
