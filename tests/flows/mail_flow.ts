/** What a person sees of their mail, whatever the adapters are: the flow that every set of them has to pass. */
import assert from "node:assert/strict";
import type { SearchHit } from "../../shared/index/port.ts";
import type { System } from "./system.ts";

const one = async (system: System, user: string, q: string): Promise<SearchHit> => {
  const hits = await system.search(user, q);
  assert.equal(hits.length, 1, `one hit for ${q}`);
  const [hit] = hits;
  assert.ok(hit);
  return hit;
};

const finds = (system: System, user: string, q: string, count = 1) => async () =>
  (await system.search(user, q)).length === count;

/** The first sync brings the whole mailbox. */
export async function firstSync(system: System, user: string): Promise<void> {
  await system.connect(user);
  const truth = [...system.simulator.person(user).truth().values()];
  assert.ok(truth.length >= 20);
  await system.until(`all ${truth.length} mails of ${user} are searchable`, async () => {
    const { documents } = await system.stores.index.stats(user);
    return documents === truth.length;
  });
  for (const mail of truth.slice(0, 3)) assert.equal((await one(system, user, mail.word)).title, mail.subject);
}

/** Send, edit, move, delete: each seen as what it is. */
export async function liveChanges(system: System, user: string): Promise<void> {
  const person = system.simulator.person(user);
  const mark = user.replaceAll("-", "");
  const subject = `Lunch for ${user}`;
  let id = person.send({ subject, body: `See you at the quixotarium${mark}` });
  await system.until("the new mail is found", finds(system, user, `quixotarium${mark}`));
  const sent = await one(system, user, `quixotarium${mark}`);
  assert.equal(sent.title, subject);

  id = person.edit(id, { subject, body: `Better at the velocipedrome${mark}` });
  await system.until("the new text is found", finds(system, user, `velocipedrome${mark}`));
  await system.until("the old text is found no more", finds(system, user, `quixotarium${mark}`, 0));
  const edited = await one(system, user, `velocipedrome${mark}`);

  const { name } = person.createFolder(`Folder of ${user}`);
  id = person.move(id, name);
  await system.until("the mail is in its new folder", async () => {
    const [hit] = await system.search(user, `velocipedrome${mark}`);
    if (hit === undefined) return false;
    const stored = JSON.stringify(await (await system.get(user, `/v1/documents/${hit.doc_id}`)).json());
    return stored.includes(name);
  });
  const moved = await one(system, user, `velocipedrome${mark}`);
  assert.equal(moved.doc_id, edited.doc_id, "a moved mail is the same document");
  assert.equal(moved.title, edited.title);

  const stale = await system.stores.index.document(user, moved.doc_id);
  person.delete(id);
  await system.until("the deleted mail is gone", finds(system, user, `velocipedrome${mark}`, 0));
  assert.equal((await system.get(user, `/v1/documents/${moved.doc_id}`)).status, 404);

  assert.ok(stale);
  const [outcome] = await system.stores.index.feed([{
    user_id: user,
    doc_type: "email",
    doc_id: moved.doc_id,
    revision: stale.revision,
    operation: "put",
    document: stale.document,
  }]);
  assert.equal(outcome, "stale");
  assert.equal((await system.search(user, `velocipedrome${mark}`)).length, 0, "a late event brings nothing back");
}

/** Nobody finds or reads what is another's. */
export async function isolation(system: System, owner: string, other: string): Promise<void> {
  const [mail] = system.simulator.person(owner).truth().values();
  assert.ok(mail);
  const hit = await one(system, owner, mail.word);
  assert.deepEqual(await system.search(other, mail.word), []);
  assert.equal((await system.get(other, `/v1/documents/${hit.doc_id}`)).status, 404);
}
