import assert from "node:assert/strict";
import { openBundle } from "./app_bundle.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const file = (type: string, text: string) => ({ type, bytes: bytes(text), gzip: bytes(`packed ${text}`) });

const FILES = new Map([
  ["index.html", file("text/html; charset=utf-8", "<title>Millrace</title>")],
  ["main-ABC.js", file("text/javascript; charset=utf-8", "run()")],
]);

async function opened() {
  let asked = 0;
  const bundle = await openBundle({
    ports: {
      console: () => {
        asked++;
        return Promise.resolve(FILES);
      },
    },
  });
  return { ...bundle, asked: () => asked };
}

Deno.test("/console gives the page at each of its addresses, to anybody, and lets in nothing from outside", async () => {
  const { app, state, asked } = await opened();
  assert.equal(asked(), 0);
  for (const path of ["/console", "/console/search?q=x", "/console/documents/0f3a"]) {
    const response = await app.request(path);
    assert.equal(response.status, 200, path);
    assert.equal(await response.text(), "<title>Millrace</title>");
    const policy = response.headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "trusted-types 'none'"]) {
      assert.ok(policy.split("; ").includes(part), `${part} in ${policy}`);
    }
    assert.doesNotMatch(policy, /unsafe|https?:/);
    assert.equal(response.headers.get("cache-control"), "no-cache");
  }
  await state.close();
});

Deno.test("/console/assets gives files that never change, packed for who takes them so, and a problem for others", async () => {
  const { app, state } = await opened();
  const plain = await app.request("/console/assets/main-ABC.js");
  assert.equal(await plain.text(), "run()");
  assert.equal(plain.headers.get("content-encoding"), null);
  assert.match(plain.headers.get("cache-control") ?? "", /immutable/);
  const packed = await app.request("/console/assets/main-ABC.js", { headers: { "accept-encoding": "br, gzip" } });
  assert.equal(packed.headers.get("content-encoding"), "gzip");
  assert.equal(await packed.text(), "packed run()");
  assert.equal(packed.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.equal((await app.request("/console/assets/other.js")).status, 404);
  assert.equal((await app.request("/console/assets/..%2f..%2fdeno.json")).status, 404);
  await state.close();
});

Deno.test("GET /v1/me tells a person, and an operator with and without somebody to act for", async () => {
  const { app, state, as, operator } = await opened();
  const ask = async (headers: Record<string, string>) => {
    const response = await app.request("/v1/me", { headers });
    return [response.status, response.ok ? await response.json() : ""];
  };
  assert.deepEqual(await ask(await as("ada")), [200, { scope: "user", user_id: "ada" }]);
  assert.deepEqual(await ask(operator), [200, { scope: "admin", user_id: "" }]);
  assert.deepEqual(await ask({ ...operator, "millrace-user": "ben" }), [200, { scope: "admin", user_id: "ben" }]);
  assert.deepEqual(await ask({ ...await as("ada"), "millrace-user": "ben" }), [403, ""]);
  assert.deepEqual(await ask({}), [401, ""]);
  await state.close();
});
