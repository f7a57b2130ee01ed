/** Rounds over a simulated Gmail mailbox: what is read becomes what the mailbox holds. */
import assert from "node:assert/strict";
import { openGoogle } from "../../shared/providers/mod.ts";
import { type AccountOptions, connectAccount, ORIGIN, type TestAccount } from "./account.ts";
import { Follower } from "./follower.ts";

async function ben(options: Partial<AccountOptions> = {}): Promise<TestAccount & { follower: Follower }> {
  const account = await connectAccount({
    user: "ben",
    provider: "google",
    mails: 120,
    open: (deps) =>
      openGoogle({
        deps,
        config: {
          client_id: "client",
          client_secret: "secret",
          api_url: `${ORIGIN}/google`,
          authorize_url: `${ORIGIN}/google-accounts/o/oauth2/v2/auth`,
          token_url: `${ORIGIN}/google-accounts/token`,
          revoke_url: `${ORIGIN}/google-accounts/revoke`,
          gmail_topic: "projects/millrace/topics/gmail",
          quota_factor: 1,
          public_url: "",
        },
      }),
    ...options,
  });
  return { ...account, follower: new Follower(account.provider, account.mailbox) };
}

function assertTrue({ follower, simulator }: { follower: Follower; simulator: TestAccount["simulator"] }): void {
  const person = simulator.person("ben");
  const names = new Map(person.folders().map((label) => [label.id, label]));
  const truth = person.truth();
  assert.deepEqual([...follower.mails.keys()].sort(), [...truth.keys()].sort());
  for (const [id, mail] of truth) {
    const read = follower.mails.get(id);
    assert.ok(read !== undefined);
    assert.equal(read.title, mail.subject);
    assert.ok(read.body.includes(mail.word), `the body of ${id} holds its word`);
    assert.equal(read.read, mail.isRead);
    assert.equal(read.flagged, mail.flagged);
    assert.ok(mail.from.toLowerCase().includes(read.from.address));
    for (const label of mail.labels.filter((label) => label.startsWith("Label_"))) {
      assert.ok(read.labels.includes(names.get(label)?.name ?? label));
    }
    const role = mail.labels.includes("TRASH") ? "trash" : mail.labels.includes("INBOX") ? "inbox" : undefined;
    if (role !== undefined && !mail.labels.includes("SPAM")) assert.equal(read.folder_role, role);
  }
  assert.deepEqual(follower.refused, []);
}

Deno.test("changes() that are urgent go ahead of a first listing of Gmail", async () => {
  const account = await ben({ mails: 400 });
  const { follower, run } = account;
  const person = account.simulator.person("ben");
  for (let page = 0; page < 2; page++) await run(follower.page());
  const sent = person.send({ subject: "while it is listed" });
  await account.clock.advance(5_000);
  await run(follower.page());
  assert.ok(!follower.mails.has(sent));
  await run(follower.page(true));
  assert.ok(follower.mails.has(sent));
  assert.deepEqual(follower.enumerated, []);
  await run(follower.page(true));
  assert.ok(follower.mails.size > 101, "with nothing new, the listing goes on");
  for (let page = 0; page < 40; page++) {
    person.randomChange();
    await account.clock.advance(3_000);
    if (await run(follower.page(page % 2 === 0))) break;
  }
  await account.clock.advance(5_000);
  await run(follower.round());
  assertTrue(account);
});

Deno.test("changes() lists a whole mailbox in its first round", async () => {
  const account = await ben();
  await account.run(account.follower.round());
  assertTrue(account);
  assert.deepEqual(account.follower.enumerated, ["mailbox"]);
});

Deno.test("changes() reads an empty mailbox, and what comes into it later", async () => {
  const account = await ben({ mails: 0 });
  await account.run(account.follower.round());
  account.simulator.person("ben").send();
  await account.run(account.follower.round());
  assertTrue(account);
  assert.equal(account.follower.mails.size, 1);
});

Deno.test("changes() follows random changes to the mailbox's true state", async () => {
  const account = await ben();
  await account.run(account.follower.round());
  const person = account.simulator.person("ben");
  for (let round = 0; round < 8; round++) {
    for (let change = 0; change < 12; change++) person.randomChange();
    await account.clock.advance(5_000);
    await account.run(account.follower.round());
    assertTrue(account);
  }
});

Deno.test("changes() learns the name of a label that was made after the first round", async () => {
  const account = await ben({ mails: 30 });
  await account.run(account.follower.round());
  const person = account.simulator.person("ben");
  for (const name of ["Harvest", "Barn"]) {
    const [moved = ""] = account.follower.mails.keys();
    person.move(moved, person.createFolder(name).id);
    await account.run(account.follower.round());
    assert.ok(account.follower.mails.get(moved)?.labels.includes(name));
    assertTrue(account);
  }
});

Deno.test("changes() costs one request in a round without changes", async () => {
  const account = await ben();
  await account.run(account.follower.round());
  const calls = () => account.simulator.counts.total("ben");
  const before = calls();
  await account.run(account.follower.round());
  assert.equal(calls() - before, 1);
});

Deno.test("changes() lists the mailbox anew when its history is too old, and finds what was deleted meanwhile", async () => {
  const account = await ben();
  await account.run(account.follower.round());
  const person = account.simulator.person("ben");
  const [first, second] = [...account.follower.mails.keys()];
  assert.ok(first !== undefined && second !== undefined);
  person.delete(first);
  person.setRead(second, false);
  account.simulator.faults.historyTooOld = "all";
  await account.run(account.follower.round());
  assertTrue(account);
  assert.deepEqual(account.follower.enumerated, ["mailbox", "mailbox"]);
});

Deno.test("changes() does not lose a mail that Gmail has numbered before it is indexed", async () => {
  const account = await ben({ mails: 20 });
  const { faults } = account.simulator;
  faults.historyIdRunsAhead = true;
  await account.run(account.follower.round());
  faults.deltaDelayMs = 60_000;
  account.simulator.person("ben").send();
  await account.run(account.follower.round());
  assert.equal(account.follower.mails.size, 20);
  await account.clock.advance(120_000);
  await account.run(account.follower.round());
  assertTrue(account);
});

Deno.test("changes() reads mails that Gmail throttled inside a batch in a later call", async () => {
  const account = await ben();
  account.simulator.faults.throttleInner.next = 17;
  await account.run(account.follower.page());
  assert.equal(account.follower.mails.size, 50 - 17);
  await account.run(account.follower.round());
  assertTrue(account);
  assert.deepEqual(account.follower.enumerated, ["mailbox"]);
});

Deno.test("changes() says throttled when not one mail of a batch can be read, and goes on from there", async () => {
  const account = await ben();
  account.simulator.faults.throttleInner.share = 1;
  await assert.rejects(account.run(account.follower.round()), { code: "throttled", retry_after_ms: 10_000 });
  account.simulator.faults.throttleInner.share = 0;
  await account.run(account.follower.round());
  assertTrue(account);
});

Deno.test("lookup() tells found from gone, with labels' names, with a cursor and without", async () => {
  const account = await ben({ mails: 60 });
  await account.run(account.follower.round());
  const person = account.simulator.person("ben");
  const label = person.createFolder("Harvest");
  const ids = [...account.follower.mails.keys()];
  const [deleted = "", moved = ""] = ids;
  person.delete(deleted);
  person.move(moved, label.id);
  const items = ids.map((provider_id) => ({ provider_id, container: "" }));
  for (const cursor of [account.follower.cursor, ""]) {
    const answers = await account.run(account.provider.lookup(account.mailbox, "mail", items, cursor));
    assert.deepEqual(answers.map((answer) => answer.kind), ["gone", ...ids.slice(1).map(() => "found")]);
    const [, second] = answers;
    assert.ok(second?.kind === "found" && second.read.document.doc_type === "email");
    assert.equal(second.read.document.folder_name, "Harvest");
    assert.deepEqual(second.read.document.folder_role, "");
  }
});
