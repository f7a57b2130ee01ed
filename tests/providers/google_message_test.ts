import assert from "node:assert/strict";
import fc from "fast-check";
import { Email } from "../../shared/contracts/documents.ts";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { peopleOf } from "../../shared/providers/google/addresses.ts";
import { emailOf, unescaped } from "../../shared/providers/google/message.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { htmlFacts } from "../../shared/providers/html_facts.ts";
import { htmlToText } from "../../shared/providers/html_text.ts";
import { mutated } from "./random_removal.ts";

const UnboundEmail = Email.omit({ doc_id: true, connection_id: true });
const READING = {
  labels: { Label_1: "Harvest", Label_2: "Barn" },
  address: "ben@gmail.example",
  people: peopleOf,
  toText: htmlToText,
  facts: htmlFacts,
  choice: choiceOf({ choices: [] }, "mail"),
};

function base64url(text: string | Uint8Array): string {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function part(mimeType: string, text: string | Uint8Array, headers: Record<string, string> = {}, filename = "") {
  const lines = Object.entries({ "Content-Type": mimeType, ...headers }).map(([name, value]) => ({ name, value }));
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const type = mimeType.split(";")[0];
  return { partId: "0", mimeType: type, filename, headers: lines, body: { size: bytes.length, data: base64url(text) } };
}

const HEADERS = [
  { name: "From", value: '"Lovett, Ada" <Ada@Outlook.Example>' },
  { name: "to", value: "Ben <ben@gmail.example>, Team: a@x.example, Bo <b@x.example>;" },
  { name: "CC", value: "undisclosed-recipients:;" },
  { name: "Subject", value: "Harvest" },
  { name: "Message-Id", value: "<1@x.example>" },
  { name: "In-Reply-To", value: "<0@x.example>" },
  { name: "References", value: "<a@x.example> <0@x.example>" },
  { name: "List-ID", value: "News <news.x.example>" },
  { name: "Date", value: "Sun, 01 Feb 2026 11:00:00 +0100 (CET)" },
  { name: "Importance", value: "High" },
];

const SCRIPT = '<script type="application/ld+json">{"@type":"Event"}</script>';

const FULL = {
  id: "18f1",
  threadId: "18f0",
  labelIds: ["UNREAD", "Label_2", "INBOX", "STARRED", "Label_1", "CATEGORY_UPDATES"],
  snippet: "Dear Ben, it&#39;s in &amp; dry",
  historyId: "1617",
  internalDate: "1769940005000",
  sizeEstimate: 561,
  payload: {
    partId: "",
    mimeType: "multipart/mixed",
    filename: "",
    headers: HEADERS,
    body: { size: 0 },
    parts: [
      {
        partId: "0",
        mimeType: "multipart/alternative",
        filename: "",
        headers: [],
        body: { size: 0 },
        parts: [
          part("text/plain; charset=utf-8", "Dear Ben,\r\nthe harvest is in."),
          part("text/html", `<p><a href="https://farm.example/">Other</a></p>${SCRIPT}`),
        ],
      },
      { ...part("application/pdf", "", { "Content-Disposition": "attachment" }, "a.pdf"), partId: "1" },
      { ...part("image/png", "xx", { "Content-ID": "<logo>" }, "logo.png"), partId: "2" },
    ],
  },
};

function read(item: unknown) {
  const outcome = emailOf(item, READING);
  assert.ok("document" in outcome, JSON.stringify(outcome));
  return { ...outcome, mail: UnboundEmail.parse(outcome.document) };
}

function bodyOf(payload: unknown): string {
  return read({ id: "1", payload }).mail.body;
}

Deno.test("emailOf() of Gmail maps every member of a whole message", () => {
  const { version, mail } = read(FULL);
  assert.equal(version, 1617);
  assert.deepEqual(mail, {
    doc_type: "email",
    provider: "google",
    provider_id: "18f1",
    container: "mailbox",
    title: "Harvest",
    url: "https://mail.google.com/mail/?authuser=ben%40gmail.example#all/18f1",
    last_updated: "2026-02-01T10:00:05.000Z",
    thread_id: "18f0",
    internet_message_id: "<1@x.example>",
    in_reply_to: "<0@x.example>",
    references: ["<a@x.example>", "<0@x.example>"],
    list_id: "News <news.x.example>",
    folder_role: "inbox",
    folder_name: "Inbox",
    labels: ["Barn", "CATEGORY_UPDATES", "Harvest"],
    from: { name: "Lovett, Ada", address: "ada@outlook.example" },
    sender: { name: "Lovett, Ada", address: "ada@outlook.example" },
    to: [
      { name: "Ben", address: "ben@gmail.example" },
      { name: "", address: "a@x.example" },
      { name: "Bo", address: "b@x.example" },
    ],
    cc: [],
    bcc: [],
    reply_to: [],
    sent_at: "2026-02-01T10:00:00.000Z",
    received_at: "2026-02-01T10:00:05.000Z",
    body: "Dear Ben,\nthe harvest is in.",
    preview: "Dear Ben, it's in & dry",
    read: false,
    draft: false,
    flagged: true,
    importance: "high",
    has_attachments: true,
    attachments: [
      { id: "1", name: "a.pdf", mime_type: "application/pdf", size_bytes: 0, inline: false },
      { id: "2", name: "logo.png", mime_type: "image/png", size_bytes: 2, inline: true },
    ],
    size_bytes: 561,
    truncated: false,
    links: [{ text: "Other", url: "https://farm.example/" }],
    structured: ['{"@type":"Event"}'],
  });
});

Deno.test("emailOf() of Gmail says the same whatever the order of the labels", () => {
  assert.deepEqual(read({ ...FULL, labelIds: FULL.labelIds.toReversed() }).mail, read(FULL).mail);
});

Deno.test("emailOf() of Gmail derives the folder from the labels, the strongest first", () => {
  const cases: [string[] | undefined, string, string][] = [
    [["INBOX", "TRASH"], "trash", "Trash"],
    [["SPAM", "UNREAD"], "junk", "Spam"],
    [["DRAFT"], "drafts", "Drafts"],
    [["SENT", "INBOX"], "inbox", "Inbox"],
    [["SENT"], "sent", "Sent"],
    [["Label_1"], "", "Harvest"],
    [["Label_9"], "", "Label_9"],
    [["IMPORTANT"], "archive", "Archive"],
    [undefined, "archive", "Archive"],
  ];
  for (const [labelIds, role, name] of cases) {
    const { mail } = read({ ...FULL, labelIds });
    assert.deepEqual([mail.folder_role, mail.folder_name], [role, name]);
  }
});

Deno.test("emailOf() of Gmail reads charsets, missing padding and both alphabets", () => {
  const latin = Uint8Array.from([0x4a, 0xf6, 0x72, 0x67]); // "Jörg" in ISO-8859-1
  assert.equal(bodyOf(part("text/plain; charset=iso-8859-1", latin)), "Jörg");
  assert.equal(bodyOf(part('text/plain; charset="ISO-8859-1"', "Jörg")), "Jörg");
  assert.equal(bodyOf(part("text/plain; charset=x-nobody-knows", latin)), "J\ufffdrg");
  assert.equal(bodyOf(part("text/plain", latin)), "J\ufffdrg");
  const japanese = Uint8Array.from([0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42]); // "日本" in ISO-2022-JP
  assert.equal(bodyOf(part("text/plain; charset=iso-2022-jp", japanese)), "日本");
  const wide = Uint8Array.from([0x4a, 0, 0xf6, 0, 0x72, 0, 0x67, 0]);
  assert.equal(bodyOf(part("text/plain; charset=utf-16le", wide)), "Jörg");
  const parts = [part("text/plain; charset=koi8-r", Uint8Array.from([0xe4, 0xc1])), part("text/plain", "Jörg")];
  assert.equal(bodyOf({ mimeType: "multipart/mixed", parts }), "Да\nJörg");
  const standard = { mimeType: "text/plain", body: { data: btoa("a?>b~~") } };
  assert.equal(bodyOf(standard), "a?>b~~");
  assert.equal(bodyOf({ mimeType: "text/plain", body: { data: "not base64 !" } }), "");
});

Deno.test("emailOf() of Gmail takes HTML where there is no plain text, or an empty one", () => {
  const html = part("text/html", "<p>Only <b>this</b></p>");
  assert.equal(bodyOf(html), "Only this");
  assert.equal(bodyOf({ mimeType: "multipart/alternative", parts: [part("text/plain", " \r\n"), html] }), "Only this");
  const related = { mimeType: "multipart/related", parts: [html, part("image/png", "x", {}, "i.png")] };
  assert.equal(bodyOf({ mimeType: "multipart/alternative", parts: [related] }), "Only this");
  assert.equal(
    bodyOf({ mimeType: "multipart/mixed", parts: [part("text/plain", "one"), part("text/plain", "two")] }),
    "one\ntwo",
  );
});

Deno.test("emailOf() of Gmail does not take attached texts and mails for the body", () => {
  const attached = part("text/plain", "secret", { "Content-Disposition": "attachment" }, "notes.txt");
  const forwarded = { ...part("message/rfc822", "", {}, "mail.eml"), parts: [part("text/plain", "inner")] };
  const payload = { mimeType: "multipart/mixed", parts: [part("text/plain", "outer"), attached, forwarded] };
  const { mail } = read({ id: "1", payload });
  assert.equal(mail.body, "outer");
  assert.deepEqual(mail.attachments.map(({ name }) => name), ["notes.txt", "mail.eml"]);
});

Deno.test("emailOf() of Gmail survives parts that nest or repeat without end", () => {
  let payload: unknown = part("text/plain", "deep");
  for (let depth = 0; depth < 2_000; depth++) payload = { mimeType: "multipart/mixed", parts: [payload] };
  assert.equal(bodyOf(payload), "");
  const many = Array.from({ length: 5_000 }, () => part("text/plain", "x"));
  assert.equal(bodyOf({ mimeType: "multipart/mixed", parts: many }).length, 2 * 1_000 - 1);
});

Deno.test("emailOf() of Gmail refuses what can't be an email, by id and field", () => {
  const cases: [unknown, string, string][] = [
    [{ id: "1" }, "1", "payload"],
    [{ id: "1", payload: null }, "1", "payload"],
    [{ id: "1", payload: 5 }, "1", ""],
    [{ id: "1", payload: { mimeType: 5 } }, "1", "mimeType"],
    [{ ...FULL, labelIds: "INBOX" }, "18f1", "labelIds"],
    [{ payload: {} }, "", "id"],
    [undefined, "", ""],
  ];
  for (const [item, provider_id, field] of cases) {
    const outcome = emailOf(item, READING);
    assert.ok("reason" in outcome);
    assert.deepEqual([outcome.provider_id, outcome.field], [provider_id, field]);
  }
});

Deno.test("emailOf() of Gmail gives a valid document or a refusal for any mutation of a message", () => {
  fc.assert(
    fc.property(mutated(FULL), (item) => {
      const outcome = emailOf(item, READING);
      if ("document" in outcome) UnboundEmail.parse(outcome.document);
      else assert.ok("reason" in outcome && outcome.reason !== "");
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("emailOf() of Gmail gives what the choice gives", () => {
  const of = (choice: Partial<ResourceChoice>) =>
    emailOf(FULL, { ...READING, choice: { ...READING.choice, ...choice } });
  const bare = of({ bodies: false });
  assert.ok("document" in bare && bare.document.doc_type === "email");
  const { body, preview, links, structured, title, attachments } = bare.document;
  assert.deepEqual([body, preview, links, structured], ["", "", [], []]);
  assert.deepEqual([title, attachments.length], ["Harvest", 2]);
  const leftOut: readonly Partial<ResourceChoice>[] = [
    { containers_out: ["Label_2"] },
    { containers_in: ["Label_9", "SENT"] },
    { containers_in: ["INBOX"], containers_out: ["STARRED"] },
    { since: "2026-02-01T10:00:05.001Z" },
  ];
  for (const choice of leftOut) {
    assert.deepEqual(of(choice), { provider_id: "18f1", container: "mailbox", left_out: true });
  }
  const given: readonly Partial<ResourceChoice>[] = [
    { containers_in: ["Label_9", "INBOX"] },
    { containers_out: ["SPAM", "TRASH"] },
    { since: "2026-02-01T10:00:05.000Z" },
  ];
  for (const choice of given) assert.equal("document" in of(choice), true);
});

Deno.test("unescaped() undoes what Gmail escapes, and leaves everything else", () => {
  assert.equal(
    unescaped("&lt;b&gt; &amp;amp; &quot;x&quot; it&#39;s &#x1F600; &unknown; & 5"),
    '<b> &amp; "x" it\'s 😀 &unknown; & 5',
  );
  assert.equal(unescaped("&#0;&#99999999;&#1114112;"), "&#99999999;");
});

Deno.test("peopleOf() reads encoded words and broken lines, and never throws", () => {
  assert.deepEqual(peopleOf("=?utf-8?q?J=C3=B6rg?= <J@X.Example>, , <>"), [{ name: "Jörg", address: "j@x.example" }]);
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (line) => {
    for (const person of peopleOf(line)) assert.equal(person.address, person.address.toLowerCase());
  }));
});
