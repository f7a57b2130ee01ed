import assert from "node:assert/strict";
import { createOffice, createWakeups } from "../../../consumers/office/mod.ts";
import type { Connection } from "../../../shared/contracts/records.ts";
import type { LookedUp, Mailbox, PageItem } from "../../../shared/providers/port.ts";
import { TransientError } from "../../../shared/contracts/errors.ts";
import { ProcessDied } from "./fake_provider.ts";
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

async function sync(world: World, cause: "notification" | "poll" = "poll"): Promise<void> {
  await world.signal(cause);
  await world.settle(world.start());
}

office("publishes a first sync once, and nothing on the next", async (world) => {
  for (let n = 0; n < 8; n++) world.provider.put(`m${n}`, n % 2 === 0 ? "inbox" : "archive", `mail ${n}`);
  await sync(world);
  assert.equal(world.bus.events.length, 8);
  assert.deepEqual(world.bus.events.map((event) => event.operation), Array(8).fill("create"));
  assert.deepEqual(world.bus.converged(), truth(world));
  await sync(world);
  assert.equal(world.bus.events.length, 8);
});

office("makes way in an enumeration for what is notified meanwhile, once for each request", async (world) => {
  for (let n = 0; n < 30; n++) world.provider.put(`m${n}`, n < 15 ? "inbox" : "archive", `mail ${n}`);
  const asked: boolean[] = [];
  const purposes: unknown[] = [];
  const changes = world.provider.changes.bind(world.provider);
  Object.assign(world.provider, {
    async changes(mailbox: Mailbox, resource: "mail", cursor: string, urgent = false) {
      asked.push(urgent);
      await mailbox.request("https://provider.test").catch(() => {});
      const page = await changes(mailbox, resource, cursor);
      if (asked.length === 3) await world.signal();
      return page;
    },
  });
  Object.assign(world.ports, {
    openMailbox: (connection: Connection, signal: AbortSignal): Mailbox => ({
      connection,
      signal,
      request(_url, init = {}) {
        purposes.push(init.purpose?.backfill);
        return Promise.reject(new Error("no network"));
      },
    }),
  });
  const office = createOffice(world.ports, createWakeups());
  assert.ok(office.kind === "internal");
  await world.signal("poll");
  const handle = office.handlers["provider-changes"];
  assert.ok(handle !== undefined);
  await world.clock.runUntil(handle(world.take(), delivery("office-provider-changes")), {
    stepMs: 250,
    limitMs: 400_000,
  });
  assert.deepEqual(asked.slice(0, 5), [false, false, false, true, false]);
  assert.deepEqual(purposes.slice(0, 5), [true, true, true, false, true]);
  assert.equal(asked.filter((urgent) => urgent).length, 1);
  assert.equal(purposes.at(-1), false, "an ordinary round is no backfill");
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("publishes an edit as an update with a higher revision", async (world) => {
  world.provider.put("m1", "inbox", "before");
  await sync(world);
  world.provider.edit("m1", "after");
  await sync(world);
  const [first, second] = world.bus.events;
  assert.equal(second?.operation, "update");
  assert.equal(second?.doc_id, first?.doc_id);
  assert.ok((second?.revision ?? 0) > (first?.revision ?? 0));
});

office("publishes a move as an update of the folder, never as a delete", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await sync(world);
  world.provider.move("m1", "archive");
  await sync(world);
  world.provider.move("m1", "inbox");
  await sync(world);
  assert.deepEqual(world.bus.events.map((event) => event.operation), ["create", "update", "update"]);
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("publishes a delete only after a lookup says that the item is gone", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await sync(world);
  world.provider.remove("m1");
  world.provider.calls.length = 0;
  await sync(world);
  assert.ok(world.provider.calls.includes("lookup:1"));
  assert.equal(world.bus.events.at(-1)?.operation, "delete");
  assert.equal(world.bus.converged().size, 0);
});

office("keeps a removed item that still exists in doubt until the lookup says gone", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await sync(world);
  world.provider.bounce("m1");
  await sync(world);
  assert.deepEqual(world.bus.converged(), truth(world), "it still exists");
  // No delta will ever tell of it again, so only the doubt can find out.
  world.provider.vanish("m1");
  await sync(world);
  assert.equal(world.bus.converged().size, 0);
});

office("doubts nothing when a folder removes what another has shown since", async (world) => {
  world.provider.put("m1", "archive", "mail");
  await sync(world);
  // The inbox is read first: it shows the mail before the archive removes it.
  world.provider.move("m1", "inbox");
  world.provider.calls.length = 0;
  await sync(world);
  await sync(world);
  assert.deepEqual(world.provider.calls.filter((call) => call.startsWith("lookup")), []);
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("ends a doubt when a container's delta shows the item", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await sync(world);
  world.provider.bounce("m1");
  await sync(world);
  world.provider.edit("m1", "shown again");
  await sync(world);
  world.provider.calls.length = 0;
  await sync(world);
  assert.deepEqual(world.provider.calls.filter((call) => call.startsWith("lookup")), []);
});

office("reads a partial item whole before it publishes it", async (world) => {
  world.provider.put("m1", "inbox", "before");
  await sync(world);
  world.provider.touch("m1", "after");
  await sync(world);
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("finds after a lost cursor what went unseen, and invents nothing", async (world) => {
  for (let n = 0; n < 7; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  world.provider.put("other", "archive", "stays");
  await sync(world);
  const before = world.bus.events.length;
  world.provider.vanish("m3");
  world.provider.loseCursor("inbox");
  await sync(world);
  assert.deepEqual(world.bus.converged(), truth(world));
  assert.deepEqual(world.bus.events.slice(before).map((event) => event.operation), ["delete"]);
});

office("infers no delete from an enumeration that ended early", async (world) => {
  for (let n = 0; n < 7; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  await sync(world);
  world.provider.loseCursor("inbox");
  const process = world.start();
  let reads = 0;
  world.provider.during = () => {
    if (++reads === 2) process.kill();
  };
  await world.signal("poll");
  const change = world.take();
  void process.handle(change);
  await world.until(() => reads === 2);
  await world.clock.advance(20_000);
  assert.ok(world.bus.events.every((event) => event.operation !== "delete"));
  assert.equal(world.provider.calls.filter((call) => call.startsWith("lookup")).length, 0);
});

office("does not take for seen what only a broken-off enumeration saw", async (world) => {
  for (let n = 0; n < 7; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  await sync(world);
  // The first enumeration sees m0 and breaks off; then m0 vanishes, and the cursor is lost again.
  world.provider.loseCursor("inbox");
  const first = world.start();
  let reads = 0;
  world.provider.during = () => {
    if (++reads === 2) first.kill();
  };
  await world.signal("poll");
  const change = world.take();
  void first.handle(change);
  await world.until(() => reads === 2);
  await world.clock.advance(20_000);
  world.provider.during = () => {};
  world.provider.vanish("m0");
  world.provider.loseCursor("inbox");
  world.bus.changes.push(change);
  await world.settle(world.start());
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("reads a whole round after one that it resumed, for what was requested since that began", async (world) => {
  world.provider.put("m1", "inbox", "early");
  const first = world.start();
  let reads = 0;
  world.provider.during = () => {
    if (++reads === 2) first.kill();
  };
  await world.signal("first_sync");
  const change = world.take();
  void first.handle(change);
  await world.until(() => reads === 2);
  world.provider.during = () => {};
  // Into a folder that the round has behind it. Its message meets the dead holder's lease, and is acknowledged.
  world.provider.put("m2", "inbox", "late");
  await world.signal("notification");
  assert.equal(await world.start().handle(world.take()), "held_by_another");
  await world.clock.advance(20_000);
  world.bus.changes.push(change);
  await world.settle(world.start());
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("sets aside by name what can't be normalised, and goes on", async (world) => {
  world.provider.put("m1", "inbox", "fine");
  world.provider.put("m2", "inbox", "bad");
  world.provider.unreadable.add("m2");
  await sync(world);
  assert.deepEqual([...world.bus.converged().keys()], ["m1"]);
  const [letter] = world.bus.deadLetters;
  assert.equal(letter?.field, "subject");
  assert.match(letter?.reason ?? "", /message_invalid/);
  assert.equal(letter?.subscription, "office-sync-tasks");
});

office("reads an item that was set aside again when its dead letter is replayed", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  world.provider.unreadable.add("m1");
  await sync(world);
  world.provider.unreadable.clear();
  const task = JSON.parse(atob(world.bus.deadLetters[0]?.data_base64 ?? ""));
  await world.clock.runUntil(world.start().task(task, delivery("office-sync-tasks")), { limitMs: 60_000 });
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("finds the one item that kills and sets it aside, the rest of the mailbox unharmed", async (world) => {
  world.provider.pageSize = 50;
  for (let n = 0; n < 20; n++) world.provider.put(`m${String(n).padStart(2, "0")}`, "inbox", `mail ${n}`);
  world.provider.killers.add("m07");
  await world.signal("poll");
  const change = world.take();
  const changes = world.provider.changes.bind(world.provider);
  let deaths = 0;
  for (let over = false; !over && deaths < 10;) {
    const process = world.start();
    let died = false;
    // The item ends its process: whatever that still calls does not come back.
    const dying = (item: PageItem): PageItem => ({
      ...item,
      read() {
        try {
          return item.read();
        } catch (error) {
          died ||= error instanceof ProcessDied;
          process.kill();
          throw error;
        }
      },
    });
    world.provider.changes = async (...args) => {
      const page = await changes(...args);
      return { ...page, documents: page.documents.map(dying) };
    };
    process.handle(change).then(() => over = true, () => {});
    await world.until(() => died || over);
    if (died) deaths++;
    // A dead holder's lease runs out.
    await world.clock.advance(16_000);
  }
  assert.equal(deaths, 4, "two deaths of the page, two of the item");
  assert.match(world.bus.deadLetters[0]?.reason ?? "", /item_kills/);
  const expected = truth(world);
  expected.delete("m07");
  assert.deepEqual(world.bus.converged(), expected);
});

office(
  "finds the one document whose lookup kills and sets it aside, the rest of the mailbox unharmed",
  async (world) => {
    world.provider.pageSize = 50;
    for (let n = 0; n < 30; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
    await sync(world);
    for (let n = 0; n < 30; n++) world.provider.touch(`m${n}`, `touched ${n}`);
    await world.signal("poll");
    const change = world.take();
    const lookup = world.provider.lookup.bind(world.provider);
    let deaths = 0;
    for (let over = false; !over && deaths < 12;) {
      const process = world.start();
      let died = false;
      world.provider.lookup = async (mailbox, resource, items) => {
        if (items.some(({ provider_id }) => provider_id === "m7")) {
          died = true;
          process.kill();
          return await new Promise(() => {});
        }
        return await lookup(mailbox, resource, items);
      };
      process.handle(change).then(() => over = true, () => {});
      await world.until(() => died || over);
      if (died) deaths++;
      await world.clock.advance(16_000);
    }
    assert.equal(deaths, 3, "one death of the slice, two of the item");
    assert.match(world.bus.deadLetters[0]?.reason ?? "", /item_kills/);
    assert.equal(world.bus.deadLetters.length, 1);
    const expected = truth(world);
    expected.set("m7", { subject: "mail 7", folder: "inbox" });
    assert.deepEqual(world.bus.converged(), expected);
    world.provider.lookup = lookup;
    world.provider.touch("m8", "later");
    await sync(world);
    assert.equal(world.provider.calls.filter((call) => call === "lookup:1").length > 0, true);
    assert.equal(world.bus.converged().get("m8")?.subject, "later");
  },
);

office("counts no lookup against its document when the provider was away or said wait", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await sync(world);
  world.provider.touch("m1", "touched");
  await world.signal("poll");
  const change = world.take();
  for (let failures = 0; failures < 6; failures++) {
    world.provider.during = (call) => {
      if (call === "lookup") throw new TransientError("provider_away", "away", { retry_after_ms: 1_000 });
    };
    await assert.rejects(world.clock.runUntil(world.start().handle(change), { stepMs: 250 }));
    await world.clock.advance(16_000);
  }
  world.provider.during = () => {};
  await world.clock.runUntil(world.start().handle(change), { stepMs: 250 });
  assert.deepEqual(world.bus.deadLetters, []);
  assert.equal(world.bus.converged().get("m1")?.subject, "touched");
});

office("sets nothing aside for a page that failed because the provider was away or said wait", async (world) => {
  world.provider.pageSize = 50;
  for (let n = 0; n < 5; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  await world.signal("poll");
  const change = world.take();
  for (let failures = 0; failures < 8; failures++) {
    world.provider.during = () => {
      throw new TransientError("provider_away", "away", { retry_after_ms: 1_000 });
    };
    await assert.rejects(world.clock.runUntil(world.start().handle(change)), { code: "provider_away" });
  }
  world.provider.during = () => {};
  await world.clock.runUntil(world.start().handle(change), { limitMs: 60_000 });
  assert.deepEqual(world.bus.deadLetters, []);
  assert.deepEqual(world.bus.converged(), truth(world));
});

office("publishes again what a task asks for, unchanged or not, with new revisions", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await sync(world);
  const [event] = world.bus.events;
  const task = {
    task_id: "t1",
    kind: "publish_again" as const,
    ...KEY,
    provider: "microsoft" as const,
    doc_ids: [event?.doc_id ?? ""],
    only: ["vespa-loader-emails"],
    batch_id: "",
    correlation_id: "",
    traceparent: "",
  };
  await world.clock.runUntil(world.start().task(task, delivery("office-sync-tasks")), { limitMs: 60_000 });
  assert.equal(world.bus.events.length, 2);
  assert.ok((world.bus.events[1]?.revision ?? 0) > (event?.revision ?? 0));
});

office("tells all subscriptions what is new while it tells one of them what is old", async (world) => {
  for (const id of ["old", "edited", "other"]) world.provider.put(id, "inbox", id);
  await sync(world);
  const idOf = (id: string) => world.bus.events.find(({ data }) => data.includes(`"${id}"`))?.doc_id ?? "";
  const [old, edited] = [idOf("old"), idOf("edited")];
  const revision = (await world.state.ledger(KEY).get([old])).get(old)?.revision;
  world.provider.edit("edited", "new text");
  world.provider.during = async (call) => {
    // A notification meets the hold: it goes round again before it ends.
    if (call !== "lookup") return;
    world.provider.during = () => {};
    world.provider.edit("other", "new text too");
    await world.signal("notification");
  };
  const task = {
    task_id: "t1",
    kind: "publish_again" as const,
    ...KEY,
    provider: "microsoft" as const,
    doc_ids: [old, edited],
    only: ["vespa-loader-emails"],
    batch_id: "",
    correlation_id: "",
    traceparent: "",
  };
  world.bus.events.length = world.bus.only.length = 0;
  await world.clock.runUntil(world.start().task(task, delivery("office-sync-tasks")), { limitMs: 60_000 });
  const told = world.bus.events.map(({ doc_id }, at) => [doc_id === old ? "old" : "new", world.bus.only[at]]);
  assert.deepEqual(told, [["old", "vespa-loader-emails"], ["new", ""], ["new", ""]]);
  // The others hold the document as it was published to them, so that is what the ledger says.
  assert.equal((await world.state.ledger(KEY).get([old])).get(old)?.revision, revision);
  assert.ok((world.bus.events[0]?.revision ?? 0) > (revision ?? 0));
});

office("counts the deaths of a page whatever is looked up before it", async (world) => {
  world.provider.pageSize = 50;
  world.provider.put("moved", "inbox", "in doubt for good");
  await sync(world);
  // It still exists, so it stays in doubt and is looked up at the start of every round.
  world.provider.bounce("moved");
  await sync(world);
  for (let n = 0; n < 5; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  await world.signal("poll");
  const change = world.take();
  const original = world.provider.changes.bind(world.provider);
  let deaths = 0;
  for (let over = false; deaths < 12 && !over;) {
    const process = world.start();
    Object.assign(world.provider, {
      changes: async (...args: Parameters<typeof original>) => {
        const page = await original(...args);
        return {
          ...page,
          documents: page.documents.map((item) => ({
            ...item,
            read() {
              if (item.provider_id !== "m3") return item.read();
              process.kill();
              deaths++;
              throw new ProcessDied("reading m3");
            },
          })),
        };
      },
    });
    const before = deaths;
    process.handle(change).then(() => over = true, () => {});
    for (let waited = 0; waited < 20 && !over; waited++) await world.clock.advance(1_000);
    if (deaths === before && !over) break;
  }
  assert.match(world.bus.deadLetters[0]?.reason ?? "", /item_kills/);
  assert.equal(deaths, 4, "two deaths of the page, two of the item");
});

office("sets an item in doubt aside once, however many rounds look it up in vain", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await sync(world);
  world.provider.bounce("m1");
  const lookup = world.provider.lookup.bind(world.provider);
  let reason = "message_invalid: no form known";
  Object.assign(world.provider, {
    lookup: (...[, , items]: Parameters<typeof lookup>) =>
      Promise.resolve(
        items.map((item): LookedUp => ({ kind: "refused", refusal: { ...item, field: "subject", reason } })),
      ),
  });
  for (let rounds = 0; rounds < 3; rounds++) await sync(world);
  assert.equal(world.bus.deadLetters.length, 1);
  reason = "message_invalid: another one";
  await sync(world);
  assert.equal(world.bus.deadLetters.length, 2, "what is wrong now is something else");
  // It is still in doubt: once it is gone, that is told.
  world.provider.vanish("m1");
  Object.assign(world.provider, { lookup });
  await sync(world);
  assert.deepEqual([...world.bus.converged().keys()], []);
});

office("does not read an item again that is published in the version that the page names", async (world) => {
  for (let n = 0; n < 4; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  const changes = world.provider.changes.bind(world.provider);
  const read: string[] = [];
  world.provider.changes = async (...args) => {
    const page = await changes(...args);
    const documents = page.documents.map((item): PageItem => ({
      ...item,
      version: world.provider.items.get(item.provider_id)?.version ?? 0,
      read: () => {
        read.push(item.provider_id);
        return item.read();
      },
    }));
    return { ...page, documents };
  };
  await sync(world);
  assert.deepEqual(read.splice(0).sort(), ["m0", "m1", "m2", "m3"]);
  world.provider.edit("m1", "edited");
  world.provider.move("m2", "archive");
  world.provider.loseCursor("inbox");
  world.provider.loseCursor("archive");
  await sync(world);
  assert.deepEqual([...new Set(read)].sort(), ["m1", "m2"]);
  assert.deepEqual(world.bus.converged(), truth(world), "and what was not read still counts as seen");
});

office("reads an item whole that comes back in part after it was deleted", async (world) => {
  world.provider.put("m1", "inbox", "first");
  await sync(world);
  world.provider.remove("m1");
  await sync(world);
  assert.equal(world.bus.converged().size, 0);
  world.provider.put("m1", "inbox", "again");
  world.provider.touch("m1", "again, in part");
  await sync(world);
  assert.equal(world.bus.converged().get("m1")?.subject, "again, in part");
});

office("begins the first read as the provider wants it begun, and never again", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  Object.assign(world.provider, { firstCursor: () => JSON.stringify({ folders: {}, rest: ["archive", "inbox"] }) });
  await sync(world);
  assert.deepEqual(world.provider.calls.slice(0, 2), ["delta:archive", "delta:inbox"]);
  world.provider.calls.length = 0;
  await sync(world);
  assert.equal(world.provider.calls[0], "delta:inbox");
  assert.deepEqual(world.bus.converged(), truth(world));
});
