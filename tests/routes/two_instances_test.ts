/** Two apps over the same stores, asked by turns, answer as one. */
import assert from "node:assert/strict";
import { z } from "zod";
import { ADMIN_KEY, openBundle } from "./app_bundle.ts";

const Key = z.looseObject({ key: z.string() });
const Begun = z.object({ authorize_url: z.string() });
const Listed = z.object({ items: z.array(z.looseObject({ connection_id: z.string(), state: z.string() })) });

const OPERATOR = { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" };

Deno.test("two instances asked by turns answer as one: keys, consent, connections", async () => {
  const first = await openBundle();
  const { state, vault, bus } = first;
  const second = await openBundle({ ports: { state, vault, bus } });
  const own = second.state;
  let turn = 0;
  /** The next request goes to the other one. */
  const ask = (path: string, init: RequestInit = {}) => (turn++ % 2 === 0 ? first : second).app.request(path, init);
  try {
    const made = await ask("/v1/admin/keys", {
      method: "POST",
      headers: OPERATOR,
      body: JSON.stringify({ scope: "user:ada", name: "by turns" }),
    });
    const { key } = Key.parse(await made.json());
    const ada = { authorization: `Bearer ${key}` };
    assert.deepEqual(Listed.parse(await (await ask("/v1/connections", { headers: ada })).json()).items, []);

    const begun = await ask("/v1/connections/microsoft", { method: "POST", headers: ada });
    const { authorize_url } = Begun.parse(await begun.json());
    const page = await ask(authorize_url);
    const token = /name="token" value="([0-9a-f]{64})"/.exec(await page.text())?.[1] ?? "";
    const cookie = page.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
    const body = new FormData();
    body.set("token", token);
    const confirmed = await ask(authorize_url, { method: "POST", body, headers: { cookie } });
    assert.equal(confirmed.status, 303);
    const bound = [cookie, ...confirmed.headers.getSetCookie().map((line) => line.split(";")[0])].join("; ");
    const provider = new URL(confirmed.headers.get("location") ?? "").searchParams;
    const callback = `${provider.get("redirect_uri")}?state=${provider.get("state")}&code=good`;
    assert.equal((await ask(callback, { headers: { cookie: bound } })).status, 200);

    for (let time = 0; time < 4; time++) {
      const { items } = Listed.parse(await (await ask("/v1/connections", { headers: ada })).json());
      assert.deepEqual(items.map((each) => each.state), ["active"]);
    }
    // A state is used once, whichever instance is asked.
    for (let time = 0; time < 2; time++) {
      assert.notEqual((await ask(callback, { headers: { cookie: bound } })).status, 200);
    }
  } finally {
    await state.close();
    await own.close();
  }
});
