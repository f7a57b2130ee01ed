/** Rounds over a simulated OneDrive: what is read becomes what the drive holds, at the promised price. */
import assert from "node:assert/strict";
import { TransientError } from "../../shared/contracts/errors.ts";
import { FOLDERS_MAX } from "../../shared/providers/folder_tree.ts";
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

Deno.test("whatever three things go wrong at once, the drive's true state is come to", async () => {
  const faults: ((account: DriveAccount) => void)[] = [
    ({ faults }) => (faults.driveType = "personal"),
    ({ faults }) => (faults.emptyPages = true),
    ({ faults }) => (faults.repeatItemsOnPages = true),
    ({ faults }) => (faults.loseCursorShare = 0.3),
    ({ faults }) => (faults.deltaDelayMs = 3_000),
    ({ faults }) => (faults.throttle = { share: 0.1, retryAfterSeconds: 2 }),
    ({ faults }) => (faults.throttleInner = { share: 0.1, retryAfterSeconds: 2 }),
    ({ faults }) => (faults.serverErrors = 0.05),
    ({ faults }) => (faults.slowMs = 50),
  ];
  // The last three have found a mistake.
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 46, 55, 108]) {
    const account = await driveAccount({ files: 8, seed });
    for (const fault of [seed, 2 * seed + 1, 5 * seed + 3]) faults[fault % faults.length]?.(account);
    for (let round = 0; round < 4; round++) {
      for (let change = 0; change < 5; change++) account.simulator.person("ada").changeDesk("drive");
      await account.clock.advance(5_000);
      await untilDone(account);
    }
    await account.clock.advance(60_000);
    // What was not proved by a lookup is looked up again with the round after.
    for (let round = 0; round < 3; round++) await untilDone(account);
    assertTrue(account);
  }
});

/** A round that is gone on with where it broke off, as a follower of the real thing has to. */
async function untilDone(account: DriveAccount): Promise<void> {
  for (let attempts = 0; attempts < 50; attempts++) {
    try {
      return await account.round();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      await account.clock.advance(30_000);
    }
  }
  assert.fail("the round does not end");
}

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

Deno.test("after a lost cursor nothing that is as it was is read again, but what lies in a folder that changed", async () => {
  const account = await driveAccount();
  const { drive } = account.desk;
  const { counts } = account.simulator;
  await account.round();
  const files = account.follower.documents.size;
  const downloads = async () => {
    counts.reset();
    account.faults.loseCursors = 1;
    await account.round();
    assertTrue(account);
    return counts.of("ada")["graph.download"] ?? 0;
  };
  assert.equal(await downloads(), 0);
  assert.equal(account.skipped(), files);
  const folder = drive.visible().find(({ content }) => content.name === "Finance") ?? assert.fail();
  const below = drive.visible().filter((file) =>
    !["folder", "text"].includes(file.content.kind) && drive.contains(folder, file)
  );
  assert.ok(below.length > 0 && below.length < files);
  drive.rename(folder, "Money");
  assert.equal(await downloads(), below.length);
  const [one] = below;
  drive.move(one ?? assert.fail(), 0);
  assert.equal(await downloads(), 1);
});

Deno.test("a renamed folder costs a listing, and the download of what is in it", async () => {
  const account = await driveAccount();
  const { drive } = account.desk;
  await account.round();
  const folder = drive.visible().find(({ content }) => content.name === "Travel") ?? assert.fail();
  const below = drive.children(folder).filter(({ content }) => !["folder", "text"].includes(content.kind));
  drive.rename(folder, "Trips");
  account.simulator.counts.reset();
  await account.round();
  assertTrue(account);
  assert.equal(account.simulator.counts.of("ada")["graph.download"] ?? 0, below.length);
});

Deno.test("a drive with more folders than are remembered is listed once, and followed", async () => {
  const account = await driveAccount({ files: 20 });
  const { drive } = account.desk;
  const [file, other] = drive.visible().filter(({ content }) => content.kind === "word");
  const { content } = drive.visible().find((one) => one.content.kind === "folder") ?? assert.fail();
  for (let count = 0; count <= FOLDERS_MAX; count++) drive.create(0, { ...content, name: `Folder ${count}` });
  drive.move(file ?? assert.fail(), drive.nextNumber - 1);
  account.simulator.counts.reset();
  await account.round();
  assertTrue(account);
  const pages = Math.ceil((drive.size - 1) / 50);
  assert.equal(account.simulator.counts.of("ada")["graph.drive.delta"], pages);
  drive.move(other ?? assert.fail(), drive.nextNumber - FOLDERS_MAX - 1);
  account.simulator.counts.reset();
  await account.round();
  assertTrue(account);
  assert.equal(account.simulator.counts.of("ada")["graph.drive.delta"], 1);
});
