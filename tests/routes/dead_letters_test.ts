import assert from "node:assert/strict";
import { z } from "zod";
import { openDeadLetters } from "../../consumers/dead_letters/mod.ts";
import { addDeadLetterRoutes } from "../../routes/dead_letters.ts";
import { HttpProblem } from "../../routes/problem.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { eventAttributes } from "../../shared/contracts/event.ts";
import { DOC_ID, emailEvent, LOADER, openRig, pushBody } from "../consumers/dispatch_rig.ts";
import { openGuards, testApp } from "./test_app.ts";

const STORE = "dead-letters-store";
const BASE = "/v1/admin/dead-letters";
const Page = z.object({ items: z.array(z.record(z.string(), z.unknown())), next_cursor: z.string() });

function openWorld(guards = openGuards({ user_id: "", scope: "admin", via: "admin_key" })) {
  const rig = openRig({ subscriptions: [LOADER, STORE] });
  const { app } = testApp({ deps: rig.deps, guards });
  addDeadLetterRoutes(app, openDeadLetters(rig), () => Promise.resolve());
  return {
    rig,
    get: async (path: string) => await app.request(BASE + path),
    post: async (path: string) => await app.request(BASE + path, { method: "POST" }),
    async keep(over: Partial<DeadLetter> = {}) {
      const event = await emailEvent();
      const letter: DeadLetter = {
        dead_letter_id: "letter_1",
        subscription: LOADER,
        topic: "emails",
        kind: "exhausted",
        reason: "RangeError: failed",
        field: "",
        retry_at: "",
        message_id: "1",
        published_at: "2026-03-02T08:00:00.000Z",
        failed_at: "2026-03-02T08:30:00.000Z",
        attempts: 5,
        user_id: "ada",
        attributes: eventAttributes(event),
        data_base64: new TextEncoder().encode(JSON.stringify(event)).toBase64(),
        ...over,
      };
      assert.equal((await rig.deliver(STORE, pushBody(STORE, letter))).status, 204);
      return letter;
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

Deno.test("GET dead-letters lists without the messages, GET one shows it whole", async () => {
  await using world = openWorld();
  const letter = await world.keep();
  const { attributes: _attributes, data_base64: _data, ...summary } = letter;
  assert.deepEqual(await (await world.get("")).json(), { items: [summary], next_cursor: "" });
  assert.deepEqual(await (await world.get("/letter_1")).json(), { ...letter, history: [] });
  assert.equal((await world.get("/letter_2")).status, 404);
});

Deno.test("GET dead-letters pages by cursor and narrows to a subscription", async () => {
  await using world = openWorld();
  for (let at = 0; at < 5; at++) {
    await world.keep({
      dead_letter_id: `letter_${at}`,
      subscription: at === 2 ? "shipments-emails" : LOADER,
      failed_at: `2026-03-02T08:30:0${at}.000Z`,
    });
  }
  const ids: unknown[] = [];
  let cursor = "";
  do {
    const page = Page.parse(await (await world.get(`?limit=2&subscription=${LOADER}&cursor=${cursor}`)).json());
    ids.push(...page.items.map(({ dead_letter_id }) => dead_letter_id));
    cursor = page.next_cursor;
    assert.match(cursor, /^[A-Za-z0-9_-]*$/);
  } while (cursor !== "");
  assert.deepEqual(ids, ["letter_4", "letter_3", "letter_1", "letter_0"]);
  assert.equal((await world.get("?cursor=%25")).status, 400);
  assert.equal((await world.get("?limit=0")).status, 400);
});

Deno.test("POST replay hands the message back and takes it off the list", async () => {
  await using world = openWorld();
  await world.keep();
  const answer = await world.post("/letter_1/replay");
  assert.equal(answer.status, 202);
  assert.deepEqual(await answer.json(), { replayed: "published" });
  assert.deepEqual(world.rig.bus.on("emails").map(({ doc_id }) => doc_id), [DOC_ID]);
  assert.equal(world.rig.bus.kept.at(-1)?.attributes["only"], LOADER);
  assert.equal((await world.post("/letter_1/replay")).status, 404);
});

Deno.test("POST replay answers 409 for what never kept its contract, 503 while the bus is away, and keeps both", async () => {
  await using world = openWorld();
  await world.keep({ dead_letter_id: "spoilt", data_base64: "e30=" });
  await world.keep();
  assert.equal((await world.post("/spoilt/replay")).status, 409);
  world.rig.bus.away = true;
  const away = await world.post("/letter_1/replay");
  assert.deepEqual([away.status, away.headers.get("retry-after")], [503, "5"]);
  assert.equal(Page.parse(await (await world.get("")).json()).items.length, 2);
});

Deno.test("POST discard gives a message up for good", async () => {
  await using world = openWorld();
  await world.keep();
  assert.equal((await world.post("/letter_1/discard")).status, 204);
  assert.equal((await world.post("/letter_1/discard")).status, 404);
  assert.equal((await world.get("/letter_1")).status, 404);
  assert.equal(world.rig.bus.kept.length, 0);
});

Deno.test("dead letters are for operators only", async () => {
  const refuse = () =>
    Promise.reject(new HttpProblem({ type: "forbidden", status: 403, title: "Forbidden", detail: "…" }));
  await using world = openWorld({ ...openGuards(), admin: refuse });
  await world.keep();
  assert.equal((await world.get("")).status, 403);
  assert.equal((await world.get("/letter_1")).status, 403);
  assert.equal((await world.post("/letter_1/replay")).status, 403);
  assert.equal((await world.post("/letter_1/discard")).status, 403);
});
