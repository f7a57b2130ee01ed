/** Rounds over a simulated Google Drive: what is read becomes what the drives hold. */
import assert from "node:assert/strict";
import { assertTrue, type DriveAccount, driveAccount, files, truth } from "./google_drive.ts";

Deno.test("changes() reads a whole drive in its first round: Google's own documents and Office files, with their text and path", async () => {
  const account = await driveAccount();
  await account.round();
  assertTrue(account);
  const kinds = new Set([...account.follower.documents.values()].map(({ doc_type }) => doc_type));
  assert.deepEqual([...kinds].sort(), ["presentation_document", "sheet_document", "word_document"]);
  const types = [...account.follower.documents.values()].map((one) => "mime_type" in one ? one.mime_type : "");
  assert.ok(types.some((type) => type.includes("google-apps")) && types.some((type) => type.includes("openxml")));
  assert.deepEqual(account.follower.enumerated, ["my-drive"]);
});

Deno.test("changes() of a quiet drive is one request, and downloads nothing", async () => {
  const account = await driveAccount();
  await account.round();
  account.simulator.counts.reset();
  await account.round();
  assert.deepEqual(account.simulator.counts.of("ben"), { "drive.changes": 1 });
});

const HABITS: readonly (readonly [string, (account: DriveAccount) => void])[] = [
  ["none", () => {}],
  ["empty pages", ({ faults }) => (faults.emptyPages = true)],
  ["repeated items", ({ faults }) => (faults.repeatItemsOnPages = true)],
  ["lost tokens", ({ faults }) => (faults.loseCursorShare = 0.15)],
  ["late changes", ({ faults }) => (faults.deltaDelayMs = 3_000)],
  ["tokens lost as 410", ({ faults }) => (faults.lostPageToken = 410)],
  ["tokens lost as 404", ({ faults }) => (faults.lostPageToken = 404)],
  ["throttling", ({ faults }) => (faults.throttle = { share: 0.1, retryAfterSeconds: 2 })],
];
for (const [name, habit] of HABITS) {
  Deno.test(`changes() follows random changes to the drives' true state, with ${name}`, async () => {
    const account = await driveAccount({ files: 15 });
    const team = account.drives.share("Team");
    const plan = files(account).find(({ content }) => content.kind === "word")?.content ?? assert.fail();
    team.store.create(0, { ...plan, name: "Plan.docx" });
    habit(account);
    await account.clock.advance(5_000);
    await account.round();
    assertTrue(account);
    for (let round = 0; round < 6; round++) {
      for (let change = 0; change < 6; change++) account.simulator.person("ben").changeDesk("drive");
      const [file] = team.store.visible();
      if (file !== undefined) team.store.rename(file, `Plan ${round}.docx`);
      if (round % 3 === 1) account.faults.loseCursors = 1;
      if (round === 4) account.faults.loseCursors = "all";
      await account.clock.advance(5_000);
      await account.round();
      assertTrue(account);
    }
  });
}

Deno.test("a folder that is renamed, moved, binned, restored or deleted takes what is in it along", async () => {
  const account = await driveAccount();
  const { drive } = account.desk;
  await account.round();
  const folders = drive.visible().filter(({ content }) => content.kind === "folder");
  const folder = folders.find((one) => drive.children(one).some(({ content }) => content.kind === "word"));
  const target = folders.find((one) => folder !== undefined && one !== folder && !drive.contains(folder, one));
  assert.ok(folder !== undefined && target !== undefined);
  const steps = [
    () => drive.rename(folder, "Money"),
    () => drive.move(folder, target.number),
    () => drive.trash(folder),
    () => drive.restore(folder),
    () => drive.delete(folder),
  ];
  for (const step of steps) {
    step();
    await account.round();
    assertTrue(account);
  }
});

Deno.test("changes() does not read again, after a lost token, what is known in its version", async () => {
  const account = await driveAccount();
  await account.round();
  const known = account.follower.documents.size;
  const [changed, deleted] = files(account);
  assert.ok(changed !== undefined && deleted !== undefined);
  account.desk.drive.rewrite(changed, {});
  account.desk.drive.delete(deleted);
  account.faults.loseCursors = "all";
  account.simulator.counts.reset();
  await account.round();
  assertTrue(account);
  const { "drive.export": exports = 0, "drive.file": gets = 0 } = account.simulator.counts.of("ben");
  assert.equal(account.spared(), known - 2);
  // The changed file, the lookup of the deleted one, and the folders, which may have changed unseen.
  assert.ok(exports + gets <= 2 + 4, `${exports} exports and ${gets} reads`);
  assert.deepEqual(account.follower.enumerated, ["my-drive", "my-drive"]);
});

Deno.test("changes() reads again, after a lost token, what lies in a folder that was renamed meanwhile", async () => {
  const account = await driveAccount();
  const { drive } = account.desk;
  await account.round();
  const folder = drive.visible().find((one) => one.content.kind === "folder" && drive.children(one).length > 0);
  assert.ok(folder !== undefined);
  drive.rename(folder, "Elsewhere");
  account.faults.loseCursors = "all";
  await account.round();
  assertTrue(account);
  assert.ok(account.spared() > 0);
});

Deno.test("a file that the person loses access to is gone", async () => {
  const account = await driveAccount();
  await account.round();
  const file = files(account).find(({ content }) => content.kind === "sheet");
  account.drives.loseAccess(file ?? assert.fail());
  await account.round();
  assertTrue(account);
  assert.ok(!account.follower.documents.has(account.drives.id(account.drives.own, file?.number ?? -1)));
});

Deno.test("a shared drive is read when the person joins it, and gone when they leave it", async () => {
  const account = await driveAccount({ files: 6 });
  await account.round();
  const team = account.drives.share("Team");
  const folder = team.store.create(0, { ...(files(account)[0]?.content ?? assert.fail()), kind: "folder", name: "A" });
  for (const file of files(account)) team.store.create(folder.number, { ...file.content, word: file.content.word });
  await account.round();
  assertTrue(account);
  assert.ok([...account.follower.documents.values()].some(({ container }) => container === team.id));
  account.drives.setMember(team, false);
  await account.round();
  assertTrue(account);
  account.drives.setMember(team, true);
  await account.round();
  assertTrue(account);
});

Deno.test("deletes while the drive is being listed are found by the end of the round", async () => {
  const account = await driveAccount({ files: 120 });
  assert.equal(await account.run(account.follower.page()), false);
  const all = files(account);
  for (const file of [all.at(0), all.at(60), all.at(-1)]) account.desk.drive.delete(file ?? assert.fail());
  await account.round();
  assertTrue(account);
});

Deno.test("a log that never ends is cut", async () => {
  const account = await driveAccount({ files: 3 });
  await account.round();
  account.faults.endlessPages = true;
  await account.round();
  account.faults.endlessPages = false;
  account.simulator.person("ben").changeDesk("drive");
  await account.round();
  assertTrue(account);
});

Deno.test("a document that is too large to be exported is had by its link, or as plain text", async () => {
  const account = await driveAccount();
  account.faults.exportBytesMax = 500;
  await account.round();
  assertTrue(account);
  assert.ok((account.simulator.counts.of("ben")["drive.exportLink"] ?? 0) > 0);
});

Deno.test("a document whose export fails each time is set aside, and the rest is read", async () => {
  const account = await driveAccount({ files: 12 });
  account.faults.brokenExports = 0.5;
  await account.round();
  const { refused, documents } = account.follower;
  assert.ok(refused.length > 0 && documents.size > 0);
  assert.equal(refused.length + documents.size, truth(account).size);
  assert.ok(refused.every(({ reason }) => reason === "Drive does not give the content"));
});

Deno.test("a choice of folders and drives is kept, whichever way it changes", async () => {
  const account = await driveAccount();
  const { drive } = account.desk;
  const team = account.drives.share("Team");
  for (const file of files(account).slice(0, 4)) team.store.create(0, file.content);
  await account.round();
  const folder = drive.visible().find((one) => one.content.kind === "folder" && drive.children(one).length > 1);
  assert.ok(folder !== undefined);
  const id = account.drives.id(account.drives.own, folder.number);
  const inside = (one: string) => {
    const found = account.drives.find(one);
    return found?.drive === account.drives.own && drive.contains(folder, found.file);
  };
  const held = (one: DriveAccount) => [...one.follower.documents.keys()].sort();
  const all = [...truth(account).keys()].sort();

  const without = account.choose({ containers_out: [id, team.id] });
  await without.round();
  assert.deepEqual(held(without), all.filter((one) => !inside(one) && account.drives.find(one)?.drive.id === ""));
  const only = without.choose({ containers_in: [id] });
  await only.round();
  assert.deepEqual(held(only), all.filter(inside));
  const mine = only.choose({ containers_in: ["my-drive"] });
  await mine.round();
  assert.deepEqual(held(mine), all.filter((one) => account.drives.find(one)?.drive.id === ""));
  const everything = mine.choose({});
  await everything.round();
  assertTrue(everything);
});

Deno.test("without contents nothing is downloaded, and what was read before is read anew", async () => {
  const account = await driveAccount({ files: 10 });
  await account.round();
  account.simulator.counts.reset();
  const bare = account.choose({ bodies: false });
  await bare.round();
  assert.equal(bare.follower.documents.size, truth(account).size);
  for (const document of bare.follower.documents.values()) {
    assert.ok("content" in document && document.content === "left_out" && document.sections.length === 0);
  }
  assert.equal(account.simulator.counts.of("ben")["drive.export"], undefined);
  const whole = bare.choose({});
  await whole.round();
  assertTrue(whole);
});

Deno.test("a file that changed before the chosen time is left out", async () => {
  const account = await driveAccount({ files: 10 });
  await account.round();
  await account.clock.advance(60_000);
  const [file] = files(account).filter(({ content }) => content.kind === "word");
  account.desk.drive.rewrite(file ?? assert.fail(), {});
  const recent = account.choose({ since: new Date(account.clock.now() - 1_000).toISOString() });
  await recent.round();
  assert.deepEqual([...recent.follower.documents.keys()], [account.drives.id(account.drives.own, file?.number ?? -1)]);
});

Deno.test("lookup() tells found from gone, left out and out of reach", async () => {
  const account = await driveAccount({ files: 10 });
  await account.round();
  const documents = files(account).filter(({ content }) => content.kind !== "text").slice(0, 4);
  const ids = documents.map(({ number }) => account.drives.id(account.drives.own, number));
  const [, deleted, trashed, lost] = documents;
  account.desk.drive.delete(deleted ?? assert.fail());
  account.desk.drive.trash(trashed ?? assert.fail());
  account.drives.loseAccess(lost ?? assert.fail());
  const items = ids.map((provider_id) => ({ provider_id, container: "my-drive" }));
  const { provider, mailbox, follower } = account;
  const answers = await account.run(provider.lookup(mailbox, "drive", items, follower.cursor));
  assert.deepEqual(answers.map(({ kind }) => kind), ["found", "gone", "gone", "gone"]);
  const none = account.choose({ containers_out: ["my-drive"] });
  const chosen = await account.run(provider.lookup(none.follower.mailbox, "drive", items.slice(0, 1), follower.cursor));
  assert.deepEqual(chosen, [{ kind: "left_out" }]);
});
