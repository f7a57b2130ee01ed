/** `/v1/search` and `/v1/documents` over a real index. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import type { Index } from "../../shared/index/port.ts";
import { openSqliteIndex } from "../../shared/index/sqlite/mod.ts";
import { docIdOf, fragmentsOf, numberOf, put, type PutOptions, removal } from "../adapters/index_samples.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { openBundle } from "./app_bundle.ts";

const Found = z.strictObject({
  hits: z.array(z.strictObject({
    doc_id: z.string(),
    doc_type: z.string(),
    provider: z.string(),
    title: z.string(),
    snippet: z.string(),
    score: z.number(),
    url: z.string(),
    happened_at: z.string(),
    last_updated: z.string(),
    sync_timestamp: z.string(),
    fresh_seconds: z.int(),
    fragments: z.array(z.strictObject({ fragment_id: z.string(), text: z.string() })),
    explanation: z.record(z.string(), z.number()).optional(),
  })),
  facets: z.record(z.string(), z.array(z.strictObject({ value: z.string(), count: z.int() }))),
  next_cursor: z.string(),
});

async function withApp(run: (opened: Awaited<ReturnType<typeof openBundle>> & { index: Index }) => Promise<void>) {
  const index = openSqliteIndex({ path: ":memory:", clock: new SimulatedClock() });
  const bundle = await openBundle({ ports: { index } });
  try {
    await run({ ...bundle, index });
  } finally {
    await bundle.state.close();
    await index.close();
  }
}

type Request = (path: string, init?: RequestInit) => Response | Promise<Response>;

async function search(request: Request, headers: HeadersInit, parameters: string): Promise<z.output<typeof Found>> {
  const response = await request(`/v1/search?${parameters}`, { headers });
  assert.equal(response.status, 200, await response.clone().text());
  return Found.parse(await response.json());
}

const mail = (number: number, over: PutOptions = {}) => put(number, { title: "Budget", body: "figures <b>", ...over });

Deno.test("GET /v1/search answers hits, facets and next_cursor, and nothing else", async () => {
  await withApp(async ({ app, as, index, deps }) => {
    await index.feed([mail(1, { fragments: fragmentsOf("figures <b>") })]);
    const { hits, facets, next_cursor } = await search(app.request, await as("ada"), "q=figures");
    assert.equal(hits[0]?.score !== 0, true);
    assert.deepEqual(hits.map(({ score: _, ...hit }) => hit), [{
      doc_id: docIdOf(1),
      doc_type: "email",
      provider: "microsoft",
      title: "Budget",
      snippet: "<mark>figures</mark> &lt;b&gt;",
      url: "https://mail.example/1",
      happened_at: "2026-03-01T12:00:00.000Z",
      last_updated: "2026-03-01T12:00:01.000Z",
      sync_timestamp: "2026-03-01T12:00:02.000Z",
      fresh_seconds: hits[0]?.fresh_seconds,
      fragments: [{ fragment_id: docIdOf(0xf000), text: "<mark>figures</mark> &lt;b&gt;" }],
    }]);
    const read_ms = Date.parse("2026-03-01T12:00:02.000Z");
    assert.equal(hits[0]?.fresh_seconds, Math.max(0, Math.round((deps.clock.now() - read_ms) / 1_000)));
    assert.deepEqual(facets, {
      type: [{ value: "email", count: 1 }],
      provider: [{ value: "microsoft", count: 1 }],
    });
    assert.equal(next_cursor, "");
  });
});

Deno.test("/v1/search takes lists by repetition or commas, and the same parameters by GET and POST", async () => {
  await withApp(async ({ app, as, index }) => {
    await index.feed([
      mail(1),
      mail(2, { provider: "google", doc_type: "calendar", happened_at: "2026-02-01T00:00:00.000Z" }),
      mail(3, { provider: "google", doc_type: "todo", from: ["ann@example.com"] }),
    ]);
    const headers = await as("ada");
    const asked = async (parameters: string) =>
      (await search(app.request, headers, parameters)).hits.map((hit) => hit.doc_id).sort();
    assert.deepEqual(await asked("type=calendar&type=todo"), [docIdOf(2), docIdOf(3)]);
    assert.deepEqual(await asked("type=calendar,todo"), [docIdOf(2), docIdOf(3)]);
    assert.deepEqual(await asked("provider=microsoft"), [docIdOf(1)]);
    assert.deepEqual(await asked("from=ann%40example.com"), [docIdOf(3)]);
    assert.deepEqual(await asked("before=2026-02-15"), [docIdOf(2)]);
    assert.deepEqual(await asked("after=2026-02-01T01:00:00%2B01:00&before=2026-02-01T00:00:00.001Z"), [docIdOf(2)]);
    const bodies = [
      [{ type: ["calendar", "todo"], q: "budget" }, [docIdOf(2), docIdOf(3)]],
      [{ type: "todo", limit: 5, sort: "oldest" }, [docIdOf(3)]],
      [{}, [docIdOf(1), docIdOf(2), docIdOf(3)]],
    ] as const;
    for (const [body, expected] of bodies) {
      const response = await app.request("/v1/search", {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      assert.deepEqual(Found.parse(await response.json()).hits.map((hit) => hit.doc_id).sort(), expected);
    }
  });
});

Deno.test("/v1/search pages by limit and cursor, deeper than what is ranked", async () => {
  await withApp(async ({ app, as, index }) => {
    await index.feed(Array.from({ length: 850 }, (_, number) => mail(number)));
    const headers = await as("ada");
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await search(app.request, headers, `q=budget&limit=100&cursor=${cursor}`);
      seen.push(...page.hits.map((hit) => hit.doc_id));
      cursor = page.next_cursor;
    } while (cursor !== "");
    assert.equal(new Set(seen).size, 850);
    assert.equal(seen.length, 850);
    assert.equal((await search(app.request, headers, "")).hits.length, 20);
  });
});

Deno.test("/v1/search reads the language of the search field, mixed with parameters", async () => {
  await withApp(async ({ app, as, index }) => {
    const ann = "ann@example.com", ben = "ben@example.com";
    await index.feed([
      mail(1, { from: [ann], to: [ben], marks: ["attachment", "unread"], folder: { role: "inbox", name: "Inbox" } }),
      mail(2, { from: [ben], to: [ann], provider: "google", happened_at: "2026-02-10T23:30:00.000Z" }),
      mail(3, { doc_type: "todo", title: "Budget plan", marks: ["done"], happened_at: "2025-12-31T00:00:00.000Z" }),
    ]);
    const headers = await as("ada");
    const cases = [
      ["from:ann", "", [1]],
      ["-from:ann", "", [2, 3]],
      ["to:ann@example.com budget", "", [2]],
      ['subject:"budget plan"', "", [3]],
      ["in:inbox", "", [1]],
      ["type:mail", "", [1, 2]],
      ["-type:todo", "", [1, 2]],
      ["type:mail", "type=todo", []],
      ["type:mail budget", "provider=google", [2]],
      ["has:attachment is:unread", "", [1]],
      ["is:read type:mail", "", [2]],
      ["is:open", "", [1, 2]],
      ["before:2026", "", [3]],
      ["after:2026-02-10", "", [1, 2]],
      ["on:2026-02-10", "", [2]],
      ["on:2026-02-10", "time_zone=Europe/Berlin", []],
      ["on:2026-02-11", "time_zone=Europe/Berlin", [2]],
      ["on:2026-02", "", [2]],
      ["budget from:", "", [1, 2, 3]],
      ['"from:ann"', "", []],
      ["bud from:ben", "", []],
      ["from:ben bud", "", [2]],
      ["figures", "mark=attachment&in=Inbox&to=ben&from=ann&subject=budget", [1]],
      ["after:2026-01-01", "before=2026-02-15", [2]],
    ] as const;
    for (const [q, parameters, expected] of cases) {
      const { hits } = await search(app.request, headers, `q=${encodeURIComponent(q)}&${parameters}`);
      assert.deepEqual(hits.map(({ doc_id }) => numberOf(doc_id)).sort(), expected, `${q} ${parameters}`);
    }
    const { hits } = await search(app.request, headers, "q=budget&explain=true");
    assert.ok(Object.keys(hits[0]?.explanation ?? {}).length > 0);
  });
});

Deno.test("/v1/search points at the place of a query that it can't understand", async () => {
  await withApp(async ({ app, as }) => {
    const headers = await as("ada");
    const bad = [
      ["budget before:tomorow", "before:tomorow"],
      ["on:2026-02-31", "on:2026-02-31"],
      ["type:letter budget", "type:letter"],
      ["“two words” is:lost x", "is:lost"],
      ["a has:wheels", "has:wheels"],
      ["provider:yahoo", "provider:yahoo"],
      ["from: ann", "from:"],
      ["-on:2026", "-on:2026"],
    ] as const;
    for (const [q, wrong] of bad) {
      const response = await app.request(`/v1/search?q=${encodeURIComponent(q)}`, { headers });
      assert.equal(response.status, 400, q);
      const { position, length, type, field } = z.looseObject({
        type: z.string(),
        field: z.string(),
        position: z.int(),
        length: z.int(),
      }).parse(await response.json());
      assert.deepEqual([type, field], ["urn:millrace:problem:query_invalid", "q"]);
      assert.equal(q.slice(position, position + length), wrong);
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 60 }), fc.nat(10), async (text, at) => {
        const name = ["from", "to", "subject", "in", "type", "on", "before", "is", "has", "-from", "provider"][at];
        const q = encodeURIComponent(`${name}:${text}`.toWellFormed());
        const { status } = await app.request(`/v1/search?q=${q}`, { headers });
        assert.ok(status === 200 || status === 400, String(status));
      }),
      { numRuns: 100 },
    );
  });
});

Deno.test("fragments are listed, paged and linked, of the current version and to their owner only", async () => {
  await withApp(async ({ app, as, index }) => {
    const texts = ["one", "two", "three"];
    const all = fragmentsOf(...texts);
    await index.feed([mail(1, { body: texts.join("\n"), fragments: all })]);
    const headers = await as("ada"), doc_id = docIdOf(1);
    const list = `/v1/documents/${doc_id}/fragments`;
    const Page = z.strictObject({
      items: z.array(z.looseObject({ fragment_id: z.string(), text: z.string(), url: z.string() })),
      next_cursor: z.string(),
    });
    const first = Page.parse(await (await app.request(`${list}?limit=2`, { headers })).json());
    assert.deepEqual(first.items.map(({ text }) => text), ["one", "two"]);
    const second = Page.parse(
      await (await app.request(`${list}?limit=2&cursor=${first.next_cursor}`, { headers })).json(),
    );
    assert.deepEqual([second.items.map(({ text }) => text), second.next_cursor], [["three"], ""]);
    const url = (at: number) => `/v1/fragments/${doc_id}/${all[at]?.fragment_id}`;
    assert.deepEqual(await (await app.request(first.items[1]?.url ?? "", { headers })).json(), {
      ...all[1],
      parent_doc_id: doc_id,
      url: url(1),
      links: { parent: `/v1/documents/${doc_id}`, previous: url(0), next: url(2) },
    });
    const foreign = await as("ben");
    for (const path of [list, url(0), `${list}?limit=1`]) {
      assert.equal((await app.request(path, { headers: foreign })).status, 404, path);
      assert.equal((await app.request(path)).status, 401, path);
    }
    assert.equal((await app.request(`${list}?cursor=nonsense`, { headers })).status, 400);
    await index.feed([mail(1, { body: "one", fragments: all.slice(0, 1), revision: 2 })]);
    assert.equal((await app.request(url(0), { headers })).status, 200);
    assert.equal((await app.request(url(1), { headers })).status, 404);
    await index.feed([removal(1, 3)]);
    for (const path of [list, url(0)]) assert.equal((await app.request(path, { headers })).status, 404, path);
  });
});

Deno.test("GET /v1/suggest answers the caller's own people and subjects", async () => {
  await withApp(async ({ app, as, index }) => {
    const people = [{ name: "Ann Other", address: "ann@example.com" }];
    await index.feed([mail(1, { people, title: "Annual budget" }), mail(2, { user_id: "ben", title: "Anniversary" })]);
    const suggest = async (user: string, q: string) =>
      await (await app.request(`/v1/suggest?q=${q}`, { headers: await as(user) })).json();
    assert.deepEqual(await suggest("ada", "ann"), {
      items: [
        { kind: "person", name: "Ann Other", address: "ann@example.com" },
        { kind: "subject", title: "Annual budget" },
      ],
      next_cursor: "",
    });
    assert.deepEqual(await suggest("ben", "ann"), {
      items: [{ kind: "subject", title: "Anniversary" }],
      next_cursor: "",
    });
    await index.purge("ada");
    assert.deepEqual(await suggest("ada", "ann"), { items: [], next_cursor: "" });
  });
});

const Problem = z.looseObject({ type: z.string(), detail: z.string(), field: z.string() });

Deno.test("/v1/search refuses what it does not know by the name of the field", async () => {
  await withApp(async ({ app, as, index }) => {
    await index.feed([mail(1), mail(2)]);
    const headers = await as("ada");
    const { next_cursor } = await search(app.request, headers, "q=budget&limit=1");
    const bad = [
      ["limit=0", "limit"],
      ["limit=101", "limit"],
      ["limit=many", "limit"],
      ["type=letter", "type"],
      ["type=email,letter", "type"],
      ["provider=yahoo", "provider"],
      ["sort=best", "sort"],
      ["after=yesterday", "after"],
      ["before=2026-13-01", "before"],
      [`q=${"a".repeat(1_001)}`, "q"],
      ["q=a&q=b", "q"],
      ["query=budget", "query"],
      ["cursor=nonsense", "cursor"],
      [`q=other&cursor=${next_cursor}`, "cursor"],
    ] as const;
    for (const [parameters, field] of bad) {
      const response = await app.request(`/v1/search?${parameters}`, { headers });
      assert.equal(response.status, 400, parameters);
      assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
      const problem = Problem.parse(await response.json());
      assert.equal(problem.field.split(".")[0], field, parameters);
      assert.notEqual(problem.detail, "");
    }
    const posted = await app.request("/v1/search", {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ q: "budget", user_id: "ben" }),
    });
    assert.equal(posted.status, 400);
    assert.equal(Problem.parse(await posted.json()).field, "user_id");
  });
});

Deno.test("/v1/documents/{doc_id} answers the stored document, and 404 for unknown, deleted and foreign ones", async () => {
  await withApp(async ({ app, as, index }) => {
    const doc_id = docIdOf(1);
    const stored = {
      doc_id,
      doc_type: "todo",
      provider: "microsoft",
      connection_id: "con-1",
      provider_id: "todo-1",
      container: "list-1",
      title: "Call Ben",
      url: "https://todo.example/1",
      last_updated: "2026-03-01T10:00:00.000Z",
      body: "about the budget",
      list_name: "Errands",
      status: "open",
      due_date: "",
      reminder_at: "",
      completed_at: "",
      created_at: "",
      importance: "normal",
      recurrence: [],
      steps: [],
      parent_id: "",
      labels: [],
      links: [],
    };
    const options = { doc_type: "todo", title: stored.title, body: stored.body, data: JSON.stringify(stored) } as const;
    await index.feed([
      put(1, { ...options, revision: 7 }),
      put(2),
      removal(2, 9),
      put(3, { ...options, user_id: "ben" }),
    ]);
    const headers = await as("ada");
    const answer = await app.request(`/v1/documents/${doc_id}`, { headers });
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), {
      doc_id,
      doc_type: "todo",
      revision: 7,
      sync_timestamp: "2026-03-01T12:00:02.000Z",
      document: stored,
    });
    for (const other of [2, 3, 4]) {
      const missing = await app.request(`/v1/documents/${docIdOf(other)}`, { headers });
      assert.equal(missing.status, 404, `document ${other}`);
      assert.match(missing.headers.get("content-type") ?? "", /^application\/problem\+json/);
    }
    assert.equal((await app.request("/v1/documents/nonsense", { headers })).status, 400);
    assert.equal((await app.request(`/v1/documents/${doc_id}`)).status, 401);
  });
});

const Suggested = z.object({
  items: z.array(z.looseObject({ name: z.string().optional(), title: z.string().optional() })),
});

Deno.test("/v1/search never shows, counts or pages into another person's documents", async () => {
  await withApp(async ({ app, as, index, operator }) => {
    const people = ["ada", "ben", "cara"];
    const headers = new Map(await Promise.all(people.map(async (one) => [one, await as(one)] as const)));
    const word = fc.constantFrom("salary", "geheim", "plan", "会議");
    const document = fc.record({ user_id: fc.constantFrom(...people), title: word, body: word });
    let next = 0;
    const owners = new Map<string, { user_id: string; text: string }>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 6 }),
        word,
        fc.constantFrom("relevance", "newest"),
        async (all, q, sort) => {
          await index.feed(all.map(({ user_id, title, body }) => {
            const number = next++;
            owners.set(docIdOf(number), { user_id, text: `${title} ${body}` });
            const people = [{ name: body, address: "" }];
            return put(number, { user_id, title, body, people, fragments: fragmentsOf(body) });
          }));
          const fragment_id = fragmentsOf("")[0]?.fragment_id;
          const [some] = [...owners].slice(-1);
          for (const person of people) {
            const own = [...owners.values()].filter(({ user_id, text }) =>
              user_id === person && text.includes(q)
            ).length;
            const asOperator = { ...operator, "millrace-user": person };
            for (const caller of [headers.get(person) ?? {}, asOperator]) {
              const parameters = new URLSearchParams({ q: `${q} `, sort, limit: "3" });
              const page = await search(app.request, caller, parameters.toString());
              const suggested = await app.request(`/v1/suggest?q=${encodeURIComponent(q)}`, { headers: caller });
              for (const { name = "", title = "" } of Suggested.parse(await suggested.json()).items) {
                const shown = [...owners.values()].some(({ user_id, text }) =>
                  user_id === person && text.includes(name || title)
                );
                assert.ok(shown, "a suggestion of another person's");
              }
              for (const path of [`documents/${some?.[0]}/fragments`, `fragments/${some?.[0]}/${fragment_id}`]) {
                if (some === undefined) break;
                const { status } = await app.request(`/v1/${path}`, { headers: caller });
                assert.equal(status, some[1].user_id === person ? 200 : 404);
              }
              for (const { doc_id } of page.hits) assert.equal(owners.get(doc_id)?.user_id, person);
              assert.equal(page.facets.type?.reduce((sum, { count }) => sum + count, 0) ?? 0, own);
              if (page.next_cursor === "") continue;
              parameters.set("cursor", page.next_cursor);
              const foreign = headers.get(people.find((one) => one !== person) ?? "") ?? {};
              assert.equal((await app.request(`/v1/search?${parameters}`, { headers: foreign })).status, 400);
            }
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
