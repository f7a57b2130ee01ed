/**
 * More notifications than the instance can make durable. The oracles: answers stay fast, refusals are 503 with
 * Retry-After and counted, nothing accepted is lost, and the handshake is never refused.
 */
import assert from "node:assert/strict";
import { change, collection, openWorld, SECRET, type World } from "./webhooks_world.ts";

const PATH = "/webhooks/microsoft/sub_1";

interface Result {
  readonly status: number;
  readonly ms: number;
}

/** Sends `per_step` requests every 20 ms for `seconds`, and waits for all answers. */
async function storm(world: World, per_step: number, seconds: number): Promise<Result[]> {
  const { clock } = world.deps;
  const results: Result[] = [];
  const body = JSON.stringify(collection(change()));
  const all: Promise<void>[] = [];
  for (let step = 0; step < seconds * 50; step++) {
    for (let at = 0; at < per_step; at++) {
      const sent_ms = clock.now();
      all.push(
        world.post(PATH, body).then((answer) => {
          if (answer.status === 503) assert.ok(Number(answer.headers.get("retry-after")) >= 1);
          results.push({ status: answer.status, ms: clock.now() - sent_ms });
        }),
      );
    }
    await clock.advance(20);
  }
  await clock.runUntil(Promise.all(all));
  return results;
}

/** A signaller that takes that long; what it made durable is counted in `durable`. */
function slow(world: World, ms: number): { durable: number } {
  const counted = { durable: 0 };
  world.signal = async () => {
    await world.deps.clock.sleep(ms);
    counted.durable++;
    return { published: true };
  };
  return counted;
}

function quantile(results: readonly Result[], share: number): number {
  const sorted = results.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}

for (const ms of [100, 400, 700]) {
  Deno.test(`at twice the admitted rate with a bus of ${ms} ms, answers stay fast and nothing accepted is lost`, async () => {
    await using world = openWorld(true);
    await world.subscribe();
    const counted = slow(world, ms);
    // 256 at once: 256 / ms requests per millisecond can be made durable. Twice that, every 20 ms.
    const results = await storm(world, Math.round(256 / ms * 20 * 2), ms === 100 ? 4 : 12);
    const accepted = results.filter(({ status }) => status === 202).length;
    const refused = results.filter(({ status }) => status === 503).length;
    assert.equal(accepted + refused, results.length);
    assert.ok(quantile(results, 0.99) < 1_000, `p99 ${quantile(results, 0.99)} ms`);
    assert.ok(quantile(results, 1) < 3_000, `slowest ${quantile(results, 1)} ms`);
    assert.ok(accepted > results.length * 0.4, `${accepted} of ${results.length} accepted`);
    assert.ok(accepted <= counted.durable, "each accepted one is durable");
    assert.equal(world.counted("webhooks_refused_total", { source: "microsoft" }), refused);
  });
}

Deno.test("below the admitted rate nothing is refused", async () => {
  await using world = openWorld(true);
  await world.subscribe();
  slow(world, 100);
  const results = await storm(world, Math.round(256 / 100 * 20 * 0.8), 4);
  assert.ok(results.every(({ status }) => status === 202));
});

Deno.test("a bus that hangs refuses everything within three seconds, and the handshake is still answered", async () => {
  await using world = openWorld(true);
  await world.subscribe();
  world.signal = () => new Promise(() => {});
  const answered = storm(world, 40, 6);
  await world.deps.clock.settle();
  const handshake = await world.app.request(`${PATH}?validationToken=abc`, { method: "POST" });
  assert.equal(await handshake.text(), "abc");
  const results = await answered;
  assert.ok(results.every(({ status }) => status === 503));
  assert.ok(quantile(results, 1) < 3_000, `slowest ${quantile(results, 1)} ms`);
});

Deno.test("when the bus is back, notifications are accepted again", async () => {
  await using world = openWorld(true);
  await world.subscribe({ client_state: SECRET });
  world.signal = () => new Promise(() => {});
  await storm(world, 40, 2);
  slow(world, 5);
  const results = await storm(world, 10, 2);
  assert.ok(results.slice(-200).every(({ status }) => status === 202));
});
