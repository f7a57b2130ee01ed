/** What a choice changes of a mailbox's rounds, and texts that are too large to stand in their mail. */
import assert from "node:assert/strict";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { openedGoogle } from "./opened.ts";
import { type ScriptedAnswer, scriptedMailbox } from "./scripted_mailbox.ts";

const BASE = "https://gmail.googleapis.com/gmail/v1/users/me";
const data = (text: string) => btoa(text).replaceAll("+", "-").replaceAll("/", "_");

interface Script {
  messages?: Record<string, unknown>;
  attachment?: ScriptedAnswer;
  choice?: Partial<ResourceChoice>;
}

function scripted({ messages = {}, attachment = { status: 404 }, choice }: Script) {
  const mailbox = scriptedMailbox((url, { body }) => {
    if (url.includes("/attachments/")) return attachment;
    if (url.endsWith("/profile")) return { json: { historyId: "7" } };
    if (url.includes("/history")) return { json: { historyId: "9" } };
    if (url.includes("/messages?")) return { json: { messages: Object.keys(messages).map((id) => ({ id })) } };
    const parts = [...String(body).matchAll(/item-(\d+)>\r\n\r\nGET \/gmail\/v1\/users\/me\/messages\/(\w+)/g)].map(
      ([, at, id = ""]) =>
        `--b\r\nContent-ID: <response-item-${at}>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n${JSON.stringify(messages[id])}\r\n`,
    );
    return { text: `${parts.join("")}--b--`, headers: { "content-type": "multipart/mixed; boundary=b" } };
  });
  const choices = choice === undefined
    ? []
    : [{ ...choiceOf({ choices: [] }, "mail"), ...choice, resource: "mail" as const }];
  return { ...mailbox, connection: { ...mailbox.connection, choices } };
}

const LARGE = {
  id: "m1",
  payload: {
    mimeType: "multipart/mixed",
    parts: [
      { partId: "0", mimeType: "text/html", body: { size: 40_000, attachmentId: "large=1" } },
      { partId: "1", mimeType: "text/plain", filename: "notes.txt", body: { size: 9, attachmentId: "file-1" } },
    ],
  },
};

async function first(script: Script) {
  const mailbox = scripted({ messages: { m1: LARGE }, ...script });
  const page = await openedGoogle().changes(mailbox, "mail", "");
  const read = await page.documents[0]?.read();
  assert.ok(read !== undefined && "document" in read && read.document.doc_type === "email");
  return { mailbox, mail: read.document, urls: mailbox.asked.map(({ url }) => url) };
}

Deno.test("mail: a text that is too large for its mail is fetched by itself, a file is not", async () => {
  const html = '<p>The whole <a href="https://x.example/">report</a></p>';
  const { mail, urls } = await first({ attachment: { json: { size: 60, data: data(html) } } });
  assert.equal(mail.body, "The whole report");
  assert.deepEqual(mail.links, [{ text: "report", url: "https://x.example/" }]);
  assert.equal(mail.truncated, false);
  assert.deepEqual(urls.filter((url) => url.includes("attachments")), [`${BASE}/messages/m1/attachments/large%3D1`]);
  assert.deepEqual(mail.attachments.map(({ name }) => name), ["notes.txt"]);
});

Deno.test("mail: a lookup fetches large texts too", async () => {
  const mailbox = scripted({ messages: { m1: LARGE }, attachment: { json: { data: data("<p>Whole</p>") } } });
  const [found] = await openedGoogle().lookup(mailbox, "mail", [{ provider_id: "m1", container: "" }]);
  assert.ok(found?.kind === "found" && found.read.document.doc_type === "email");
  assert.equal(found.read.document.body, "Whole");
});

Deno.test("mail: a large text that can't be had leaves the mail without it, and says so", async () => {
  for (const attachment of [{ status: 404 }, { json: {} }]) {
    const { mail } = await first({ attachment });
    assert.deepEqual([mail.body, mail.truncated], ["", true]);
  }
  const huge = structuredClone(LARGE);
  Object.assign(huge.payload.parts[0]?.body ?? {}, { size: 100_000_000 });
  const { mail, urls } = await first({ messages: { m1: huge } });
  assert.equal(mail.truncated, true);
  assert.equal(urls.some((url) => url.includes("attachments")), false);
});

Deno.test("mail: without bodies no text is fetched", async () => {
  const { mail, urls } = await first({ choice: { bodies: false } });
  assert.deepEqual([mail.body, mail.truncated], ["", false]);
  assert.equal(urls.some((url) => url.includes("attachments")), false);
});

Deno.test("mail: what is older than the choice's moment is not listed", async () => {
  const messages = { m1: { ...LARGE, internalDate: String(Date.parse("2026-02-01")) } };
  const { urls } = await first({ messages, choice: { since: "2026-01-01T00:00:00.000Z" } });
  assert.ok(urls.includes(`${BASE}/messages?maxResults=50&includeSpamTrash=true&q=after%3A1767225599`));
});

Deno.test("mail: another choice lists the mailbox anew, the same one does not", async () => {
  const listed = async (
    choice: Partial<ResourceChoice>,
    cursor: string,
  ) => (await openedGoogle().changes(scripted({ choice }), "mail", cursor));
  const { cursor } = await listed({}, "");
  assert.equal((await listed({}, cursor)).enumeration, null);
  for (const choice of [{ containers_out: ["SPAM"] }, { bodies: false }, { since: "2026-01-01T00:00:00.000Z" }]) {
    const again = await listed(choice, cursor);
    assert.deepEqual(again.enumeration, { container: "mailbox", started: true, finished: true });
    assert.equal((await listed(choice, again.cursor)).enumeration, null);
  }
});
