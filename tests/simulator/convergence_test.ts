/**
 * Whatever people do while a reader follows, the reader ends with what the mailbox truly holds: the property that
 * makes the simulator fit to judge Millrace by. The readers here are the simplest that the protocols allow.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { GMAIL, GRAPH, type Json, round, setup, signIn } from "./bundle.ts";

Deno.test("delta leaves out what was gone before an enumeration, and tells what goes during it", async () => {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  const ada = bundle.simulator.person("ada");
  const [before, during] = [ada.send(), ada.send()];
  ada.delete(before);
  const first = await bundle.call(token, `${GRAPH}/me/mailFolders/inbox/messages/delta`);
  ada.delete(during);
  const rest = await round(bundle, token, first.body["@odata.nextLink"]);
  const removed = rest.items.filter((one) => one["@removed"] !== undefined).map((one) => one.id);
  assert.deepEqual(removed, [during]);
});

Deno.test("repeatItemsOnPages does not bring back an item whose removal ended the page before", async () => {
  const bundle = setup({ people: [{ user: "ada", provider: "microsoft", mails: 0 }] });
  const { access_token: token } = await signIn(bundle, "ada");
  const ada = bundle.simulator.person("ada");
  const ids = [ada.send(), ada.send()];
  const { deltaLink } = await round(bundle, token, `${GRAPH}/me/mailFolders/inbox/messages/delta`);
  bundle.simulator.faults.repeatItemsOnPages = true;
  for (const id of ids) ada.move(id, "archive");
  const headers = { prefer: 'IdType="ImmutableId", odata.maxpagesize=1' };
  const { items } = await round(bundle, token, deltaLink, headers);
  assert.deepEqual(items.map((one) => [one.id, one["@removed"]?.reason]), ids.map((id) => [id, "deleted"]));
});

Deno.test("a reader of every folder's delta ends with the true mailbox, whatever changes between its pages", async () => {
  const steps = fc.array(
    fc.record({ changes: fc.nat(4), folder: fc.nat(9), pageSize: fc.integer({ min: 1, max: 6 }) }),
    {
      maxLength: 25,
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000), steps, fc.boolean(), fc.boolean(), async (seed, plan, emptyPages, repeats) => {
      const bundle = setup({ seed, people: [{ user: "ada", provider: "microsoft", mails: 12 }] });
      const { access_token: token } = await signIn(bundle, "ada");
      Object.assign(bundle.simulator.faults, { emptyPages, repeatItemsOnPages: repeats, requestsPerTenMinutes: 1e6 });
      const ada = bundle.simulator.person("ada");
      const folders = ada.folders().map(({ id }) => ({ id, link: `${GRAPH}/me/mailFolders/${id}/messages/delta` }));
      const held = new Map<string, Map<string, Json>>(folders.map(({ id }) => [id, new Map()]));
      const step = async (folder: typeof folders[number], pageSize: number): Promise<boolean> => {
        const headers = { prefer: `IdType="ImmutableId", odata.maxpagesize=${pageSize}` };
        const { status, body } = await bundle.call(token, folder.link, { headers });
        assert.equal(status, 200);
        const mails = held.get(folder.id);
        for (const item of body.value) {
          if (item["@removed"] !== undefined) mails?.delete(item.id);
          else mails?.set(item.id, { ...mails.get(item.id), ...item });
        }
        folder.link = body["@odata.nextLink"] ?? body["@odata.deltaLink"];
        return body["@odata.nextLink"] !== undefined;
      };
      for (const { changes, folder, pageSize } of plan) {
        for (let turn = 0; turn < changes; turn++) ada.randomChange();
        const one = folders[folder % folders.length];
        if (one !== undefined) await step(one, pageSize);
      }
      for (const folder of folders) {
        // To the end of the round under way, and of one more that begins after the last change.
        for (let rounds = 0; rounds < 2; rounds++) while (await step(folder, 6));
      }
      const seen = [...held].flatMap(([folder, mails]) =>
        [...mails.values()].map((mail) => [mail.id, folder, mail.subject, mail.isRead, mail.flag.flagStatus].join())
      );
      const truth = [...ada.truth().values()].map((mail) =>
        [mail.id, mail.folder?.id, mail.subject, mail.isRead, mail.flagged ? "flagged" : "notFlagged"].join()
      );
      assert.deepEqual(seen.toSorted(), truth.toSorted());
    }),
    { numRuns: 40 },
  );
});

Deno.test("a reader of Gmail's history ends with the true mailbox and its labels", async () => {
  const plan = fc.array(fc.record({ changes: fc.nat(5), pageSize: fc.integer({ min: 1, max: 4 }) }), { maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000), plan, async (seed, steps) => {
      const bundle = setup({ seed, people: [{ user: "ben", provider: "google", mails: 10 }] });
      const { access_token: token } = await signIn(bundle, "ben");
      bundle.simulator.faults.unitsPerMinute = 1e6;
      const ben = bundle.simulator.person("ben");
      const held = new Map([...ben.truth().values()].map((mail) => [mail.id, [...mail.labels].sort().join()]));
      let { body: { historyId } } = await bundle.call(token, `${GMAIL}/profile`);
      const catchUp = async (pageSize: number, changes: number) => {
        let page = "";
        do {
          const url = `${GMAIL}/history?startHistoryId=${historyId}&maxResults=${pageSize}${page}`;
          const { status, body } = await bundle.call(token, url);
          assert.equal(status, 200, JSON.stringify(body));
          for (const record of body.history ?? []) {
            for (
              const { message } of [record.messagesAdded ?? [], record.labelsAdded ?? [], record.labelsRemoved ?? []]
                .flat()
            ) {
              held.set(message.id, [...message.labelIds].sort().join());
            }
            for (const { message } of record.messagesDeleted ?? []) held.delete(message.id);
          }
          if (changes-- > 0) ben.randomChange();
          page = body.nextPageToken === undefined ? "" : `&pageToken=${encodeURIComponent(body.nextPageToken)}`;
          if (page === "") historyId = body.historyId;
        } while (page !== "");
      };
      for (const { changes, pageSize } of steps) await catchUp(pageSize, changes);
      await catchUp(4, 0);
      await catchUp(4, 0);
      const truth = [...ben.truth().values()].map((mail) => [mail.id, [...mail.labels].sort().join()]);
      assert.deepEqual([...held].toSorted(), truth.toSorted());
    }),
    { numRuns: 40 },
  );
});
