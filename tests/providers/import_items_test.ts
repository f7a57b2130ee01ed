import assert from "node:assert/strict";
import fc from "fast-check";
import { CalendarEvent, Contact, Email } from "../../shared/contracts/documents.ts";
import { cardIdOf, contactOf } from "../../shared/providers/import/card.ts";
import { calendarFileOf, eventIdOf, eventOf } from "../../shared/providers/import/event.ts";
import { emailOf, mailHeadOf } from "../../shared/providers/import/mail.ts";
import { htmlToText } from "../../shared/providers/html_text.ts";
import { bytesOf } from "./import_files.ts";

const unbound = { doc_id: true, connection_id: true } as const;
const rawOf = (text: string) => {
  const bytes = bytesOf(text.replaceAll(/\r?\n/g, "\r\n"));
  return { offset: 0, end: bytes.length, bytes, cut: false };
};

async function mailOf(text: string, folder = "") {
  const item = rawOf(text);
  const read = await emailOf(item, await mailHeadOf(item), folder, htmlToText);
  if (typeof read === "string") return read;
  return Email.omit(unbound).parse(read);
}

const MAIL = `From 17@xxx Mon Mar 03 10:00:00 +0000 2025
X-GM-THRID: 1799
X-Gmail-Labels: =?UTF-8?Q?Inbox,Unread,Starred,"Chor,_Verein",Caf=C3=A9?=
Message-ID:
 <one@example.com>
In-Reply-To: <zero@example.com>
References: <root@example.com> <zero@example.com>
From: =?utf-8?q?Mar=C3=ADa?= <Maria@Example.com>
To: Ada <ada@example.com>, bo@example.com
Received: by mx; Mon, 3 Mar 2025 10:00:07 +0000
Date: Mon, 3 Mar 2025 11:00:00 +0100
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Hello <a href="https://shop.example/x">there</a></p>
--b
Content-Type: application/pdf; name="Noten.pdf"
Content-Disposition: attachment; filename="Noten.pdf"
Content-Transfer-Encoding: base64

aGVsbG8=
--b--
`;

Deno.test("emailOf() reads a message of Google's export: people, times, labels, text, links, attachments", async () => {
  const mail = await mailOf(MAIL, "All mail Including Spam and Trash");
  assert.ok(typeof mail !== "string");
  assert.equal(mail.provider_id, "<one@example.com>");
  assert.equal(mail.internet_message_id, "<one@example.com>");
  assert.deepEqual(mail.from, { name: "María", address: "maria@example.com" });
  assert.deepEqual(mail.to.map(({ address }) => address), ["ada@example.com", "bo@example.com"]);
  assert.equal(mail.title, "Grüße");
  assert.equal(mail.sent_at, "2025-03-03T10:00:00.000Z");
  assert.equal(mail.received_at, "2025-03-03T10:00:07.000Z");
  assert.deepEqual([mail.folder_role, mail.read, mail.flagged], ["inbox", false, true]);
  assert.deepEqual(mail.labels, ["Chor, Verein", "Café"]);
  assert.equal(mail.thread_id, "1799");
  assert.equal(mail.body, "Hello there");
  assert.deepEqual(mail.links, [{ text: "there", url: "https://shop.example/x" }]);
  assert.deepEqual(mail.attachments, [
    { id: "0", name: "Noten.pdf", mime_type: "application/pdf", size_bytes: 5, inline: false },
  ]);
});

Deno.test("emailOf() takes the folder from the file's name, the time from what is there, and says what is no message", async () => {
  const sent = await mailOf("From: a@x\nSubject: s\n\nhi", "Sent");
  assert.ok(typeof sent !== "string");
  assert.deepEqual([sent.folder_role, sent.folder_name, sent.read], ["sent", "Sent", true]);
  assert.equal(sent.last_updated, "1970-01-01T00:00:00.000Z");
  assert.match(String(await mailOf("X-Nothing: a\n\nhi")), /^not_a_message: /);
});

Deno.test("mailHeadOf() names a message by its Message-ID, else by its content, and sees what Thunderbird deleted", async () => {
  const head = (text: string) => mailHeadOf(rawOf(text));
  assert.equal((await head("message-id: <A@b>\n\nx")).provider_id, "<A@b>");
  assert.equal((await head("Subject: x\n\nMessage-ID: <body@b>")).provider_id.slice(0, 7), "sha256:");
  const [one, same, other] = await Promise.all(
    ["Subject: x\n\na", "From z 1\nSubject: x\n\na", "Subject: x\n\nb"].map(head),
  );
  assert.equal(one?.provider_id, same?.provider_id);
  assert.notEqual(one?.provider_id, other?.provider_id);
  assert.equal((await head("X-Mozilla-Status: 0009\nSubject: x\n\n")).deleted, true);
  assert.equal((await head("X-Mozilla-Status: 0001\nSubject: x\n\n")).deleted, false);
});

const EVENT = `BEGIN:VEVENT
UID:e1@example.com
SUMMARY:Choir\\, requiem
DTSTART;TZID=W. Europe Standard Time:20250310T190000
DURATION:PT2H
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=Europe/Berlin:20250317T190000
ORGANIZER;CN="Bell, Ann":mailto:Ann@Example.com
ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ann@example.com
ATTENDEE;CN=Bo;PARTSTAT=DECLINED;ROLE=OPT-PARTICIPANT:mailto:bo@example.com
ATTENDEE;CUTYPE=ROOM;CN=Hall:mailto:hall@example.com
CATEGORIES:Music,Fun
LAST-MODIFIED:20250301T080000Z
CLASS:PRIVATE
TRANSP:TRANSPARENT
END:VEVENT`;

Deno.test("eventOf() reads a series: instants in its zone, its lines, who comes and what they said", () => {
  const file = calendarFileOf("X-WR-CALNAME:My\\, choir\r\nX-WR-TIMEZONE:Europe/Paris\r\n", "file");
  const read = eventOf(EVENT.replaceAll("\n", "\r\n"), eventIdOf(EVENT), file, htmlToText);
  assert.ok(typeof read !== "string");
  const event = CalendarEvent.omit(unbound).parse(read);
  assert.deepEqual([event.calendar_name, event.title, event.kind], ["My, choir", "Choir, requiem", "series"]);
  assert.deepEqual([event.starts_at, event.ends_at], ["2025-03-10T18:00:00.000Z", "2025-03-10T20:00:00.000Z"]);
  assert.deepEqual(event.recurrence, ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20250317T190000"]);
  assert.deepEqual(event.organizer, { name: "Bell, Ann", address: "ann@example.com" });
  assert.deepEqual(event.attendees.map(({ address, response, role }) => [address, response, role]), [
    ["bo@example.com", "declined", "optional"],
    ["hall@example.com", "none", "resource"],
  ]);
  assert.deepEqual(event.labels, ["Music", "Fun"]);
  assert.deepEqual([event.sensitivity, event.show_as, event.last_updated], [
    "private",
    "free",
    "2025-03-01T08:00:00.000Z",
  ]);
});

const TIMES: readonly (readonly [string, string, string, boolean])[] = [
  ["DTSTART;VALUE=DATE:20250310", "2025-03-10T00:00:00.000Z", "2025-03-11T00:00:00.000Z", true],
  [
    "DTSTART;VALUE=DATE:20250310\nDTEND;VALUE=DATE:20250313",
    "2025-03-10T00:00:00.000Z",
    "2025-03-13T00:00:00.000Z",
    true,
  ],
  ["DTSTART:20250310T090000Z", "2025-03-10T09:00:00.000Z", "2025-03-10T09:00:00.000Z", false],
  ["DTSTART:20250710T090000\nDTEND:20250710T100000", "2025-07-10T07:00:00.000Z", "2025-07-10T08:00:00.000Z", false],
];

for (const [lines, starts_at, ends_at, all_day] of TIMES) {
  Deno.test(`eventOf() reads ${JSON.stringify(lines)}`, () => {
    const file = { name: "x", time_zone: "Europe/Berlin" };
    const read = eventOf(`BEGIN:VEVENT\nUID:u\n${lines}\nEND:VEVENT`, "u", file, htmlToText);
    assert.ok(typeof read !== "string");
    assert.deepEqual([read.starts_at, read.ends_at, read.all_day], [starts_at, ends_at, all_day]);
  });
}

Deno.test("eventOf() says what is missing; an occurrence that differs has an id of its own", () => {
  const file = { name: "", time_zone: "" };
  assert.match(
    String(eventOf("BEGIN:VEVENT\nDTSTART:20250101T000000Z\nEND:VEVENT", "", file, htmlToText)),
    /^uid_missing/,
  );
  assert.match(String(eventOf("BEGIN:VEVENT\nUID:u\nEND:VEVENT", "u", file, htmlToText)), /^start_missing/);
  const moved = "BEGIN:VEVENT\nUID:u\nRECURRENCE-ID:20250102T090000Z\nDTSTART:20250102T100000Z\nEND:VEVENT";
  assert.equal(eventIdOf(moved), "u|20250102T090000Z");
  const read = eventOf(moved, eventIdOf(moved), file, htmlToText);
  assert.ok(typeof read !== "string");
  assert.deepEqual([read.kind, read.series_id, read.original_starts_at], [
    "exception",
    "u",
    "2025-01-02T09:00:00.000Z",
  ]);
});

Deno.test("contactOf() reads cards of each version", () => {
  const card = (text: string) => {
    const read = contactOf(text.replaceAll("\n", "\r\n"), "id");
    assert.ok(typeof read !== "string", text);
    return Contact.omit(unbound).parse(read);
  };
  const third = card(`BEGIN:VCARD
VERSION:3.0
N:Doe;Jané;;;
item1.EMAIL;TYPE=INTERNET;TYPE=WORK:Jane@X.example
TEL;TYPE=CELL:+1 555 0100
ADR;TYPE=HOME:;;1 High St;Bath;;BA1;UK
ORG:Acme;Sales
BDAY:1604-05-09
NOTE:one\\ntwo
CATEGORIES:myContacts,Choir
REV:2025-01-02T03:04:05Z
END:VCARD`);
  assert.deepEqual([third.title, third.given_name, third.family_name], ["Jané Doe", "Jané", "Doe"]);
  assert.deepEqual(third.addresses, [{ label: "work", value: "jane@x.example" }]);
  assert.deepEqual(third.phones, [{ label: "cell", value: "+1 555 0100" }]);
  assert.deepEqual(third.postal_addresses, [{ label: "home", value: "1 High St, Bath, BA1, UK" }]);
  assert.deepEqual([third.company, third.department, third.birthday], ["Acme", "Sales", "--05-09"]);
  assert.deepEqual([third.notes, third.labels, third.last_updated], [
    "one\ntwo",
    ["Choir"],
    "2025-01-02T03:04:05.000Z",
  ]);
  const old = card(`BEGIN:VCARD
VERSION:2.1
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen=20=
M=C3=BCller
TEL;CELL:0170
END:VCARD`);
  assert.equal(old.title, "Jürgen Müller");
  assert.equal(card("BEGIN:VCARD\nVERSION:4.0\nFN:X\nTEL;VALUE=uri:tel:+49-1\nEND:VCARD").phones[0]?.value, "+49-1");
  assert.match(String(contactOf("BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD", "id")), /^nameless: /);
});

Deno.test("cardIdOf() names a card by its UID, else by what it says of the person, whatever else it says", async () => {
  assert.equal(await cardIdOf("BEGIN:VCARD\nUID:abc\nFN:X\nEND:VCARD"), "abc");
  const plain = await cardIdOf("BEGIN:VCARD\nFN:X\nTEL:1\nEND:VCARD");
  assert.equal(plain, await cardIdOf("BEGIN:VCARD\nTEL:1\nFN:X\nNOTE:later\nEND:VCARD"));
  assert.notEqual(plain, await cardIdOf("BEGIN:VCARD\nFN:Y\nTEL:1\nEND:VCARD"));
});

Deno.test("whatever is changed in a message, an event or a card, there is a document, a reason, or a parser's error", async () => {
  const texts = [MAIL, EVENT, "BEGIN:VCARD\nVERSION:3.0\nFN:X\nN:a;b\nEND:VCARD"] as const;
  const change = fc.tuple(fc.nat(), fc.nat(40), fc.string({ unit: "binary", maxLength: 12 }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0, 1, 2),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (which, changes) => {
        let text: string = texts[which] ?? "";
        for (const [at, length, put] of changes) {
          const start = at % (text.length + 1);
          text = text.slice(0, start) + put + text.slice(start + length);
        }
        if (which === 0) {
          await mailOf(text);
          return;
        }
        const read = () =>
          which === 1 ? eventOf(text, "u", { name: "", time_zone: "" }, htmlToText) : contactOf(text, "u");
        try {
          const document = read();
          if (typeof document !== "string") {
            const schema = which === 1 ? CalendarEvent.omit(unbound) : Contact.omit(unbound);
            assert.ok(schema.safeParse(document).success, text);
          }
        } catch (error) {
          assert.ok(error instanceof Error && error.name !== "AssertionError", String(error));
        }
      },
    ),
    { numRuns: 300 },
  );
});
