import assert from "node:assert/strict";
import { PermanentError, StoreAwayError, TransientError } from "../../../shared/contracts/errors.ts";
import { delivery, KEY, openWorld, type World } from "./world.ts";

function office(name: string, body: (world: World) => Promise<void>): void {
  Deno.test(`office ${name}`, async () => {
    const world = await openWorld();
    try {
      await body(world);
    } finally {
      await world.close();
    }
  });
}

function truth(world: World) {
  return new Map([...world.provider.items].map(([id, { subject, folder }]) => [id, { subject, folder }]));
}

/** A promise that a test settles. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { open, opened };
}

/** The archive is empty in these tests: one page of it is one round. */
const rounds = (world: World) => world.provider.calls.filter((call) => call === "delta:archive").length;

office("acknowledges a message that meets another's lease, and the holder goes round for it", async (world) => {
  await world.signal("poll");
  const first = world.take();
  const reading = gate();
  let calls = 0;
  // The first round has read the inbox and waits: whatever comes now is behind its back.
  world.provider.during = () => ++calls === 1 ? reading.opened : undefined;
  const holder = world.start().handle(first);
  await world.until(() => calls === 1);
  world.provider.put("m1", "inbox", "behind its back");
  await world.signal("notification");
  assert.equal(await world.start().handle(world.take()), "held_by_another");
  reading.open();
  assert.equal(await world.clock.runUntil(holder, { limitMs: 60_000 }), "done");
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("refuses a message that meets a lease in its own name, until the lease has run out", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await world.signal("poll");
  const change = world.take();
  const dead = world.start();
  let died = false;
  world.provider.during = () => {
    died = true;
    dead.kill();
  };
  void dead.handle(change);
  await world.until(() => died);
  world.provider.during = () => {};
  await assert.rejects(world.start().handle(change), (error) => {
    assert.ok(error instanceof TransientError);
    assert.equal(error.scope, "whole");
    return true;
  });
  await world.clock.advance(15_000);
  assert.equal(await world.clock.runUntil(world.start().handle(change), { limitMs: 60_000 }), "done");
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("hands a mailbox that takes longer than its time over to a continuation", async (world) => {
  world.provider.pageSize = 2;
  for (let n = 0; n < 40; n++) world.provider.put(`m${String(n).padStart(2, "0")}`, "inbox", `mail ${n}`);
  world.provider.during = () => world.clock.sleep(60_000);
  await world.signal("first_sync" as "poll");
  const ends: string[] = [];
  while (world.bus.changes.length > 0) {
    const change = world.take();
    const started = world.clock.now();
    ends.push(await world.clock.runUntil(world.start().handle(change), { stepMs: 1_000, limitMs: 1_000_000 }));
    assert.ok(world.clock.now() - started <= 300_000 + 120_000, "about half of the ack deadline");
  }
  assert.ok(ends.length > 2 && ends.slice(0, -1).every((end) => end === "hand_over"), ends.join());
  assert.equal(ends.at(-1), "done");
  assert.deepEqual(world.bus.converged(), truth(world));
  assert.equal(world.bus.events.length, 40, "no page is worked twice");
});

office("turns ten thousand notifications into at most five rounds", async (world) => {
  world.provider.put("m0", "inbox", "mail");
  await world.signal("first_sync" as "poll");
  await world.settle(world.start());
  world.provider.calls.length = 0;
  let running: Promise<unknown> = Promise.resolve();
  let messages = 0;
  for (let n = 0; n < 10_000; n++) {
    if (n % 1_000 === 0) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
    if (await world.signal("notification")) {
      messages++;
      const change = world.take();
      running = Promise.all([running, world.start().handle(change)]);
    }
    if (n % 500 === 0) await world.clock.advance(50);
  }
  await world.clock.runUntil(running, { stepMs: 100, limitMs: 120_000 });
  assert.deepEqual(world.bus.converged(), truth(world));
  assert.ok(rounds(world) <= 5, `${rounds(world)} rounds`);
  assert.ok(messages <= 10, `${messages} messages`);
});

office("reads again after an empty round that a notification asked for, still under the lease", async (world) => {
  await world.signal("notification");
  const handled = world.start().handle(world.take());
  await world.until(() => rounds(world) === 1);
  await world.clock.advance(1_000);
  // The provider's delta knows of it only now, after its notification.
  world.provider.put("m1", "inbox", "late");
  await world.until(() => world.bus.events.length === 1);
  assert.equal(await world.clock.runUntil(handled, { limitMs: 60_000 }), "done");
});

office("reads once more what a provider may have dropped a notification of", async (world) => {
  world.provider.drops_within_ms = 1_000;
  world.provider.put("m1", "inbox", "notified");
  await world.signal("notification");
  const handled = world.start().handle(world.take());
  await world.until(() => world.bus.events.length === 1);
  world.provider.put("m2", "inbox", "its notification was dropped");
  assert.equal(await world.clock.runUntil(handled, { limitMs: 60_000 }), "done");
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("does not read again after an empty round of a poll", async (world) => {
  await world.signal("poll");
  await world.settle(world.start());
  assert.equal(rounds(world), 1);
});

office("commits nothing when it was frozen past its lease, and its late event does not win", async (world) => {
  world.provider.put("m1", "inbox", "first");
  await world.signal("poll");
  await world.settle(world.start());
  world.provider.edit("m1", "read by the frozen holder");
  await world.signal("poll");
  const frozen = gate();
  const thawed = world.start();
  let freezes = 0;
  world.bus.before = (topic) => topic === "emails" && ++freezes === 1 ? frozen.opened : undefined;
  const change = world.take();
  // A frozen process renews nothing either.
  const original = world.state.leases.renew.bind(world.state.leases);
  Object.assign(world.state.leases, { renew: () => frozen.opened.then(() => false) });
  const late = thawed.handle(change).then(() => "done", (error) => error);
  await world.until(() => freezes === 1);
  await world.clock.advance(16_000);
  Object.assign(world.state.leases, { renew: original });
  world.provider.edit("m1", "the newest");
  await world.signal("poll");
  if (world.bus.changes.length === 0) world.bus.changes.push({ ...change, change_id: "another" });
  await world.settle(world.start());
  frozen.open();
  const end = await world.clock.runUntil(late, { limitMs: 60_000 });
  assert.ok(end instanceof TransientError && end.code === "lease_lost", String(end));
  assert.deepEqual(world.bus.converged(), truth(world));
  // The ledger holds what the second holder published, so a further round finds nothing to say.
  const events = world.bus.events.length;
  await world.signal("poll");
  await world.settle(world.start());
  assert.equal(world.bus.events.length, events);
});

office("calls nobody before the provider's Retry-After has passed", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  world.provider.during = () => {
    throw new TransientError("throttled", "wait", { retry_after_ms: 120_000 });
  };
  await world.signal("notification");
  const change = world.take();
  await assert.rejects(world.start().handle(change), { code: "throttled" });
  world.provider.during = () => {};
  const calls = world.provider.calls.length;
  await assert.rejects(world.start().handle(change), { code: "told_to_wait" });
  assert.equal(world.provider.calls.length, calls);
  await world.clock.advance(120_000);
  assert.equal(await world.clock.runUntil(world.start().handle(change), { limitMs: 60_000 }), "done");
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("asks a provider that refuses for good now and then, not at every poll", async (world) => {
  world.provider.during = () => {
    throw new PermanentError("provider_refused", "no");
  };
  await world.signal("poll");
  await assert.rejects(world.clock.runUntil(world.start().handle(world.take())), { code: "provider_refused" });
  const calls = world.provider.calls.length;
  await world.clock.advance(11 * 60_000);
  await world.signal("poll");
  // Not acknowledged: it counts as pending, and would keep the next notification from being published.
  await assert.rejects(world.clock.runUntil(world.start().handle(world.take())), { code: "told_to_wait" });
  assert.equal(world.provider.calls.length, calls);
  world.provider.during = () => {};
  await world.clock.advance(46 * 60_000);
  await world.signal("poll");
  assert.equal(await world.clock.runUntil(world.start().handle(world.take())), "done");
});

office("publishes again what a bus that went away did not take", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  let away = true;
  world.bus.before = (topic) => {
    if (topic === "emails" && away) throw new StoreAwayError("The bus");
  };
  await world.signal("poll");
  const change = world.take();
  await assert.rejects(world.start().handle(change), StoreAwayError);
  away = false;
  assert.equal(await world.clock.runUntil(world.start().handle(change), { limitMs: 60_000 }), "done");
  assert.deepEqual(world.bus.converged(), truth(world));
});

for (const [moment, hook] of [["before", "before"], ["after", "after"]] as const) {
  office(`publishes what a process that died ${moment} its publish had entered`, async (world) => {
    world.provider.put("m1", "inbox", "mail");
    const dying = world.start();
    let died = false;
    world.bus[hook] = (topic) => {
      if (topic === "emails") dying.kill();
      died ||= topic === "emails";
      return topic === "emails" && moment === "before" ? new Promise(() => {}) : undefined;
    };
    await world.signal("poll");
    const change = world.take();
    void dying.handle(change);
    await world.until(() => died);
    await world.clock.advance(16_000);
    world.bus[hook] = () => {};
    world.bus.changes.push(change);
    await world.settle(world.start());
    assert.deepEqual(world.bus.converged(), truth(world));
    assert.equal(world.bus.events.length, moment === "before" ? 1 : 2);
  });
}

for (const change of ["touch", "remove"] as const) {
  office(`looks up again what a process that died before publishing it had looked up (${change})`, async (world) => {
    world.provider.put("m1", "inbox", "before");
    await world.signal("poll");
    await world.settle(world.start());
    if (change === "touch") world.provider.touch("m1", "after");
    else world.provider.remove("m1");
    const dying = world.start();
    let died = false;
    world.bus.before = (topic) => {
      if (topic !== "emails") return;
      died = true;
      dying.kill();
      return new Promise(() => {});
    };
    await world.signal("poll");
    const message = world.take();
    void dying.handle(message);
    await world.until(() => died);
    await world.clock.advance(16_000);
    world.bus.before = () => {};
    // The page that named the item is committed: nothing but its doubt leads to it now.
    world.bus.changes.push(message);
    await world.settle(world.start());
    assert.deepEqual(world.bus.converged(), truth(world));
  });
}

office("leaves the counters as a sync that is done does", async (world) => {
  await world.signal("poll");
  await world.settle(world.start());
  const signals = await world.state.leases.signals(KEY);
  assert.equal(signals.requested, signals.started);
  assert.ok(signals.published <= signals.requested);
  assert.equal(await world.signal("poll"), true, "the next request is published");
});

office("reads on after a continuation met the lease of a task that reads nothing on", async (world) => {
  for (let n = 0; n < 9; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  await world.signal("poll");
  const change = world.take();
  // The first holder ends after its first page, as if its time were up, and somebody else takes the resource.
  const broken = new TransientError("provider_away", "away", { scope: "whole" });
  let pages = 0;
  world.provider.during = (call) => {
    if (call.startsWith("delta") && ++pages === 2) throw broken;
  };
  await assert.rejects(world.start().handle(change), broken);
  const doc_id = world.bus.events[0]?.doc_id ?? "";
  const looking = gate();
  let looks = 0;
  world.provider.during = (call) => {
    if (call === "lookup" && ++looks === 1) return looking.opened;
  };
  const task = world.start().task({
    task_id: "t1",
    kind: "publish_again",
    ...KEY,
    provider: "microsoft",
    doc_ids: [doc_id],
    only: [],
    batch_id: "",
    correlation_id: "",
    traceparent: "",
  }, delivery("office-sync-tasks"));
  await world.until(() => looks === 1);
  const continuation = { ...change, change_id: "c2", cause: "continuation" as const };
  assert.equal(await world.start().handle(continuation), "held_by_another");
  looking.open();
  await world.clock.runUntil(task, { limitMs: 60_000 });
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("does not call a resource failing because a store was away or the instance stopped", async (world) => {
  await world.signal("poll");
  const change = world.take();
  world.bus.before = () => Promise.reject(new StoreAwayError("The bus"));
  world.provider.put("m1", "inbox", "mail");
  await assert.rejects(world.start().handle(change), StoreAwayError);
  const stored = await world.state.records({ user_id: KEY.user_id }).get("connections", KEY.connection_id);
  assert.match(JSON.stringify(stored?.value), /"state":"new"/);
});
