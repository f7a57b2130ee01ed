/** What the embedded bus's file keeps: through crashes and restarts, through retention, and for a seek. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DeadLetter } from "../../shared/contracts/messages.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { sampleEvent } from "../contracts/event_samples.ts";
import { type Answer, type EmbeddedBus, openEmbeddedBus, type Received, topologyOf } from "./embedded_bus.ts";

const EMAILS = "vespa-loader-emails";
const DAY_MS = 24 * 60 * 60_000;

function event(revision: number, data = "{}") {
  return { message: sampleEvent("emails", { revision, data }), attributes: {} };
}

function revisionOf({ delivery }: Received): number {
  return JSON.parse(Buffer.from(delivery.data_base64, "base64").toString()).revision;
}

const revisions = (received: readonly Received[]) => received.map(revisionOf).sort((a, b) => a - b);

/** A file that buses are opened on one after the other, with one clock. */
async function withFile(body: (file: BusFile) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const file = new BusFile(folder);
  try {
    await body(file);
  } finally {
    for (const { bus } of file.opened) await bus.close();
    await Deno.remove(folder, { recursive: true });
  }
}

class BusFile {
  readonly clock = new SimulatedClock();
  readonly opened: EmbeddedBus[] = [];
  #copies = 0;
  #path: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = `${folder}/bus.db`;
  }

  async open(answer: Answer = () => 204, names: readonly string[] = [EMAILS], over = {}): Promise<EmbeddedBus> {
    const topology = topologyOf(names, over);
    const opened = await openEmbeddedBus({ path: this.#path, topology, clock: this.clock, answer });
    this.opened.push(opened);
    return opened;
  }

  /** A kill: what the disk holds at this moment goes on as the file; the process that wrote it is heard of no more. */
  async crash(): Promise<void> {
    const from = this.#path;
    this.#path = `${this.#folder}/after-crash-${++this.#copies}.db`;
    await Deno.copyFile(from, this.#path);
    await Deno.copyFile(`${from}-wal`, `${this.#path}-wal`).catch(() => {});
    for (const opened of this.opened) opened.answer = () => new Promise<number>(() => {});
  }
}

const never = () => new Promise<number>(() => {});

Deno.test("SQLite bus: what was published before a crash is delivered after it", () =>
  withFile(async (file) => {
    const { bus } = await file.open(never);
    await bus.publish("emails", Array.from({ length: 50 }, (_, n) => event(n + 1)));
    await file.crash();
    const { received } = await file.open();
    for (let turn = 0; turn < 5; turn++) await file.clock.settle();
    assert.deepEqual(revisions(received), Array.from({ length: 50 }, (_, n) => n + 1));
  }));

Deno.test("SQLite bus: what was acknowledged and written before a crash is not delivered after it", () =>
  withFile(async (file) => {
    const { bus } = await file.open((one) => revisionOf(one) <= 3 ? 204 : never());
    await bus.publish("emails", [1, 2, 3, 4].map((n) => event(n)));
    await file.clock.settle();
    await file.crash();
    const { received } = await file.open();
    await file.clock.settle();
    assert.deepEqual(revisions(received), [4]);
  }));

Deno.test("SQLite bus: a delivery in flight at a crash is redelivered at once, and its attempt counts", () =>
  withFile(async (file) => {
    const { bus } = await file.open(never);
    await bus.publish("emails", [event(1)]);
    await file.clock.settle();
    await file.crash();
    const { received } = await file.open();
    await file.clock.settle();
    assert.deepEqual(received.map(({ delivery }) => delivery.delivery_attempt), [2]);
  }));

Deno.test("SQLite bus: a message that kills the process each time ends as a dead letter", () =>
  withFile(async (file) => {
    const names = [EMAILS, "dead-letters-store"];
    const answer: Answer = ({ subscription }) => subscription === EMAILS ? never() : 204;
    const first = await file.open(answer, names, { max_delivery_attempts: 5 });
    await first.bus.publish("emails", [event(1)]);
    let deliveries = first.received.length;
    for (let boot = 0; boot < 4; boot++) {
      await file.clock.settle();
      await file.crash();
      deliveries += (await file.open(answer, names, { max_delivery_attempts: 5 })).received.length;
    }
    // The fifth delivery does not kill, but never answers either.
    await file.clock.advance(200_000);
    const letters = file.opened.at(-1)?.received.filter(({ subscription }) => subscription !== EMAILS) ?? [];
    const letter = DeadLetter.parse(
      JSON.parse(Buffer.from(letters[0]?.delivery.data_base64 ?? "", "base64").toString()),
    );
    assert.equal(letter.attempts, 5);
    assert.equal(letter.retry_at, "", "a person has to decide");
    assert.ok(deliveries <= 6);
  }));

Deno.test("SQLite bus: a stop in order counts no attempt, and waits go on after it", () =>
  withFile(async (file) => {
    const first = await file.open(() => ({ status: 503, retryAfterMs: 30_000 }));
    await first.bus.publish("emails", [event(1)]);
    await file.clock.settle();
    await first.bus.close();
    await file.clock.advance(10_000);
    const { received } = await file.open();
    await file.clock.settle();
    assert.equal(received.length, 0);
    await file.clock.advance(20_000);
    assert.deepEqual(received.map(({ delivery }) => delivery.delivery_attempt), [2]);
  }));

Deno.test("SQLite bus: a wait that a wrong clock has noted ends within ten minutes of the next start", () =>
  withFile(async (file) => {
    await file.clock.advance(30 * DAY_MS);
    const first = await file.open(() => 503);
    await first.bus.publish("emails", [event(1)]);
    await file.clock.settle();
    await first.bus.close();
    const back = new SimulatedClock();
    const folder = await Deno.makeTempDir();
    const path = `${folder}/bus.db`;
    await Deno.copyFile(first.path, path);
    const { bus, received } = await openEmbeddedBus({ path, topology: topologyOf([EMAILS]), clock: back });
    await back.advance(600_000);
    assert.equal(received.length, 1);
    await bus.close();
    await Deno.remove(folder, { recursive: true });
  }));

Deno.test("SQLite bus: a queue longer than memory holds is read from the file, each message once", () =>
  withFile(async (file) => {
    const { bus, received } = await file.open();
    const count = 3_000;
    const publishing = bus.publish("emails", Array.from({ length: count }, (_, n) => event(n + 1, "x".repeat(4_000))));
    await publishing;
    for (let turn = 0; turn < 60 && received.length < count; turn++) await file.clock.settle();
    assert.deepEqual(revisions(received), Array.from({ length: count }, (_, n) => n + 1));
    await file.clock.settle();
    assert.equal((await bus.stats())[0]?.backlog, 0);
  }));

Deno.test("SQLite bus: a message outlives its retention for nobody, and its id is never given again", () =>
  withFile(async (file) => {
    const first = await file.open();
    const [published] = await first.bus.publish("emails", [event(1)]);
    await file.clock.settle();
    await file.clock.advance(7 * DAY_MS - 2 * 60 * 60_000);
    await first.bus.seek(EMAILS, new Date(0));
    await file.clock.settle();
    assert.equal(first.received.length, 2, "kept until then");
    await file.clock.advance(4 * 60 * 60_000);
    await first.bus.seek(EMAILS, new Date(0));
    await file.clock.settle();
    assert.equal(first.received.length, 2, "gone after it");
    await first.bus.close();
    const second = await file.open();
    const [next] = await second.bus.publish("emails", [event(2)]);
    assert.ok(published?.kind === "published" && next?.kind === "published");
    assert.ok(Number(next.message_id) > Number(published.message_id));
  }));

Deno.test("SQLite bus: a message that was never acknowledged is given up at the end of its retention, and said so", () =>
  withFile(async (file) => {
    const { bus, received, lines, counters } = await file.open(() => 503, [EMAILS], { max_delivery_attempts: 0 });
    await bus.publish("emails", [event(1)]);
    await file.clock.advance(6 * 60 * 60_000);
    // Days in one step: only the sweep matters now.
    const soon = new SimulatedClock({ start: file.clock.now() + 8 * DAY_MS });
    await bus.close();
    const after = await openEmbeddedBus({
      path: file.opened[0]?.path ?? "",
      clock: soon,
      topology: topologyOf([EMAILS]),
      answer: () => 204,
    });
    await soon.advance(61 * 60_000);
    assert.ok(received.length > 100);
    assert.equal((await after.bus.stats())[0]?.backlog, 0);
    assert.ok(after.received.length <= 1);
    assert.ok(lines.every((line) => !line.startsWith("error")));
    assert.deepEqual(counters.snapshot().filter(({ name }) => name === "bus_expired_total"), []);
    assert.ok(after.lines.some((line) => line.startsWith("warn Messages were not acknowledged")));
    await after.bus.close();
  }));

Deno.test("SQLite bus: seek() delivers again what is under way, when it is acknowledged", () =>
  withFile(async (file) => {
    const answers: ((status: number) => void)[] = [];
    const opened = await file.open(() => new Promise<number>((resolve) => answers.push(resolve)));
    await opened.bus.publish("emails", [event(1)]);
    await file.clock.settle();
    await opened.bus.seek(EMAILS, new Date(0));
    answers.shift()?.(204);
    await file.clock.settle();
    assert.equal(opened.received.length, 2);
    await file.crash();
    const after = await file.open();
    await file.clock.settle();
    assert.equal(after.received.length, 1, "the file knows too that it is to come again");
    assert.equal((await after.bus.stats())[0]?.backlog, 0);
  }));

Deno.test("SQLite bus: seek() over thousands of messages finds the first of the time", () =>
  withFile(async (file) => {
    const { bus, received } = await file.open();
    for (let batch = 0; batch < 5; batch++) {
      await bus.publish("emails", Array.from({ length: 700 }, (_, n) => event(batch * 700 + n + 1)));
      for (let turn = 0; turn < 4; turn++) await file.clock.settle();
      await file.clock.advance(1_000);
    }
    assert.equal(received.length, 3_500);
    await bus.seek(EMAILS, new Date(file.clock.now() - 2_500));
    for (let turn = 0; turn < 12; turn++) await file.clock.settle();
    assert.deepEqual(revisions(received.slice(3_500)), Array.from({ length: 1_400 }, (_, n) => n + 2_101));
  }));

Deno.test("SQLite bus: messages of a subscription that this process does not serve wait for one that does", () =>
  withFile(async (file) => {
    const first = await file.open(() => 204, [EMAILS, "shipments-emails"]);
    await first.bus.close();
    const second = await file.open(() => 204, [EMAILS]);
    await second.bus.publish("emails", [event(1)]);
    await file.clock.settle();
    assert.deepEqual(second.received.map(({ subscription }) => subscription), [EMAILS]);
    await second.bus.close();
    const third = await file.open(() => 204, ["shipments-emails"]);
    await file.clock.settle();
    assert.deepEqual(third.received.map(({ subscription }) => subscription), ["shipments-emails"]);
  }));

Deno.test("SQLite bus: ensure() applies a retention that changed and says so", () =>
  withFile(async (file) => {
    const { bus } = await file.open();
    const findings = await bus.ensure(topologyOf([EMAILS], { retention_seconds: 3_600 }));
    const finding = findings.find(({ what }) => what === "subscription");
    assert.equal(finding?.state, "updated");
    assert.deepEqual(finding?.details, ["retention: was 604800 s, is 3600 s now"]);
  }));

Deno.test("SQLite bus: a second process on the same file is refused", () =>
  withFile(async (file) => {
    const first = await file.open();
    await assert.rejects(
      openEmbeddedBus({ path: first.path, topology: topologyOf([EMAILS]) }),
      { code: "store_away" },
    );
  }));
