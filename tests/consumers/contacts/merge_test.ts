/** Which addresses are one contact, why, and what the person makes of it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { PermanentError } from "../../../shared/contracts/errors.ts";
import { AT, bookEntry, mail, openWorld, type World } from "./contacts_world.ts";

const later = (days: number) => new Date(Date.parse(AT) + days * 86_400_000).toISOString();

/** The addresses of each contact. */
async function groups(world: World): Promise<string[]> {
  return (await world.list()).map(({ addresses }) => addresses.toSorted().join(" ")).sort();
}

async function writes(world: World, ...from: readonly string[]): Promise<void> {
  for (const [at, each] of from.entries()) await world.deliver(`${at} ${each}`, 1, mail({ from: each }));
}

async function idOf(world: World, address: string): Promise<string> {
  return (await world.whole(address))?.contact_id ?? "";
}

Deno.test("a full name makes one contact of several addresses, in whatever order it is written", async () => {
  await using world = await openWorld();
  await writes(
    world,
    "Anna Müller <anna@firm.example>",
    '"Mueller, Anna" <anna@home.example>',
    "Dr. Anna MÜLLER (Firm) <am@other.example>",
    "Anna Meier <anna.meier@firm.example>",
  );
  assert.deepEqual(await groups(world), [
    "am@other.example anna@firm.example anna@home.example",
    "anna.meier@firm.example",
  ]);
  const anna = await world.whole("anna@home.example");
  assert.deepEqual(anna?.merges, [{
    reason: "same_name",
    detail: "anna mueller",
    addresses: ["am@other.example", "anna@firm.example", "anna@home.example"],
  }]);
  assert.equal(anna.counts[0]?.count, 3);
});

Deno.test("no first name, initial, desk or machine is merged by what it is called", async () => {
  await using world = await openWorld();
  await writes(
    world,
    "Anna <anna@firm.example>",
    "Anna <anna@home.example>",
    "A. Müller <am@firm.example>",
    "A. Müller <a.mueller@home.example>",
    "Customer Service <help@firm.example>",
    "Customer Service <help@shop.example>",
    "Kim Berg <info@firm.example>",
    "Kim Berg <no-reply@firm.example>",
    "Kim Berg <kim@firm.example>",
  );
  assert.equal((await groups(world)).length, 9);
});

Deno.test("a name that very many addresses have is nobody's", async () => {
  await using world = await openWorld();
  const many = Array.from({ length: 21 }, (_, at) => `Sam Vale <s${at}@vale.example>`);
  await writes(world, ...many.slice(0, 20));
  assert.equal((await groups(world)).length, 1);
  await world.deliver("one more", 1, mail({ from: many[20] ?? "" }));
  assert.equal((await groups(world)).length, 21);
  await world.deliver("one more", 2, null);
  assert.equal((await groups(world)).length, 1);
});

Deno.test("a contact is found by the id of any of its addresses, and has another when it falls apart", async () => {
  await using world = await openWorld();
  await writes(world, "Anna Müller <anna@firm.example>");
  const first = await idOf(world, "anna@firm.example");
  await world.deliver("second", 1, mail({ from: "Anna Müller <anna@home.example>" }));
  const both = await world.contacts.get("ada", first);
  assert.deepEqual(both?.addresses.toSorted(), ["anna@firm.example", "anna@home.example"]);
  await world.deliver("second", 2, mail({ from: "Kim Berg <anna@home.example>" }));
  assert.deepEqual((await world.contacts.get("ada", first))?.addresses, ["anna@firm.example"]);
  assert.equal((await world.contacts.get("ada", await idOf(world, "anna@home.example")))?.name, "Kim Berg");
});

Deno.test("the address book puts addresses together when a contact is read, and lets go of them when it does not any more", async () => {
  await using world = await openWorld();
  await writes(world, "Al <al@firm.example>", "al@home.example", "Bo <bo@firm.example>");
  const entry = bookEntry("Alex Stone", ["AL@firm.example", "al@home.example", "al@never.example"], {
    company: "Stone Ltd",
    phones: [{ label: "work", value: "+44 20 7946 0958" }],
  });
  await world.book.write("al", entry);
  const al = await world.whole("al@home.example");
  assert.deepEqual(al?.addresses.toSorted(), ["al@firm.example", "al@home.example"]);
  assert.deepEqual([al.name, al.company, al.phones], ["Alex Stone", "Stone Ltd", ["+44 20 7946 0958"]]);
  const doc_id = await world.docId("al");
  assert.deepEqual(al.address_book, [{ doc_id, name: "Alex Stone" }]);
  assert.deepEqual(al.merges, [{
    reason: "address_book",
    detail: doc_id,
    addresses: ["al@firm.example", "al@home.example"],
  }]);
  assert.deepEqual(await groups(world), ["al@firm.example al@home.example", "bo@firm.example"]);
  await world.book.write("al", null);
  assert.deepEqual((await world.whole("al@home.example"))?.addresses, ["al@home.example"]);
  assert.deepEqual(await groups(world), ["al@firm.example", "al@home.example", "bo@firm.example"]);
});

Deno.test("the person splits what the address book joined, and it stays split however often it is read", async () => {
  await using world = await openWorld();
  await writes(world, "Al <al@firm.example>", "al@home.example");
  await world.book.write("al", bookEntry("Alex Stone", ["al@firm.example", "al@home.example"]));
  const al = await world.whole("al@firm.example");
  assert.equal(al?.addresses.length, 2);
  await world.contacts.split("ada", al.contact_id, ["al@home.example"]);
  for (let reads = 0; reads < 2; reads++) {
    for (const address of ["al@firm.example", "al@home.example"]) {
      assert.deepEqual((await world.whole(address))?.addresses, [address]);
    }
  }
  await world.contacts.merge("ada", await idOf(world, "al@firm.example"), await idOf(world, "al@home.example"));
  assert.deepEqual(await groups(world), ["al@firm.example al@home.example"]);
});

Deno.test("the person merges what nothing else joins, and it holds against whatever comes and goes", async () => {
  await using world = await openWorld();
  await writes(world, "Kim Berg <kim@firm.example>", "K <kb@home.example>");
  const merged = await world.contacts.merge(
    "ada",
    await idOf(world, "kim@firm.example"),
    await idOf(world, "kb@home.example"),
  );
  assert.deepEqual(merged?.addresses.toSorted(), ["kb@home.example", "kim@firm.example"]);
  assert.deepEqual(merged.merges.map(({ reason }) => reason), ["user"]);
  for (const [at, from] of ["Kim Berg <kim@firm.example>", "K <kb@home.example>"].entries()) {
    await world.deliver(`${at} ${from}`, 2, null);
  }
  assert.deepEqual(await groups(world), []);
  await writes(world, "Kim Berg <kim@firm.example>");
  await world.deliver("a", 1, mail({ from: "Kim Berg <kim@firm.example>" }));
  await world.deliver("b", 1, mail({ from: "K <kb@home.example>" }));
  assert.deepEqual(await groups(world), ["kb@home.example kim@firm.example"]);
  await assert.rejects(world.contacts.split("ada", await idOf(world, "kb@home.example"), []), PermanentError);
  const all = ["kb@home.example", "kim@firm.example"];
  await assert.rejects(world.contacts.split("ada", await idOf(world, "kb@home.example"), all), PermanentError);
  await assert.rejects(
    world.contacts.split("ada", await idOf(world, "kb@home.example"), ["x@y.example"]),
    PermanentError,
  );
});

Deno.test("the person splits what a name joined; later mail under that name keeps to the rest", async () => {
  await using world = await openWorld();
  await writes(world, "Sam Vale <s1@vale.example>", "Sam Vale <s2@vale.example>", "Sam Vale <s3@vale.example>");
  const both = await world.contacts.split("ada", await idOf(world, "s1@vale.example"), ["s2@vale.example"]);
  assert.deepEqual(both?.split_off.addresses, ["s2@vale.example"]);
  assert.deepEqual(both.contact.addresses, ["s1@vale.example", "s3@vale.example"]);
  await writes(world, "Sam Vale <s1@vale.example>", "Sam Vale <s2@vale.example>", "Sam Vale <s4@vale.example>");
  assert.deepEqual(await groups(world), ["s1@vale.example s3@vale.example s4@vale.example", "s2@vale.example"]);
  await world.contacts.merge("ada", await idOf(world, "s2@vale.example"), await idOf(world, "s1@vale.example"));
  assert.equal((await groups(world)).length, 1);
  await world.contacts.split("ada", await idOf(world, "s1@vale.example"), ["s1@vale.example", "s2@vale.example"]);
  assert.deepEqual(await groups(world), ["s1@vale.example s2@vale.example", "s3@vale.example s4@vale.example"]);
});

Deno.test("nobody merges or splits another's, or what is not there", async () => {
  await using world = await openWorld();
  await writes(world, "Kim Berg <kim@firm.example>", "K <kb@home.example>");
  const [one, other] = [await idOf(world, "kim@firm.example"), await idOf(world, "kb@home.example")];
  assert.equal(await world.contacts.get("ben", one), null);
  assert.equal(await world.contacts.merge("ben", one, other), null);
  assert.equal(await world.contacts.merge("ada", one, "0".repeat(32)), null);
  assert.equal(await world.contacts.split("ben", one, ["kim@firm.example"]), null);
  assert.equal((await groups(world)).length, 2);
});

/** Two people with three addresses each, of which some come up only later, and one who has nothing to do with them. */
const ANNA = ["Anna Müller <a1@firm.example>", "Müller, Anna <a2@home.example>", "Anna Müller <a3@late.example>"];
const KIM = ["Kim Berg <k1@firm.example>", "Berg, Kim <k2@home.example>", "Kim Berg <k3@late.example>"];
const OTHERS = ["Jo Lind <jo@firm.example>"];
const told = fc.record({
  from: fc.constantFrom(...ANNA, ...KIM, ...OTHERS),
  at: fc.integer({ min: -300, max: 300 }).map(later),
  sent: fc.boolean(),
});
const mails = fc.array(told, { maxLength: 6 });

/** What the person sees of all contacts, but for the ids of nothing. */
async function seen(world: World) {
  const contacts = await world.list({ sort: "name" });
  return await Promise.all(contacts.map(({ contact_id }) => world.contacts.get("ada", contact_id)));
}

/** All that is kept but what was decided, and the addresses that something was decided of. */
async function decisionsApart(world: World) {
  const kept = Object.entries(await world.kept()), decisions = "contact-decisions/";
  return {
    left: Object.fromEntries(kept.filter(([id]) => !id.startsWith(decisions))),
    decided: kept.filter(([id]) => id.startsWith(decisions)).map(([id]) => id.slice(decisions.length)),
  };
}

Deno.test("a merge and then a split give back both whole, also when mail arrived between and some was deleted", async () => {
  const run = fc.record({
    before: mails,
    between: mails,
    gone: fc.array(fc.nat(20), { maxLength: 4 }),
    kim: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(run, async ({ before, between, gone, kim }) => {
      await using world = await openWorld();
      await using plain = await openWorld();
      const deliver = async (name: string, { from, at, sent }: { from: string; at: string; sent: boolean }) => {
        const document = sent ? mail({ to: [from], at, folder_role: "sent" }) : mail({ from, at });
        for (const each of [world, plain]) await each.deliver(name, 1, document);
      };
      await deliver("anna", { from: ANNA[0] ?? "", at: AT, sent: false });
      await deliver("kim", { from: KIM[0] ?? "", at: AT, sent: true });
      for (const [at, each] of before.entries()) await deliver(`before ${at}`, each);
      const [one, other] = [await world.whole("a1@firm.example"), await world.whole("k1@firm.example")];
      await world.contacts.merge("ada", one?.contact_id ?? "", other?.contact_id ?? "");
      assert.equal(await idOf(world, "a1@firm.example"), await idOf(world, "k1@firm.example"));
      for (const [at, each] of between.entries()) await deliver(`between ${at}`, each);
      for (const at of gone) for (const each of [world, plain]) await each.deliver(`before ${at}`, 2, null);
      const merged = await world.whole("a1@firm.example");
      const side = (kim ? other : one)?.addresses.filter((address) => merged?.addresses.includes(address)) ?? [];
      await world.contacts.split("ada", merged?.contact_id ?? "", side);
      assert.deepEqual(await seen(world), await seen(plain));
      // Of an address whose every mail is deleted the merge is still known, for when it comes up again.
      const { left, decided } = await decisionsApart(world);
      assert.deepEqual(left, await plain.kept(), "nothing of it is left");
      for (const id of decided) assert.ok(!(`contact-addresses/${id}` in left));
    }),
    { numRuns: 100 },
  );
});

const PEOPLE = [...ANNA, ...KIM, ...OTHERS, "Anna Müller <k1@firm.example>", "Kim Berg <a1@firm.example>"];
const step = fc.oneof(
  fc.record({
    do: fc.constant("mail" as const),
    doc: fc.nat(6),
    from: fc.constantFrom(...PEOPLE),
    cc: fc.constantFrom(...PEOPLE),
  }),
  fc.record({ do: fc.constant("delete" as const), doc: fc.nat(6) }),
  fc.record({ do: fc.constant("merge" as const), one: fc.nat(9), other: fc.nat(9) }),
  fc.record({ do: fc.constant("split" as const), one: fc.nat(9), which: fc.nat(6) }),
);

Deno.test("after whatever mail, merges and splits, contacts are what documents and decisions make of them anew", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await using world = await openWorld();
      const last = new Map<number, { revision: number; told: ReturnType<typeof mail> | null }>();
      for (const [at, each] of steps.entries()) {
        const ids = (await world.list({ sort: "name" })).map(({ contact_id }) => contact_id);
        if (each.do === "mail" || each.do === "delete") {
          const told = each.do === "mail" ? mail({ from: each.from, cc: [each.cc] }) : null;
          last.set(each.doc, { revision: at + 1, told });
          await world.deliver(`d${each.doc}`, at + 1, told);
        } else if (each.do === "merge") {
          await world.contacts.merge("ada", ids[each.one % ids.length] ?? "", ids[each.other % ids.length] ?? "");
        } else {
          const contact = await world.contacts.get("ada", ids[each.one % ids.length] ?? "");
          const addresses = contact?.addresses.toSorted().filter((_, index) => (each.which >> index) % 2 === 1) ?? [];
          if (contact === null || addresses.length === 0 || addresses.length === contact.addresses.length) continue;
          const both = await world.contacts.split("ada", contact.contact_id, addresses);
          const apart = [...both?.contact.addresses ?? [], ...both?.split_off.addresses ?? []];
          assert.deepEqual(apart.sort(), contact.addresses.toSorted(), "nothing is lost and nothing is both");
          for (const address of addresses) assert.ok(both?.split_off.addresses.includes(address));
        }
      }
      const kept = await world.kept();
      await using plain = await openWorld();
      const records = plain.state.records({ user_id: "ada" });
      for (const [id, value] of Object.entries(kept)) {
        const [collection = "", address_id = ""] = id.split("/");
        if (collection === "contact-decisions") {
          await records.commit([{ op: "put", collection, id: address_id, value }]);
        }
      }
      for (const [doc, { revision, told }] of last) await plain.deliver(`d${doc}`, revision, told);
      assert.deepEqual(kept, await plain.kept());
    }),
    { numRuns: 150 },
  );
});
