/** The content of files of OneDrive: one that can't be had, or is hostile, harms nobody else. */
import assert from "node:assert/strict";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import { readDriveChanges } from "../../shared/providers/microsoft/drive.ts";
import { extractInThisThread, FILE_BYTES_MAX } from "../../shared/providers/office_file.ts";
import type { Mailbox, ProviderResponse } from "../../shared/providers/port.ts";
import { bomb, nested } from "../content/hostile_files.ts";
import { assertTrue, driveAccount } from "./microsoft_drive.ts";
import { testDeps } from "./opened.ts";
import { answerOf, TEST_CONNECTION } from "./scripted_mailbox.ts";

const BASE = "https://graph.microsoft.com/v1.0";
const FILE = {
  id: "01",
  name: "a.docx",
  size: 10,
  lastModifiedDateTime: "2026-03-22T08:00:00Z",
  parentReference: { driveId: "b!1", id: "00" },
  file: { mimeType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
};

/** Reads one file of a scripted drive. @param content what `/content` answers, or throws */
async function readFile(
  content: () => Partial<ProviderResponse>,
  { item = {}, there = 200, choice = {} }: { item?: object; there?: number; choice?: Partial<ResourceChoice> } = {},
) {
  const asked: string[] = [];
  const choices: ResourceChoice[] = Object.keys(choice).length === 0 ? [] : [{
    resource: "drive",
    included: true,
    containers_in: [],
    containers_out: [],
    since: "",
    bodies: true,
    private_events: "full",
    ...choice,
  }];
  const mailbox: Mailbox = {
    connection: { ...TEST_CONNECTION, choices },
    signal: new AbortController().signal,
    request: (url) => {
      asked.push(url.slice(BASE.length));
      if (url.endsWith("/me/drive?$select=id")) return Promise.resolve(answerOf({ json: { id: "b!1" } }));
      if (url.includes("/root/delta")) {
        const value = [{ id: "00", root: {}, folder: {} }, { ...FILE, ...item }];
        return Promise.resolve(
          answerOf({ json: { value, "@odata.deltaLink": `${BASE}/me/drive/root/delta?token=1` } }),
        );
      }
      if (!url.endsWith("/content")) return Promise.resolve(answerOf({ status: there, json: { id: "01" } }));
      return Promise.resolve().then(() => ({ ...answerOf({}), ...content() }));
    },
  };
  const reading = {
    deps: testDeps(),
    mailbox,
    base: BASE,
    extract: extractInThisThread,
  };
  const { cursor } = await readDriveChanges(reading, "");
  const page = await readDriveChanges(reading, cursor);
  assert.equal(page.documents.length, 1);
  return { read: await page.documents[0]?.read() ?? assert.fail(), asked };
}

async function outcome(content: () => Partial<ProviderResponse>, options: Parameters<typeof readFile>[1] = {}) {
  const { read, asked } = await readFile(content, options);
  assert.ok("document" in read && "content" in read.document, JSON.stringify(read));
  return { content: read.document.content, reason: read.document.content_reason, asked };
}

const unread = () => assert.fail("the content is not asked for");

Deno.test("a file that is too large, or hostile by Microsoft's own word, is not fetched", async () => {
  const large = await outcome(unread, { item: { size: FILE_BYTES_MAX + 1 } });
  assert.deepEqual([large.content, large.reason.split(":")[0]], ["refused", "too_large"]);
  const malware = await outcome(unread, { item: { malware: { description: "bad" } } });
  assert.deepEqual([malware.content, malware.reason.split(":")[0]], ["refused", "malware"]);
});

Deno.test("a file that turns out larger than it said is not kept", async () => {
  const { content, reason } = await outcome(() => ({ bytes: null }));
  assert.deepEqual([content, reason.split(":")[0]], ["refused", "too_large"]);
});

Deno.test("a person who gives no contents has none fetched", async () => {
  const { content, asked } = await outcome(unread, { choice: { bodies: false } });
  assert.equal(content, "left_out");
  assert.ok(!asked.some((url) => url.endsWith("/content")));
});

Deno.test("a file that Microsoft refuses is a document without text, which says why", async () => {
  const refused = await outcome(() =>
    answerOf({ status: 403, json: { error: { code: "accessDenied", message: "" } } })
  );
  assert.deepEqual(
    [refused.content, refused.reason],
    ["refused", "not_downloadable: Microsoft refuses it: 403 accessDenied."],
  );
  const foreign = await outcome(() => {
    throw new PermanentError("foreign_link", "elsewhere");
  });
  assert.equal(foreign.reason.split(":")[0], "not_downloadable");
});

Deno.test("a file that is gone by the time of its download is left out; one that is only refused with 404 is not", async () => {
  const gone = await readFile(() => answerOf({ status: 404 }), { there: 404 });
  assert.ok("left_out" in gone.read);
  assert.equal((await outcome(() => answerOf({ status: 404 }))).content, "refused");
});

Deno.test("a file on which Graph fails each time is set aside; when Graph does not answer at all, it is put off", async () => {
  const away = () => {
    throw new TransientError("provider_away", "no", { retry_after_ms: 1 });
  };
  const { read } = await readFile(away);
  assert.ok("reason" in read && read.provider_id === "01");
  await assert.rejects(readFile(away, { there: 503 }), TransientError);
  const throttled = () => {
    throw new TransientError("throttled", "later", { retry_after_ms: 1 });
  };
  await assert.rejects(readFile(throttled), (error) => error instanceof TransientError && error.code === "throttled");
});

Deno.test("a file of another drive is fetched from there", async () => {
  const remoteItem = { id: "99", file: FILE.file, parentReference: { driveId: "b!2" } };
  const { asked } = await outcome(() => answerOf({ status: 403 }), { item: { file: undefined, remoteItem } });
  assert.ok(asked.includes("/drives/b!2/items/99/content"));
});

Deno.test("hostile and damaged files are documents without text, and the rest of the drive is read", async () => {
  const account = await driveAccount({ files: 12 });
  const { drive } = account.desk;
  const [one, two, three] = drive.visible().filter(({ content }) => content.kind === "word");
  assert.ok(one !== undefined && two !== undefined && three !== undefined);
  drive.rewrite(one, { bytes: bomb(300) });
  drive.rewrite(two, { bytes: nested(100_000) });
  drive.rewrite(three, { bytes: new TextEncoder().encode("no Office file") });
  await account.round();
  const contents = [one, two, three].map(({ number }) => {
    const id = [...account.simulator.person("ada").items("drive").values()].find((item) => item.number === number)?.id;
    const read = account.follower.documents.get(id ?? "");
    assert.ok(read !== undefined && "content" in read);
    return [read.content, read.content_reason.split(":")[0]];
  });
  assert.deepEqual(contents, [["refused", "bomb"], ["refused", "too_deep"], ["refused", "not_an_office_file"]]);
  for (const file of [one, two, three]) drive.delete(file);
  await account.round();
  assertTrue(account);
  assert.deepEqual(account.follower.refused, []);
});

Deno.test("a drive whose folders never stay what they were does not keep its round from ending", async () => {
  let name = 0;
  const request: Mailbox["request"] = (url) => {
    if (url.endsWith("/me/drive?$select=id")) return Promise.resolve(answerOf({ json: { id: "b!1" } }));
    const value = [{ id: "02", name: `Folder ${name++}`, folder: {}, parentReference: { id: "00" } }];
    return Promise.resolve(answerOf({ json: { value, "@odata.deltaLink": `${BASE}/me/drive/root/delta?token=1` } }));
  };
  const mailbox: Mailbox = { connection: TEST_CONNECTION, signal: new AbortController().signal, request };
  const reading = { deps: testDeps(), mailbox, base: BASE, extract: extractInThisThread };
  let cursor = "";
  for (let round = 0; round < 3; round++) {
    let pages = 0;
    for (let done = false; !done; pages++) {
      assert.ok(pages < 20, "the round ends");
      ({ cursor, done } = await readDriveChanges(reading, cursor));
    }
  }
});
