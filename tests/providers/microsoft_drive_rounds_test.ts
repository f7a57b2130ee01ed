/** Rounds over a simulated OneDrive: what is read becomes what the drive holds, at the promised price. */
import assert from "node:assert/strict";
import { assertTrue, type DriveAccount, driveAccount } from "./microsoft_drive.ts";

Deno.test("changes() reads a whole drive in its first round: Word, Excel and PowerPoint, with their text and path", async () => {
  const account = await driveAccount();
  await account.round();
  assertTrue(account);
  const kinds = new Set([...account.follower.documents.values()].map(({ doc_type }) => doc_type));
  assert.deepEqual([...kinds].sort(), ["presentation_document", "sheet_document", "word_document"]);
  assert.deepEqual(account.follower.refused, []);
});

Deno.test("a quiet round is one request, and downloads nothing", async () => {
  const account = await driveAccount();
  await account.round();
  account.simulator.counts.reset();
  await account.round();
  assert.deepEqual(account.simulator.counts.of("ada"), { "graph.drive.delta": 1 });
});

Deno.test("changes() follows random changes to the drive's true state, under each bad habit", async () => {
  const habits: ((account: DriveAccount) => void)[] = [
    () => {},
    ({ faults }) => (faults.driveType = "personal"),
    ({ faults }) => (faults.emptyPages = true),
    ({ faults }) => (faults.repeatItemsOnPages = true),
    ({ faults }) => (faults.loseCursorShare = 0.3),
    ({ faults }) => (faults.deltaDelayMs = 3_000),
    ({ faults }) => (faults.lostDriveCursor = { status: 410, code: "resyncChangesUploadDifferences" }),
  ];
  for (const habit of habits) {
    const account = await driveAccount({ files: 12 });
    habit(account);
    await account.clock.advance(5_000);
    await account.round();
    assertTrue(account);
    for (let round = 0; round < 5; round++) {
      for (let change = 0; change < 6; change++) account.simulator.person("ada").changeDesk("drive");
      if (round % 2 === 1) account.faults.loseCursors = 1;
      await account.clock.advance(5_000);
      await account.round();
      assertTrue(account);
    }
  }
});

Deno.test("a folder that is renamed, moved, binned or restored takes what is in it along", async () => {
  const account = await driveAccount();
  const { drive } = account.desk;
  await account.round();
  const folder = drive.visible().find(({ content }) => content.name === "Finance");
  const target = drive.visible().find(({ content }) => content.name === "Projects");
  assert.ok(folder !== undefined && target !== undefined && drive.children(folder).length > 0);
  drive.rename(folder, "Money");
  await account.round();
  assertTrue(account);
  drive.move(folder, target.number);
  await account.round();
  assertTrue(account);
  drive.trash(folder);
  await account.round();
  assertTrue(account);
  drive.restore(folder);
  await account.round();
  assertTrue(account);
});

Deno.test("a file that changes its name away from an Office one is withdrawn, and comes back with it", async () => {
  const account = await driveAccount();
  const { drive } = account.desk;
  await account.round();
  const file = drive.visible().find(({ content }) => content.kind === "word");
  assert.ok(file !== undefined);
  const { content } = file;
  drive.edit(file, { kind: "text", name: "notes.txt" });
  await account.round();
  assertTrue(account);
  drive.edit(file, { kind: "word", name: content.name });
  await account.round();
  assertTrue(account);
});

Deno.test("deletes while the drive is being listed are found by the end of the next round", async () => {
  const account = await driveAccount({ files: 120 });
  const { drive } = account.desk;
  assert.equal(await account.run(account.follower.page()), false);
  assert.equal(await account.run(account.follower.page()), false);
  const files = drive.visible().filter(({ content }) => content.kind !== "folder");
  for (const file of [files.at(0), files.at(60), files.at(-1)]) drive.delete(file ?? assert.fail());
  await account.round();
  await account.round();
  assertTrue(account);
});

Deno.test("an endless delta is cut, and the drive read to its end once it is whole again", async () => {
  const account = await driveAccount({ files: 3 });
  account.faults.endlessPages = true;
  await account.round();
  assert.ok(account.follower.pages < 30);
  account.faults.endlessPages = false;
  await account.round();
  assertTrue(account);
});

Deno.test("after a lost cursor, items whose version is known say so; those in a folder that changed do not", async () => {
  const account = await driveAccount();
  const { drive } = account.desk;
  await account.round();
  const versions = new Map(
    [...account.follower.documents.values()].map(({ provider_id }) => [provider_id, provider_id]),
  );
  const folder = drive.visible().find(({ content }) => content.name === "Finance");
  assert.ok(folder !== undefined);
  const listed = async () => {
    const items = [];
    for (let done = false; !done;) {
      const page = await account.run(account.provider.changes(account.mailbox, "drive", account.follower.cursor));
      account.follower.cursor = page.cursor;
      items.push(...page.documents);
      done = page.done;
    }
    return items;
  };
  account.faults.loseCursors = 1;
  const unchanged = await listed();
  assert.equal(unchanged.length, versions.size);
  assert.ok(unchanged.every(({ version }) => version !== undefined), "nothing has to be read again");
  drive.rename(folder, "Money");
  account.faults.loseCursors = 1;
  const renamed = await listed();
  const inFolder = drive.children(folder).map(({ number }) => number);
  assert.ok(inFolder.length > 0);
  for (const number of inFolder) {
    const id = [...account.simulator.person("ada").items("drive").values()].find((one) => one.number === number)?.id;
    const last = renamed.findLast(({ provider_id }) => provider_id === id);
    const { kind } = drive.at(number)?.content ?? assert.fail();
    assert.equal(last === undefined, kind === "text" || kind === "folder");
    assert.equal(last?.version, undefined, "its path is another one");
  }
  const read = await account.run(Promise.resolve(unchanged[0]?.read()));
  assert.ok(read !== undefined && "version" in read);
  assert.equal(unchanged[0]?.version, read.version, "the version on the page is the one of the document");
});
