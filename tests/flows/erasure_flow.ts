/** A person leaves, whatever the adapters are: all that is held of them goes out in an archive, then is gone. */
import assert from "node:assert/strict";
import { BlobReader, configure, TextWriter, ZipReader } from "@zip.js/zip.js";
import { z } from "zod";
import type { System } from "./system.ts";

configure({ useWebWorkers: false });

const Items = z.object({ items: z.array(z.looseObject({})) });
const Receipt = z.object({
  erased_at: z.string(),
  final_pass_at: z.string(),
  bus_retention_ends_at: z.string(),
  connections_ended: z.int(),
  providers_pending: z.int(),
});

/** Everything that a person finds of theirs through the API. */
async function findable(system: System, user: string): Promise<Record<string, number>> {
  const hits = (await system.search(user, "")).length;
  const counts = await Promise.all(
    ["connections", "contacts", "meetings", "shipments", "sync/batches"].map(async (list) => {
      const answer = await system.get(user, `/v1/${list}?limit=200`);
      assert.equal(answer.status, 200, list);
      return [list, Items.parse(await answer.json()).items.length] as const;
    }),
  );
  return { hits, ...Object.fromEntries(counts) };
}

/** Reads the key of one of the person's fragments. */
async function cachedFragment(system: System, user: string): Promise<() => Promise<unknown>> {
  for (const { doc_id } of await system.search(user, "")) {
    const answer = await system.get(user, `/v1/documents/${doc_id}/fragments`);
    const [first] =
      z.object({ items: z.array(z.object({ fragment_id: z.string() })) }).parse(await answer.json()).items;
    if (first === undefined) continue;
    assert.equal((await system.get(user, `/v1/fragments/${doc_id}/${first.fragment_id}`)).status, 200);
    return () => system.stores.state.fragments.get(user, doc_id, first.fragment_id);
  }
  throw new Error("No document of the person has fragments");
}

/** The files of an archive by name. */
export async function unpacked(archive: Response): Promise<ReadonlyMap<string, string>> {
  assert.equal(archive.status, 200);
  assert.equal(archive.headers.get("content-type"), "application/zip");
  const zip = new ZipReader(new BlobReader(await archive.blob()));
  const files = new Map<string, string>();
  for (const entry of await zip.getEntries()) {
    if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()));
  }
  return files;
}

/** Two people are connected; one leaves. The word is in a mail of each. */
export async function leaves(system: System, leaving: string, staying: string): Promise<z.infer<typeof Receipt>> {
  for (const user of [leaving, staying]) {
    await system.connect(user);
    system.simulator.person(user).send({ from: `Kim of ${user} <kim@${user}.example>`, subject: "Quittenmarmelade" });
  }
  for (const user of [leaving, staying]) {
    await system.until(
      `${user} finds the mail`,
      async () => (await system.search(user, "Quittenmarmelade")).length === 1,
    );
    await system.until(`${user} knows its sender`, async () => {
      const answer = await system.get(user, `/v1/contacts?q=kim`);
      return Items.parse(await answer.json()).items.length > 0;
    });
  }
  const files = await unpacked(await system.get(leaving, `/v1/users/${leaving}/export`));
  const all = [...files.values()].join("");
  assert.match(files.get("README.txt") ?? "", /Everything that Millrace held/);
  const mails = [...files].filter(([name]) => name.endsWith("/mail.ndjson")).flatMap(([, text]) => text.split("\n"));
  assert.equal(mails.filter((line) => line.includes("Quittenmarmelade")).length, 1);
  assert.ok(mails.length > 30, `${mails.length} mails`);
  assert.match(files.get("records/contacts.ndjson") ?? "", new RegExp(`kim@${leaving}\\.example`, "i"));
  assert.equal(files.has("records/tokens.ndjson"), false);
  assert.doesNotMatch(all, new RegExp(`kim@${staying}\\.example`));

  const before = await findable(system, staying);
  const cached = await cachedFragment(system, leaving);
  assert.notEqual(await cached(), null);
  const answer = await system.delete(leaving, `/v1/users/${leaving}`);
  assert.equal(answer.status, 202);
  const receipt = Receipt.parse(await answer.json());
  assert.deepEqual([receipt.connections_ended, receipt.providers_pending], [1, 0]);
  const none = { hits: 0, connections: 0, contacts: 0, meetings: 0, shipments: 0, "sync/batches": 0 };
  assert.deepEqual(await findable(system, leaving), none);
  assert.equal(await cached(), null);
  const after = await findable(system, staying);
  for (const [name, count] of Object.entries(before)) assert.ok((after[name] ?? 0) >= count, `${name} of who stays`);
  // What was on its way does not come back.
  system.simulator.person(leaving).send({ subject: "Quittenmarmelade again" });
  await system.rest(3_000);
  assert.deepEqual(await findable(system, leaving), none);
  await assert.rejects(() => system.connect(leaving), "while the erasure is under way nothing is connected");
  return receipt;
}
