/** What every adapter of the index must do. Each runs these by its own test file. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Clock } from "../../shared/contracts/deps.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { Index, IndexWrite, SearchQuery } from "../../shared/index/port.ts";
import { queryWords } from "../../shared/index/query_words.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { condition, docIdOf, fragmentsOf, indexDocument, numberOf, put, query, removal } from "./index_samples.ts";

/** Opens an empty index; disposing of it closes it and removes what it wrote. */
export type OpenIndex = (clock: Clock) => Promise<AsyncDisposable & { readonly index: Index }>;

const NOW = "2026-03-02T09:00:00.000Z";
const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Registers the contract's tests for an adapter.
 * @param skipped why the adapter can't be held to a test, by the test's name
 */
export function indexContract(name: string, open: OpenIndex, skipped: Readonly<Record<string, string>> = {}): void {
  const unknown = new Set(Object.keys(skipped));
  function test(what: string, run: (index: Index, clock: SimulatedClock) => Promise<void>): void {
    unknown.delete(what);
    if (what in skipped) return;
    Deno.test(`${name}: ${what}`, async () => {
      const clock = new SimulatedClock({ start: NOW });
      await using opened = await open(clock);
      await run(opened.index, clock);
    });
  }
  writes(test);
  words(test);
  ranking(test);
  filters(test);
  language(test);
  fragments(test);
  suggestions(test);
  paging(test);
  isolation(test);
  upkeep(test);
  assert.deepEqual([...unknown], [], "a test is skipped that does not exist");
}

type Test = (what: string, run: (index: Index, clock: SimulatedClock) => Promise<void>) => void;

async function found(index: Index, q: string, over: Partial<SearchQuery> = {}): Promise<number[]> {
  const { hits } = await index.search(query(q, { limit: 100, ...over }));
  return hits.map((hit) => numberOf(hit.doc_id));
}

const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

function writes(test: Test): void {
  test("document() gives back what feed() was given", async (index) => {
    const document = indexDocument({
      title: "Grüße <b>& 日本語",
      body: 'Line one\nand "two" 日本語テスト with 😀 and \\ and \t tabs',
      people: [{ name: "Ada Lovelace", address: "ada@example.com" }, { name: "山田太郎", address: "" }],
      from: ["ada@example.com"],
      to: ["ben@example.com"],
      details: "Raum 7 会議室",
      folder: { role: "inbox", name: "Posteingang" },
      marks: ["attachment", "unread"],
      fragments: fragmentsOf("Line one", "日本語テスト with 😀", "Header row and what is not in the body"),
    });
    assert.deepEqual(await index.feed([{ ...put(1), operation: "put", document }]), ["applied"]);
    assert.deepEqual(await index.document("ada", docIdOf(1)), {
      doc_id: docIdOf(1),
      doc_type: "email",
      revision: 1,
      document,
    });
  });

  test("document() gives back data byte for byte, whether or not it holds the body", async (index) => {
    const texts = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "a", "日本", '"', "\u200b\u0002x"));
    await fc.assert(
      fc.asyncProperty(texts, texts, async (body, other) => {
        await index.purge("ada");
        const data = JSON.stringify({ other, body, also: body });
        await index.feed([put(1, { body, data })]);
        assert.equal((await index.document("ada", docIdOf(1)))?.document.data, data);
      }),
      { numRuns: 30 },
    );
  });

  test("revisions() tells what is held of a person's documents, deleted ones too", async (index) => {
    const happened_at = "2026-01-05T10:00:00.000Z";
    await index.feed([put(1, { happened_at, revision: 7 }), put(2, { revision: 3 }), removal(2, 4), removal(3, 5)]);
    const held = await index.revisions("ada", [1, 2, 3, 4].map(docIdOf));
    assert.deepEqual(held.get(docIdOf(1)), { revision: 7, deleted: false, happened_at });
    assert.deepEqual(held.get(docIdOf(2)), { revision: 4, deleted: true, happened_at: "" });
    assert.deepEqual(held.get(docIdOf(3)), { revision: 5, deleted: true, happened_at: "" });
    assert.equal(held.has(docIdOf(4)), false);
    assert.equal((await index.revisions("ben", [docIdOf(1)])).size, 0);
  });

  test("feed() applies only newer revisions", async (index) => {
    await index.feed([put(1, { title: "second", revision: 2 })]);
    assert.deepEqual(
      await index.feed([put(1, { title: "first" }), put(1, { title: "same", revision: 2 })]),
      ["stale", "stale"],
    );
    assert.deepEqual(await found(index, "second"), [1]);
    assert.deepEqual(await found(index, "first"), []);
    assert.deepEqual(await index.feed([put(1, { title: "third", revision: 3 })]), ["applied"]);
    assert.deepEqual(await found(index, "second"), []);
    assert.deepEqual(await found(index, "third"), [1]);
  });

  test("feed() keeps a tombstone that no late event undoes", async (index) => {
    await index.feed([put(1, { title: "alive", revision: 5 })]);
    assert.deepEqual(await index.feed([removal(1, 6)]), ["applied"]);
    assert.equal(await index.document("ada", docIdOf(1)), null);
    assert.deepEqual(await found(index, "alive"), []);
    assert.deepEqual(await found(index, ""), []);
    assert.deepEqual(await index.feed([put(1, { title: "alive", revision: 4 }), removal(1, 6)]), ["stale", "stale"]);
    assert.deepEqual(await found(index, "alive"), []);
    assert.deepEqual(await index.feed([put(1, { title: "restored", revision: 7 })]), ["applied"]);
    assert.deepEqual(await found(index, "restored"), [1]);
  });

  test("feed() keeps the tombstone of a document that it never saw", async (index) => {
    assert.deepEqual(await index.feed([removal(1, 9), put(1, { title: "late", revision: 8 })]), ["applied", "stale"]);
    assert.deepEqual(await found(index, "late"), []);
    assert.equal((await index.stats("ada")).documents, 0);
  });

  test("feed() ends in the newest revisions whatever the order, with duplicates, alone or together", async (index) => {
    let round = 0;
    const change = fc.record({ number: fc.nat(3), revision: fc.nat(6), gone: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 20 }), fc.boolean(), async (changes, together) => {
        const user_id = `user-${round++}`;
        // What a document is at a revision follows from the revision, as in the system.
        const goneAt = new Map(changes.map(({ number, revision, gone }) => [`${number}.${revision}`, gone]));
        const all = changes.map(({ number, revision }): IndexWrite =>
          goneAt.get(`${number}.${revision}`)
            ? removal(number, revision + 1, user_id)
            : put(number, { user_id, revision: revision + 1, title: `common version${revision}` })
        );
        if (together) await index.feed(all);
        else await Promise.all(all.map((write) => index.feed([write])));
        const newest = new Map<number, number>();
        for (const { number, revision } of changes) newest.set(number, Math.max(revision, newest.get(number) ?? 0));
        const living = [...newest].filter(([number, revision]) => !goneAt.get(`${number}.${revision}`));
        assert.deepEqual(sorted(await found(index, "common", { user_id })), sorted(living.map(([number]) => number)));
        for (const [number, revision] of living) {
          assert.ok((await found(index, `version${revision}`, { user_id })).includes(number));
        }
      }),
      { numRuns: 40 },
    );
  });

  test("feed() refuses a moment that is none, by field, and writes nothing of the call", async (index) => {
    const writing = index.feed([put(1, { title: "good" }), put(2, { happened_at: "yesterday" })]);
    await assert.rejects(writing, (error) => error instanceof PermanentError && error.field === "happened_at");
    assert.deepEqual(await found(index, "good"), []);
  });
}

function words(test: Test): void {
  test("search() wants all words, in title, body or people, in any case", async (index) => {
    await index.feed([
      put(1, { title: "Quarterly Report", body: "numbers for Berlin" }),
      put(2, { title: "Report", people: [{ name: "Berlin Office", address: "office@berlin.example" }] }),
      put(3, { title: "Berlin" }),
    ]);
    assert.deepEqual(sorted(await found(index, "report BERLIN")), [1, 2]);
    assert.deepEqual(await found(index, "office@berlin.example"), [2]);
    assert.deepEqual(await found(index, "report munich"), []);
  });

  test("search() keeps quoted phrases together and leaves out what has a minus", async (index) => {
    await index.feed([
      put(1, { body: "the annual sales meeting in May" }),
      put(2, { body: "meeting about annual sales" }),
      put(3, { body: "sales" }),
    ]);
    assert.deepEqual(await found(index, '"sales meeting"'), [1]);
    assert.deepEqual(await found(index, "“sales meeting”"), [1]);
    assert.deepEqual(sorted(await found(index, "sales -may ")), [2, 3]);
    assert.deepEqual(sorted(await found(index, 'sales -"sales meeting"')), [2, 3]);
    assert.deepEqual(sorted(await found(index, "-annual")), [3]);
  });

  test("search() takes the last word for a beginning until a space ends it", async (index) => {
    await index.feed([put(1, { body: "invoice for March" }), put(2, { body: "invitation for March" })]);
    assert.deepEqual(sorted(await found(index, "march inv")), [1, 2]);
    assert.deepEqual(await found(index, "march invo"), [1]);
    assert.deepEqual(await found(index, "march inv "), []);
    assert.deepEqual(await found(index, "inv march"), []);
    assert.deepEqual(await found(index, '"inv"'), []);
    assert.deepEqual(await found(index, '"invoice fo'), [1]);
  });

  test("search() puts the whole word before longer ones that begin with it", async (index) => {
    await index.feed([
      put(1, { body: "planet planet planet of ours" }),
      put(2, { body: "the plan" }),
      put(3, { body: "x" }),
      put(4, { body: "y" }),
      put(5, { body: "z" }),
    ]);
    assert.equal((await found(index, "plan"))[0], 2);
  });

  test("search() folds accents of German and French both ways", async (index) => {
    await index.feed([
      put(1, { title: "Müller grüßt" }),
      put(2, { body: "un café à Orléans" }),
      put(3, { body: "cafe" }),
    ]);
    assert.deepEqual(await found(index, "muller "), [1]);
    assert.deepEqual(await found(index, "MÜLLER "), [1]);
    assert.deepEqual(sorted(await found(index, "cafe ")), [2, 3]);
    assert.deepEqual(await found(index, "orleans à "), [2]);
  });

  test("search() finds any part of Chinese, Japanese, Korean and Thai text", async (index) => {
    await index.feed([
      put(1, { title: "東京都の会議", body: "来週の予定をiPhoneで確認" }),
      put(2, { body: "北京大学" }),
      put(3, { people: [{ name: "김철수", address: "kim@example.com" }], body: "회의록을 보냅니다" }),
      put(4, { body: "สวัสดีครับ" }),
    ]);
    assert.deepEqual(await found(index, "会議"), [1]);
    assert.deepEqual(await found(index, "京都"), [1]);
    assert.deepEqual(sorted(await found(index, "京")), [1, 2]);
    assert.deepEqual(await found(index, "予定をiphoneで"), [1]);
    assert.deepEqual(await found(index, "議会"), []);
    assert.deepEqual(await found(index, "회의 철수"), [3]);
    assert.deepEqual(await found(index, "สวัสดี"), [4]);
  });

  test("search() finds the documents that a plain reading of the query says", async (index) => {
    let round = 0;
    const word = fc.constantFrom("ann", "bob", "cat", "dog", "ant");
    const text = fc.array(word, { minLength: 1, maxLength: 5 });
    const asked = fc.record({
      wanted: fc.array(word, { maxLength: 3 }),
      unwanted: fc.array(word, { maxLength: 2 }),
      phrase: fc.array(word, { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text), { maxLength: 8 }),
        asked,
        async (documents, { wanted, unwanted, phrase }) => {
          const user_id = `reader-${round++}`;
          await index.feed(
            documents.map(([title, body], number) =>
              put(number, { user_id, title: title.join(" "), body: body.join(", ") })
            ),
          );
          const quoted = phrase.length === 0 ? [] : [`"${phrase.join(" ")}"`];
          const q = [...unwanted.map((one) => `-${one}`), ...quoted, ...wanted, ""].join(" ");
          const expected = documents.flatMap(([title, body], number) => {
            const has = (words: readonly string[]) =>
              [title, body].some((column) => ` ${column.join(" ")} `.includes(` ${words.join(" ")} `));
            const all = wanted.every((one) => has([one])) && (phrase.length === 0 || has(phrase));
            return all && !unwanted.some((one) => has([one])) ? [number] : [];
          });
          assert.deepEqual(sorted(await found(index, q, { user_id })), expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("search() answers any text without an error", async (index) => {
    await index.feed([put(1, { title: "AND OR NOT NEAR", body: "body: title * ^ + { } ( )" })]);
    const odd = fc.constantFrom(
      '"',
      "-",
      "*",
      "(",
      ")",
      "{",
      "}",
      ":",
      "^",
      "+",
      " ",
      "AND",
      "NEAR(",
      "title:",
      "\u0000",
      "\ud800",
      "日",
      "'",
      "\\",
      ";",
      "--",
      "\u0301",
      "\u{1e900}",
      "a",
    );
    const texts = fc.oneof(
      fc.array(odd, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary" }),
    );
    await fc.assert(
      fc.asyncProperty(texts, texts, async (q, from) => {
        for (const field of ["from", "to", "subject", "in"] as const) {
          for (const negated of [true, false]) {
            const { hits } = await index.search(query(q, { conditions: [condition(field, from, negated)] }));
            assert.ok(hits.length <= 1);
          }
        }
        assert.ok((await index.suggest("ada", q, 5)).length <= 1);
      }),
      { numRuns: 300 },
    );
    assert.deepEqual(await found(index, "near( and not or) "), [1]);
  });

  test("search() finds nothing for what no document can hold, and lists for what has only begun", async (index) => {
    await index.feed([put(1, { title: "party" })]);
    for (const q of ["!!!", "🎉", "* *"]) assert.deepEqual(await found(index, q), [], q);
    for (const q of ["", "  ", '"', "-"]) assert.deepEqual(await found(index, q), [1], q);
    assert.deepEqual(await found(index, "party 🎉 "), [1]);
  });

  test("search() escapes the snippet and marks the matches", async (index) => {
    await index.feed([
      put(1, { body: `<script>alert("x")</script> & 'needle' <mark>fake</mark> \u0002needless\u0003` }),
      put(2, { title: "needle", body: "<i>only the title</i>" }),
      put(3, { body: "明日の会議です" }),
    ]);
    const { hits } = await index.search(query("needle ", { sort: "newest" }));
    const snippets = new Map(hits.map((hit) => [numberOf(hit.doc_id), hit.snippet]));
    assert.equal(
      snippets.get(1),
      "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;<mark>needle</mark>&#39; &lt;mark&gt;fake&lt;/mark&gt; needless",
    );
    assert.equal(snippets.get(2), "&lt;i&gt;only the title&lt;/i&gt;");
    const [cjk] = (await index.search(query("会議"))).hits;
    assert.equal(cjk?.snippet, "明日の<mark>会議</mark>です");
  });

  test("search() gives snippets that hold no markup but mark, whatever the text", async (index) => {
    const parts = fc.constantFrom(
      "needle",
      "<",
      ">",
      "&",
      '"',
      "'",
      "<mark>",
      "</mark>",
      "\u0002",
      "\u0003",
      " ",
      "日",
    );
    let revision = 1;
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 30 }), async (texts) => {
        await index.feed([put(1, { title: "needle", body: texts.join(""), revision: revision++ })]);
        const [hit] = (await index.search(query("needle "))).hits;
        const rest = (hit?.snippet ?? "<").replace(/<mark>[^<>]*<\/mark>/g, "").replace(/&(amp|lt|gt|quot|#39);/g, "");
        assert.doesNotMatch(rest, /[<>&"']/);
      }),
      { numRuns: 60 },
    );
  });
}

function ranking(test: Test): void {
  const others = Array.from({ length: 20 }, (_, at) => put(100 + at, { title: "other", body: `filler ${at}` }));

  test("search() ranks title before people before body", async (index) => {
    await index.feed([
      ...others,
      put(1, { title: "x x x", body: "about the budget x", people: [{ name: "x x", address: "" }] }),
      put(2, { title: "x x x", body: "about the x x", people: [{ name: "budget x", address: "" }] }),
      put(3, { title: "budget x x", body: "about the x x", people: [{ name: "x x", address: "" }] }),
    ]);
    assert.deepEqual(await found(index, "budget "), [3, 2, 1]);
  });

  test("search() prefers what is recent, and neither the old nor the far future", async (index, clock) => {
    const at = (days: number) => new Date(clock.now() + days * DAY_MS).toISOString();
    await index.feed([
      ...others,
      put(1, { body: "budget plan", happened_at: at(-700) }),
      put(2, { body: "budget plan", happened_at: at(-2) }),
      put(3, { body: "budget plan", happened_at: at(4_000) }),
    ]);
    assert.deepEqual(await found(index, "budget "), [2, 1, 3]);
    const [best] = (await index.search(query("budget "))).hits;
    assert.ok(best !== undefined && best.score > 0);
  });

  test("search() sorts by time when asked, and without words", async (index) => {
    await index.feed([
      put(1, { title: "note", happened_at: "2026-02-02T00:00:00.000Z" }),
      put(2, { body: "note", happened_at: "2026-02-03T00:00:00.000Z" }),
      put(3, { title: "note note", happened_at: "2026-02-01T00:00:00.000Z" }),
    ]);
    assert.deepEqual(await found(index, "note", { sort: "newest" }), [2, 1, 3]);
    assert.deepEqual(await found(index, "note", { sort: "oldest" }), [3, 1, 2]);
    assert.deepEqual(await found(index, ""), [2, 1, 3]);
    assert.deepEqual(await found(index, "", { sort: "oldest" }), [3, 1, 2]);
  });
}

function filters(test: Test): void {
  test("search() filters by type and provider and counts the matches of each", async (index) => {
    await index.feed([
      put(1, { title: "budget" }),
      put(2, { title: "budget", provider: "google" }),
      put(3, { title: "budget", doc_type: "calendar", provider: "google" }),
      put(4, { title: "other", doc_type: "todo" }),
    ]);
    const all = await index.search(query("budget", { limit: 1 }));
    assert.deepEqual(all.facets, {
      type: [{ value: "email", count: 2 }, { value: "calendar", count: 1 }],
      provider: [{ value: "google", count: 2 }, { value: "microsoft", count: 1 }],
    });
    assert.deepEqual(sorted(await found(index, "budget", { types: ["calendar", "todo"] })), [3]);
    assert.deepEqual(sorted(await found(index, "", { providers: ["google"] })), [2, 3]);
    const { facets } = await index.search(query("budget", { types: ["email"], providers: ["google"] }));
    assert.deepEqual(facets, {
      type: [{ value: "email", count: 1 }],
      provider: [{ value: "google", count: 1 }],
    });
  });

  test("search() counts and filters a document by the kind that it has become", async (index) => {
    await index.feed([put(1, { title: "budget" }), put(2, { title: "budget" })]);
    await index.feed([put(1, { title: "budget", doc_type: "todo", provider: "google", revision: 2 })]);
    assert.deepEqual((await index.search(query("budget"))).facets, {
      type: [{ value: "email", count: 1 }, { value: "todo", count: 1 }],
      provider: [{ value: "google", count: 1 }, { value: "microsoft", count: 1 }],
    });
    assert.deepEqual(sorted(await found(index, "budget")), [1, 2]);
    assert.deepEqual(await found(index, "", { types: ["todo"] }), [1]);
    assert.deepEqual(await found(index, "budget", { types: ["email"] }), [2]);
    assert.equal((await index.document("ada", docIdOf(1)))?.doc_type, "todo");
    assert.deepEqual(await index.feed([put(1, { title: "budget" }), removal(1, 3)]), ["stale", "applied"]);
    await index.feed([put(1, { title: "budget", provider: "google", revision: 4 })]);
    assert.deepEqual(await found(index, "budget", { types: ["email"], providers: ["google"] }), [1]);
    assert.equal((await index.stats("ada")).documents, 2);
  });

  test("search() filters by an author's address, domain or name, not by other people", async (index) => {
    const ada = { name: "Ada Lovelace", address: "ada@example.com" };
    const ben = { name: "Ben Müller", address: "ben@example.com.au" };
    await index.feed([
      put(1, { title: "note", people: [ada, ben], from: [ada.address] }),
      put(2, { title: "note", people: [ada, ben], from: [ben.address] }),
      put(3, { title: "other", people: [ada], from: ["x-ada@example.com"] }),
    ]);
    assert.deepEqual(await found(index, "note", { conditions: [condition("from", "Ada@Example.com")] }), [1]);
    assert.deepEqual(await found(index, "", { conditions: [condition("from", "ada@example.com")] }), [1]);
    assert.deepEqual(sorted(await found(index, "", { conditions: [condition("from", "@example.com")] })), [1, 3]);
    assert.deepEqual(await found(index, "", { conditions: [condition("from", "lovelace ada")] }), [1]);
    assert.deepEqual(await found(index, "note", { conditions: [condition("from", "muller")] }), [2]);
    assert.deepEqual(await found(index, "-note", { conditions: [condition("from", "example")] }), [3]);
    assert.deepEqual(await found(index, "", { conditions: [condition("from", "!")] }), []);
  });

  test("search() filters by time: after includes, before does not", async (index) => {
    await index.feed([1, 2, 3].map((day) => put(day, { title: "note", happened_at: `2026-02-0${day}T00:00:00.000Z` })));
    const [second, third] = ["2026-02-02T00:00:00.000Z", "2026-02-03T00:00:00.000Z"];
    assert.deepEqual(sorted(await found(index, "note", { after: second })), [2, 3]);
    assert.deepEqual(sorted(await found(index, "", { before: third })), [1, 2]);
    assert.deepEqual(await found(index, "note", { after: second, before: third }), [2]);
    assert.deepEqual(await found(index, "", { after: third, before: second }), []);
  });
}

function language(test: Test): void {
  test("search() filters by recipient, subject, folder and marks, and by their absence", async (index) => {
    const ada = { name: "Ada Lovelace", address: "ada@example.com" };
    const ben = { name: "Ben Müller", address: "ben@example.com.au" };
    const people = [ada, ben];
    await index.feed([
      put(1, {
        title: "Sales meeting",
        people,
        to: [ben.address],
        from: [ada.address],
        folder: { role: "inbox", name: "Posteingang" },
        marks: ["attachment", "unread"],
      }),
      put(2, {
        title: "meeting of sales",
        people,
        to: [ada.address],
        from: [ben.address],
        folder: { role: "", name: "Project X" },
        marks: ["unread"],
      }),
      put(3, { title: "note", folder: { role: "junk", name: "Spam" } }),
    ]);
    const all = (...conditions: SearchQuery["conditions"]) =>
      Promise.all(["", "-absent "].map(async (q) => sorted(await found(index, q, { conditions }))));
    const expect = async (expected: number[], ...conditions: SearchQuery["conditions"]) => {
      for (const one of await all(...conditions)) assert.deepEqual(one, expected, JSON.stringify(conditions));
    };
    await expect([1], condition("to", "ben@example.com.au"));
    await expect([1], condition("to", "mueller"));
    await expect([2], condition("to", "@example.com"));
    await expect([2, 3], condition("to", "ben", true));
    await expect([3], condition("from", "@example.com", true), condition("from", "@example.com.au", true));
    await expect([1], condition("subject", "sales meeting"));
    await expect([2, 3], condition("subject", "sales meeting", true));
    await expect([1], condition("in", "INBOX"));
    await expect([1], condition("in", "posteingang"));
    await expect([2], condition("in", "project x"));
    await expect([1, 2], condition("in", "junk", true));
    await expect([], condition("in", "nowhere"));
    await expect([1, 2, 3], condition("in", "nowhere", true));
    await expect([1, 2], { field: "mark", value: "unread", negated: false });
    await expect([2], { field: "mark", value: "unread", negated: false }, {
      field: "mark",
      value: "attachment",
      negated: true,
    });
    const result = await index.search(query("meeting ", { conditions: [condition("in", "inbox")] }));
    assert.deepEqual(result.facets.type, [{ value: "email", count: 1 }]);
    await index.feed([put(1, { title: "Sales meeting", folder: { role: "archive", name: "Archive" }, revision: 2 })]);
    await expect([], condition("in", "inbox"));
    await expect([1], condition("in", "archive"));
  });

  test("search() finds a name in each of its German spellings by each of them", async (index) => {
    const names = ["Müller", "Mueller", "Muller", "MÜLLER"];
    await index.feed([
      ...names.map((name, number) => put(number, { people: [{ name: `Kim ${name}`, address: "" }] })),
      put(9, { title: "Muelheim", body: "muesli" }),
    ]);
    for (const name of names) {
      assert.deepEqual(sorted(await found(index, `${name} `)), [0, 1, 2, 3], name);
      assert.deepEqual(sorted(await found(index, "", { conditions: [condition("from", name)] })), []);
    }
    assert.deepEqual(sorted(await found(index, "muell")), [0, 1, 2, 3]);
    assert.deepEqual(sorted(await found(index, "Straße ")), []);
    await index.feed([put(10, { body: "Große Straße" }), put(11, { body: "grosse strasse" })]);
    assert.deepEqual(sorted(await found(index, "Strasse grosse ")), [10, 11]);
    assert.deepEqual(sorted(await found(index, "straße ")), [10, 11]);
  });

  test("search() finds a person whose name has one edit among the first three", async (index) => {
    const names = [
      "Lovelace",
      "Müller",
      "Hopper",
      "Ramanujan",
      "Noether",
      "Turing",
      "Kowalski",
      "Sørensen",
      "Curie",
      "O'Connor",
    ];
    await index.feed([
      ...names.map((name, number) =>
        put(number, {
          title: "status",
          body: "news",
          people: [{ name: `Kim ${name}`, address: `k${number}@x.example` }],
        })
      ),
      ...Array.from(
        { length: 50 },
        (_, at) => put(100 + at, { title: "status of hoping and turning", body: "curious" }),
      ),
    ]);
    const edit = fc.record({ at: fc.nat(20), kind: fc.nat(3), letter: fc.constantFrom(..."qxzj") });
    await fc.assert(
      fc.asyncProperty(fc.nat(names.length - 1), edit, fc.boolean(), async (number, { at, kind, letter }, ended) => {
        const letters = [...(names[number] ?? "")];
        const place = at % letters.length;
        if (kind === 0) letters.splice(place, 1);
        else if (kind === 1) letters.splice(place, 0, letter);
        else if (kind === 2) letters.splice(place, 1, letter);
        else letters.splice(place, 2, ...letters.slice(place, place + 2).reverse());
        const best = (await found(index, letters.join("") + (ended ? " " : ""))).slice(0, 3);
        assert.ok(best.includes(number), `${letters.join("")} finds ${best.join(", ")}`);
      }),
      { numRuns: 150 },
    );
  });

  test("search() explains a score when asked", async (index) => {
    await index.feed([put(1, { title: "budget" }), put(2, { title: "other" })]);
    const [plain] = (await index.search(query("budget "))).hits;
    assert.equal(plain !== undefined && "explanation" in plain, false);
    const [hit] = (await index.search(query("budget ", { explain: true }))).hits;
    const factors = Object.values(hit?.explanation ?? {});
    assert.ok(factors.length > 0 && factors.every((factor) => Number.isFinite(factor)));
  });

  test("search() counts all matches of a very common word and shows each once", async (index, clock) => {
    const at = (number: number) => new Date(clock.now() - number * DAY_MS).toISOString();
    const writes = Array.from({ length: 4_500 }, (_, number) => {
      const doc_type = number % 3 === 0 ? "todo" : "email";
      return put(number, { doc_type, body: "common", happened_at: at(number) });
    });
    await index.feed(writes);
    await index.feed([put(4_600, { title: "common", body: "old", happened_at: at(5_000) })]);
    const first = await index.search(query("common ", { limit: 100 }));
    assert.equal(first.facets.type?.reduce((sum, { count }) => sum + count, 0), 4_501);
    const best = first.hits.map(({ doc_id }) => numberOf(doc_id));
    assert.ok(best.includes(0), "the newest is found");
    assert.ok(best.includes(4_600), "a title is found however old it is");
    const seen = new Set<string>();
    let cursor = "", shown = 0;
    do {
      const { hits, next_cursor } = await index.search(query("common ", { limit: 100, cursor, types: ["todo"] }));
      for (const { doc_id } of hits) seen.add(doc_id);
      shown += hits.length;
      cursor = next_cursor;
    } while (cursor !== "");
    assert.deepEqual([seen.size, shown], [1_500, 1_500]);
  });
}

function fragments(test: Test): void {
  test("search() shows the best fragments of a hit, marked and escaped", async (index) => {
    const texts = [
      "About <b>nothing</b>",
      "The budget of Berlin",
      "Budget, budget & more",
      "budgets",
      "The budget again for Berlin",
      "Berlin <i>budget</i> Berlin",
    ];
    await index.feed([put(1, { title: "Plan", body: texts.join("\n"), fragments: fragmentsOf(...texts) })]);
    const [hit] = (await index.search(query("budget berlin "))).hits;
    assert.equal(hit?.fragments.length, 3);
    const shown = hit.fragments.map(({ text }) => text);
    for (const text of shown) {
      assert.match(text, /<mark>budget<\/mark>/i);
      assert.match(text, /<mark>Berlin<\/mark>/);
    }
    assert.ok(shown.some((text) => text.includes("&lt;i&gt;<mark>budget</mark>&lt;/i&gt;")));
    assert.deepEqual((await index.search(query("plan "))).hits[0]?.fragments, []);
    assert.deepEqual((await index.search(query(""))).hits[0]?.fragments, []);
  });

  test("search() gives fragments that hold no markup but mark, whatever the text", async (index) => {
    const parts = fc.constantFrom("needle", "<", ">", "&", '"', "<mark>", "</mark>", "\u0002", " ", "日", "İ", "😀");
    let revision = 1;
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 60 }), async (texts) => {
        const body = `needle ${texts.join("")}`;
        await index.feed([put(1, { body, fragments: fragmentsOf(body), revision: revision++ })]);
        const text = (await index.search(query("needle "))).hits[0]?.fragments[0]?.text ?? "<";
        const rest = text.replace(/<mark>[^<>]*<\/mark>/g, "").replace(/&(amp|lt|gt|quot|#39);/g, "");
        assert.doesNotMatch(rest, /[<>&"']/);
      }),
      { numRuns: 60 },
    );
  });

  test("fragments() pages and fragment() names the neighbours, of the current version only", async (index) => {
    const texts = ["one", "two", "three", "four"];
    const all = fragmentsOf(...texts);
    await index.feed([put(1, { body: texts.join(" "), fragments: all })]);
    const page = (from: number, limit: number) => index.fragments("ada", docIdOf(1), { from, limit });
    assert.deepEqual(await page(0, 2), all.slice(0, 2));
    assert.deepEqual(await page(2, 9), all.slice(2));
    assert.deepEqual(await page(4, 9), []);
    const [first, second, third] = all;
    assert.ok(first && second && third);
    assert.deepEqual(await index.fragment("ada", docIdOf(1), second.fragment_id), {
      ...second,
      previous: first.fragment_id,
      next: third.fragment_id,
    });
    assert.equal((await index.fragment("ada", docIdOf(1), first.fragment_id))?.previous, "");
    await index.feed([put(1, { body: "one", fragments: [first], revision: 2 })]);
    assert.deepEqual(await page(0, 9), [first]);
    assert.equal(await index.fragment("ada", docIdOf(1), second.fragment_id), null);
    assert.equal((await index.fragment("ada", docIdOf(1), first.fragment_id))?.next, "");
    await index.feed([removal(1, 3)]);
    assert.equal(await page(0, 9), null);
    assert.equal(await index.fragment("ada", docIdOf(1), first.fragment_id), null);
    assert.equal(await index.fragments("ada", docIdOf(7), { from: 0, limit: 1 }), null);
  });
}

function suggestions(test: Test): void {
  test("suggest() gives people by name and address, those with most documents first, and subjects once", async (index) => {
    const ada = { name: "Ada Lovelace", address: "ada@example.com" };
    const adam = { name: "Adam Müller", address: "adam@mill.example" };
    await index.feed([
      put(1, { title: "Budget 2026", people: [ada, adam], from: [ada.address] }),
      put(2, { title: "Re: budget 2026", people: [adam], to: [adam.address] }),
      put(3, { title: "AW: Re: Budget 2026", people: [adam] }),
      put(4, { title: "Adverts" }),
    ]);
    const suggested = async (text: string, limit = 10) =>
      (await index.suggest("ada", text, limit)).map((one) => one.kind === "person" ? one.address : one.title);
    assert.deepEqual(await suggested("ad"), [adam.address, ada.address, "Adverts"]);
    assert.deepEqual(await suggested("lov"), [ada.address]);
    assert.deepEqual(await suggested("MÜ"), [adam.address]);
    assert.deepEqual(await suggested("adam mul"), [adam.address]);
    assert.deepEqual(await suggested("adam@mi"), [adam.address]);
    assert.deepEqual(await suggested("bud"), ["Budget 2026"]);
    assert.equal((await suggested("ad", 1)).length, 1);
    for (const text of ["", " ", '"', "zz", "*", "%"]) assert.deepEqual(await suggested(text), [], text);
    await index.feed([removal(1, 2), removal(4, 2)]);
    assert.deepEqual(await suggested("ad"), [adam.address], "who is in no document any more");
    assert.deepEqual(await index.suggest("ben", "ad", 10), []);
  });
}

function paging(test: Test): void {
  async function pages(index: Index, asked: SearchQuery, between: () => Promise<unknown>): Promise<number[]> {
    const seen: number[] = [];
    let cursor = "";
    do {
      const { hits, next_cursor } = await index.search({ ...asked, cursor });
      assert.ok(hits.length <= asked.limit);
      seen.push(...hits.map((hit) => numberOf(hit.doc_id)));
      cursor = next_cursor;
      await between();
    } while (cursor !== "");
    return seen;
  }

  test("search() pages neither skip nor repeat while documents come, change and go", async (index) => {
    let round = 0;
    const text = fc.array(fc.constantFrom("apple", "pear", "plum", "fig"), { minLength: 1, maxLength: 6 });
    const step = fc.record({ number: fc.nat(30), gone: fc.boolean(), text });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 25 }),
        fc.array(step, { maxLength: 12 }),
        fc.constantFrom("relevance", "newest", "oldest" as const),
        fc.constantFrom("apple", "apple pear", "fig -plum", ""),
        fc.integer({ min: 1, max: 6 }),
        async (texts, steps, sort, q, limit) => {
          const user_id = `pager-${round++}`;
          let revision = 1;
          // A document's time does not change: what moves in time moves in a list by time.
          const happened_at = (number: number) => new Date(Date.parse(NOW) - (number % 5) * DAY_MS).toISOString();
          const write = (number: number, words: readonly string[]) =>
            put(number, { user_id, revision: revision++, body: words.join(" "), happened_at: happened_at(number) });
          await index.feed(texts.map((words, number) => write(number, words)));
          const asked = query(`${q} `, { user_id, sort, limit });
          const before = new Set(await found(index, `${q} `, { user_id }));
          const left = [...steps], touched = new Set<number>();
          const seen = await pages(index, asked, async () => {
            const next = left.shift();
            if (next === undefined) return;
            touched.add(next.number);
            await index.feed([next.gone ? removal(next.number, revision++, user_id) : write(next.number, next.text)]);
          });
          assert.equal(new Set(seen).size, seen.length, "a document was repeated");
          for (const number of before) if (!touched.has(number)) assert.ok(seen.includes(number), `skipped ${number}`);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("search() pages through more matches than it ranks", async (index) => {
    // The best come in another order than they arrived in.
    const happened_at = (number: number) => new Date(Date.parse(NOW) - number * DAY_MS).toISOString();
    await index.feed(
      Array.from({ length: 950 }, (_, number) => put(number, { title: "budget", happened_at: happened_at(number) })),
    );
    const seen = await pages(index, query("budget ", { limit: 100 }), () => Promise.resolve());
    assert.equal(seen.length, 950);
    assert.equal(new Set(seen).size, 950);
    assert.deepEqual(seen.slice(0, 400), Array.from({ length: 400 }, (_, number) => number));
  });

  test("search() refuses a cursor of another search, another person or of nobody", async (index) => {
    await index.feed(
      [1, 2, 3].flatMap((number) => [put(number, { title: "a b" }), put(number, { user_id: "ben", title: "a b" })]),
    );
    const { next_cursor } = await index.search(query("a ", { limit: 1 }));
    assert.notEqual(next_cursor, "");
    const refused = (over: Partial<SearchQuery>) =>
      assert.rejects(
        index.search(query("a ", { cursor: next_cursor, ...over })),
        (error) => error instanceof PermanentError && error.code === "cursor_invalid" && error.field === "cursor",
      );
    await refused({ words: queryWords("b ") });
    await refused({ user_id: "ben" });
    await refused({ user_id: "nobody" });
    await refused({ sort: "newest" });
    await refused({ types: ["email"] });
    await refused({ conditions: [condition("in", "inbox")] });
    await refused({ cursor: "x" });
    await refused({ cursor: `${next_cursor.slice(0, -4)}AAAA` });
    await fc.assert(fc.asyncProperty(fc.string({ minLength: 1 }), (cursor) => refused({ cursor })), { numRuns: 30 });
    assert.equal((await index.search(query("a ", { cursor: next_cursor, limit: 2 }))).hits.length, 2);
  });
}

function isolation(test: Test): void {
  test("search() and document() never show or count another person's documents", async (index) => {
    let round = 0;
    const word = fc.constantFrom("salary", "geheim", "日本", "plan", "ann@example.com");
    const document = fc.record({ user: fc.nat(3), title: word, body: word, person: word, deleted: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 25 }),
        fc.array(word, { maxLength: 2 }),
        fc.boolean(),
        async (all, q, minus) => {
          const prefix = `p${round++}`;
          const person = (user: number) => `${prefix}_${user}`;
          await Promise.all(all.map(({ user, title, body, person: name }, number) =>
            index.feed([put(number, {
              user_id: person(user),
              title,
              body,
              people: [{ name, address: "" }],
              from: ["author@mill.test"],
              to: ["reader@mill.test"],
              fragments: fragmentsOf(body),
            })])
          ));
          await Promise.all(
            all.flatMap(({ user, deleted }, number) => deleted ? [index.feed([removal(number, 2, person(user))])] : []),
          );
          for (const user of [0, 1, 2, 3, 4]) {
            const user_id = person(user);
            const own = all.flatMap((one, number) => one.user === user && !one.deleted ? [number] : []);
            const expected = own.filter((number) => {
              const texts = [all[number]?.title, all[number]?.body, all[number]?.person];
              return q.every((one) => texts.includes(one)) && !(minus && texts.includes("geheim"));
            });
            const asked = `${minus ? "-geheim " : ""}${q.join(" ")} `;
            for (const from of ["", "author@mill.test"]) {
              const result = await index.search(query(asked, {
                user_id,
                conditions: from === "" ? [] : [condition("from", from)],
                limit: 100,
              }));
              assert.deepEqual(sorted(result.hits.map((hit) => numberOf(hit.doc_id))), expected);
              const counted = result.facets.type?.reduce((sum, { count }) => sum + count, 0) ?? 0;
              assert.equal(counted, expected.length);
            }
            assert.equal((await index.stats(user_id)).documents, own.length);
            for (const [number] of all.entries()) {
              const doc_id = docIdOf(number);
              assert.equal(await index.document(user_id, doc_id) !== null, own.includes(number));
              const fragments = await index.fragments(user_id, doc_id, { from: 0, limit: 10 });
              assert.equal(fragments?.[0]?.text, own.includes(number) ? all[number]?.body : undefined);
              const fragment_id = fragmentsOf("").at(0)?.fragment_id ?? "";
              assert.equal(await index.fragment(user_id, doc_id, fragment_id) !== null, own.includes(number));
            }
            for (const typed of ["sal", "geh", "日", "pla", "ann", "author"]) {
              for (const one of await index.suggest(user_id, typed, 10)) {
                const shown = one.kind === "person" ? one.address || one.name : one.title;
                const texts = own.flatMap((number) => [all[number]?.title, all[number]?.person]);
                assert.ok(texts.some((text) => text === shown) || shown === "author@mill.test", shown);
              }
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test("search() scores a document the same whatever others have", async (index) => {
    const own = [put(1, { body: "rare words" }), put(2, { body: "other words" }), put(3, { body: "more" })];
    await index.feed(own);
    const before = await index.search(query("rare "));
    await index.feed(Array.from({ length: 300 }, (_, number) => put(number, { user_id: "ben", body: "rare rare" })));
    assert.deepEqual(await index.search(query("rare ")), before);
  });
}

function upkeep(test: Test): void {
  test("purge() removes one person wholly, tombstones too, and lets them begin again", async (index) => {
    await index.feed([put(1, { title: "note" }), removal(2, 5), put(3, { user_id: "ben", title: "note" })]);
    await index.feed(Array.from({ length: 700 }, (_, at) => put(1_000 + at, { title: "many" })));
    await index.feed([put(4, { people: [{ name: "Grace", address: "" }], fragments: fragmentsOf("x"), body: "x" })]);
    await index.purge("ada");
    await index.purge("nobody");
    assert.deepEqual(await index.suggest("ada", "gra", 5), []);
    assert.equal(await index.fragments("ada", docIdOf(4), { from: 0, limit: 1 }), null);
    assert.deepEqual(await found(index, "note"), []);
    assert.deepEqual(await index.stats("ada"), { documents: 0, newest_sync: "" });
    assert.equal(await index.document("ada", docIdOf(1)), null);
    assert.deepEqual(await found(index, "note", { user_id: "ben" }), [3]);
    assert.deepEqual(await index.feed([put(2, { title: "again" })]), ["applied"]);
    assert.deepEqual(await found(index, ""), [2]);
  });

  test("purge() and feed() at once leave nothing of before", async (index) => {
    await index.feed(Array.from({ length: 300 }, (_, number) => put(number, { title: "before" })));
    const purging = index.purge("ada");
    await Promise.all([purging, ...[1, 2, 3].map((number) => index.feed([put(number, { title: "after" })]))]);
    assert.deepEqual(await found(index, "before"), []);
    assert.deepEqual(sorted(await found(index, "after")), [1, 2, 3]);
  });

  test("stats() counts the living and knows the newest read", async (index) => {
    assert.deepEqual(await index.stats("ada"), { documents: 0, newest_sync: "" });
    const newest = "2026-03-01T18:00:00.000Z";
    await index.feed([put(1), put(2, { sync_timestamp: newest }), put(3), removal(3, 2)]);
    assert.deepEqual(await index.stats("ada"), { documents: 2, newest_sync: newest });
  });

  test("sweep() removes tombstones after 45 days, and only those", async (index, clock) => {
    await index.feed([put(1, { title: "alive" }), removal(2, 5)]);
    await clock.advance(40 * DAY_MS);
    await index.feed([removal(3, 5)]);
    assert.equal(await index.sweep(clock.now()), 0);
    await clock.advance(6 * DAY_MS);
    assert.equal(await index.sweep(clock.now()), 1);
    assert.equal(await index.sweep(clock.now()), 0);
    assert.deepEqual(await index.feed([put(3, { revision: 4 })]), ["stale"]);
    assert.deepEqual(await found(index, "alive"), [1]);
  });
}
