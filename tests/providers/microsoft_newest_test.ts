/** A first read of a Microsoft mailbox shows the newest mails of all folders before it lists any folder whole. */
import assert from "node:assert/strict";
import { choiceOf } from "../../shared/providers/choice.ts";
import type { ChangePage, Mailbox } from "../../shared/providers/port.ts";
import { openMicrosoft } from "../../shared/providers/mod.ts";
import { connectAccount, ORIGIN, PUBLIC_URL, type TestAccount } from "./account.ts";
import { Follower } from "./follower.ts";

async function ada(mails: number): Promise<TestAccount & { follower: Follower; beginning: string }> {
  const account = await connectAccount({
    user: "ada",
    provider: "microsoft",
    mails,
    folders: 5,
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
  });
  const beginning = account.provider.firstCursor?.("mail") ?? "";
  return { ...account, follower: new Follower(account.provider, account.mailbox), beginning };
}

const truth = ({ simulator }: TestAccount) => simulator.person("ada").truth();

/** None that is not shown is newer than any that is. */
function assertNewest(account: TestAccount, shown: ReadonlySet<string>, count: number): void {
  assert.equal(shown.size, count);
  const times = (is_shown: boolean) =>
    [...truth(account)].filter(([id]) => shown.has(id) === is_shown).map(([, { receivedAt }]) => receivedAt);
  assert.ok(Math.min(...times(true)) >= Math.max(...times(false)));
}

/** What is shown until the first folder's own listing begins, page by page. */
async function shownFirst({ provider, run, beginning }: TestAccount & { beginning: string }, mailbox: Mailbox) {
  const pages: ChangePage[] = [];
  for (let cursor = beginning;;) {
    const page = await run(provider.changes(mailbox, "mail", cursor));
    if (page.enumeration !== null) return pages.filter(({ documents }) => documents.length > 0);
    pages.push(page);
    cursor = page.cursor;
  }
}

const idsOf = (pages: readonly ChangePage[]) =>
  pages.flatMap(({ documents }) => documents.map(({ provider_id }) => provider_id));

Deno.test("changes() from the first cursor shows the newest thousand of all folders, as their folders do later", async () => {
  const account = await ada(1_100);
  const pages = await shownFirst(account, account.mailbox);
  const shown = idsOf(pages);
  assertNewest(account, new Set(shown), 1_000);
  assertNewest(account, new Set(shown.slice(0, 50)), 50);
  const folders = new Set(pages[0]?.documents.map(({ container }) => container));
  assert.ok(folders.size > 3, "the first page is of many folders");
  // What differed would be published twice.
  await account.run(account.follower.round());
  for (const item of pages.flatMap(({ documents }) => documents.slice(0, 5))) {
    const read = await item.read();
    assert.ok("document" in read);
    const { doc_id: _, connection_id: __, ...later } = account.follower.mails.get(item.provider_id) ?? assert.fail();
    assert.deepEqual({ ...read.document }, later);
  }
});

Deno.test("a round from the first cursor enumerates every folder, whether or not Graph lists the newest", async () => {
  for (const path of ["/me/messages?", "/me/no-such-thing?"]) {
    const account = await ada(60);
    const mailbox: Mailbox = {
      ...account.mailbox,
      request: (url, init) => account.mailbox.request(url.replace("/me/messages?", path), init),
    };
    const follower = new Follower(account.provider, mailbox);
    follower.cursor = account.beginning;
    await account.run(follower.round());
    assert.deepEqual([...follower.mails.keys()].sort(), [...truth(account).keys()].sort());
    const folders = account.simulator.person("ada").folders().map(({ id }) => id);
    assert.deepEqual(follower.enumerated.toSorted(), folders.toSorted());
    // A verification and a listing after a loss begin elsewhere, and read each mail once.
    await account.run(account.follower.round());
    assert.equal(follower.pages - account.follower.pages, path === "/me/messages?" ? 2 : 1);
  }
});

Deno.test("among the newest there is nothing of a folder that the person leaves out", async () => {
  const account = await ada(60);
  const out = [...truth(account).values()][0]?.folder?.id ?? assert.fail();
  const choices = [{ ...choiceOf({ choices: [] }, "mail"), containers_out: [out], resource: "mail" as const }];
  const mailbox: Mailbox = { ...account.mailbox, connection: { ...account.connection, choices } };
  const shown = idsOf(await shownFirst(account, mailbox));
  const expected = [...truth(account)].filter(([, { folder }]) => folder?.id !== out).map(([id]) => id);
  assert.ok(expected.length < 60);
  assert.deepEqual(shown.toSorted(), expected.toSorted());
});
