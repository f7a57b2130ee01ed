import assert from "node:assert/strict";
import { z } from "zod";
import { routeAccess } from "../../routes/access.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { openIssuer } from "../security/issuer.ts";
import { ADMIN_KEY, httpConfig, INTERNAL, openBundle } from "./app_bundle.ts";

const Problem = z.object({ type: z.string(), detail: z.string().min(10) });

async function typeOf(response: Response): Promise<string> {
  return Problem.parse(await response.json()).type.replace("urn:millrace:problem:", "");
}

Deno.test("createApp() declares the access of every registered route", async () => {
  const { app, state } = await openBundle();
  const routes = routeAccess(app);
  assert.ok(routes.length >= 25, `${routes.length} routes`);
  assert.deepEqual(routes.filter((route) => route.access === undefined), []);
  const open = routes.filter((route) => route.access === "public").map((route) => `${route.method} ${route.path}`);
  assert.deepEqual(open.sort(), [
    "GET /connect/:ticket",
    "GET /console",
    "GET /console/:page{.+}",
    "GET /console/assets/:name",
    "GET /docs",
    "GET /healthz",
    "GET /oauth/:provider/callback",
    "GET /openapi.json",
    "GET /readyz",
    "POST /connect/:ticket",
  ]);
  await state.close();
});

Deno.test("createApp() lets nobody without credentials past any route that is not public or a webhook", async () => {
  const { app, state } = await openBundle();
  for (const { method, path, access } of routeAccess(app)) {
    if (access === "public" || access === "webhook") continue;
    const address = path.replaceAll(/:[a-z_]+\??/g, "abcdef012345");
    for (const authorization of ["", "Bearer wrong", "Basic YTpi", "Bearer", `Bearer mr_user_${"A".repeat(43)}`]) {
      const headers: HeadersInit = authorization === "" ? {} : { authorization };
      const response = await app.request(address, { method, headers });
      assert.equal(response.status, 401, `${method} ${address} with ${authorization}`);
      assert.equal(await typeOf(response), "unauthorized");
      assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer/);
    }
  }
  await state.close();
});

Deno.test("createApp() keeps a person's key from every operators' route and from acting for others", async () => {
  const { app, as, state } = await openBundle();
  const ada = await as("ada");
  for (const { method, path, access } of routeAccess(app)) {
    if (access !== "admin") continue;
    const response = await app.request(path.replaceAll(/:[a-z_]+/g, "abcdef012345"), { method, headers: ada });
    assert.equal(response.status, 403, `${method} ${path}`);
    assert.equal(await typeOf(response), "forbidden");
  }
  const forBen = await app.request("/v1/connections", { headers: { ...ada, "millrace-user": "ben" } });
  assert.equal(forBen.status, 403);
  assert.equal((await app.request("/v1/connections", { headers: { ...ada, "millrace-user": "ada" } })).status, 200);
  await state.close();
});

Deno.test("an operator acts for a person by Millrace-User, which is audited, and for nobody without it", async () => {
  const { app, deps, keys, operator, state } = await openBundle();
  const nobody = await app.request("/v1/connections", { headers: operator });
  assert.equal(nobody.status, 400);
  assert.equal(await typeOf(nobody), "user_missing");
  const made = { authorization: `Bearer ${(await keys.create("admin", "")).key.reveal()}` };
  const file = { authorization: "Bearer the-operator-token-of-instance-json" };
  for (const headers of [operator, made, file]) {
    const response = await app.request("/v1/connections", { headers: { ...headers, "millrace-user": "ada" } });
    assert.equal(response.status, 200);
  }
  const audited = deps.lines.filter((line) => line.message === "audit.acting_for");
  assert.equal(audited.length, 3);
  for (const { fields } of audited) {
    assert.deepEqual([fields.user_id, fields.method, fields.route], ["ada", "GET", "/v1/connections"]);
  }
  assert.doesNotMatch(JSON.stringify(deps.lines), new RegExp(ADMIN_KEY));
  await state.close();
});

Deno.test("push and ticks take this process's secret, and the emulator's deliveries only from a private host", async () => {
  const strict = await openBundle();
  const internal = { authorization: `Bearer ${INTERNAL}` };
  for (const path of ["/push/vespa-loader-emails", "/ticks/polls"]) {
    const accepted = await strict.app.request(path, { method: "POST", headers: internal, body: "{}" });
    assert.ok(accepted.status < 300, `${path} ${accepted.status}`);
  }
  await strict.state.close();
  const push = { ...httpConfig().push, insecure_emulator: true };
  const lax = await openBundle({ http: { push } });
  const cases: [string | undefined, HeadersInit, number][] = [
    ["127.0.0.1", {}, 204],
    ["172.20.0.3", {}, 204],
    ["8.8.8.8", {}, 401],
    [undefined, {}, 401],
    ["127.0.0.1", { "x-forwarded-for": "8.8.8.8" }, 401],
  ];
  for (const [remote_address, headers, status] of cases) {
    const env = remote_address === undefined ? {} : { remote_address };
    const response = await lax.app.request("/push/vespa-loader-emails", { method: "POST", headers, body: "{}" }, env);
    assert.equal(response.status, status, `${remote_address}`);
  }
  await lax.state.close();
});

Deno.test("without an ADMIN_API_KEY no text opens what it would", async () => {
  const { app, state } = await openBundle({ http: { admin_api_key: null, metrics_token: new Secret("") } });
  for (const token of ["", "undefined", "null", "[redacted]"]) {
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await app.request("/v1/admin/keys", { headers })).status, 401);
    assert.equal((await app.request("/metrics", { headers })).status, 401);
  }
  await state.close();
});

Deno.test("a JWT of the configured issuer opens its subject's data, a refused one says why, and an outage says wait", async () => {
  const issuer = await openIssuer("https://login.test/keys");
  issuer.documents.set("https://login.test/.well-known/openid-configuration", {
    issuer: "https://login.test",
    jwks_uri: "https://login.test/keys",
  });
  const auth = { issuer: "https://login.test", audience: "millrace" };
  const { app, deps, state } = await openBundle({ http: { auth }, fetch: issuer.fetch });
  const now = Math.floor(deps.clock.now() / 1_000);
  const ask = async (claims: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const token = await issuer.sign({ iss: auth.issuer, aud: auth.audience, sub: "ada", exp: now + 60, ...claims });
    return await app.request("/v1/connections", { headers: { authorization: `Bearer ${token}`, ...headers } });
  };
  issuer.away = true;
  const away = await ask({});
  assert.equal(away.status, 503);
  assert.ok(Number(away.headers.get("retry-after")) > 0);
  issuer.away = false;
  await deps.clock.advance(30_000);
  assert.equal((await ask({})).status, 200);
  assert.equal((await ask({}, { "millrace-user": "ben" })).status, 403);
  const expired = await ask({ exp: now - 60 });
  assert.equal(expired.status, 401);
  assert.match(await expired.text(), /expired/);
  assert.equal((await ask({ aud: "other" })).status, 401);
  await issuer.rotate("key-1");
  assert.equal((await ask({})).status, 401, "a forged one: the key of that id is another");
  const counted = deps.counters.snapshot().filter(({ name }) => name === "api_unauthorized_total");
  assert.deepEqual(counted.map(({ labels, value }) => [labels["reason"], value]), [
    ["err_jws_signature_verification_failed", 1],
    ["err_jwt_expired", 1],
    ["wrong_aud", 1],
  ]);
  await state.close();
});

Deno.test("createApp() writes one line of a flood of unauthorized deliveries, and counts them all", async () => {
  const { app, deps, state } = await openBundle();
  const push = () => app.request("/push/vespa-loader-emails", { method: "POST", body: "{}" });
  for (let at = 0; at < 200; at++) assert.equal((await push()).status, 401);
  await deps.clock.advance(60_000);
  await push();
  const lines = deps.lines.filter(({ message }) => message === "push.unauthorized");
  assert.deepEqual(lines.map(({ fields }) => fields.count), [1, 200]);
  const counted = deps.counters.snapshot().find(({ name }) => name === "push_unauthorized_total");
  assert.equal(counted?.value, 201);
  await state.close();
});
