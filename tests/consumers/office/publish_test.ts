import assert from "node:assert/strict";
import { NormalisedDocument } from "../../../shared/contracts/documents.ts";
import { INLINE_BYTES_MAX } from "../../../shared/contracts/event.ts";
import { officeKey } from "../../../shared/contracts/keys.ts";
import type { ItemName, ReadDocument } from "../../../shared/providers/port.ts";
import { KEY, openWorld } from "./world.ts";

/** Two subjects of one length in characters; only in UTF-8 is the second document over the limit. */
const FITS = "a".repeat(INLINE_BYTES_MAX / 4);
const TOO_LARGE = "語".repeat(INLINE_BYTES_MAX / 4);

Deno.test("office sends a document over 32 KiB by reference, which holds it before the event names it", async () => {
  const world = await openWorld();
  try {
    world.provider.put("m1", "inbox", FITS);
    world.provider.put("m2", "inbox", TOO_LARGE);
    const held: number[] = [];
    world.bus.before = async (topic) => {
      if (topic === "emails") held.push(await refsHeld());
    };
    const refsHeld = async () => {
      const entries = await world.state.ledger(KEY).list("", 10);
      const found = await Promise.all(
        entries.map(({ doc_id }) => world.state.refs.get({ user_id: KEY.user_id, doc_type: "email", doc_id })),
      );
      return found.filter((ref) => ref !== null).length;
    };
    await world.signal("poll");
    await world.settle(world.start());
    const byRef = world.bus.events.filter(({ data_ref }) => data_ref !== "");
    const inline = world.bus.events.filter(({ data_ref }) => data_ref === "");
    assert.deepEqual([byRef.length, inline.length], [1, 1]);
    assert.equal(JSON.parse(inline[0]?.data ?? "").title, FITS);
    const [large] = byRef;
    assert.ok(large !== undefined);
    assert.equal(large.data, "");
    assert.equal(large.data_ref, officeKey(KEY.user_id, "email", large.doc_id));
    const ref = await world.state.refs.get({ user_id: KEY.user_id, doc_type: "email", doc_id: large.doc_id });
    assert.equal(ref?.revision, large.revision);
    assert.equal(JSON.parse(ref?.data ?? "").title, TOO_LARGE);
    assert.ok(held.some((count) => count === 1), "it was there before the publish");
  } finally {
    await world.close();
  }
});

Deno.test("a document whose kind changes ends as the one and begins as the other, in whatever order that arrives", async () => {
  const world = await openWorld();
  try {
    let doc_type = "word_document";
    const changes = world.provider.changes.bind(world.provider);
    world.provider.changes = async (...args) => {
      const page = await changes(...args);
      const documents = page.documents.map((item) => ({ ...item, read: () => fileOf(item, doc_type) }));
      return { ...page, documents };
    };
    world.provider.put("m1", "inbox", "plan");
    await world.signal("poll");
    await world.settle(world.start());
    doc_type = "sheet_document";
    world.provider.edit("m1", "plan");
    await world.signal("poll");
    await world.settle(world.start());
    const [first, end, beginning, ...more] = world.bus.events.map((event) => ({ ...event }));
    assert.deepEqual(more, []);
    assert.deepEqual([end?.event_type, beginning?.event_type], ["word_document.deleted", "sheet_document.created"]);
    assert.equal(end?.doc_id, beginning?.doc_id);
    assert.ok(first && end && beginning);
    assert.ok(first.revision < end.revision && end.revision < beginning.revision);
  } finally {
    await world.close();
  }
});

function fileOf({ provider_id, container }: ItemName, doc_type: string): ReadDocument {
  const document = NormalisedDocument.parse({
    doc_id: "0".repeat(32),
    connection_id: "c1",
    doc_type,
    provider: "microsoft",
    provider_id,
    container,
    title: "plan",
    url: "",
    last_updated: "2026-03-02T09:00:00.000Z",
    sections: [],
    content: "text",
    content_reason: "",
    mime_type: "",
    size_bytes: 0,
    path: "",
    shared: false,
    owners: [],
    last_editor: { name: "", address: "" },
    created_at: "",
  });
  return { provider_id, container, version: 0, document };
}
