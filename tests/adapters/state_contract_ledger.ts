/** What every state adapter promises about the ledger. */
import assert from "node:assert/strict";
import { LeaseLostError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { LedgerEntry } from "../../shared/state/port.ts";
import { acquired } from "./state_contract_leases.ts";
import type { Check, World } from "./state_world.ts";

const HOUR_MS = 60 * 60 * 1_000;
const KEY: ResourceKey = { user_id: "ada", connection_id: "c1", resource: "mail" };
const OTHER: ResourceKey = { ...KEY, connection_id: "c2" };

/** A document id whose order is that of `at`. */
const docId = (at: number) => (at * 0x1357).toString(16).padStart(6, "0") + "0123456789abcdef0123456789";

function entry(at: number, over: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    doc_id: docId(at),
    doc_type: "email",
    provider_id: `AAMkAG,${at}|{"x"}\nü`,
    container: "in,box:1",
    hash: "9f86d081884c7d65",
    revision: 1_772_442_000_000_000 + at,
    version: 1_772_442_000_000,
    state: "published",
    epoch: 0,
    doubt: "",
    ...over,
  };
}

const setup = async (world: World) => ({
  ledger: world.state.ledger(KEY),
  lease: await acquired(world.state.leases, KEY, "message-1"),
});

const idsOf = (entries: readonly LedgerEntry[]) => entries.map((found) => found.doc_id);

export function ledgerContract(check: Check): void {
  check("ledger.commit() writes entries and head together, and get() returns them as they were", async (world) => {
    const { ledger, lease } = await setup(world);
    assert.deepEqual(await ledger.head(), { head: "", revision: 0 });
    const entries = [
      entry(1),
      entry(2, { state: "tombstone", hash: "", container: "", epoch: 1_772_442_000_000, doc_type: "calendar" }),
      entry(3, { state: "pending", doubt: "removed", version: 0, doc_type: "presentation_document" }),
      entry(4, { doubt: "reread", doc_type: "todo", provider_id: "ü", version: Number.MAX_SAFE_INTEGER }),
    ];
    await ledger.commit(lease, { entries, head: '{"cursor":"https://graph/…"}' });
    assert.equal((await ledger.head()).head, '{"cursor":"https://graph/…"}');
    const found = await ledger.get([docId(4), docId(9), ...idsOf(entries)]);
    assert.deepEqual([...found.values()].sort((a, b) => (a.doc_id < b.doc_id ? -1 : 1)), entries);
    await ledger.commit(lease, { entries: [] });
    assert.equal((await ledger.head()).head, '{"cursor":"https://graph/…"}', "no head leaves it");
    await ledger.commit(lease, { entries: [], head: "" });
    assert.equal((await ledger.head()).head, "");
    assert.equal((await world.state.ledger(OTHER).get([docId(1)])).size, 0);
  });

  check("ledger.commit() and enter() leave an entry with a newer revision", async (world) => {
    const { ledger, lease } = await setup(world);
    const newer = entry(1, { revision: 1_772_442_000_000_100, hash: "newer" });
    await ledger.commit(lease, { entries: [newer] });
    const older = entry(1, { revision: 1_772_442_000_000_099, hash: "older", doubt: "removed", state: "tombstone" });
    await ledger.commit(lease, { entries: [older, entry(2)], head: "next" });
    await ledger.enter(lease, [older]);
    assert.deepEqual((await ledger.get([docId(1)])).get(docId(1)), newer);
    assert.deepEqual(await ledger.doubts(10), []);
    assert.equal(await ledger.sweep(Number.MAX_SAFE_INTEGER), 0);
    assert.equal((await ledger.get([docId(2)])).size, 1, "the others are written");
    assert.equal((await ledger.head()).head, "next");
    await ledger.commit(lease, { entries: [{ ...newer, hash: "same revision" }] });
    assert.equal((await ledger.get([docId(1)])).get(docId(1))?.hash, "same revision");
  });

  check("ledger writes nothing for a holder whose lease is gone", async (world) => {
    const { ledger, lease: late } = await setup(world);
    const before = await ledger.issue(late, "page");
    await ledger.commit(late, { entries: [entry(1)], head: "before" });
    const assertRefused = async () => {
      await assert.rejects(ledger.issue(late, "page"), LeaseLostError);
      await assert.rejects(ledger.enter(late, [entry(2)]), LeaseLostError);
      await assert.rejects(
        ledger.commit(late, { entries: [entry(1, { doubt: "removed" })], head: "late" }),
        LeaseLostError,
      );
      assert.deepEqual(await ledger.head(), { head: "before", revision: before.revision });
      assert.deepEqual(await ledger.list("", 10), [entry(1)]);
    };
    await world.move(16_000);
    await assertRefused();
    const lease = await acquired(world.state.leases, KEY, "message-2");
    await assertRefused();
    await assert.rejects(world.state.ledger(OTHER).commit(lease, { entries: [entry(1)] }), LeaseLostError);
    await world.state.leases.abandon(lease);
    await assertRefused();
    await assert.rejects(ledger.enter(lease, [entry(2)]), LeaseLostError);
  });

  check(
    "ledger.issue() grows strictly, also when the clock is set back or the process dies before its commit",
    async (world) => {
      const { ledger, lease } = await setup(world);
      const now = await world.state.micros();
      const { revision: first } = await ledger.issue(lease, "page");
      assert.ok(first >= now && first < now + 5_000_000, `${first} at ${now}`);
      let last = first;
      const assertGrows = (revision: number) => {
        assert.ok(revision > last, `${revision} after ${last}`);
        assert.ok(Number.isSafeInteger(revision));
        last = revision;
      };
      const many = await Promise.all(Array.from({ length: 20 }, () => ledger.issue(lease, "page")));
      for (const { revision } of many) assertGrows(revision);
      await world.move(-HOUR_MS);
      assertGrows((await ledger.issue(lease, "page")).revision);
      await world.move(HOUR_MS);
      await world.restart();
      if (!world.dies_with_process) await world.move(16_000);
      const again = await acquired(world.state.leases, KEY, "message-2");
      await world.move(-2 * HOUR_MS);
      assertGrows((await world.state.ledger(KEY).issue(again, "page")).revision);
      assert.equal((await world.state.ledger(KEY).head()).revision, last);
      await world.move(4 * HOUR_MS);
      const later = await acquired(world.state.leases, KEY, "message-3");
      const { revision } = await world.state.ledger(KEY).issue(later, "page");
      assert.ok(revision >= last + HOUR_MS * 1_000, "revisions follow the clock again");
    },
  );

  check("ledger.issue() counts the tries of one work, until another or a commit", async (world) => {
    const { ledger, lease } = await setup(world);
    const tries = async (work: string) => (await world.state.ledger(KEY).issue(lease, work)).tries;
    assert.deepEqual([await tries("page 1"), await tries("page 1"), await tries("page 1")], [1, 2, 3]);
    assert.deepEqual([await tries("page 2"), await tries("page 1"), await tries("page 1")], [1, 1, 2]);
    await ledger.enter(lease, [entry(1)]);
    assert.equal(await tries("page 1"), 3, "an entry is no commit");
    await ledger.commit(lease, { entries: [] });
    assert.equal(await tries("page 1"), 1);
    await world.restart();
    if (!world.dies_with_process) await world.move(16_000);
    const next = await acquired(world.state.leases, KEY, "message-2");
    const reopened = world.state.ledger(KEY);
    const again = await reopened.issue(next, "page 1");
    assert.deepEqual([again.tries, again.unfinished], [2, "page 1"], "a death is a try");
    assert.equal((await reopened.issue(next, "page 2")).unfinished, "page 1");
    await reopened.commit(next, { entries: [] });
    assert.equal((await reopened.issue(next, "page 2")).unfinished, "");
  });

  check("ledger.doubts() lists what is in doubt by id after a given one, until it is settled", async (world) => {
    const { ledger, lease } = await setup(world);
    const entries = Array.from({ length: 6 }, (_, at) => entry(at, { doubt: at % 2 === 0 ? "removed" : "" }));
    await ledger.enter(lease, entries);
    assert.deepEqual(idsOf(await ledger.doubts(10)), [docId(0), docId(2), docId(4)]);
    assert.deepEqual(idsOf(await ledger.doubts(2)), [docId(0), docId(2)]);
    assert.deepEqual(idsOf(await ledger.doubts(2, docId(0))), [docId(2), docId(4)]);
    assert.deepEqual(await ledger.doubts(0), []);
    const revision = 1_772_442_000_000_900;
    await ledger.commit(lease, {
      entries: [entry(0, { revision, doubt: "reread" }), entry(2, { revision, doubt: "" })],
    });
    assert.deepEqual(await ledger.doubts(10), [
      entry(0, { revision, doubt: "reread" }),
      entry(4, { doubt: "removed" }),
    ]);
  });

  check("ledger.unseen() pages over the living entries of a container that an enumeration missed", async (world) => {
    const { ledger, lease } = await setup(world);
    const entries = Array.from({ length: 40 }, (_, at) => entry(at, { epoch: at % 2 === 0 ? 7 : 6 }));
    entries.push(entry(50, { container: "archive", epoch: 6 }), entry(51, { state: "tombstone", epoch: 6 }));
    entries.push(entry(52, { state: "pending" }), entry(53, { epoch: 8 }));
    await ledger.commit(lease, { entries });
    const found: string[] = [];
    for (let after = "";;) {
      const page = await ledger.unseen("in,box:1", 7, after, 6);
      found.push(...idsOf(page));
      if (page.length < 6) break;
      after = found.at(-1) ?? "";
    }
    const odd = Array.from({ length: 20 }, (_, at) => docId(2 * at + 1));
    assert.deepEqual(found, [...odd, docId(52)]);
    assert.deepEqual(idsOf(await ledger.unseen("archive", 7, "", 10)), [docId(50)]);
  });

  check("ledger.list() pages over everything by document id", async (world) => {
    const { ledger, lease } = await setup(world);
    const entries = Array.from({ length: 25 }, (_, at) => entry(at, { state: at === 3 ? "tombstone" : "published" }));
    await ledger.commit(lease, { entries: entries.toReversed() });
    const first = await ledger.list("", 10);
    const second = await ledger.list(docId(9), 100);
    assert.deepEqual([...first, ...second], entries);
  });

  check("ledger.sweep() removes tombstones with an older revision and nothing else", async (world) => {
    const { ledger, lease } = await setup(world);
    await ledger.commit(lease, {
      entries: [
        entry(1, { state: "tombstone" }),
        entry(2, { state: "tombstone", doubt: "removed" }),
        entry(3, { state: "tombstone" }),
        entry(4),
        entry(5, { state: "pending" }),
      ],
    });
    await ledger.commit(lease, { entries: [entry(1, { revision: 1_772_442_000_000_500 })] });
    assert.equal(await ledger.sweep(entry(3).revision), 1);
    assert.deepEqual(idsOf(await ledger.list("", 10)), [docId(1), docId(3), docId(4), docId(5)]);
    assert.deepEqual(await ledger.doubts(10), []);
    assert.equal(await ledger.sweep(entry(3).revision), 0);
  });

  check("ledger.drop() forgets everything but that revisions and tokens grow", async (world) => {
    const { ledger, lease } = await setup(world);
    await world.state.leases.raise(KEY);
    const { revision } = await ledger.issue(lease, "page");
    const entries = Array.from({ length: 1_500 }, (_, at) => entry(at, { doubt: "removed" }));
    await ledger.commit(lease, { entries, head: "head" });
    await world.state.ledger(OTHER).commit(await acquired(world.state.leases, OTHER, "message-2"), {
      entries: [entry(1)],
    });
    await ledger.drop();
    await ledger.drop();
    assert.deepEqual(await ledger.head(), { head: "", revision: 0 });
    assert.deepEqual(await ledger.list("", 10), []);
    assert.deepEqual(await ledger.doubts(10), []);
    assert.equal((await world.state.leases.signals(KEY)).requested, 0);
    await assert.rejects(ledger.commit(lease, { entries: [entry(1)] }), LeaseLostError);
    await world.move(-HOUR_MS);
    const next = await acquired(world.state.leases, KEY, "message-3");
    assert.ok((await ledger.issue(next, "page")).revision > revision);
    assert.equal((await world.state.ledger(OTHER).list("", 10)).length, 1, "another resource stays");
  });
}
