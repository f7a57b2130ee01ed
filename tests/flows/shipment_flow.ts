/** A parcel all the way, whatever the adapters are: a mail arrives, and its person sees what it tells of. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { System } from "./system.ts";

const Page = z.object({
  items: z.array(z.looseObject({ shipment_id: z.string(), tracking_number: z.string(), status: z.string() })),
});

const NUMBERS = ["1Z5R89390357567127", "1Z879E930346834440"] as const;

/** Of the parcels of this test: the mailboxes tell of others. */
async function listed(system: System, user: string) {
  const answer = await system.get(user, "/v1/shipments?limit=200");
  assert.equal(answer.status, 200);
  const { items } = Page.parse(await answer.json());
  return items.filter(({ tracking_number }) => NUMBERS.some((number) => number === tracking_number));
}

async function statuses(system: System, user: string): Promise<string[]> {
  return (await listed(system, user)).map(({ tracking_number, status }) => `${tracking_number} ${status}`);
}

/** Shipped, delivered, deleted: each mail gives its step and takes it back. */
async function follow(system: System, user: string, number: string): Promise<void> {
  const person = system.simulator.person(user);
  const is = (what: readonly string[]) => async () =>
    JSON.stringify(await statuses(system, user)) === JSON.stringify(what);
  person.send({
    subject: "Your order A-1042 has shipped",
    body: `Your order A-1042 has shipped. UPS tracking number: ${number}`,
  });
  await system.until(`${user}'s parcel is there`, is([`${number} shipped`]));
  const arrived = person.send({
    subject: "Your package was delivered",
    body: `Your package has been delivered. UPS tracking number: ${number}`,
  });
  await system.until(`${user}'s parcel has come`, is([`${number} delivered`]));
  person.delete(arrived);
  await system.until(`what the deleted mail said is forgotten`, is([`${number} shipped`]));
}

/** Both connected people have a parcel; each sees their own, and the mail behind it. */
export async function parcels(system: System): Promise<void> {
  const [ada, ben] = system.users;
  await follow(system, ada, NUMBERS[0]);
  await follow(system, ben, NUMBERS[1]);
  assert.deepEqual(await statuses(system, ada), [`${NUMBERS[0]} shipped`]);
  const [shipment] = await listed(system, ada);
  const whole = z.object({ sources: z.array(z.object({ url: z.string() })) })
    .parse(await (await system.get(ada, `/v1/shipments/${shipment?.shipment_id}`)).json());
  assert.equal(whole.sources.length, 1);
  for (const { url } of whole.sources) {
    assert.equal((await system.get(ada, url)).status, 200, "the mail behind it can be read");
    assert.equal((await system.get(ben, url)).status, 404);
  }
  assert.equal((await system.get(ben, `/v1/shipments/${shipment?.shipment_id}`)).status, 404);
  assert.deepEqual(await system.deadLetters(), []);
}
