/** Drive items of Graph as documents. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { PresentationDocument, SheetDocument, WordDocument } from "../../shared/contracts/documents.ts";
import { documentOf, DriveItem, itemSize, kindOf, versionOfItem } from "../../shared/providers/microsoft/drive_item.ts";
import { mutated } from "./random_removal.ts";

const UNBOUND = { doc_id: true, connection_id: true } as const;
const SCHEMAS = {
  word: WordDocument.omit(UNBOUND),
  sheet: SheetDocument.omit(UNBOUND),
  presentation: PresentationDocument.omit(UNBOUND),
};
const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const PLACE = { container: "drive-1", path: "Work/2026" };
const TEXT = { sections: [], content: "text", content_reason: "" } as const;

const FULL = {
  id: "01ABC",
  name: " Offer.docx ",
  size: 2_048,
  eTag: '"{86EB4C8E-D20D-46B9-AD41-23B8868DDA8A},7"',
  cTag: '"c:{86EB4C8E-D20D-46B9-AD41-23B8868DDA8A},3"',
  webUrl: "https://contoso-my.sharepoint.example/Offer.docx",
  createdDateTime: "2026-03-21T20:01:37Z",
  lastModifiedDateTime: "2026-03-22T08:00:00Z",
  createdBy: { user: { id: "u1", displayName: "Ada", email: "Ada@Outlook.example" } },
  lastModifiedBy: { user: { id: "u2", displayName: "Ben" } },
  parentReference: { driveId: "b!1", driveType: "business", id: "01ROOT" },
  file: { mimeType: WORD, hashes: {} },
  shared: { scope: "users", owner: { user: { displayName: "Cleo", email: "cleo@outlook.example" } } },
};

function read(json: unknown, place = PLACE) {
  const item = DriveItem.parse(json);
  const kind = kindOf(item);
  assert.ok(kind !== null);
  const outcome = documentOf(item, kind, { ...place, text: { ...TEXT, sections: [] } });
  return { ...outcome, document: SCHEMAS[kind].parse(outcome.document) };
}

Deno.test("documentOf() maps every member of a file", () => {
  const { document, version } = read(FULL);
  assert.deepEqual(document, {
    doc_type: "word_document",
    provider: "microsoft",
    provider_id: "01ABC",
    container: "drive-1",
    title: "Offer.docx",
    url: "https://contoso-my.sharepoint.example/Offer.docx",
    last_updated: "2026-03-22T08:00:00.000Z",
    sections: [],
    content: "text",
    content_reason: "",
    mime_type: WORD,
    size_bytes: 2_048,
    path: "Work/2026",
    shared: true,
    owners: [{ name: "Cleo", address: "cleo@outlook.example" }],
    last_editor: { name: "Ben", address: "" },
    created_at: "2026-03-21T20:01:37.000Z",
  });
  assert.equal(version, Date.parse("2026-03-22T08:00:00Z") * 1_024 + 7);
});

Deno.test("documentOf() takes who made a file for its owner where nobody else is said to be", () => {
  const { shared: _, ...own } = FULL;
  assert.deepEqual(read(own).document.owners, [{ name: "Ada", address: "ada@outlook.example" }]);
  assert.equal(read(own).document.shared, false);
});

Deno.test("kindOf() goes by the media type, and by the name where that says nothing", () => {
  const kind = (mimeType: string, name: string) => kindOf(DriveItem.parse({ id: "1", name, file: { mimeType } }));
  assert.equal(kind(WORD, "a"), "word");
  assert.equal(kind(WORD, "a.txt"), "word");
  assert.equal(kind("application/octet-stream", "A.XLSX"), "sheet");
  assert.equal(kind("", "a.pptm"), "presentation");
  assert.equal(kind("application/pdf", "a.pdf"), null);
  assert.equal(kind("text/plain", "docx"), null);
  assert.equal(kindOf(DriveItem.parse({ id: "1", name: "a.docx", folder: {} })), null);
  assert.equal(kindOf(DriveItem.parse({ id: "1", name: "Notes", package: { type: "oneNote" } })), null);
});

Deno.test("a file of another drive that was put into the own one is what it is there", () => {
  const item = {
    id: "01SHORTCUT",
    name: "Theirs.xlsx",
    remoteItem: {
      id: "99",
      size: 77,
      webUrl: "https://theirs.example/Theirs.xlsx",
      file: { mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
      parentReference: { driveId: "b!2" },
    },
    lastModifiedDateTime: "2026-03-22T08:00:00Z",
    eTag: FULL.eTag,
  };
  const { document } = read(item);
  assert.deepEqual(
    [document.doc_type, document.url, document.size_bytes, document.shared],
    ["sheet_document", "https://theirs.example/Theirs.xlsx", 77, true],
  );
  assert.equal(itemSize(DriveItem.parse(item)), 77);
  assert.equal(versionOfItem(DriveItem.parse(item)).exact, false, "its own tag does not tell of the other drive");
});

Deno.test("the version grows with each change, of the place alone too, and is exact only where a tag counts", () => {
  const version = (eTag: string, lastModifiedDateTime = FULL.lastModifiedDateTime) =>
    versionOfItem(DriveItem.parse({ ...FULL, eTag, lastModifiedDateTime }));
  const moved = '"{86EB4C8E-D20D-46B9-AD41-23B8868DDA8A},8"';
  assert.ok(version(moved).version > version(FULL.eTag).version);
  assert.ok(version(FULL.eTag, "2026-03-22T08:00:01Z").version > version(moved).version);
  assert.ok(version(FULL.eTag).exact);
  for (const tag of ["", "aMzVBQkU4OERFNzgxQkRBMyExMDYuMjU3", '"{x},1"', '"{1},1.5"']) {
    assert.equal(version(tag).exact, false, tag);
  }
  assert.deepEqual(version(FULL.eTag, ""), { version: 0, exact: false });
  assert.ok(Number.isSafeInteger(version('"{1},999999999999999"', "2200-01-01T00:00:00Z").version));
});

Deno.test("any item with members taken out at random is a document, no document, or refused by a name", () => {
  fc.assert(fc.property(mutated(FULL), (json) => {
    const item = DriveItem.safeParse(json);
    if (!item.success) return assert.ok(item.error.issues.length > 0);
    if (kindOf(item.data) !== null) read(json);
  }));
});
