/** What becomes of a document's text in fragments. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ownText } from "../../consumers/vespa_loader/answer.ts";
import { fragmentsOf } from "../../consumers/vespa_loader/fragments.ts";
import { PIECE_CHARACTERS_MAX, split } from "../../consumers/vespa_loader/split.ts";
import { NormalisedDocument } from "../../shared/contracts/documents.ts";

const length = (text: string) => [...text].length;
const sentence = (number: number) => `Sentence ${number} says a little more than the one before it did.`;
const sentences = (count: number) => Array.from({ length: count }, (_, at) => sentence(at)).join(" ");

Deno.test("split() keeps what is short whole, and gives nothing for nothing", () => {
  assert.deepEqual(split("  one\n\ntwo "), ["one\n\ntwo"]);
  assert.deepEqual(split(""), []);
  assert.deepEqual(split(" \n "), []);
});

Deno.test("split() cuts between paragraphs where it can, without repeating any", () => {
  const paragraphs = Array.from({ length: 6 }, (_, at) => `${at}. ${"word ".repeat(80)}`.trim());
  const pieces = split(paragraphs.join("\n\n"));
  assert.equal(pieces.length, 3);
  assert.deepEqual(pieces.flatMap((piece) => piece.split("\n\n")), paragraphs);
});

Deno.test("split() cuts a long paragraph between sentences and repeats the last ones", () => {
  const pieces = split(sentences(60));
  assert.ok(pieces.length >= 4);
  for (const [at, piece] of pieces.entries()) {
    assert.match(piece, /^Sentence \d+ says/);
    assert.match(piece, /before it did\.$/);
    const last = pieces[at - 1]?.match(/Sentence \d+ says[^.]*\.$/)?.[0];
    if (last !== undefined) assert.ok(piece.slice(0, 150).includes(last), "the end of the piece before is repeated");
  }
});

/** Stands for a long word, another one each time: where a text repeats itself, nobody can tell a piece's place in it. */
const LONG = "long";

function joined(parts: readonly string[]): string {
  const word = (at: number) => Array.from({ length: 60 }, (_, count) => `${at * 100 + count}x`).join("");
  return parts.map((part, at) => part === LONG ? word(at) : part).join("");
}

Deno.test("split() loses nothing, exceeds nothing, repeats little and cuts no character, whatever the text", () => {
  const part = fc.constantFrom(
    "word ",
    "😀",
    "日本語",
    "\n",
    "\n\n",
    "e\u0301",
    ". ",
    LONG,
    "\r\n",
    "。",
    sentences(3),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 120 }).map(joined), (text) => {
      const pieces = split(text);
      assert.deepEqual(split(text), pieces);
      let covered = 0;
      for (const piece of pieces) {
        assert.ok(length(piece) <= PIECE_CHARACTERS_MAX, String(length(piece)));
        assert.ok(piece.isWellFormed());
        const at = text.indexOf(piece, Math.max(0, covered - 300));
        assert.ok(at >= 0, "a piece is a part of the text");
        assert.equal(text.slice(covered, at).trim(), "", "nothing lies between pieces");
        assert.ok(at + piece.length > covered, "each piece says something new");
        covered = at + piece.length;
      }
      assert.equal(text.slice(covered).trim(), "");
    }),
    { numRuns: 200 },
  );
});

Deno.test("split() takes time in proportion to its text", () => {
  const time = (text: string) => {
    const started = performance.now();
    split(text);
    return performance.now() - started;
  };
  for (const unit of ["x", "a.\n", "日", ". ", "\n", "e\u0301"]) {
    time(unit.repeat(20_000));
    assert.ok(time(unit.repeat(400_000)) < 10_000, JSON.stringify(unit));
  }
});

Deno.test("ownText() leaves out answered mails and signatures in the ways that mail programs write them", () => {
  const own = "Yes, let us do that.";
  const bodies = [
    `${own}\n\nOn Mon, 2 Mar 2026 at 10:00, Ada Lovelace <ada@example.com> wrote:\n> Shall we?\n> Ada`,
    `${own}\n\nOn Mon, 2 Mar 2026 at 10:00, Ada Lovelace\n<ada@example.com> wrote:\n\nShall we?`,
    `${own}\r\n\r\nAm 02.03.2026 um 10:00 schrieb Ada <ada@example.com>:\r\n> Sollen wir?`,
    `${own}\n\nLe lun. 2 mars 2026 à 10:00, Ada <ada@example.com> a écrit :\n> On y va ?`,
    `${own}\n\n-----Original Message-----\nFrom: Ada\nSent: Monday\nShall we?`,
    `${own}\n\nFrom: Ada Lovelace <ada@example.com>\nSent: Monday, 2 March 2026 10:00\nTo: Ben\nSubject: Shall we?\n\nShall we?`,
    `${own}\n\nVon: Ada\nGesendet: Montag\nAn: Ben\nBetreff: Sollen wir?\n\nSollen wir?`,
    `${own}\n-- \nBen\n+49 30 1`,
    `${own}\n\nSent from my iPhone`,
  ];
  for (const body of bodies) assert.equal(ownText(body), own, body);
  assert.equal(
    ownText(`On Monday, Ada wrote:\n> Shall we?\n${own}\n> And when?\nTomorrow.`),
    `${own}\nTomorrow.`,
    "answers between the lines stay",
  );
});

Deno.test("ownText() keeps what is no quote, and all of what is only passed on", () => {
  for (
    const body of [
      "From: the beginning\nit was good",
      "On Monday we met. She wrote: nothing",
      "> only\n> quotes",
      "-----Original Message-----\nFrom: Ada\nSent: Monday\nShall we?",
      "a -- b\n--- c",
    ]
  ) {
    assert.equal(ownText(body), body);
  }
});

Deno.test("ownText() takes time in proportion to its text", () => {
  for (const line of ["On Monday x ", "From: a\n", ">", "On a wrote\n", "- ", "Am 1 schrieb ".repeat(40) + "\n"]) {
    const started = performance.now();
    ownText(line.repeat(100_000));
    assert.ok(performance.now() - started < 10_000, line);
  }
});

const base = {
  doc_id: "0123456789abcdef0123456789abcdef",
  provider: "microsoft",
  connection_id: "con-1",
  provider_id: "id-1",
  container: "",
  title: "Report",
  url: "",
  last_updated: "2026-03-01T10:00:00.000Z",
  content: "text",
  content_reason: "",
  mime_type: "",
  size_bytes: 1,
  path: "",
  shared: false,
  owners: [],
  last_editor: { name: "", address: "" },
  created_at: "",
};

function office(doc_type: string, sections: { heading: string; level: number; place: string; text: string }[]) {
  return NormalisedDocument.parse({ ...base, doc_type, sections });
}

Deno.test("fragmentsOf() puts a Word document's texts under all the headings above them", async () => {
  const fragments = await fragmentsOf(office("word_document", [
    { heading: "", level: 0, place: "", text: "Before" },
    { heading: "One", level: 1, place: "", text: "" },
    { heading: "Detail", level: 2, place: "", text: "inside" },
    { heading: "Other", level: 2, place: "", text: "beside" },
    { heading: "Two", level: 1, place: "", text: sentences(40) },
  ]));
  assert.deepEqual(fragments.slice(0, 3).map(({ position, heading, text }) => [position, heading, text]), [
    [0, "", "Before"],
    [1, "One › Detail", "inside"],
    [2, "One › Other", "beside"],
  ]);
  assert.ok(fragments.length >= 5);
  assert.ok(fragments.slice(3).every(({ heading }) => heading === "Two"));
});

Deno.test("fragmentsOf() repeats the column names over each group of rows, and names slides", async () => {
  const rows = Array.from({ length: 80 }, (_, at) => `Item ${at}\t${at * 10}\tsome words about it`);
  const sheet = await fragmentsOf(office("sheet_document", [
    { heading: "Sales", level: 1, place: "Sales!A2:C81", text: ["Name\tAmount\tNote", ...rows].join("\n") },
    { heading: "Raw", level: 1, place: "Raw!A1:B2", text: "1\t2\n3\t4" },
  ]));
  const sales = sheet.filter(({ heading }) => heading === "Sales");
  assert.ok(sales.length >= 3);
  for (const { text, place } of sales) {
    assert.ok(text.startsWith("Name\tAmount\tNote\nItem"));
    assert.ok(length(text) <= PIECE_CHARACTERS_MAX);
    assert.equal(place, "Sales!A2:C81");
  }
  assert.deepEqual(sales.flatMap(({ text }) => text.split("\n").slice(1)), rows);
  assert.equal(sheet.at(-1)?.text, "1\t2\n3\t4");
  const [slide] = await fragmentsOf(office("presentation_document", [
    { heading: "Results", level: 1, place: "Slide 3", text: "Better" },
  ]));
  assert.deepEqual([slide?.heading, slide?.place, slide?.text], ["Results", "Slide 3", "Better"]);
});

Deno.test("fragmentsOf() names a fragment by its document, its text and which of the same it is", async () => {
  const section = (text: string) => ({ heading: "", level: 0, place: "", text });
  const ids = async (...texts: string[]) =>
    (await fragmentsOf(office("word_document", texts.map(section)))).map(({ fragment_id }) => fragment_id);
  const [one, same, other] = await ids("a", "a", "b");
  assert.equal(new Set([one, same, other]).size, 3);
  assert.match(one ?? "", /^[0-9a-f]{32}$/);
  assert.deepEqual(await ids("new first", "a", "b"), [(await ids("new first"))[0], one, other]);
  const elsewhere = NormalisedDocument.parse({
    ...base,
    doc_id: "f".repeat(32),
    doc_type: "word_document",
    sections: [section("a")],
  });
  assert.notEqual((await fragmentsOf(elsewhere))[0]?.fragment_id, one);
});
