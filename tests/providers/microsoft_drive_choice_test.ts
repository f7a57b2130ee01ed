/** What a person gives of a drive, and files looked up by id. */
import assert from "node:assert/strict";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { assertTrue, type DriveAccount, driveAccount } from "./microsoft_drive.ts";
import { Follower } from "./follower.ts";

const ALL: ResourceChoice = {
  resource: "drive",
  included: true,
  containers_in: [],
  containers_out: [],
  since: "",
  bodies: true,
  private_events: "full",
};

/** A round as the person chooses now, with what is held and where the last one ended. */
async function roundWith(account: DriveAccount, choice: Partial<ResourceChoice>): Promise<void> {
  const connection = { ...account.connection, choices: [{ ...ALL, ...choice }] };
  const follower = new Follower(account.provider, { ...account.mailbox, connection }, "drive");
  follower.cursor = account.follower.cursor;
  for (const [id, document] of account.follower.documents) follower.documents.set(id, document);
  await account.run(follower.round());
  account.follower.cursor = follower.cursor;
  account.follower.documents.clear();
  for (const [id, document] of follower.documents) account.follower.documents.set(id, document);
}

function folderNamed({ desk, simulator }: DriveAccount, name: string) {
  const folder = desk.drive.visible().find(({ content }) => content.name === name) ?? assert.fail();
  const items = [...simulator.person("ada").items("drive").values()];
  const below = items.filter(({ number, kind }) => {
    const file = desk.drive.at(number) ?? assert.fail();
    return kind !== "folder" && kind !== "text" && desk.drive.contains(folder, file);
  });
  const { id, container } = items.find(({ number }) => number === folder.number) ?? assert.fail();
  assert.ok(below.length > 0 && below.length < items.length);
  return { folder, id, drive: container, below: below.map((item) => item.id).sort() };
}

Deno.test("a folder that is left out is withdrawn with all below it, and read again when it is given again", async () => {
  const account = await driveAccount();
  await account.round();
  const { id, below } = folderNamed(account, "Finance");
  const all = account.follower.documents.size;
  await roundWith(account, { containers_out: [id] });
  assert.equal(account.follower.documents.size, all - below.length);
  assert.ok(below.every((one) => !account.follower.documents.has(one)));
  await roundWith(account, {});
  assertTrue(account);
});

Deno.test("where folders were picked, only what lies in them is read, wherever it moves", async () => {
  const account = await driveAccount();
  const { id, below, folder } = folderNamed(account, "Finance");
  await roundWith(account, { containers_in: [id] });
  assert.deepEqual([...account.follower.documents.keys()].sort(), below);
  const { drive } = account.desk;
  const inside = drive.children(folder).find(({ content }) => content.kind !== "folder" && content.kind !== "text");
  drive.move(inside ?? assert.fail(), 0);
  await roundWith(account, { containers_in: [id] });
  assert.equal(account.follower.documents.size, below.length - 1);
});

Deno.test("a drive that is left out is withdrawn once, costs no request, and is read whole when it is given again", async () => {
  const account = await driveAccount({ files: 6 });
  await account.round();
  const { drive } = folderNamed(account, "Projects");
  await roundWith(account, { containers_out: [drive] });
  assert.equal(account.follower.documents.size, 0);
  account.simulator.counts.reset();
  const mailbox = {
    ...account.mailbox,
    connection: { ...account.connection, choices: [{ ...ALL, containers_out: [drive] }] },
  };
  const page = await account.run(account.provider.changes(mailbox, "drive", account.follower.cursor));
  assert.deepEqual([page.left_out_containers, page.done, account.simulator.counts.total("ada")], [[], true, 0]);
  await roundWith(account, {});
  assertTrue(account);
});

Deno.test("files from before the day that was chosen are left out, and contents where no contents are given", async () => {
  const account = await driveAccount({ files: 8 });
  await account.round();
  const since = new Date(account.clock.now() + 1_000).toISOString();
  await account.clock.advance(5_000);
  const file = account.desk.drive.visible().find(({ content }) => content.kind === "word") ?? assert.fail();
  account.desk.drive.rename(file, "Fresh.docx");
  await roundWith(account, { since });
  assert.deepEqual([...account.follower.documents.values()].map(({ title }) => title), ["Fresh.docx"]);
  account.simulator.counts.reset();
  await roundWith(account, { bodies: false });
  assert.equal(account.simulator.counts.of("ada")["graph.download"], undefined);
  assert.ok(account.follower.documents.size > 1);
  assert.ok([...account.follower.documents.values()].every((one) => "content" in one && one.content === "left_out"));
});

Deno.test("lookup() tells found files with their text from gone ones, with a cursor and without", async () => {
  const account = await driveAccount({ files: 30 });
  await account.round();
  const { drive } = account.desk;
  const items = [...account.simulator.person("ada").items("drive").values()];
  const word = items.filter(({ kind }) => kind === "word");
  const [found, binned, deleted] = word;
  const text = items.find(({ kind }) => kind === "text") ?? assert.fail();
  drive.trash(drive.at(binned?.number ?? -1) ?? assert.fail());
  drive.delete(drive.at(deleted?.number ?? -1) ?? assert.fail());
  const named = [found, binned, deleted, text, { id: "unknown-id" }, ...word.slice(3)].map((item) => ({
    provider_id: item?.id ?? assert.fail(),
    container: "",
  }));
  for (const cursor of [account.follower.cursor, ""]) {
    const answers = await account.run(account.provider.lookup(account.mailbox, "drive", named, cursor));
    assert.deepEqual(answers.map(({ kind }) => kind), [
      "found",
      "gone",
      "gone",
      "gone",
      "gone",
      ...word.slice(3).map(() => "found"),
    ]);
    const [first] = answers;
    assert.ok(first?.kind === "found" && "sections" in first.read.document);
    assert.equal(first.read.container, found?.container);
    assert.ok(first.read.document.sections.some((section) => section.text.includes(found?.word ?? "?")));
    const known = account.follower.documents.get(found?.id ?? "");
    assert.ok(known !== undefined && "path" in known);
    assert.equal(first.read.document.path, known.path);
  }
});

Deno.test("an account without a drive is read to its end, and one whose drive goes says so", async () => {
  const account = await driveAccount({ files: 3 });
  const none = { ...account.mailbox, request: () => account.mailbox.request("http://simulator.test/graph/v1.0/none") };
  const page = await account.run(account.provider.changes(none, "drive", ""));
  assert.deepEqual([page.done, page.documents.length, page.enumeration], [true, 0, null]);
  const begun = await account.run(account.provider.changes(account.mailbox, "drive", ""));
  const gone = await account.run(account.provider.changes(none, "drive", begun.cursor));
  assert.deepEqual([gone.done, gone.gone_containers.length], [true, 1]);
  account.follower.cursor = gone.cursor;
  await account.round();
  assertTrue(account);
});
