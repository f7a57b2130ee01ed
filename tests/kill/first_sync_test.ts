/** `kill -9` while a mailbox is read for the first time. `MILLRACE_KILL_SEED` repeats the plan of a run. */
import assert from "node:assert/strict";
import { until } from "./asking.ts";
import { checkDeadLetters, checkNoDeadLetters, told, truthProblems } from "./checks.ts";
import { serveProviders } from "./providers.ts";
import { seedOfRun, withVictim } from "./run.ts";

const USER = "ada";
const MAILS = 500;
const KILLS = 12;
/** The sync lasts longer than the lives of the victims: the last pages are held back until the last kill. */
const PAGE_SIZE = 10;
const PAGES_MAX = 40;
const CALL_MS = 60;
const STILL_MS_MAX = 90_000;

Deno.test("embedded: kills during the first sync of a mailbox leave each of its mails in the index once", async () => {
  const seed = seedOfRun();
  const providers = serveProviders({ seed, users: [USER], mails: MAILS, page_size: PAGE_SIZE, pages_max: PAGES_MAX });
  try {
    await withVictim(seed, { env: providers.env, addresses: [] }, async ({ asking, killMany }) => {
      await providers.connect(USER, asking.url);
      providers.simulator.faults.slowMs = CALL_MS;
      await killMany(KILLS);
      const { count } = await asking.index({ user_id: USER, doc_ids: [], words: [] });
      assert.ok(count < MAILS, `${count} mails at the last kill`);
      providers.simulator.faults.slowMs = 0;
      providers.release();
      await until("the mailbox is in the index", STILL_MS_MAX, async () => {
        await checkDeadLetters(asking, [USER]);
        return told(await truthProblems(asking, providers));
      });
      await checkNoDeadLetters(asking, [USER], STILL_MS_MAX);
      assert.deepEqual(await truthProblems(asking, providers), []);
    });
  } finally {
    await providers.close();
  }
});
