import assert from "node:assert/strict";
import { openBundle } from "./app_bundle.ts";

Deno.test("/healthz is up and /readyz down while a store is away, and strangers learn no more than that", async () => {
  const part = { name: "state", ready: false, notes: ["Redis does not answer"] };
  const { app, as, operator, state } = await openBundle({ ports: { health: () => Promise.resolve([part]) } });
  assert.equal((await app.request("/healthz")).status, 200);
  for (const headers of [{}, await as("ada"), { authorization: "Bearer wrong" }]) {
    const response = await app.request("/readyz", { headers });
    assert.equal(response.status, 503);
    assert.deepEqual(await response.json(), { ready: false });
  }
  const told = await app.request("/readyz", { headers: operator });
  assert.deepEqual(await told.json(), { ready: false, parts: [part] });
  await state.close();
});

Deno.test("/readyz asks the parts once a second, however many want to know", async () => {
  let asked = 0;
  const health = () => Promise.resolve([{ name: `asked ${++asked}`, ready: true, notes: [] }]);
  const { app, deps, state } = await openBundle({ ports: { health } });
  await Promise.all(Array.from({ length: 20 }, () => app.request("/readyz")));
  assert.equal(asked, 1);
  await deps.clock.advance(1_000);
  assert.equal((await app.request("/readyz")).status, 200);
  assert.equal(asked, 2);
  await state.close();
});

Deno.test("/metrics is for operators, the monitor's token and loopback, and for nobody behind a proxy", async () => {
  const { app, as, operator, state } = await openBundle();
  const ask = async (headers: HeadersInit, remote_address = "203.0.113.9") =>
    (await app.request("/metrics", { headers }, { remote_address })).status;
  assert.equal(await ask({}), 401);
  assert.equal(await ask(await as("ada")), 403);
  assert.equal(await ask(operator), 200);
  assert.equal(await ask({ authorization: "Bearer the-token-of-the-monitor" }), 200);
  assert.equal(await ask({}, "127.0.0.1"), 200);
  assert.equal(await ask({}, "::1"), 200);
  assert.equal(await ask({ "x-forwarded-for": "203.0.113.9" }, "127.0.0.1"), 401);
  assert.equal(
    (await app.request("/v1/admin/keys", { headers: { authorization: "Bearer the-token-of-the-monitor" } })).status,
    401,
  );
  await state.close();
});

Deno.test("/metrics writes counters and gauges in the text format, with labels escaped", async () => {
  const gauges = () => Promise.resolve([{ name: "backlog", labels: { subscription: 'a"b\\c\nd' }, value: 3 }]);
  const { app, deps, operator, state } = await openBundle({ ports: { gauges } });
  deps.counters.add("pushes", { outcome: "handled" }, 2);
  deps.counters.add("drops_total", {}, 5);
  const response = await app.request("/metrics", { headers: operator });
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split("\n");
  for (
    const line of [
      "# TYPE millrace_pushes_total counter",
      'millrace_pushes_total{outcome="handled"} 2',
      "millrace_drops_total 5",
      'millrace_ready{part="state"} 1',
      "# TYPE millrace_backlog gauge",
      'millrace_backlog{subscription="a\\"b\\\\c\\nd"} 3',
    ]
  ) assert.ok(lines.includes(line), `${line} in\n${lines.join("\n")}`);
  await state.close();
});
