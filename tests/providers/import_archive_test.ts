import assert from "node:assert/strict";
import { type Zippable, zipSync } from "fflate";
import { officeFormatOf, unpack } from "../../shared/providers/import/archive.ts";
import { bytesOf, memoryShelf, sourceOf } from "./import_files.ts";

const PLACE = { user_id: "ada", import_id: "i1", position: 0 };
const MBOX = "From a@example.com Mon Mar 03 10:00:00 2025\nMessage-ID: <1@x>\nFrom: a@x\n\nhi\n";

async function unpacked(archive: Uint8Array) {
  const shelf = memoryShelf();
  const report = await unpack(shelf, PLACE, sourceOf(archive));
  return { report, names: [...shelf.files.keys()], shelf };
}
const zip = (files: Record<string, string | Uint8Array>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, bytesOf(content)])) as Zippable);

Deno.test("unpack() puts what can be read on the shelf, by content, and leaves the rest", async () => {
  const { report, names } = await unpacked(zip({
    "Takeout/Mail/All mail.mbox": MBOX,
    "Takeout/Calendar/choir.ics": "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
    "Takeout/Contacts/All.vcf": "BEGIN:VCARD\nEND:VCARD\n",
    "Takeout/archive_browser.html": "<html>",
    "Takeout/Photos/a.jpg": "jpeg",
    "Takeout/Drive/wrong.docx": "not a document",
    "Takeout/Drive/letter.docx": zip({ "[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>" }),
    "Takeout/Drive/inner.zip": zip({ "a.mbox": MBOX }),
  }));
  assert.deepEqual(report.files.map(({ name, format }) => [name, format]), [
    ["Takeout/Mail/All mail.mbox", "mbox"],
    ["Takeout/Calendar/choir.ics", "ics"],
    ["Takeout/Contacts/All.vcf", "vcf"],
    ["Takeout/Drive/letter.docx", "word"],
  ]);
  assert.equal(report.left_out, 3);
  assert.deepEqual(report.refused.map(({ name, reason }) => [name, reason.split(":")[0]]), [
    ["Takeout/Drive/wrong.docx", "format_unknown"],
  ]);
  assert.deepEqual(names, ["ada/i1.1", "ada/i1.2", "ada/i1.3", "ada/i1.4"]);
});

Deno.test("unpack() refuses paths that lead out of the archive; no name becomes a path", async () => {
  const tricks = [
    "../evil.mbox",
    "a/../../evil.mbox",
    "/etc/evil.mbox",
    "C:/evil.mbox",
    "a\\..\\evil.mbox",
    "a\x00b.mbox",
  ];
  const { report, names } = await unpacked(
    zip({ ...Object.fromEntries(tricks.map((name) => [name, MBOX])), "ok.mbox": MBOX }),
  );
  assert.deepEqual(report.files.map(({ name }) => name), ["ok.mbox"]);
  assert.deepEqual(report.refused.map(({ reason }) => reason.split(":")[0]), [
    ...Array.from({ length: 5 }, () => "path_unsafe"),
    "name_unsafe",
  ]);
  assert.deepEqual(names, ["ada/i1.1"]);
});

Deno.test("unpack() refuses a bomb, whether it says so or lies about its size, and reads on", async () => {
  const size = 70 * 1024 * 1024;
  const bomb = zip({ "bomb.mbox": new Uint8Array(size), "ok.mbox": MBOX });
  const said = await unpacked(bomb);
  assert.deepEqual(said.report.files.map(({ name }) => name), ["ok.mbox"]);
  assert.match(said.report.refused[0]?.reason ?? "", /^too_large: /);
  const lying = bomb.slice();
  const view = new DataView(lying.buffer);
  // The uncompressed size stands 24 bytes into the first central entry, and 22 into the local header.
  const central = lying.findLastIndex((_, at) =>
    at + 4 <= lying.length && view.getUint32(at, true) === 0x02014b50 &&
    view.getUint32(at + 24, true) === size
  );
  view.setUint32(central + 24, 1_000, true);
  view.setUint32(22, 1_000, true);
  const lied = await unpacked(lying);
  assert.ok(!lied.report.files.some(({ name }) => name === "bomb.mbox"));
  assert.ok([...lied.shelf.files.values()].every((bytes) => bytes.length < 1_024));
});

Deno.test("unpack() lists a damaged entry and reads the others; what is no archive is refused", async () => {
  const archive = zip({ "bad.mbox": MBOX.repeat(50), "ok.mbox": MBOX });
  const damaged = archive.slice();
  for (let at = 45; at < 60; at++) damaged[at] = (damaged[at] ?? 0) ^ 0xff;
  const { report, names } = await unpacked(damaged);
  assert.deepEqual(report.files.map(({ name }) => name), ["ok.mbox"]);
  assert.match(report.refused[0]?.reason ?? "", /^damaged: /);
  assert.deepEqual(names, ["ada/i1.1"]);
  await assert.rejects(unpacked(archive.subarray(0, archive.length - 30)), { code: "archive_invalid" });
  await assert.rejects(unpacked(bytesOf("PK\x03\x04 nothing")), { code: "archive_invalid" });
});

Deno.test("officeFormatOf() tells the three kinds from an archive that merely has such folders", async () => {
  const kind = (files: Record<string, string>) => officeFormatOf(sourceOf(zip(files)));
  const types = { "[Content_Types].xml": "" };
  assert.equal(await kind({ ...types, "word/document.xml": "" }), "word");
  assert.equal(await kind({ ...types, "xl/workbook.xml": "" }), "sheet");
  assert.equal(await kind({ ...types, "ppt/presentation.xml": "" }), "presentation");
  assert.equal(await kind({ "word/document.xml": "" }), null);
});
