import assert from "node:assert/strict";
import { openBundle } from "./app_bundle.ts";

Deno.test("/console/simulator hands an operator's orders on, nobody else's, and tells of nobody where there is none", async () => {
  const orders: [string, string | undefined][] = [];
  const simulator = (path: string, body?: string) => {
    orders.push([path, body]);
    return Promise.resolve(Response.json({ error: "no such mail" }, { status: path.endsWith("/edit") ? 404 : 200 }));
  };
  const { app, state, as, operator } = await openBundle({ ports: { simulator } });
  const post = async (path: string, headers: Record<string, string>) =>
    (await app.request(`/console/simulator/people/${path}`, { method: "POST", headers, body: "{}" })).status;
  assert.equal(await post("ada/send", await as("ada")), 403);
  assert.equal(await post("ada/send", {}), 401);
  assert.deepEqual(orders, []);
  assert.equal(await post("ada/send", operator), 200);
  assert.equal(await post("a%2F..%2Fb/edit", operator), 400);
  assert.deepEqual(orders, [["/people/ada/send", "{}"], ["/people/a%2F..%2Fb/edit", "{}"]]);
  await state.close();

  const real = await openBundle();
  const answer = await real.app.request("/console/simulator/people", { headers: real.operator });
  assert.deepEqual(await answer.json(), { people: [], silent: false });
  const refused = await real.app.request("/console/simulator/people/ada/send", {
    method: "POST",
    headers: real.operator,
    body: "{}",
  });
  assert.equal(refused.status, 404);
  await real.state.close();
});
