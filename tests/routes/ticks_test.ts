import assert from "node:assert/strict";
import { addTickRoutes, agreed, type Tick, together } from "../../routes/ticks.ts";
import { HttpProblem } from "../../routes/problem.ts";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { gate } from "../consumers/dispatch_rig.ts";
import { ADMIN_KEY, INTERNAL, openBundle } from "./app_bundle.ts";
import { openGuards, testApp } from "./test_app.ts";

Deno.test("POST /ticks/{name} runs one slice and answers what it did", async () => {
  const { app } = testApp();
  addTickRoutes(app, new Map([["polls", () => Promise.resolve({ done: 7, more: true })]]));
  const answer = await app.request("/ticks/polls", { method: "POST" });
  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), { done: 7, more: true });
});

Deno.test("POST /ticks/{name} answers 404 for a tick that is unknown or not served here", async () => {
  const { app } = testApp();
  addTickRoutes(app, new Map([["polls", () => Promise.resolve({ done: 0, more: false })]]));
  for (const name of ["renewals", "coffee"]) {
    assert.equal((await app.request(`/ticks/${name}`, { method: "POST" })).status, 404);
  }
});

Deno.test("POST /ticks/{name} lets nobody in without a token", async () => {
  const refuse = () =>
    Promise.reject(new HttpProblem({ type: "unauthorized", status: 401, title: "Unauthorized", detail: "…" }));
  const { app } = testApp({ guards: { ...openGuards(), tick: refuse } });
  let runs = 0;
  addTickRoutes(app, new Map([["polls", () => Promise.resolve({ done: ++runs, more: false })]]));
  assert.equal((await app.request("/ticks/polls", { method: "POST" })).status, 401);
  assert.equal(runs, 0);
});

Deno.test("POST /ticks/{name} gives two calls at once the result of one slice, and the next call its own", async () => {
  const { app } = testApp();
  const working = gate();
  let runs = 0;
  const tick: Tick = async () => {
    runs++;
    await working.opened;
    return { done: runs, more: false };
  };
  addTickRoutes(app, new Map([["sweeps", tick]]));
  const calls = [app.request("/ticks/sweeps", { method: "POST" }), app.request("/ticks/sweeps", { method: "POST" })];
  await new Promise((resolve) => setTimeout(resolve, 0));
  working.open();
  for (const call of calls) assert.deepEqual(await (await call).json(), { done: 1, more: false });
  await app.request("/ticks/sweeps", { method: "POST" });
  assert.equal(runs, 2);
});

Deno.test("POST /ticks/{name} answers 503 with Retry-After when a store is away, and runs again afterwards", async () => {
  const { app } = testApp();
  let away = true;
  const tick: Tick = () =>
    away ? Promise.reject(new StoreAwayError("The state")) : Promise.resolve({ done: 1, more: false });
  addTickRoutes(app, new Map([["renewals", tick]]));
  const answer = await app.request("/ticks/renewals", { method: "POST" });
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "5"]);
  away = false;
  assert.equal((await app.request("/ticks/renewals", { method: "POST" })).status, 200);
});

Deno.test("together() runs each slice and has more when one of them has", async () => {
  const { signal } = new AbortController();
  const seen: AbortSignal[] = [];
  const slice = (done: number, more: boolean): Tick => (given) => {
    seen.push(given);
    return Promise.resolve({ done, more });
  };
  assert.deepEqual(await together(slice(1, true), slice(2, false))(signal), { done: 3, more: true });
  assert.deepEqual(await together(slice(0, false))(signal), { done: 0, more: false });
  assert.ok(seen.every((given) => given === signal));
});

Deno.test("together() gives every slice its turn although one fails, and then fails as that one did", async () => {
  const ran: string[] = [];
  const tick = together(
    () => Promise.reject(new Error("the first is broken")),
    () => {
      ran.push("second");
      return Promise.resolve({ done: 1, more: false });
    },
  );
  await assert.rejects(tick(new AbortController().signal), /the first is broken/);
  assert.deepEqual(ran, ["second"]);
});

Deno.test("agreed() lets one of two instances run a tick that both are told to run at once", async () => {
  const { state, deps } = await openBundle();
  const working = gate();
  let runs = 0;
  const tick: Tick = async () => {
    runs++;
    await working.opened;
    return { done: 1, more: true };
  };
  const instances = [
    agreed(new Map([["polls", tick]]), { state, deps }),
    agreed(new Map([["polls", tick]]), { state, deps }),
  ];
  const { signal } = new AbortController();
  const both = instances.map((ticks) => ticks.get("polls")?.(signal));
  await new Promise((resolve) => setTimeout(resolve, 0));
  working.open();
  assert.deepEqual(await Promise.all(both), [{ done: 1, more: true }, { done: 0, more: false }]);
  assert.equal(runs, 1);
  await instances[1]?.get("polls")?.(signal);
  assert.equal(runs, 2, "and the other runs it when the first is done");
  await state.close();
});

Deno.test("agreed() frees a tick that failed", async () => {
  const { state, deps } = await openBundle();
  let runs = 0;
  const broken: Tick = () => Promise.reject(new Error(`failure ${++runs}`));
  const tick = agreed(new Map([["sweeps", broken]]), { state, deps }).get("sweeps");
  assert.ok(tick);
  for (const n of [1, 2]) await assert.rejects(tick(new AbortController().signal), new RegExp(`failure ${n}`));
  await state.close();
});

Deno.test("a webhook or push that finds a tick two intervals overdue runs a slice of it after answering", async () => {
  const runs = { polls: 0, reconcile: 0 };
  const counted = (name: keyof typeof runs): Tick => () => Promise.resolve({ done: ++runs[name], more: false });
  const { app, deps, state } = await openBundle({
    ports: { ticks: new Map([["polls", counted("polls")], ["reconcile", counted("reconcile")]]) },
  });
  const push = async () => {
    const headers = { authorization: `Bearer ${INTERNAL}` };
    assert.equal((await app.request("/push/any", { method: "POST", headers, body: "{}" })).status, 204);
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setTimeout(resolve, 0));
  };
  // Nobody has ever run any.
  await push();
  assert.deepEqual(runs, { polls: 1, reconcile: 1 });
  await deps.clock.advance(50_000);
  await push();
  assert.deepEqual(runs, { polls: 1, reconcile: 1 }, "not before two intervals");
  await deps.clock.advance(15_000);
  await push();
  await push();
  assert.deepEqual(runs, { polls: 2, reconcile: 1 });
  await deps.clock.advance(20_000);
  await app.request("/ticks/polls", { method: "POST", headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  await deps.clock.advance(50_000);
  await push();
  assert.deepEqual(runs, { polls: 3, reconcile: 1 }, "what the scheduler ran is not overdue");
  await state.close();
});

Deno.test("POST /ticks/{name} lets an operator in, and nobody's key", async () => {
  const { app, state, as } = await openBundle();
  const call = async (headers: Record<string, string>) =>
    (await app.request("/ticks/polls", { method: "POST", headers })).status;
  assert.equal(await call({ authorization: `Bearer ${ADMIN_KEY}` }), 200);
  assert.equal(await call({ authorization: `Bearer ${INTERNAL}` }), 200);
  assert.equal(await call(await as("ada")), 403);
  assert.equal(await call({ authorization: "Bearer something-else" }), 401);
  assert.equal(await call({}), 401);
  await state.close();
});
