import assert from "node:assert/strict";
import fc from "fast-check";
import { Email } from "../../shared/contracts/documents.ts";
import { emailOf } from "../../shared/providers/microsoft/message.ts";
import { BODY_CHARS_MAX } from "../../shared/providers/text.ts";
import { placed } from "./microsoft_place.ts";
import { mutated } from "./random_removal.ts";

const UnboundEmail = Email.omit({ doc_id: true, connection_id: true });
const PLACE = {
  ...placed(""),
  container: "folder-inbox",
  containers: new Map([["folder-inbox", { name: "Eingang", role: "inbox" }]]),
};

const FULL = {
  "@odata.etag": 'W/"1"',
  id: "AAMkAD=",
  subject: "Harvest",
  from: { emailAddress: { name: "Ada", address: "Ada@Outlook.Example" } },
  sender: { emailAddress: { name: "Desk", address: "desk@outlook.example" } },
  toRecipients: [{ emailAddress: { name: "Ben", address: "ben@gmail.example" } }, { emailAddress: {} }],
  ccRecipients: [{ emailAddress: { name: "", address: "cc@x.example" } }],
  bccRecipients: [{ emailAddress: { name: "Hidden", address: "" } }],
  replyTo: [{ emailAddress: { name: "List", address: "list@x.example" } }],
  sentDateTime: "2026-02-01T10:00:00Z",
  receivedDateTime: "2026-02-01T10:00:05Z",
  createdDateTime: "2026-02-01T10:00:06Z",
  lastModifiedDateTime: "2026-02-01T10:05:00.123Z",
  conversationId: "conversation",
  internetMessageId: "<1@x.example>",
  internetMessageHeaders: [
    { name: "In-Reply-To", value: "<0@x.example>" },
    { name: "REFERENCES", value: "<a@x.example>\r\n <0@x.example>" },
    { name: "List-Id", value: "News <news.x.example>" },
  ],
  parentFolderId: "folder-inbox",
  webLink: "https://outlook.example/mail/1",
  isRead: true,
  isDraft: false,
  flag: { flagStatus: "flagged" },
  importance: "high",
  categories: ["Red", "Blue"],
  hasAttachments: true,
  attachments: [{ id: "file-1", name: "a.pdf", contentType: "Application/PDF", size: 10, isInline: false }],
  bodyPreview: "Dear Ben",
  body: { contentType: "text", content: "Dear Ben,\r\nthe harvest is in." },
};

function read(item: unknown) {
  const outcome = emailOf(item, PLACE);
  assert.ok("document" in outcome, JSON.stringify(outcome));
  return { ...outcome, mail: UnboundEmail.parse(outcome.document) };
}

Deno.test("emailOf() of Graph maps every member of a whole message", () => {
  const { version, container, mail } = read(FULL);
  assert.equal(version, Date.parse("2026-02-01T10:05:00.123Z"));
  assert.equal(container, "folder-inbox");
  assert.deepEqual(mail, {
    doc_type: "email",
    provider: "microsoft",
    provider_id: "AAMkAD=",
    container: "folder-inbox",
    title: "Harvest",
    url: "https://outlook.example/mail/1",
    last_updated: "2026-02-01T10:05:00.123Z",
    thread_id: "conversation",
    internet_message_id: "<1@x.example>",
    in_reply_to: "<0@x.example>",
    references: ["<a@x.example>", "<0@x.example>"],
    list_id: "News <news.x.example>",
    folder_role: "inbox",
    folder_name: "Eingang",
    labels: ["Red", "Blue"],
    from: { name: "Ada", address: "ada@outlook.example" },
    sender: { name: "Desk", address: "desk@outlook.example" },
    to: [{ name: "Ben", address: "ben@gmail.example" }],
    cc: [{ name: "", address: "cc@x.example" }],
    bcc: [{ name: "Hidden", address: "" }],
    reply_to: [{ name: "List", address: "list@x.example" }],
    sent_at: "2026-02-01T10:00:00.000Z",
    received_at: "2026-02-01T10:00:05.000Z",
    body: "Dear Ben,\nthe harvest is in.",
    preview: "Dear Ben",
    read: true,
    draft: false,
    flagged: true,
    importance: "high",
    has_attachments: true,
    attachments: [{ id: "file-1", name: "a.pdf", mime_type: "application/pdf", size_bytes: 10, inline: false }],
    size_bytes: 0,
    truncated: false,
    links: [],
    structured: [],
  });
});

Deno.test("emailOf() of Graph takes null, an empty text and an absent member for the same nothing", () => {
  const bare = read({ id: "1" }).mail;
  const names = Object.keys(FULL).filter((name) => name !== "id");
  assert.deepEqual(read({ id: "1", ...Object.fromEntries(names.map((name) => [name, null])) }).mail, bare);
  const texts = ["subject", "conversationId", "webLink", "importance", "sentDateTime", "bodyPreview"];
  assert.deepEqual(read({ id: "1", ...Object.fromEntries(texts.map((name) => [name, ""])) }).mail, bare);
  assert.equal(bare.last_updated, "1970-01-01T00:00:00.000Z");
  assert.equal(read({ id: "1" }).version, 0);
});

Deno.test("emailOf() of Graph reads booleans that come as texts", () => {
  assert.equal(read({ ...FULL, isRead: "true" }).mail.read, true);
  assert.equal(read({ ...FULL, isRead: "false" }).mail.read, false);
});

Deno.test("emailOf() of Graph refuses what can't be an email, by id and field", () => {
  const cases: [unknown, string, string][] = [
    [{ ...FULL, subject: 5 }, "AAMkAD=", "subject"],
    [{ ...FULL, toRecipients: [{ emailAddress: { address: 7 } }] }, "AAMkAD=", "toRecipients.0.emailAddress.address"],
    [{ ...FULL, id: "" }, "", "id"],
    [{ subject: "no id" }, "", "id"],
    [null, "", ""],
    ["text", "", ""],
  ];
  for (const [item, provider_id, field] of cases) {
    const outcome = emailOf(item, PLACE);
    assert.ok("reason" in outcome);
    assert.deepEqual([outcome.provider_id, outcome.field], [provider_id, field]);
  }
});

Deno.test("emailOf() of Graph reduces HTML to what a person reads", () => {
  const content = `<html><head><style>p { color: red }</style></head><body><h1>Harvest</h1><p>The <b>wheat</b> is
    <a href="https://track.example/${"x".repeat(500)}">in the barn</a>.</p><img src="https://track.example/p.gif">
    <ul><li>rye</li><li>oats</li></ul><script>alert(1)</script></body></html>`;
  const { body, links } = read({ ...FULL, body: { contentType: "HTML", content } }).mail;
  assert.deepEqual(links, [{ text: "in the barn", url: `https://track.example/${"x".repeat(500)}` }]);
  for (const word of ["Harvest", "The wheat is in the barn.", "- rye", "- oats"]) assert.ok(body.includes(word), body);
  for (const word of ["track", "color", "alert", "<"]) assert.ok(!body.includes(word), body);
});

Deno.test("emailOf() of Graph cuts a body at its limit, never through a character", () => {
  const whole = read({ ...FULL, body: { contentType: "text", content: "a".repeat(BODY_CHARS_MAX) } }).mail;
  assert.deepEqual([whole.body.length, whole.truncated], [BODY_CHARS_MAX, false]);
  const content = "a".repeat(BODY_CHARS_MAX - 1) + "😀 and more";
  const cut = read({ ...FULL, body: { contentType: "text", content } }).mail;
  assert.deepEqual([cut.body.length, cut.truncated, cut.body.isWellFormed()], [BODY_CHARS_MAX - 1, true, true]);
});

Deno.test("emailOf() of Graph keeps control characters and half characters out of every text", () => {
  const { mail } = read({
    ...FULL,
    subject: "a\u0000b\ud800c\u0085\tz",
    body: { contentType: "text", content: "x\u0007\ny" },
  });
  assert.deepEqual([mail.title, mail.body], ["ab\ufffdc\tz", "x\ny"]);
});

Deno.test("emailOf() of Graph survives HTML that nests without end", () => {
  const content = "<div>".repeat(50_000) + "<table><tr><td>".repeat(20_000) + "<ul><li>".repeat(20_000);
  const { mail } = read({ ...FULL, body: { contentType: "html", content } });
  assert.equal(typeof mail.body, "string");
  const deep = { contentType: "html", content: `${"<div>".repeat(5_000)}deep ${"</div>".repeat(5_000)}<p>after</p>` };
  assert.deepEqual(read({ ...FULL, body: deep }).mail.body.split(/\s+/), ["deep", "after"]);
});

Deno.test("emailOf() of Graph gives a valid document or a refusal for any mutation of a message", () => {
  fc.assert(
    fc.property(mutated(FULL), (item) => {
      const outcome = emailOf(item, PLACE);
      if ("document" in outcome) UnboundEmail.parse(outcome.document);
      else assert.ok("reason" in outcome && outcome.reason !== "");
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("emailOf() of Graph is a function of the message alone", () => {
  assert.deepEqual(emailOf(FULL, PLACE), emailOf(structuredClone(FULL), PLACE));
});

Deno.test("emailOf() of Graph keeps quotes in the body, and what machines can read of it", () => {
  const content = `<script type="application/ld+json">{"@type":"Order","orderNumber":"7"}</script>
    <div>Thanks!</div><blockquote>Shall we meet?</blockquote>`;
  const { mail } = read({ ...FULL, body: { contentType: "html", content } });
  assert.match(mail.body, /Thanks![^]*Shall we meet\?/);
  assert.deepEqual(mail.structured.map((text) => JSON.parse(text)), [{ "@type": "Order", orderNumber: "7" }]);
});

Deno.test("emailOf() of Graph gives what the person chose", () => {
  const chosen = (over: Partial<typeof PLACE.choice>) =>
    emailOf(FULL, { ...PLACE, choice: { ...PLACE.choice, ...over } });
  const bare = chosen({ bodies: false });
  assert.ok("document" in bare);
  const mail = UnboundEmail.parse(bare.document);
  assert.deepEqual([mail.body, mail.preview, mail.links, mail.title], ["", "", [], "Harvest"]);
  assert.ok("document" in chosen({ since: "2026-02-01T10:00:05.000Z" }));
  const left_out = { left_out: true, provider_id: "AAMkAD=", container: "folder-inbox" };
  assert.deepEqual(chosen({ since: "2026-02-01T10:00:06.000Z" }), left_out);
});
