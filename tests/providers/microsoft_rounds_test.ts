/** Rounds over a simulated Microsoft mailbox: what is read becomes what the mailbox holds, at the promised price. */
import assert from "node:assert/strict";
import { openMicrosoft } from "../../shared/providers/mod.ts";
import { type AccountOptions, connectAccount, ORIGIN, PUBLIC_URL, type TestAccount } from "./account.ts";
import { Follower } from "./follower.ts";

async function ada(options: Partial<AccountOptions> = {}): Promise<TestAccount & { follower: Follower }> {
  const account = await connectAccount({
    user: "ada",
    provider: "microsoft",
    mails: 120,
    folders: 3,
    open: (deps) =>
      openMicrosoft({
        deps,
        config: {
          client_id: "client",
          client_secret: "secret",
          graph_url: `${ORIGIN}/graph`,
          login_url: `${ORIGIN}/login`,
          tenant: "common",
          public_url: PUBLIC_URL,
        },
      }),
    ...options,
  });
  return { ...account, follower: new Follower(account.provider, account.mailbox) };
}

/** Compares what was followed with what the mailbox holds. */
function assertTrue({ follower, simulator }: { follower: Follower; simulator: TestAccount["simulator"] }): void {
  const truth = simulator.person("ada").truth();
  assert.deepEqual([...follower.mails.keys()].sort(), [...truth.keys()].sort());
  for (const [id, mail] of truth) {
    const read = follower.mails.get(id);
    assert.ok(read !== undefined);
    assert.equal(read.title, mail.subject);
    assert.ok(read.body.includes(mail.word), `the body of ${id} holds its word`);
    assert.equal(read.read, mail.isRead);
    assert.equal(read.flagged, mail.flagged);
    // The names of the well-known folders are localised; those of a person's own are as given.
    if (mail.folder?.alias === null) assert.equal(read.folder_name, mail.folder.name);
    assert.equal(read.container, mail.folder?.id);
    assert.ok(mail.from.toLowerCase().includes(read.from.address));
  }
  assert.deepEqual(follower.refused, []);
}

function calls(account: TestAccount): number {
  return account.counters.snapshot().filter((series) => series.name === "provider_requests_total")
    .reduce((sum, series) => sum + series.value, 0);
}

Deno.test("changes() reads a whole mailbox in its first round, with folders' names and roles", async () => {
  const account = await ada();
  await account.run(account.follower.round());
  assertTrue(account);
  const folders = account.simulator.person("ada").folders();
  assert.deepEqual(account.follower.enumerated.toSorted(), folders.map((folder) => folder.id).toSorted());
  assert.equal(account.follower.enumerated[0], folders.find((folder) => folder.alias === "inbox")?.id);
  const roles = { inbox: "inbox", sentitems: "sent", deleteditems: "trash", junkemail: "junk" } as const;
  for (const mail of account.follower.mails.values()) {
    const alias = folders.find((folder) => folder.id === mail.container)?.alias ?? "";
    const role = Object.entries(roles).find(([name]) => name === alias)?.[1];
    if (role !== undefined) assert.equal(mail.folder_role, role);
  }
});

Deno.test("changes() that are urgent go ahead of a first listing: in folders that were read, and the newest of the one that is", async () => {
  const account = await ada({ mails: 600 });
  const { follower, run } = account;
  const person = account.simulator.person("ada");
  while (follower.enumerated.length < 1) await run(follower.page());
  const [inbox = ""] = follower.enumerated;
  while (follower.enumerated.length === 1 && follower.pages < 400) {
    const before = follower.enumerated.length;
    await run(follower.page());
    follower.pages++;
    const { at, containers } = JSON.parse(follower.cursor);
    // In the middle of another folder's listing.
    if (before === 1 && containers[at]?.page !== "" && containers[at]?.link === "") break;
  }
  const listed = JSON.parse(follower.cursor);
  const folder: string = listed.containers[listed.at].id;
  const sent = person.send({ subject: "while it is listed" });
  assert.equal(person.find(sent)?.folder?.id, inbox);
  const moved = person.move(person.send({ subject: "into the folder that is listed" }), folder);
  await account.clock.advance(5_000);
  const enumerated = follower.enumerated.length;
  await run(follower.page(true));
  for (let page = 0; page < 2 && !follower.mails.has(sent); page++) await run(follower.page());
  assert.ok(follower.mails.has(sent), "a mail in a folder that was read");
  assert.ok(follower.mails.has(moved), "a mail in the folder that is listed");
  assert.equal(follower.enumerated.length, enumerated, "before the listing has ended");
  await run(follower.round());
  await run(follower.round());
  assertTrue(account);
});

Deno.test("changes() ends with the mailbox's true state whenever something is urgent", async () => {
  const account = await ada({ mails: 200 });
  const person = account.simulator.person("ada");
  for (let page = 0; page < 200; page++) {
    if (page % 3 === 0) person.randomChange();
    await account.clock.advance(3_000);
    if (await account.run(account.follower.page(page % 2 === 0))) break;
  }
  await account.clock.advance(5_000);
  await account.run(account.follower.round());
  await account.run(account.follower.round());
  assertTrue(account);
});

Deno.test("changes() follows random changes to the mailbox's true state", async () => {
  const account = await ada();
  await account.run(account.follower.round());
  const person = account.simulator.person("ada");
  for (let round = 0; round < 8; round++) {
    for (let change = 0; change < 12; change++) person.randomChange();
    await account.clock.advance(5_000);
    await account.run(account.follower.round());
    assertTrue(account);
  }
});

Deno.test("changes() and lookups come to the true state under each of the mailbox's bad habits", async () => {
  const habits: ((faults: TestAccount["simulator"]["faults"]) => void)[] = [
    (faults) => (faults.loseMovedBack = true),
    (faults) => (faults.lateRemovals = 3_000),
    (faults) => (faults.deltaDelayMs = 3_000),
    (faults) => (faults.partialItems = false),
    (faults) => (faults.unsetAsNull = true),
    (faults) => (faults.orderOfFolderReads = "shuffled"),
    (faults) => (faults.folderLanguage = "nl"),
    (faults) => (faults.personalAccounts = false),
  ];
  for (const [seed, habit] of habits.entries()) {
    const account = await ada({ mails: 60, seed });
    habit(account.simulator.faults);
    await account.run(account.follower.round());
    for (let round = 0; round < 3; round++) {
      for (let change = 0; change < 15; change++) account.simulator.person("ada").randomChange();
      await account.run(account.follower.round());
    }
    await account.clock.advance(10_000);
    await account.run(account.follower.round());
    assertTrue(account);
  }
});

Deno.test("changes() goes on over tokens that expire and refresh tokens that work once", async () => {
  const account = await ada({ mails: 30 });
  account.simulator.faults.accessTokenSeconds = 600;
  account.simulator.faults.refreshTokensOnce = true;
  await account.run(account.follower.round());
  for (let round = 0; round < 4; round++) {
    await account.clock.advance(3_600_000);
    account.simulator.person("ada").send();
    const mailboxes = [account.mailbox, account.open(), account.open()];
    const [provider_id = ""] = account.follower.mails.keys();
    const items = [{ provider_id, container: "" }];
    await account.run(Promise.all(mailboxes.map((mailbox) => account.provider.lookup(mailbox, "mail", items))));
    await account.run(account.follower.round());
    assertTrue(account);
  }
  const refreshes = account.counters.snapshot().filter((series) => series.name === "provider_token_refreshes_total");
  assert.equal(refreshes[0]?.value, 4);
});

Deno.test("changes() costs one request a folder and one for their list in an ordinary round", async () => {
  const account = await ada({ folders: 7 });
  await account.run(account.follower.round());
  const folders = account.simulator.person("ada").folders().length;
  const before = calls(account);
  await account.run(account.follower.round());
  assert.equal(calls(account) - before, folders + 1);
});

Deno.test("changes() enumerates a folder anew when its cursor is lost, and finds what was deleted meanwhile", async () => {
  const forms = [
    { status: 410, code: "SyncStateNotFound" },
    { status: 410, code: "" },
    { status: 404, code: "ErrorItemNotFound" },
    { status: 400, code: "syncStateInvalid" },
    { status: 400, code: "ResyncRequired" },
  ];
  for (const lost of forms) {
    const account = await ada({ mails: 40 });
    account.simulator.faults.lostCursor = lost;
    await account.run(account.follower.round());
    const person = account.simulator.person("ada");
    const [first, second] = [...account.follower.mails.keys()];
    assert.ok(first !== undefined && second !== undefined);
    person.delete(first);
    person.edit(second);
    account.simulator.faults.loseCursors = "all";
    const enumerated = account.follower.enumerated.length;
    await account.run(account.follower.round());
    assertTrue(account);
    assert.equal(account.follower.enumerated.length, enumerated + person.folders().length);
  }
});

Deno.test("changes() comes through cursors that are lost in the middle of rounds", async () => {
  const account = await ada();
  account.simulator.faults.loseCursorShare = 0.15;
  await account.run(account.follower.round());
  const person = account.simulator.person("ada");
  for (let round = 0; round < 4; round++) {
    for (let change = 0; change < 5; change++) person.randomChange();
    await account.run(account.follower.round());
  }
  account.simulator.faults.loseCursorShare = 0;
  await account.run(account.follower.round());
  assertTrue(account);
});

Deno.test("changes() ends a round that the provider never ends, and reads the rest when it is over", async () => {
  const account = await ada({ mails: 30 });
  await account.run(account.follower.round());
  const person = account.simulator.person("ada");
  account.simulator.faults.endlessPages = true;
  for (let change = 0; change < 5; change++) person.randomChange();
  await account.run(account.follower.round());
  assert.ok(account.counters.snapshot().some((series) => series.name === "provider_rounds_cut_total"));
  account.simulator.faults.endlessPages = false;
  await account.run(account.follower.round());
  assertTrue(account);
});

Deno.test("changes() reads on over empty pages and repeated items", async () => {
  const account = await ada();
  account.simulator.faults.emptyPages = true;
  account.simulator.faults.repeatItemsOnPages = true;
  await account.run(account.follower.round());
  for (let change = 0; change < 20; change++) account.simulator.person("ada").randomChange();
  await account.run(account.follower.round());
  assertTrue(account);
});

Deno.test("changes() says that a folder is gone, and reads a new one", async () => {
  const account = await ada();
  await account.run(account.follower.round());
  const person = account.simulator.person("ada");
  const own = person.folders().find((folder) => folder.alias === null);
  assert.ok(own !== undefined);
  person.deleteFolder(own.id);
  const made = person.createFolder("Harvest");
  const moved = [...account.follower.mails.keys()].find((id) => person.find(id)?.folder?.id !== own.id);
  assert.ok(moved !== undefined);
  person.move(moved, made.id);
  await account.run(account.follower.round());
  assertTrue(account);
  assert.equal(account.follower.mails.get(moved)?.folder_name, "Harvest");
});

Deno.test("lookup() names folders without a cursor too, tells gone from unknown, and batches by twenty", async () => {
  const account = await ada({ mails: 50 });
  await account.run(account.follower.round());
  const person = account.simulator.person("ada");
  const ids = [...account.follower.mails.keys()];
  const deleted = ids[7] ?? "";
  person.delete(deleted);
  const items = ids.map((provider_id) => ({ provider_id, container: "" }));
  const answers = await account.run(account.provider.lookup(account.mailbox, "mail", items));
  assert.deepEqual(answers.map((answer) => answer.kind === "found" ? answer.read.provider_id : answer), [
    ...ids.slice(0, 7),
    { kind: "gone" },
    ...ids.slice(8),
  ]);
  for (const answer of answers) {
    if (answer.kind !== "found") continue;
    const held = account.follower.mails.get(answer.read.provider_id);
    assert.deepEqual({ ...held, ...answer.read.document }, held);
  }
  const unknown = async (throttled: Partial<typeof account.simulator.faults.throttleInner>) => {
    Object.assign(account.simulator.faults.throttleInner, throttled);
    const began_ms = account.clock.now();
    const found = await account.run(account.provider.lookup(account.mailbox, "mail", items.slice(0, 5), "{}"));
    return [found.filter((answer) => answer.kind === "unknown").length, account.clock.now() - began_ms >= 4_000];
  };
  const few = { next: 2, retryAfterSeconds: 4 };
  assert.deepEqual(await unknown(few), [0, true], "those of a batch that are refused for now are asked again");
  assert.deepEqual(await unknown({ next: 2, retryAfterSeconds: 60 }), [2, false], "but not after a minute");
  assert.deepEqual(await unknown({ share: 1, retryAfterSeconds: 1 }), [5, false], "nor for ever");
});
