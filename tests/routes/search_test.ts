/** `/v1/search` and `/v1/documents` over a real index. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import type { Index } from "../../shared/index/port.ts";
import { openSqliteIndex } from "../../shared/index/sqlite/mod.ts";
import { docIdOf, put, type PutOptions, removal } from "../adapters/index_samples.ts";
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
    last_updated: z.string(),
    sync_timestamp: z.string(),
    fragments: z.array(z.unknown()),
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
  await withApp(async ({ app, as, index }) => {
    await index.feed([mail(1)]);
    const { hits, facets, next_cursor } = await search(app.request, await as("ada"), "q=figures");
    assert.equal(hits[0]?.score !== 0, true);
    assert.deepEqual(hits.map(({ score: _, ...hit }) => hit), [{
      doc_id: docIdOf(1),
      doc_type: "email",
      provider: "microsoft",
      title: "Budget",
      snippet: "<mark>figures</mark> &lt;b&gt;",
      url: "https://mail.example/1",
      last_updated: "2026-03-01T12:00:01.000Z",
      sync_timestamp: "2026-03-01T12:00:02.000Z",
      fragments: [],
    }]);
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
            return put(number, { user_id, title, body });
          }));
          for (const person of people) {
            const own = [...owners.values()].filter(({ user_id, text }) =>
              user_id === person && text.includes(q)
            ).length;
            const asOperator = { ...operator, "millrace-user": person };
            for (const caller of [headers.get(person) ?? {}, asOperator]) {
              const parameters = new URLSearchParams({ q: `${q} `, sort, limit: "3" });
              const page = await search(app.request, caller, parameters.toString());
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
