import assert from "node:assert/strict";
import ICAL from "ical.js";
import { z } from "zod";
import { addContactRoutes } from "../../routes/contacts.ts";
import { bookEntry, mail, openWorld as openContacts, OWN } from "../consumers/contacts/contacts_world.ts";
import { openGuards, testApp } from "./test_app.ts";

const BASE = "/v1/contacts";
const Item = z.looseObject({
  contact_id: z.string(),
  name: z.string(),
  kind: z.string(),
  addresses: z.array(z.string()),
  relevance: z.object({ score: z.number(), two_way_factor: z.number() }).loose(),
});
const Page = z.object({ items: z.array(Item), next_cursor: z.string() });
const Whole = Item.extend({
  merges: z.array(z.object({ reason: z.string(), detail: z.string(), addresses: z.array(z.string()) })),
  timeline: z.array(z.object({ doc_id: z.string(), url: z.string(), kind: z.string(), at: z.string() }).loose()),
});
const Both = z.object({ contact: Whole, split_off: Whole });

async function openWorld() {
  const world = await openContacts();
  const appOf = (user_id: string) => {
    const { app } = testApp({ guards: openGuards({ user_id, scope: "user", via: "api_key" }) });
    addContactRoutes(app, world.contacts);
    return app;
  };
  const apps = { ada: appOf("ada"), ben: appOf("ben") };
  const headers = { "content-type": "application/json" };
  return {
    ...world,
    get: async (path = "", user: "ada" | "ben" = "ada") => await apps[user].request(BASE + path),
    post: async (path: string, body: unknown, user: "ada" | "ben" = "ada") =>
      await apps[user].request(BASE + path, { method: "POST", body: JSON.stringify(body), headers }),
    async page(query = "") {
      const answer = await apps.ada.request(BASE + query);
      assert.equal(answer.status, 200, `${query} ${await answer.clone().text()}`);
      return Page.parse(await answer.json());
    },
    async names(query = "") {
      return (await this.page(query)).items.map(({ name, addresses }) => name || addresses[0]);
    },
    async idOf(name: string) {
      return (await this.page("?limit=200")).items.find((item) => item.name === name)?.contact_id ?? "";
    },
  };
}

/** Anna writes and is written to, Kim was written to long ago, Jörg is new and copied only; a shop and a list. */
async function openOffice() {
  const world = await openWorld();
  await world.deliver("1", 1, mail({ from: "Anna Müller <anna@firm.example>", at: "2026-02-01T08:00:00.000Z" }));
  await world.deliver("2", 1, mail({ to: ["anna@firm.example"], folder_role: "sent", at: "2026-02-01T09:00:00.000Z" }));
  await world.deliver(
    "3",
    1,
    mail({ to: ["Kim Berg <kim@home.example>"], folder_role: "sent", at: "2023-02-01T09:00:00.000Z" }),
  );
  await world.deliver(
    "4",
    1,
    mail({
      from: "Cedar <no-reply@shop.example>",
      cc: ["Jörg Schröder <js@firm.example>"],
      at: "2026-03-01T09:00:00.000Z",
    }),
  );
  return world;
}

Deno.test("GET contacts sorts by relevance, name and the last sign, and narrows by kind and domain", async () => {
  await using world = await openOffice();
  assert.deepEqual(await world.names("?kind=person"), ["Anna Müller", "Jörg Schröder", "Kim Berg"]);
  assert.deepEqual(await world.names("?sort=name"), ["Anna Müller", "Cedar", "Jörg Schröder", "Kim Berg"]);
  assert.deepEqual(await world.names("?sort=recent&kind=person"), ["Jörg Schröder", "Anna Müller", "Kim Berg"]);
  assert.deepEqual(await world.names("?kind=machine"), ["Cedar"]);
  assert.deepEqual(await world.names("?domain=FIRM.example&sort=name"), ["Anna Müller", "Jörg Schröder"]);
  const [anna] = (await world.page()).items;
  assert.equal(anna?.relevance.two_way_factor, 3, "as much sent as received");
  for (const query of ["?sort=age", "?kind=own", "?limit=0", "?cursor=%25", "?nam=x"]) {
    assert.equal((await world.get(query)).status, 400, query);
  }
});

Deno.test("GET contacts pages through everything once, in each order and in a search", async () => {
  await using world = await openWorld();
  for (let at = 0; at < 25; at++) {
    await world.deliver(
      `${at}`,
      1,
      mail({ from: `Sam Nr${at} <s${at}@crowd.example>`, at: `2026-01-${10 + at % 7}T08:00:00.000Z` }),
    );
  }
  for (const query of ["sort=relevance", "sort=name", "sort=recent", "q=crowd", "q=crowd&sort=name"]) {
    const all = await world.names(`?limit=200&${query}`);
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const page = await world.page(`?limit=10&${query}&cursor=${cursor}`);
      seen.push(...page.items.map(({ name, addresses }) => name || addresses[0]));
      cursor = page.next_cursor;
    } while (cursor !== "");
    assert.equal(seen.length, 25, query);
    assert.deepEqual(seen, all, query);
  }
});

Deno.test("GET contacts finds by beginnings of names and addresses, with one typing error, whatever the accents", async () => {
  await using world = await openOffice();
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["an", ["Anna Müller"]],
    ["müll", ["Anna Müller"]],
    ["mueller anna", ["Anna Müller"]],
    ["anna kim", []],
    ["firm", ["Anna Müller", "Jörg Schröder"]],
    ["js@firm.example", ["Jörg Schröder"]],
    ["schroedre", ["Jörg Schröder"]],
    ["xnna", ["Anna Müller"]],
    ["muelller", ["Anna Müller"]],
    ["mxxller", []],
    ["x", []],
    ["!!", []],
  ];
  for (const [q, names] of cases) {
    assert.deepEqual(await world.names(`?sort=name&q=${encodeURIComponent(q)}`), names, q);
  }
});

Deno.test("GET one contact shows its timeline with links, to its person alone", async () => {
  await using world = await openOffice();
  const id = await world.idOf("Anna Müller");
  const anna = Whole.parse(await (await world.get(`/${id}`)).json());
  assert.deepEqual(anna.timeline.map(({ kind, url }) => [kind, url]), [
    ["sent", `/v1/documents/${await world.docId("2")}`],
    ["received", `/v1/documents/${await world.docId("1")}`],
  ]);
  for (const path of [`/${id}`, `/${id}/vcard`]) {
    const answer = await world.get(path, "ben");
    assert.equal(answer.status, 404, path);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
  }
  assert.equal((await world.get(`/${"0".repeat(32)}`)).status, 404);
  assert.equal((await world.get("/nobody")).status, 400);
});

Deno.test("POST merge makes one of two and POST split two of one; nobody does so to another's", async () => {
  await using world = await openOffice();
  const [anna, kim] = [await world.idOf("Anna Müller"), await world.idOf("Kim Berg")];
  assert.equal((await world.post(`/${anna}/merge`, { other_id: kim }, "ben")).status, 404);
  assert.equal((await world.post(`/${anna}/merge`, { other_id: "0".repeat(32) })).status, 404);
  assert.equal((await world.post(`/${anna}/merge`, { other: kim })).status, 400);
  const merged = Whole.parse(await (await world.post(`/${anna}/merge`, { other_id: kim })).json());
  assert.deepEqual(merged.addresses, ["anna@firm.example", "kim@home.example"]);
  assert.deepEqual(merged.merges, [{
    reason: "user",
    detail: "",
    addresses: ["anna@firm.example", "kim@home.example"],
  }]);
  assert.deepEqual(Whole.parse(await (await world.get(`/${kim}`)).json()), merged, "either id finds it");
  assert.equal((await world.post(`/${kim}/split`, { addresses: ["kim@home.example"] }, "ben")).status, 404);
  for (const addresses of [[], ["x@y.example"], merged.addresses]) {
    const refused = await world.post(`/${kim}/split`, { addresses });
    assert.equal(refused.status, 400, addresses.join());
    assert.equal(z.object({ field: z.string() }).parse(await refused.json()).field, "addresses");
  }
  const both = Both.parse(await (await world.post(`/${anna}/split`, { addresses: ["KIM@home.example"] })).json());
  assert.deepEqual([both.contact.name, both.split_off.name], ["Anna Müller", "Kim Berg"]);
  assert.deepEqual(await world.names("?kind=person&sort=name"), ["Anna Müller", "Jörg Schröder", "Kim Berg"]);
});

/** Each property of a card by its name, as an independent parser reads it. */
function cardsIn(text: string) {
  const parsed = z.array(z.tuple([z.string(), z.array(z.array(z.unknown())), z.array(z.unknown())]))
    .parse(text === "" ? [] : [ICAL.parse(text)].flatMap((each) => typeof each[0] === "string" ? [each] : each));
  return parsed.map(([name, properties]) => {
    assert.equal(name, "vcard");
    const of = (wanted: string) => properties.filter(([each]) => each === wanted).map((property) => property[3]);
    return { properties: properties.map(([each]) => each), of };
  });
}

Deno.test("GET vcard gives a card that others read as it was meant, however odd its texts are", async () => {
  await using world = await openWorld();
  const odd = `Zoë ${"Wörterbuch ".repeat(7)}Weiß`;
  await world.deliver("1", 1, mail({ from: `${odd} <zoe@firm.example>` }));
  await world.deliver("2", 1, mail({ from: "Bo Ek <bo@firm.example>" }));
  await world.book.write(
    "bo",
    bookEntry("Ek; Bo, Jr. \\o/\nBEGIN:VCARD", ["bo@firm.example"], {
      company: "Ek, Ek & Sons; London",
      job_title: "Head\r\nof everything",
      phones: [{ label: "work", value: "+44 20 7946 0958" }],
    }),
  );
  const bo = await world.get(`/${await world.idOf("Bo Ek")}/vcard`);
  assert.equal(bo.headers.get("content-type"), "text/vcard; charset=utf-8");
  const text = await bo.text();
  const [card, ...none] = cardsIn(text);
  assert.equal(none.length, 0);
  assert.deepEqual(card?.of("version"), ["4.0"]);
  assert.deepEqual(card.of("fn"), ["Ek; Bo, Jr. \\o/\nBEGIN:VCARD"]);
  assert.deepEqual(card.of("org"), ["Ek, Ek & Sons; London"]);
  assert.deepEqual(card.of("title"), ["Head\nof everything"]);
  assert.deepEqual(card.of("email"), ["bo@firm.example"]);
  assert.deepEqual(card.of("tel"), ["+44 20 7946 0958"]);
  assert.deepEqual(card.of("n"), [["Ek; Bo", "Jr. \\o/\nBEGIN:VCARD", "", "", ""]]);

  const zoe = await (await world.get(`/${await world.idOf(odd)}/vcard`)).text();
  const encoder = new TextEncoder();
  const lines = zoe.split("\r\n");
  assert.ok(lines.some((line) => line.startsWith(" ")), "it is folded");
  for (const line of lines) assert.ok(encoder.encode(line).length <= 75, line);
  assert.doesNotMatch(zoe, /\uFFFD|(?<!\r)\n/);
  assert.deepEqual(cardsIn(zoe)[0]?.of("fn"), [odd]);
});

Deno.test("GET vcards exports all people, and no machines", async () => {
  await using world = await openOffice();
  const answer = await world.get("/vcards");
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-disposition") ?? "", /contacts\.vcf/);
  const cards = cardsIn(await answer.text());
  assert.deepEqual(cards.flatMap(({ of }) => of("fn")), ["Anna Müller", "Jörg Schröder", "Kim Berg"]);
  assert.equal(await (await world.get("/vcards", "ben")).text(), "");
  assert.ok(!cards.some(({ of }) => of("email").includes(OWN)));
});
