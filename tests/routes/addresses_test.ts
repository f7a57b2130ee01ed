import assert from "node:assert/strict";
import { INTERNAL, openBundle } from "./app_bundle.ts";

Deno.test("the front of createApp() holds only what the router that matches by one regular expression can", async () => {
  const { app, state } = await openBundle();
  await app.request("/push/unknown", { method: "POST" });
  // The one that it falls back to costs each notification and delivery 3 µs more.
  assert.equal(app.front.router.name, "SmartRouter + RegExpRouter");
  await state.close();
});

Deno.test("POST /webhooks/microsoft has the lifecycle address beside the ids, and no other part before an id", async () => {
  const { app, state } = await openBundle();
  for (const path of ["", "/sub_1", "/lifecycle", "/lifecycle/sub_1"]) {
    for (const method of ["GET", "POST"]) {
      const answer = await app.request(`/webhooks/microsoft${path}?validationToken=a%20b`, { method });
      assert.deepEqual([answer.status, await answer.text()], [200, "a b"], `${method} ${path}`);
    }
  }
  for (const path of ["/other/sub_1", "/lifecycle/sub_1/more"]) {
    for (const method of ["GET", "POST"]) {
      const answer = await app.request(`/webhooks/microsoft${path}?validationToken=a`, { method });
      assert.equal(answer.status, 404, `${method} ${path}`);
    }
  }
  await state.close();
});

Deno.test("POST /push/gmail is for those who deliver only, as each /push is", async () => {
  const { app, state } = await openBundle();
  const post = (authorization: string) =>
    app.request("/push/gmail", { method: "POST", body: "{}", headers: { authorization } });
  assert.equal((await post("Bearer wrong")).status, 401);
  assert.equal((await post(`Bearer ${INTERNAL}`)).status, 204);
  await state.close();
});
