/** Files of Google Drive as documents, and what becomes of their contents. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { TransientError } from "../../shared/contracts/errors.ts";
import { openDrive } from "../../shared/providers/google/drive.ts";
import { googleUrls } from "../../shared/providers/google/config.ts";
import { FILE_BYTES_MAX } from "../../shared/providers/office_file.ts";
import type { Mailbox, ProviderRequest, ProviderResponse } from "../../shared/providers/port.ts";
import { GOOGLE_CONFIG, testDeps } from "./opened.ts";
import { mutated } from "./random_removal.ts";
import { answerOf, type ScriptedAnswer, TEST_CONNECTION } from "./scripted_mailbox.ts";

const GOOGLE = "application/vnd.google-apps.";
const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const BYTES = new TextEncoder().encode("the bytes of a file");

const DOCUMENT = {
  id: "1AbC",
  name: "Plan\n2026",
  mimeType: `${GOOGLE}document`,
  createdTime: "2026-01-01T10:00:00.123Z",
  modifiedTime: "2026-02-01T10:00:00Z",
  trashed: false,
  parents: ["folder-1"],
  size: "1024",
  version: "17",
  webViewLink: "https://docs.google.com/document/d/1AbC/edit",
  shared: true,
  owners: [{ displayName: "Ben Marsh", emailAddress: "Ben@Gmail.Example" }],
  lastModifyingUser: { displayName: "Ada" },
  capabilities: { canDownload: true },
  exportLinks: { [DOCX]: "https://docs.google.com/feeds/download/documents/Export?id=1AbC&exportFormat=docx" },
};
const UPLOADED = { ...DOCUMENT, mimeType: DOCX, name: "Plan.docx", exportLinks: null };
const TOO_LARGE = { error: { code: 403, errors: [{ reason: "exportSizeLimitExceeded" }] } };

type Script = (url: URL) => ScriptedAnswer & { bytes?: Uint8Array | null };

/** Reads one file whose content is asked for as the script answers. */
function drive(script: Script) {
  const asked: string[] = [];
  const mailbox: Mailbox = {
    connection: TEST_CONNECTION,
    signal: new AbortController().signal,
    async request(text: string, _: ProviderRequest = {}): Promise<ProviderResponse> {
      const url = new URL(text);
      asked.push(`${url.pathname}${url.search}`);
      if (url.pathname.endsWith("/files/folder-1")) {
        return answerOf({ json: { name: "Work", parents: ["root"] } });
      }
      if (url.pathname.endsWith("/files/root")) return answerOf({ json: { name: "My Drive", ownedByMe: true } });
      const { bytes, ...answer } = await script(url);
      return { ...answerOf(answer), ...(bytes === undefined ? {} : { bytes }) };
    },
  };
  const resource = openDrive({
    config: GOOGLE_CONFIG,
    urls: googleUrls(GOOGLE_CONFIG),
    deps: testDeps(),
    extract: (bytes, kind) =>
      Promise.resolve({
        kind: "text",
        title: "",
        truncated: false,
        sections: [{ heading: "", level: 0, place: kind, text: new TextDecoder().decode(bytes) }],
      }),
  });
  const lookup = async () => (await resource.lookup(mailbox, [{ provider_id: "1AbC", container: "my-drive" }], ""))[0];
  const read = async () => {
    const answer = await lookup();
    assert.ok(answer?.kind === "found", JSON.stringify(answer));
    const document = NormalisedDocument.parse({
      ...answer.read.document,
      doc_id: "0".repeat(32),
      connection_id: "connection-1",
    });
    assert.ok("sections" in document);
    return { ...answer.read, document };
  };
  return { asked, lookup, read, mailbox, resource };
}

const metadata = (file: unknown, rest: Script): Script => (url) =>
  /\/files\/1AbC$/.test(url.pathname) && url.searchParams.has("fields") ? { json: file } : rest(url);

Deno.test("a Google document becomes a word document, exported as docx", async () => {
  const { read, asked } = drive(metadata(DOCUMENT, () => ({ bytes: BYTES })));
  const { document, version, container } = await read();
  assert.deepEqual([version, container], [17, "my-drive"]);
  assert.deepEqual(document, {
    doc_id: "0".repeat(32),
    connection_id: "connection-1",
    doc_type: "word_document",
    provider: "google",
    provider_id: "1AbC",
    container: "my-drive",
    title: "Plan 2026",
    url: "https://docs.google.com/document/d/1AbC/edit",
    last_updated: "2026-02-01T10:00:00.000Z",
    sections: [{ heading: "", level: 0, place: "word", text: "the bytes of a file" }],
    content: "text",
    content_reason: "",
    mime_type: `${GOOGLE}document`,
    size_bytes: 1024,
    path: "Work",
    shared: true,
    owners: [{ name: "Ben Marsh", address: "ben@gmail.example" }],
    last_editor: { name: "Ada", address: "" },
    created_at: "2026-01-01T10:00:00.123Z",
  });
  assert.ok(asked.includes(`/drive/v3/files/1AbC/export?mimeType=${encodeURIComponent(DOCX)}`));
});

Deno.test("spreadsheets, presentations and Office files become documents of their kind", async () => {
  const kinds = [
    [`${GOOGLE}spreadsheet`, "sheet_document"],
    [`${GOOGLE}presentation`, "presentation_document"],
    [DOCX, "word_document"],
    ["application/vnd.ms-excel.sheet.macroEnabled.12", "sheet_document"],
    ["application/vnd.ms-powerpoint", "presentation_document"],
  ];
  for (const [mimeType, doc_type] of kinds) {
    const { read } = drive(metadata({ ...DOCUMENT, mimeType }, () => ({ bytes: BYTES })));
    assert.equal((await read()).document.doc_type, doc_type);
  }
});

Deno.test("a file of a shared drive is shared, though it does not say so, and has no owner", async () => {
  const { shared: _, owners: __, ...file } = { ...DOCUMENT, driveId: "0Aq" };
  const { document } = await drive(metadata(file, () => ({ bytes: BYTES }))).read();
  assert.deepEqual([document.shared, document.owners], [true, []]);
});

Deno.test("a file that may not be downloaded, or is too large, is not asked for", async () => {
  const closed = { ...UPLOADED, capabilities: { canDownload: false } };
  const large = { ...UPLOADED, size: String(FILE_BYTES_MAX + 1) };
  for (const [file, reason] of [[closed, /^not_downloadable: /], [large, /^too_large: /]] as const) {
    const { read } = drive(metadata(file, () => assert.fail("asked for")));
    const { document } = await read();
    assert.equal(document.content, "refused");
    assert.match(document.content_reason, reason);
  }
});

Deno.test("a file that turns out larger than it said is refused", async () => {
  const { document } = await drive(metadata(UPLOADED, () => ({ bytes: null }))).read();
  assert.match(document.content_reason, /^too_large: /);
});

Deno.test("a refused download is told with Google's reason", async () => {
  const json = { error: { errors: [{ reason: "cannotDownloadAbusiveFile" }] } };
  const { document } = await drive(metadata(UPLOADED, () => ({ status: 403, json }))).read();
  assert.equal(document.content_reason, "not_downloadable: Google refuses it: 403 cannotDownloadAbusiveFile.");
});

Deno.test("an export that is too large is had by its link, else as plain text, else refused", async () => {
  const at = (link: ScriptedAnswer & { bytes?: Uint8Array }, plain: ScriptedAnswer & { bytes?: Uint8Array }) =>
    drive(metadata(DOCUMENT, (url) => {
      if (url.host === "docs.google.com") return link;
      return url.searchParams.get("mimeType") === "text/plain" ? plain : { status: 403, json: TOO_LARGE };
    })).read();
  const refused = { status: 403, json: TOO_LARGE };
  const linked = await at({ bytes: BYTES }, refused);
  assert.deepEqual([linked.document.content, linked.document.sections[0]?.place], ["text", "word"]);
  const plain = await at({ status: 302 }, { bytes: new TextEncoder().encode("\uFEFFplain") });
  assert.deepEqual(plain.document.sections, [{ heading: "", level: 0, place: "", text: "plain" }]);
  const none = await at({ status: 401 }, refused);
  assert.match(none.document.content_reason, /^export_too_large: /);
});

Deno.test("of a spreadsheet that is too large the first sheet is had, which is not all of it", async () => {
  const sheet = { ...DOCUMENT, mimeType: `${GOOGLE}spreadsheet`, exportLinks: undefined };
  const { document } = await drive(
    metadata(
      sheet,
      (url) =>
        url.searchParams.get("mimeType") === "text/csv"
          ? { bytes: new TextEncoder().encode("a,b") }
          : { status: 403, json: TOO_LARGE },
    ),
  ).read();
  assert.deepEqual([document.content, document.sections[0]?.text], ["truncated", "a,b"]);
});

Deno.test("a file whose content fails while Drive tells of it is set aside; with Drive away it waits", async () => {
  const away = () => {
    throw new TransientError("provider_away", "Drive does not answer");
  };
  const { lookup } = drive(metadata(DOCUMENT, away));
  const answer = await lookup();
  assert.equal(answer?.kind, "refused");
  let asked = 0;
  const silent = drive((url) => asked++ === 0 && url.searchParams.has("fields") ? { json: DOCUMENT } : away());
  await assert.rejects(silent.lookup(), { code: "provider_away" });
});

Deno.test("a file that goes between its listing and its download is gone", async () => {
  let asked = 0;
  const { lookup } = drive((url) =>
    asked++ === 0 && url.searchParams.has("fields") ? { json: UPLOADED } : { status: 404, json: {} }
  );
  assert.deepEqual(await lookup(), { kind: "left_out" });
});

Deno.test("whatever a file is like, it becomes a document, is refused by its id, or is none", async () => {
  await fc.assert(
    fc.asyncProperty(mutated({ files: [DOCUMENT, UPLOADED] }), async (answer) => {
      const { resource, mailbox } = drive((url) => {
        if (url.pathname.endsWith("/drives")) return { json: { drives: [] } };
        if (url.pathname.endsWith("/startPageToken")) return { json: { startPageToken: "1" } };
        return url.pathname.endsWith("/files") ? { json: answer } : { bytes: BYTES };
      });
      const page = await resource.changes(mailbox, "").catch((error) => {
        assert.ok(error instanceof TransientError, String(error));
        return null;
      });
      for (const item of page?.documents ?? []) {
        const read = await item.read();
        if ("document" in read) {
          NormalisedDocument.parse({ ...read.document, doc_id: "0".repeat(32), connection_id: "connection-1" });
        } else assert.ok("left_out" in read || read.provider_id !== "");
      }
    }),
    { numRuns: 400 },
  );
});

// ── the walk ──────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("a token that is lost again and again ends the round with an error", async () => {
  const { resource, mailbox } = drive((url) => {
    if (url.pathname.endsWith("/drives")) return { json: { drives: [] } };
    if (url.pathname.endsWith("/startPageToken")) return { json: { startPageToken: "1" } };
    if (url.pathname.endsWith("/files")) return { json: { files: [] } };
    return { status: 400, json: { error: { errors: [{ reason: "invalid" }] } } };
  });
  const walk = async () => {
    let cursor = "";
    for (let pages = 0; pages < 50; pages++) cursor = (await resource.changes(mailbox, cursor)).cursor;
  };
  await assert.rejects(walk(), { code: "provider_refused" });
});

Deno.test("an incomplete search proves nothing by what it leaves out", async () => {
  const { resource, mailbox } = drive((url) => {
    if (url.pathname.endsWith("/drives")) return { status: 403, json: {} };
    if (url.pathname.endsWith("/startPageToken")) return { json: { startPageToken: 671 } };
    return { json: { files: [], incompleteSearch: true } };
  });
  const page = await resource.changes(mailbox, "");
  assert.deepEqual(page.enumeration, { container: "my-drive", started: true, finished: false });
});

Deno.test("an answer with neither next page nor new token leaves the token as it was", async () => {
  const tokens: (string | null)[] = [];
  const { resource, mailbox } = drive((url) => {
    if (url.pathname.endsWith("/drives")) return { json: {} };
    if (url.pathname.endsWith("/startPageToken")) return { json: { startPageToken: "5" } };
    if (url.pathname.endsWith("/files")) return { json: {} };
    tokens.push(url.searchParams.get("pageToken"));
    return { json: {} };
  });
  let cursor = "";
  for (let round = 0; round < 3; round++) cursor = (await resource.changes(mailbox, cursor)).cursor;
  assert.deepEqual(tokens, ["5", "5"]);
});

Deno.test("what the person's own log says of a shared drive's files is left to that drive's log", async () => {
  const changes = ["0Aq", "0Other"].map((driveId) => ({
    changeType: "file",
    removed: false,
    fileId: `file of ${driveId}`,
    file: { ...DOCUMENT, id: `file of ${driveId}`, driveId, trashed: true },
  }));
  const { resource, mailbox } = drive((url) => {
    if (url.pathname.endsWith("/drives")) return { json: { drives: [{ id: "0Aq" }] } };
    if (url.pathname.endsWith("/startPageToken")) return { json: { startPageToken: "5" } };
    if (url.pathname.endsWith("/files")) return { json: {} };
    return { json: { changes: url.searchParams.has("driveId") ? [] : changes, newStartPageToken: "6" } };
  });
  const removals: unknown[] = [];
  for (
    let page = await resource.changes(mailbox, "");
    !page.done;
    page = await resource.changes(mailbox, page.cursor)
  ) {
    removals.push(...page.removals);
  }
  // A file of a drive that the person is no member of was shared by itself: nobody else tells of it.
  assert.deepEqual(removals, [{ provider_id: "file of 0Other", container: "my-drive", doc_type: "word_document" }]);
});

Deno.test("a folder that is told as removed each time does not keep a round from ending", async () => {
  let listings = 0;
  const { resource, mailbox } = drive((url) => {
    if (url.pathname.endsWith("/drives")) return { json: {} };
    if (url.pathname.endsWith("/startPageToken")) return { json: { startPageToken: "5" } };
    if (url.pathname.endsWith("/files")) {
      listings++;
      return { json: { files: [DOCUMENT] } };
    }
    const changes = [{ changeType: "file", removed: true, fileId: "folder-1" }];
    return { json: { changes, newStartPageToken: "6" } };
  });
  let page = await resource.changes(mailbox, "");
  for (let pages = 0; !page.done; pages++) {
    assert.ok(pages < 10);
    page = await resource.changes(mailbox, page.cursor);
  }
  assert.equal(listings, 2);
  await resource.changes(mailbox, page.cursor);
  await resource.changes(mailbox, (await resource.changes(mailbox, page.cursor)).cursor);
  assert.equal(listings, 3);
});

Deno.test("what is asked of Drive are its documented methods, with shared drives in view", async () => {
  const { resource, mailbox, asked } = drive((url) => {
    if (url.pathname.endsWith("/drives")) return { json: { drives: [{ id: "0Aq", name: "Team" }] } };
    if (url.pathname.endsWith("/startPageToken")) return { json: { startPageToken: "5" } };
    return url.pathname.endsWith("/files") ? { json: {} } : { json: { newStartPageToken: "5" } };
  });
  let page = await resource.changes(mailbox, "");
  while (!page.done) page = await resource.changes(mailbox, page.cursor);
  const paths = asked.map((one) => new URL(one, "https://www.googleapis.com"));
  assert.deepEqual(paths.map(({ pathname }) => pathname.replace("/drive/v3/", "")), [
    "drives",
    "changes/startPageToken",
    "files",
    "changes",
    "changes/startPageToken",
    "files",
    "changes",
  ]);
  const [, , own, log, start, team, teamLog] = paths.map(({ searchParams }) => Object.fromEntries(searchParams));
  for (const type of [DOCX, `${GOOGLE}spreadsheet`, "application/vnd.ms-word.document.macroEnabled.12"]) {
    assert.ok(own?.q?.includes(`mimeType = '${type}'`) && own.q.startsWith("trashed = false and ("), type);
  }
  assert.deepEqual([own?.corpora, team?.corpora, team?.driveId], ["user", "drive", "0Aq"]);
  assert.deepEqual([log?.driveId, start?.driveId, teamLog?.driveId], [undefined, "0Aq", "0Aq"]);
  for (const query of [log, teamLog]) {
    assert.deepEqual([query?.includeRemoved, query?.supportsAllDrives, query?.includeItemsFromAllDrives], [
      "true",
      "true",
      "true",
    ]);
  }
  assert.deepEqual(resource.notifications.targets(page.cursor), ["", "0Aq"]);
});
