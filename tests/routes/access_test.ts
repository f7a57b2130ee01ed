import assert from "node:assert/strict";
import { createRoute, z } from "@hono/zod-openapi";
import { allow, routeAccess } from "../../routes/access.ts";
import { missing, problems } from "../../routes/problem.ts";
import { PermanentError, StoreAwayError } from "../../shared/contracts/errors.ts";
import { testApp } from "./test_app.ts";

const Problem = z.object({ type: z.string(), status: z.int(), detail: z.string(), request_id: z.string().optional() });

async function problemOf(response: Response) {
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const body = Problem.parse(await response.json());
  assert.equal(body.status, response.status);
  return body;
}

Deno.test("allow() declares the access of plain and OpenAPI routes, and routeAccess() shows what lacks it", () => {
  const { app } = testApp();
  app.get("/plain", allow("public"), (c) => c.text("x"));
  const route = createRoute({
    method: "get",
    path: "/v1/things/{id}",
    middleware: allow("user"),
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: { description: "ok" }, ...problems(404) },
  });
  app.openapi(route, (c) => c.body(null, 200));
  app.get("/open", (c) => c.text("x"));
  app.use("/star/*", async (_c, next) => await next());
  assert.deepEqual(routeAccess(app), [
    { method: "GET", path: "/plain", access: "public" },
    { method: "GET", path: "/v1/things/:id", access: "user" },
    { method: "GET", path: "/open", access: undefined },
    { method: "ALL", path: "/star/*", access: undefined },
  ]);
});

Deno.test("allow(user) runs its guard before the request is validated, and hands the caller on", async () => {
  const { app } = testApp();
  const route = createRoute({
    method: "get",
    path: "/v1/things",
    middleware: allow("user"),
    request: { query: z.object({ limit: z.coerce.number().int() }) },
    responses: { 200: { description: "ok", content: { "text/plain": { schema: z.string() } } }, ...problems(400) },
  });
  app.openapi(route, (c) => c.text(`${c.get("caller").user_id} ${c.req.valid("query").limit}`, 200));
  assert.equal(await (await app.request("/v1/things?limit=3")).text(), "ada 3");
  const refused = await problemOf(await app.request("/v1/things?limit=many"));
  assert.equal(refused.type, "urn:millrace:problem:request_invalid");
  assert.match(refused.detail, /limit: /);
});

Deno.test("errors become problems: their own status, 503 with Retry-After, and 500 that says nothing", async () => {
  const { app, deps } = testApp();
  const thrown: Record<string, Error> = {
    missing: missing("connection"),
    permanent: new PermanentError("cursor_invalid", "The cursor is not one of ours", { field: "cursor" }),
    away: new StoreAwayError("Redis"),
    bug: new TypeError("secret internals"),
  };
  app.get("/:kind", allow("public"), (c) => {
    throw thrown[c.req.param("kind")] ?? new Error("unknown");
  });
  assert.equal((await problemOf(await app.request("/missing"))).status, 404);
  assert.equal((await problemOf(await app.request("/permanent"))).type, "urn:millrace:problem:cursor_invalid");
  const away = await app.request("/away");
  assert.equal(away.headers.get("retry-after"), "5");
  assert.equal((await problemOf(away)).status, 503);
  const bug = await problemOf(await app.request("/bug"));
  assert.equal(bug.status, 500);
  assert.doesNotMatch(JSON.stringify(bug), /internals/);
  const logged = deps.lines.find((line) => line.message === "http.failed");
  assert.equal(logged?.fields.error, thrown.bug);
});

Deno.test("openApp() answers unknown addresses with 404 and wrong methods with 405 and Allow", async () => {
  const { app } = testApp();
  app.get("/thing/:id", allow("public"), (c) => c.text("x"));
  app.delete("/thing/:id", allow("public"), (c) => c.body(null, 204));
  assert.equal((await problemOf(await app.request("/nothing"))).status, 404);
  const wrong = await app.request("/thing/1", { method: "POST" });
  assert.equal(wrong.headers.get("allow"), "GET, DELETE");
  assert.equal((await problemOf(wrong)).status, 405);
});

Deno.test("openApp() puts security headers on every answer, errors included, and HSTS only under https", async () => {
  for (const public_url of ["https://millrace.test", "http://127.0.0.1:8000"]) {
    const { app } = testApp({ public_url });
    app.get("/ok", allow("public"), () => new Response("raw"));
    app.post("/push/x", allow("push"), (c) => c.body(null, 204));
    for (const [path, method] of [["/ok", "GET"], ["/none", "GET"], ["/push/x", "POST"]] as const) {
      const { headers } = await app.request(path, { method });
      assert.equal(headers.get("x-content-type-options"), "nosniff", path);
      assert.equal(headers.get("referrer-policy"), "no-referrer", path);
      assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/, path);
      assert.equal(headers.get("server"), null);
      assert.equal(headers.has("strict-transport-security"), public_url.startsWith("https"), path);
    }
  }
});

Deno.test("openApp() refuses bodies over the limit of their family, announced or not", async () => {
  const { app } = testApp();
  const read = async (c: { req: { text(): Promise<string> }; text(text: string): Response }) =>
    c.text(String((await c.req.text()).length));
  app.post("/v1/x", allow("public"), read);
  app.post("/webhooks/x", allow("webhook"), read);
  app.post("/push/x", allow("push"), read);
  const post = (path: string, bytes: number, announced: boolean) => {
    const body = new Uint8Array(bytes).fill(97);
    const headers: HeadersInit = announced ? { "content-length": String(bytes) } : {};
    return app.request(path, { method: "POST", body, headers });
  };
  for (const announced of [true, false]) {
    for (const [path, mebibytes] of [["/v1/x", 1], ["/webhooks/x", 4], ["/push/x", 16]] as const) {
      const bytes = mebibytes * 1024 * 1024;
      assert.equal(await (await post(path, bytes, announced)).text(), String(bytes));
      const refused = await post(path, bytes + 1, announced);
      assert.equal((await problemOf(refused)).type, "urn:millrace:problem:body_too_large");
      assert.equal(refused.headers.get("x-content-type-options"), "nosniff");
    }
  }
});

Deno.test("openApp() counts what is refused by family and status, and nothing that is answered", async () => {
  const { app, deps } = testApp();
  app.post("/webhooks/x", allow("webhook"), async (c) => c.text(await c.req.text()));
  app.post("/push/x", allow("push"), () => Promise.reject(new StoreAwayError("The bus")));
  app.get("/v1/x", allow("public"), (c) => c.text("x"));
  const large = { method: "POST", body: new Uint8Array(4 * 1024 * 1024 + 1) };
  for (const headers of [{}, { "content-length": String(large.body.length) }]) {
    assert.equal((await app.request("/webhooks/x", { ...large, headers })).status, 413);
  }
  await app.request("/webhooks/x", { method: "POST", body: "small" });
  await app.request("/push/x", { method: "POST" });
  await app.request("/v1/x");
  await app.request("/v1/nothing");
  const counted = deps.counters.snapshot().filter(({ name }) => name === "http_refusals_total");
  assert.deepEqual(counted.map(({ labels, value }) => [labels["family"], labels["status"], value]), [
    ["other", "404", 1],
    ["push", "503", 1],
    ["webhooks", "413", 2],
  ]);
});

Deno.test("openApp() logs the route's pattern and not the path, its query or its ids; hot paths log nothing", async () => {
  const { app, deps } = testApp();
  app.get("/connect/:ticket", allow("public"), (c) => c.text("x"));
  app.post("/push/:name", allow("push"), (c) => c.body(null, 204));
  await app.request("/connect/very-secret-ticket?q=private", { headers: { "x-request-id": "caller-chosen-1" } });
  await app.request("/push/x", { method: "POST" });
  assert.equal(deps.lines.length, 1);
  assert.doesNotMatch(JSON.stringify(deps.lines), /very-secret|private/);
  assert.equal(deps.lines[0]?.fields.route, "/connect/:ticket");
  assert.equal(deps.lines[0]?.fields.correlation_id, "caller-chosen-1");
});

Deno.test("openApp() replaces a request id that could break a log or a header", async () => {
  const { app } = testApp();
  app.get("/x", allow("public"), (c) => c.text("x"));
  const { headers } = await app.request("/x", { headers: { "x-request-id": "a b;<script>" } });
  assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
});
