/** The simulated Drive API. */
import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import type { StoredFile } from "../../scripts/simulator/drive/store.ts";
import type { Json } from "./bundle.ts";
import { DRIVE, google, type GoogleBundle, withQuery } from "./google_bundle.ts";

const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const ALL = { supportsAllDrives: "true", includeItemsFromAllDrives: "true", fields: "*" };

function fileOf(bundle: GoogleBundle, wanted: (file: StoredFile) => boolean): { file: StoredFile; id: string } {
  const file = bundle.ben.desk.drive.visible().find(wanted) ?? assert.fail();
  const drives = bundle.simulator.googleDrives("ben");
  return { file, id: drives.id(drives.own, file.number) };
}

async function bytesOf(bundle: GoogleBundle, url: string): Promise<Response> {
  return await bundle.simulator.fetch(new Request(url, { headers: { authorization: `Bearer ${bundle.token}` } }));
}

const native = (kind: string) => (file: StoredFile) => file.content.kind === kind && file.number % 2 === 0;
const uploaded = (kind: string) => (file: StoredFile) => file.content.kind === kind && file.number % 2 === 1;

Deno.test("files.list gives id, name and type unless fields asks for more, and keeps to its search", async () => {
  const bundle = await google();
  const bare = await bundle.get(`${DRIVE}/files`);
  assert.deepEqual(Object.keys(bare.files[0]), ["kind", "id", "name", "mimeType"]);
  const q = `trashed = false and (mimeType = '${DOCX}' or mimeType = 'application/vnd.google-apps.document')`;
  const fields = "nextPageToken,files(id,capabilities/canDownload,owners(emailAddress))";
  const all = await bundle.pages(withQuery(`${DRIVE}/files`, { q, fields, pageSize: "3" }), "files");
  const words = bundle.ben.desk.drive.visible().filter(({ content }) => content.kind === "word");
  assert.equal(all.items.length, words.length);
  assert.deepEqual(all.items[0].capabilities, { canDownload: true });
  assert.deepEqual(all.items[0].owners, [{ emailAddress: bundle.ben.address }]);
  assert.deepEqual(Object.keys(all.items[0]), ["id", "capabilities", "owners"]);
  assert.equal((await bundle.refused(withQuery(`${DRIVE}/files`, { q: "starred = true" }))).status, 400);
  assert.equal((await bundle.refused(withQuery(`${DRIVE}/files`, { fields: "files(id" }))).status, 400);
  const token = await bundle.refused(withQuery(`${DRIVE}/files`, { pageToken: "x" }));
  assert.deepEqual([token.status, token.reason, token.body.error.errors[0].location], [400, "invalid", "pageToken"]);
});

Deno.test("Office files are downloaded, Google's own exported, as real packages; never the other way round", async () => {
  const bundle = await google();
  const own = fileOf(bundle, native("word"));
  const office = fileOf(bundle, uploaded("sheet"));
  const download = await bytesOf(bundle, `${DRIVE}/files/${office.id}?alt=media`);
  assert.ok("xl/workbook.xml" in unzipSync(new Uint8Array(await download.arrayBuffer())));
  const exported = await bytesOf(bundle, withQuery(`${DRIVE}/files/${own.id}/export`, { mimeType: DOCX }));
  const parts = unzipSync(new Uint8Array(await exported.arrayBuffer()));
  assert.ok(new TextDecoder().decode(parts["word/document.xml"]).includes(own.file.content.word));
  const plain = await bytesOf(bundle, withQuery(`${DRIVE}/files/${own.id}/export`, { mimeType: "text/plain" }));
  assert.ok((await plain.text()).includes(own.file.content.word));
  assert.equal((await bundle.refused(`${DRIVE}/files/${own.id}?alt=media`)).reason, "fileNotDownloadable");
  const wrong = withQuery(`${DRIVE}/files/${office.id}/export`, { mimeType: DOCX });
  assert.equal((await bundle.refused(wrong)).reason, "fileNotExportable");
});

Deno.test("an export that is too large is refused, its link is not", async () => {
  const bundle = await google();
  const { id } = fileOf(bundle, native("word"));
  bundle.simulator.faults.exportBytesMax = 100;
  const url = withQuery(`${DRIVE}/files/${id}/export`, { mimeType: DOCX });
  const refused = await bundle.refused(url);
  assert.deepEqual([refused.status, refused.reason], [403, "exportSizeLimitExceeded"]);
  const { exportLinks } = await bundle.get(`${DRIVE}/files/${id}?fields=exportLinks`);
  assert.equal((await bytesOf(bundle, exportLinks[DOCX])).status, 200);
});

Deno.test("a file in the bin is still there, one that is gone or out of reach is 404", async () => {
  const bundle = await google();
  const one = fileOf(bundle, native("word"));
  const other = fileOf(bundle, uploaded("word"));
  bundle.ben.desk.drive.trash(one.file);
  assert.equal((await bundle.get(`${DRIVE}/files/${one.id}?fields=trashed`)).trashed, true);
  bundle.ben.desk.drive.delete(one.file);
  bundle.simulator.googleDrives("ben").loseAccess(other.file);
  for (const { id } of [one, other]) {
    const refused = await bundle.refused(`${DRIVE}/files/${id}`);
    assert.deepEqual([refused.status, refused.reason], [404, "notFound"]);
  }
});

Deno.test("changes.list tells each file once, as it is now, and ends with a new start token", async () => {
  const bundle = await google();
  const { startPageToken } = await bundle.get(`${DRIVE}/changes/startPageToken`);
  const { drive } = bundle.ben.desk;
  const [first, second, third] = drive.visible().filter(({ content }) => content.kind !== "folder");
  drive.rename(first ?? assert.fail(), "Once.docx");
  drive.rename(first ?? assert.fail(), "Twice.docx");
  drive.trash(second ?? assert.fail());
  drive.delete(third ?? assert.fail());
  const url = withQuery(`${DRIVE}/changes`, { ...ALL, pageToken: startPageToken, includeRemoved: "true" });
  const { changes, newStartPageToken, nextPageToken } = await bundle.get(url);
  assert.equal(nextPageToken, undefined);
  assert.deepEqual(
    changes.map((one: Json) => [one.removed, one.file?.name.replace(/\.docx$/, ""), one.file?.trashed]),
    [
      [false, "Twice", false],
      [false, changes[1].file.name.replace(/\.docx$/, ""), true],
      [true, undefined, undefined],
    ],
  );
  const quiet = await bundle.get(withQuery(url, { pageToken: newStartPageToken }));
  assert.deepEqual(quiet.changes, []);
  const paged = await bundle.get(withQuery(url, { pageSize: "1" }));
  assert.ok(paged.nextPageToken !== undefined && paged.newStartPageToken === undefined);
});

Deno.test("a shared drive is announced in the person's log and has a log of its own", async () => {
  const bundle = await google();
  const { startPageToken } = await bundle.get(`${DRIVE}/changes/startPageToken`);
  const drives = bundle.simulator.googleDrives("ben");
  const team = drives.share("Team");
  const { content } = fileOf(bundle, native("word")).file;
  team.store.create(0, content);
  const url = withQuery(`${DRIVE}/changes`, { ...ALL, pageToken: startPageToken });
  const { changes } = await bundle.get(url);
  assert.deepEqual(changes.map((one: Json) => [one.changeType, one.drive?.name]), [["drive", "Team"]]);
  assert.deepEqual((await bundle.get(`${DRIVE}/drives`)).drives.map((one: Json) => one.id), [team.id]);
  const own = await bundle.get(withQuery(url, { driveId: team.id, pageToken: "1" }));
  assert.deepEqual(own.changes.map((one: Json) => one.driveId), [team.id, team.id]);
  const q = withQuery(`${DRIVE}/files`, { ...ALL, corpora: "drive", driveId: team.id });
  const [file] = (await bundle.get(q)).files;
  assert.deepEqual([file.driveId, file.owners, file.shared], [team.id, undefined, undefined]);
  assert.equal((await bundle.refused(`${DRIVE}/files/${file.id}`)).status, 404);
  await bundle.get(`${DRIVE}/files/${file.id}?supportsAllDrives=true`);
  drives.setMember(team, false);
  assert.equal((await bundle.refused(q)).status, 404);
  assert.equal((await bundle.refused(withQuery(url, { driveId: team.id }))).status, 404);
  const left = (await bundle.get(url)).changes.at(-1);
  assert.deepEqual([left.changeType, left.removed, left.drive], ["drive", true, undefined]);
});

Deno.test("a page token that is lost is answered as was chosen, one that never was with 400", async () => {
  const bundle = await google();
  const { startPageToken: pageToken } = await bundle.get(`${DRIVE}/changes/startPageToken`);
  assert.equal((await bundle.refused(withQuery(`${DRIVE}/changes`, { pageToken: "x" }))).status, 400);
  for (const status of [400, 404, 410] as const) {
    bundle.simulator.faults.lostPageToken = status;
    bundle.simulator.faults.loseCursors = 1;
    assert.equal((await bundle.refused(withQuery(`${DRIVE}/changes`, { pageToken }))).status, status);
  }
});

Deno.test("about says nothing without fields", async () => {
  const bundle = await google();
  assert.equal((await bundle.refused(`${DRIVE}/about`)).status, 400);
  assert.equal((await bundle.get(`${DRIVE}/about?fields=user`)).user.emailAddress, bundle.ben.address);
});
