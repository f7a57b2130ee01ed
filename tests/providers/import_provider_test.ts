import assert from "node:assert/strict";
import { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { docId } from "../../shared/contracts/ids.ts";
import { fileKey, ImportFile, ImportRefusal, queueKey } from "../../shared/contracts/imports.ts";
import { COLLECTIONS, type Connection } from "../../shared/contracts/records.ts";
import type { StoredDocument } from "../../shared/index/port.ts";
import { openImport } from "../../shared/providers/import/mod.ts";
import type { Mailbox } from "../../shared/providers/port.ts";
import { openWorld } from "../consumers/office/world.ts";
import { bytesOf, memoryShelf } from "./import_files.ts";

const CONNECTION: Connection = {
  connection_id: "c1",
  user_id: "ada",
  provider: "import",
  account_id: "archive@ada",
  address: "",
  state: "active",
  scopes: [],
  resources: [],
  choices: [],
  created_at: "2026-03-02T09:00:00.000Z",
  updated_at: "2026-03-02T09:00:00.000Z",
};
const MAILBOX: Mailbox = {
  connection: CONNECTION,
  signal: new AbortController().signal,
  request: () => Promise.reject(new Error("no network")),
};
const mail = (id: string) => `From a@x Mon Mar 03 10:00:00 2025\nMessage-ID: <${id}@x>\nFrom: a@x\n\nhi\n\n`;

async function openReader(files: readonly string[], stored: ReadonlyMap<string, StoredDocument> = new Map()) {
  const world = await openWorld();
  const shelf = memoryShelf();
  const records = world.state.records({ user_id: "ada" });
  for (const [position, content] of files.entries()) {
    const file: ImportFile = {
      import_id: "i1",
      position,
      connection_id: "c1",
      resource: "mail",
      format: "mbox",
      name: `${position}.mbox`,
      size_bytes: content.length,
      state: "waiting",
      read_bytes: 0,
      found: 0,
      duplicates: 0,
      modified_at: "",
      created_at: CONNECTION.created_at,
    };
    if (content !== "") {
      await shelf.add({ user_id: "ada", import_id: "i1", position }, new Blob([bytesOf(content)]).stream(), 1e9);
    }
    await records.commit([
      { op: "put", collection: COLLECTIONS.importFiles, id: fileKey(file), value: file },
      { op: "put", collection: COLLECTIONS.importQueue, id: queueKey(file), value: fileKey(file) },
    ]);
  }
  const index = { document: (_user: string, doc_id: string) => Promise.resolve(stored.get(doc_id) ?? null) };
  const provider = openImport({ state: world.state, index, shelf });
  const fileAt = async (position: number) =>
    ImportFile.parse((await records.get(COLLECTIONS.importFiles, fileKey({ import_id: "i1", position })))?.value);
  return { world, shelf, records, provider, fileAt };
}

Deno.test("changes() reads small files together, writes down what is durable, and takes files off the shelf only then", async () => {
  const reader = await openReader([mail("a") + mail("b"), mail("b") + mail("c")]);
  const { provider, shelf, fileAt } = reader;
  try {
    const page = await provider.changes(MAILBOX, "mail", "");
    assert.deepEqual(page.documents.map(({ provider_id }) => provider_id), ["<a@x>", "<b@x>", "<c@x>"]);
    assert.deepEqual([page.done, page.enumeration], [false, null]);
    assert.equal(shelf.files.size, 2, "nothing is removed before the page is durable");
    assert.equal((await fileAt(0)).state, "waiting");
    // A crash in between: the same page again.
    assert.deepEqual((await provider.changes(MAILBOX, "mail", "")).cursor, page.cursor);
    const last = await provider.changes(MAILBOX, "mail", page.cursor);
    assert.deepEqual([last.done, last.documents.length, shelf.files.size], [true, 0, 0]);
    const [first, second] = [await fileAt(0), await fileAt(1)];
    assert.deepEqual([first.state, first.found, first.duplicates], ["done", 2, 0]);
    assert.deepEqual([second.state, second.found, second.duplicates], ["done", 2, 1]);
    assert.equal((await provider.changes(MAILBOX, "mail", page.cursor)).done, true, "settling twice is settling once");
  } finally {
    await reader.world.close();
  }
});

Deno.test("changes() lists a file that is not there any more and goes on with the next", async () => {
  const reader = await openReader(["", mail("a")]);
  try {
    const page = await reader.provider.changes(MAILBOX, "mail", "");
    assert.deepEqual(page.documents.map(({ provider_id }) => provider_id), ["<a@x>"]);
    await reader.provider.changes(MAILBOX, "mail", page.cursor);
    assert.equal((await reader.fileAt(0)).state, "done");
    const [refusal] = await reader.records.list(COLLECTIONS.importRefusals, { limit: 10 });
    assert.match(ImportRefusal.parse(refusal?.value).reason, /^file_gone: /);
  } finally {
    await reader.world.close();
  }
});

Deno.test("lookup() gives a document back from the index, and never says that one is gone", async () => {
  const first = await openReader([mail("a")]);
  const page = await first.provider.changes(MAILBOX, "mail", "");
  const read = await page.documents[0]?.read();
  await first.world.close();
  assert.ok(read !== undefined && "document" in read);
  const { account_id, user_id } = CONNECTION;
  const doc_id = await docId({ user_id, provider: "import", account_id, container: "", provider_id: "<a@x>" });
  const data = JSON.stringify(NormalisedDocument.parse({ ...read.document, doc_id, connection_id: "c1" }));
  const document = { data } as StoredDocument["document"];
  const reader = await openReader([], new Map([[doc_id, { doc_id, doc_type: "email", revision: 1, document }]]));
  try {
    const names = ["<a@x>", "<b@x>"].map((provider_id) => ({ provider_id, container: "" }));
    assert.deepEqual(await reader.provider.lookup(MAILBOX, "mail", names), [
      { kind: "found", read: { provider_id: "<a@x>", container: "", version: 0, document: read.document } },
      { kind: "unknown" },
    ]);
  } finally {
    await reader.world.close();
  }
});
