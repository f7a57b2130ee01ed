import assert from "node:assert/strict";
import { metric } from "../../shared/contracts/metrics.ts";
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

Deno.test("/metrics writes counters, gauges and durations in the text format, with labels escaped", async () => {
  const gauges = () => Promise.resolve([metric("subscription_backlog", { subscription: 'a"b\\c\nd' }, 3)]);
  const { app, deps, operator, state } = await openBundle({ ports: { gauges } });
  deps.counters.add("bus_published_total", { topic: "emails" }, 2);
  deps.counters.observe("read_searchable_seconds", { provider: "google" }, 0.2);
  deps.counters.observe("read_searchable_seconds", { provider: "google" }, 4_000);
  const response = await app.request("/metrics", { headers: operator });
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split("\n");
  for (
    const line of [
      "# HELP millrace_bus_published_total Messages published",
      "# TYPE millrace_bus_published_total counter",
      'millrace_bus_published_total{topic="emails"} 2',
      'millrace_ready{part="state"} 1',
      "# TYPE millrace_subscription_backlog gauge",
      'millrace_subscription_backlog{subscription="a\\"b\\\\c\\nd"} 3',
      "# TYPE millrace_read_searchable_seconds histogram",
      'millrace_read_searchable_seconds_bucket{le="0.1",provider="google"} 0',
      'millrace_read_searchable_seconds_bucket{le="0.25",provider="google"} 1',
      'millrace_read_searchable_seconds_bucket{le="+Inf",provider="google"} 2',
      'millrace_read_searchable_seconds_sum{provider="google"} 4000.2',
      'millrace_read_searchable_seconds_count{provider="google"} 2',
    ]
  ) assert.ok(lines.includes(line), `${line} in\n${lines.join("\n")}`);
  await state.close();
});

Deno.test("/metrics speaks OpenMetrics to who asks for it", async () => {
  const { app, deps, operator, state } = await openBundle();
  deps.counters.add("bus_published_total", { topic: "emails" }, 2);
  const accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
  const response = await app.request("/metrics", { headers: { ...operator, accept } });
  assert.match(response.headers.get("content-type") ?? "", /^application\/openmetrics-text/);
  const text = await response.text();
  assert.match(text, /^# TYPE millrace_bus_published counter$/m);
  assert.match(text, /^millrace_bus_published_total\{topic="emails"\} 2$/m);
  assert.ok(text.endsWith("# EOF\n"));
  await state.close();
});

Deno.test("the API's requests are counted by route and never by path, a stranger's method as other", async () => {
  const { app, operator, state } = await openBundle();
  await app.request("/v1/documents/an-id-of-somebody", { headers: operator });
  await app.request("/v1/documents/another", { method: "BREW" });
  const text = await (await app.request("/metrics", { headers: operator })).text();
  assert.match(text, /^millrace_http_requests_total\{method="GET",route="\/v1\/documents\/:doc_id",status="\d+"\} 1$/m);
  assert.match(text, /^millrace_http_requests_total\{method="other",route="[^"]*",status="\d+"\} 1$/m);
  assert.ok(!text.includes("somebody") && !text.includes("BREW"));
  await state.close();
});
