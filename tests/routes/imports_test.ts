import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { z } from "zod";
import { openImports } from "../../consumers/office/mod.ts";
import { addImportRoutes } from "../../routes/imports.ts";
import { Import, ImportFile } from "../../shared/contracts/imports.ts";
import { openImport } from "../../shared/providers/import/mod.ts";
import { COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import { KEY, openWorld as openOffice } from "../consumers/office/world.ts";
import { bytesOf, memoryShelf } from "../providers/import_files.ts";
import { openGuards, testApp } from "./test_app.ts";

const MBOX = "From a@example.com Mon Mar 03 10:00:00 2025\nMessage-ID: <1@x>\nFrom: a@x\n\nhi\n";
const Page = z.object({ items: z.array(z.unknown()), next_cursor: z.string() });
const Problem = z.object({ type: z.string(), detail: z.string() });

type World = Awaited<ReturnType<typeof openWorld>>;

async function withWorld(test: (world: World) => Promise<void>): Promise<void> {
  const world = await openWorld();
  try {
    await test(world);
  } finally {
    await world.close();
  }
}

async function openWorld() {
  const office = await openOffice();
  const shelf = memoryShelf();
  const index = { document: () => Promise.resolve(null) };
  const provider = openImport({ state: office.state, index, shelf });
  const ports = { ...office.ports, providers: new Map([["import" as const, provider]]) };
  const imports = openImports(ports, office.signaller, shelf);
  const appOf = (user_id: string) => {
    const { app } = testApp({ guards: openGuards({ user_id, scope: "user", via: "api_key" }) });
    addImportRoutes(app, imports);
    return app;
  };
  const apps = { ada: appOf("ada"), ben: appOf("ben") };
  const get = async (path: string, user: "ada" | "ben" = "ada") => await apps[user].request(`/v1/imports${path}`);
  const post = async (content: string | Uint8Array, headers: Record<string, string> = {}, query = "") =>
    await apps.ada.request(`/v1/imports${query}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream", "millrace-file": "Inbox.mbox", ...headers },
      body: bytesOf(content),
    });
  return { ...office, shelf, imports, get, post };
}

Deno.test("POST /v1/imports takes a file in, makes the source's connection once, and asks for it to be read", () =>
  withWorld(async (world) => {
    const first = Import.parse(await (await world.post(MBOX)).json());
    assert.deepEqual([first.files, first.name, first.source], [1, "Inbox.mbox", "archive"]);
    const second = Import.parse(await (await world.post(MBOX, { "millrace-file": "Caf%C3%A9.mbox" })).json());
    assert.equal(second.connection_id, first.connection_id);
    assert.equal(second.name, "Café.mbox");
    const other = Import.parse(await (await world.post(MBOX, {}, "?source=old-laptop")).json());
    assert.notEqual(other.connection_id, first.connection_id);
    assert.ok(world.bus.changes.some(({ resource, provider }) => resource === "mail" && provider === "import"));
    const listed = Page.parse(await (await world.get("?limit=2")).json());
    assert.equal(listed.items.length, 2);
    const rest = Page.parse(await (await world.get(`?limit=2&cursor=${listed.next_cursor}`)).json());
    assert.deepEqual([rest.items.length, rest.next_cursor], [1, ""]);
    assert.deepEqual(Page.parse(await (await world.get("", "ben")).json()).items, []);
    for (const path of ["", "/files", "/refused"]) {
      assert.equal((await world.get(`/${first.import_id}${path}`)).status, 200, path);
      assert.equal((await world.get(`/${first.import_id}${path}`, "ben")).status, 404, path);
    }
  }));

Deno.test("POST /v1/imports tells of an archive's files which are read, left out and refused", () =>
  withWorld(async (world) => {
    const archive = zipSync({
      "Takeout/Mail/a.mbox": bytesOf(MBOX),
      "Takeout/a.jpg": bytesOf("x"),
      "../b.mbox": bytesOf(MBOX),
      "Takeout/c.eml": bytesOf("Subject: c\n\nhi"),
    });
    const told = Import.parse(await (await world.post(archive, { "millrace-file": "takeout.zip" })).json());
    assert.deepEqual([told.files, told.left_out, told.refused_count], [2, 1, 1]);
    assert.match(told.refused[0]?.reason ?? "", /^path_unsafe: /);
    const { items } = Page.parse(await (await world.get(`/${told.import_id}/files`)).json());
    assert.deepEqual(items.map((item) => ImportFile.parse(item)).map(({ name, format }) => [name, format]), [
      ["Takeout/Mail/a.mbox", "mbox"],
      ["Takeout/c.eml", "eml"],
    ]);
    // The archive itself is gone; what it held waits.
    assert.equal(world.shelf.files.size, 2);
  }));

const REFUSED: readonly (readonly [string, string, Record<string, string>, string, string])[] = [
  ["a file of no kind that is read", "hello", {}, "", "import_unknown_format"],
  ["an empty file", "", {}, "", "import_unknown_format"],
  ["a broken archive", "PK\x03\x04", {}, "", "archive_invalid"],
  ["a name that is not encoded", MBOX, { "millrace-file": "%E0%A4%A" }, "", "request_invalid"],
  ["a name of nothing", MBOX, { "millrace-file": "%00" }, "", "request_invalid"],
  ["a source that is none", MBOX, {}, "?source=a/b", "request_invalid"],
];

for (const [what, content, headers, query, type] of REFUSED) {
  Deno.test(`POST /v1/imports refuses ${what}, and nothing of it stays`, () =>
    withWorld(async (world) => {
      const answer = await world.post(content, headers, query);
      assert.equal(answer.status, 400);
      assert.equal(Problem.parse(await answer.json()).type, `urn:millrace:problem:${type}`);
      assert.equal(world.shelf.files.size, 0);
      assert.deepEqual(Page.parse(await (await world.get("")).json()).items, []);
      const { user_id } = KEY;
      const connections = await world.state.records({ user_id }).list(COLLECTIONS.connections, { limit: 10 });
      assert.ok(!connections.some(({ value }) => Connection.parse(value).provider === "import"));
    }));
}

Deno.test("without a shelf, /v1/imports says what to do", async () => {
  const { app } = testApp();
  addImportRoutes(app, null);
  const answer = await app.request("/v1/imports");
  assert.equal(answer.status, 409);
  assert.equal(Problem.parse(await answer.json()).type, "urn:millrace:problem:imports_unavailable");
});
