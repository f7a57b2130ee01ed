/** A contact all the way, whatever the adapters are: mails arrive and go, and their person sees who wrote them. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { System } from "./system.ts";

const Item = z.looseObject({ contact_id: z.string(), name: z.string(), addresses: z.array(z.string()) });
const Page = z.object({ items: z.array(Item) });
const Whole = Item.extend({
  counts: z.array(z.object({ kind: z.string(), count: z.int() }).loose()),
  merges: z.array(z.looseObject({ reason: z.string() })),
  timeline: z.array(z.looseObject({ url: z.string(), kind: z.string() })),
});

async function found(system: System, user: string, q: string) {
  const answer = await system.get(user, `/v1/contacts?q=${encodeURIComponent(q)}`);
  assert.equal(answer.status, 200);
  return Page.parse(await answer.json()).items;
}

/** Somebody writes from two addresses; each mail adds to the contact and, deleted, takes it back. */
async function follow(system: System, user: string, name: string): Promise<void> {
  const person = system.simulator.person(user);
  const [given = "", family = ""] = name.split(" ");
  const [work, home] = [`${family}@firm.example`.toLowerCase(), `${family}@home.example`.toLowerCase()];
  const addresses = async () => (await found(system, user, family)).map((item) => item.addresses.toSorted());
  const are = (expected: readonly (readonly string[])[]) => async () =>
    JSON.stringify(await addresses()) === JSON.stringify(expected);

  // Without headers of its own making: the simulator sends some mails by a list, and a list is no person.
  const first = person.send({ from: `${name} <${work}>`, subject: "Lunch", body: "Noon?", headers: [] });
  await system.until(`${user} knows who wrote`, are([[work]]));
  const second = person.send({
    from: `${family.toUpperCase()} ${given} <${home}>`,
    subject: "Re: Lunch",
    body: "One o'clock?",
    headers: [],
  });
  await system.until(`${user} knows both addresses as one contact`, are([[work, home]]));

  const [{ contact_id } = { contact_id: "" }] = await found(system, user, family);
  const contact = Whole.parse(await (await system.get(user, `/v1/contacts/${contact_id}`)).json());
  assert.deepEqual(contact.counts.map(({ kind, count }) => [kind, count]), [["received", 2]]);
  assert.deepEqual(contact.merges.map(({ reason }) => reason), ["same_name"]);
  for (const { url } of contact.timeline) {
    // Each consumer goes at its own pace: the contact may be known before the index has the mail.
    await system.until("the mail behind it can be read", async () => (await system.get(user, url)).status === 200);
  }
  const card = await (await system.get(user, `/v1/contacts/${contact_id}/vcard`)).text();
  assert.match(card, new RegExp(`^EMAIL;PREF=1:${work}\r$`, "m"));
  const [other] = system.users.filter((each) => each !== user);
  assert.equal((await system.get(other ?? "", `/v1/contacts/${contact_id}`)).status, 404);

  person.delete(second);
  await system.until("what the deleted mail gave is taken back", are([[work]]));
  person.delete(first);
  await system.until("nobody is left without a source", are([]));
}

/** Each connected person knows who writes to them, and nobody else's contacts. */
export async function contacts(system: System): Promise<void> {
  const [ada, ben] = system.users;
  await follow(system, ada, "Wilma Zandervoort");
  await follow(system, ben, "Ottokar Quintus");
  for (const user of [ada, ben]) {
    await system.until(`${user} has the contacts of their first sync`, async () => {
      const answer = await system.get(user, "/v1/contacts?kind=person&limit=200");
      return Page.parse(await answer.json()).items.length >= 5;
    });
  }
  assert.deepEqual(await system.deadLetters(), []);
}
