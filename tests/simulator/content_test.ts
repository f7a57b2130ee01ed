import assert from "node:assert/strict";
import fc from "fast-check";
import { distinctWord } from "../../scripts/simulator/content/distinct_word.ts";
import { setup } from "./bundle.ts";

Deno.test("mails are in three languages, short and long, plain and HTML, with threads, parcels and newsletters", () => {
  const truth = setup({ people: [{ user: "ada", provider: "microsoft", mails: 400 }] }).simulator.person("ada").truth();
  const mails = [...truth.values()];
  const share = (of: (mail: typeof mails[number]) => boolean) => mails.filter(of).length / mails.length;
  for (const language of ["en", "de", "fr"]) assert.ok(share((mail) => mail.language === language) > 0.2, language);
  assert.ok(share((mail) => mail.html !== null) > 0.3 && share((mail) => mail.html === null) > 0.2);
  assert.ok(share((mail) => /(Tracking number|Sendungsnummer|Numéro de suivi)/.test(mail.body)) > 0.05);
  assert.ok(share((mail) => mail.subject.startsWith("Re: ")) > 0.1);
  assert.ok(mails.some((mail) => mail.body.length < 200) && mails.some((mail) => mail.body.length > 3_000));
  assert.ok(mails.every((mail) => !/[{}]/.test(mail.subject + mail.body)), "no placeholder is left");
  assert.ok(mails.every((mail) => mail.body.includes(mail.word)));
});

Deno.test("the same seed makes the same mailbox, another seed another", () => {
  const subjects = (seed: number) =>
    [...setup({ seed }).simulator.person("ada").truth().values()].map((mail) => mail.subject);
  assert.deepEqual(subjects(3), subjects(3));
  assert.notDeepEqual(subjects(3), subjects(4));
});

Deno.test("distinctWord() gives no word twice, and none that begins with another", () => {
  const version = fc.tuple(fc.nat(200_000), fc.nat(40));
  fc.assert(fc.property(version, version, (one, two) => {
    if (one[0] === two[0] && one[1] === two[1]) return;
    const [first, second] = [distinctWord("ada", ...one), distinctWord("ada", ...two)];
    assert.ok(!first.startsWith(second) && !second.startsWith(first), `${first} ${second}`);
  }));
});

Deno.test("an edit without a text gives the mail a new distinct word and keeps what it said", () => {
  const ada = setup().simulator.person("ada");
  const id = ada.send();
  const before = ada.find(id);
  ada.edit(id);
  const after = ada.find(id);
  assert.notEqual(after?.word, before?.word);
  assert.ok(after?.body.includes(after.word) && after.body.includes(before?.body ?? "-"));
});

Deno.test("Simulator.changes() makes one change a person each time until aborted, and truth follows", async () => {
  const bundle = setup({
    people: [{ user: "ada", provider: "microsoft", mails: 20 }, { user: "ben", provider: "google", mails: 20 }],
  });
  const sizes = () => bundle.simulator.people.map((one) => [...one.truth().values()].map((mail) => mail.word).join());
  const before = sizes();
  const stop = new AbortController();
  const running = bundle.simulator.changes({ everyMs: 2_000, signal: stop.signal });
  await bundle.clock.advance(60_000);
  stop.abort();
  await running;
  const after = sizes();
  assert.ok(after.every((words, at) => words !== before[at]));
  await bundle.clock.advance(60_000);
  assert.deepEqual(sizes(), after);
});

Deno.test("a hundred random changes are of every kind, and replies of both providers agree on what is left", () => {
  const bundle = setup({
    people: [{ user: "ada", provider: "microsoft", mails: 50 }, { user: "ben", provider: "google", mails: 50 }],
  });
  for (const person of bundle.simulator.people) {
    const kinds = new Set(Array.from({ length: 150 }, () => person.randomChange().kind));
    assert.deepEqual([...kinds].sort(), ["delete", "edit", "flag", "move", "read", "send", "trash"], person.user);
    assert.equal(person.truth().size, person.size);
  }
});

const DESK = { events: 60, contacts: 40, files: 40, tasks: 40 };
const PARTS = ["calendar", "contacts", "drive", "tasks"] as const;

for (const provider of ["microsoft", "google"] as const) {
  Deno.test(`a desk at ${provider} is in three languages, and each thing on it has a word of its own`, () => {
    const { simulator } = setup({ people: [{ user: "ada", provider, mails: 1, desk: DESK }] });
    const ada = simulator.person("ada");
    const { calendar, contacts, drive, tasks } = ada.desk;
    const files = drive.visible().filter(({ content }) => content.kind !== "folder");
    for (const language of ["en", "de", "fr"]) {
      for (const items of [calendar.live(), contacts.live(), files, tasks.live()]) {
        const share = items.filter(({ content }) => content.language === language).length / items.length;
        assert.ok(share > 0.1, `${language}: ${share}`);
      }
    }
    assert.deepEqual([contacts.size, files.length, tasks.size], [40, 40, 40]);
    const kinds = new Set(calendar.live().map((event) => calendar.kind(event)));
    assert.deepEqual([...kinds].sort(), ["exception", "series", "single"]);
    assert.ok(calendar.live().some(({ content }) => content.allDay));
    assert.ok(calendar.live().some(({ content }) => content.joinUrl !== null && content.invited.length > 0));
    assert.deepEqual(new Set(files.map(({ content }) => content.kind)).size, 4);
    for (let change = 0; change < 200; change++) ada.changeDesk();
    for (const part of PARTS) {
      const words = [...ada.items(part).values()].map(({ word }) => word).filter((word) => word !== "");
      assert.equal(new Set(words).size, words.length, part);
      assert.ok([...ada.items(part).values()].every(({ title }) => title !== "" && !/[{}]/.test(title)), part);
    }
    assert.ok(files.every(({ content }) => JSON.stringify(content.parts).includes(content.word)));
    assert.ok(calendar.live().every(({ content }) => content.text.includes(content.word)));
    assert.ok(calendar.live().every(({ content }) => content.start < content.end), "nothing ends before it begins");
  });
}

Deno.test("the same seed makes the same desk and the same changes, another seed others", () => {
  const desk = (seed: number) => {
    const { simulator } = setup({ seed, people: [{ user: "ada", provider: "microsoft", mails: 1, desk: DESK }] });
    const ada = simulator.person("ada");
    for (let change = 0; change < 50; change++) ada.changeDesk();
    return PARTS.map((part) => [...ada.items(part).values()].map(({ id, title, word }) => [id, title, word]));
  };
  assert.deepEqual(desk(3), desk(3));
  assert.notDeepEqual(desk(3), desk(4));
});

Deno.test("people who meet ada are people who write to her", () => {
  const { simulator } = setup({ people: [{ user: "ada", provider: "microsoft", mails: 400, desk: DESK }] });
  const ada = simulator.person("ada");
  const writers = [...ada.truth().values()].map(({ from }) => from);
  const invited = ada.desk.calendar.live().flatMap(({ content }) => content.invited.map(({ address }) => address));
  const known = invited.filter((address) => writers.some((from) => from.includes(address))).length;
  assert.ok(known / invited.length > 0.5, `${known} of ${invited.length}`);
});
