/** `batch-…` and `verify-…`: ten mailboxes read by one instance at once, and then verified although nothing has changed. */
import { z } from "zod";
import { figure } from "./compare.ts";
import { headersOf, type Mailboxes, openUnread } from "./mailboxes.ts";
import { type Judged, type Measure, type Outcome, type Progress, valueResult } from "./measure.ts";

const PEOPLE = 10;
const MAILS_EACH = 10_000;
const LOOK_MS = 250;
/** After a first sync its subscription begins, and what came before that is read once more. */
const SETTLE_MS = 20_000;
const LIMIT_MS = 60 * 60_000;
/** As many items as office asks Graph for at once. */
const MAILS_A_PAGE = 50;

const FAIRNESS: Judged = { name: "batch-fairness", unit: "slowest ÷ fastest", target: 1.5, better: "lower" };
const FIRST: Judged = { name: "batch-first-searchable", unit: "s", target: 2, better: "lower" };
const REQUESTS: Judged = { name: "verify-requests", unit: "requests ÷ pages", target: 1.1, better: "lower" };

const Batch = z.object({
  batch_id: z.string(),
  state: z.string(),
  counts: z.object({ found: z.number(), fetched: z.number(), differences: z.number(), published: z.number() }),
});

/** When each mailbox showed its first mail and its last one, seconds from the moment that it was connected. */
async function readAll(mailboxes: Mailboxes, people: readonly string[], progress: Progress) {
  const started = performance.now();
  const at = () => (performance.now() - started) / 1_000;
  const connected = new Map<string, number>(), first = new Map<string, number>(), last = new Map<string, number>();
  const since = (user: string) => at() - (connected.get(user) ?? 0);
  const connecting = Promise.all(people.map(async (user) => {
    await mailboxes.connect(user, ["mail"]);
    connected.set(user, at());
  }));
  let told = 0;
  await mailboxes.until("all mailboxes are read", LIMIT_MS, async () => {
    let sum = 0;
    for (const user of people.filter((one) => !last.has(one))) {
      const documents = await mailboxes.documents(user);
      sum += documents;
      if (documents > 0 && !first.has(user)) first.set(user, since(user));
      if (documents >= MAILS_EACH) last.set(user, since(user));
    }
    sum += last.size * MAILS_EACH;
    if (sum >= told + MAILS_EACH) progress(`${told = sum} mails after ${figure(at())} s`);
    await mailboxes.clock.sleep(first.size < people.length ? 0 : LOOK_MS);
    return last.size === people.length;
  });
  await connecting;
  return { first: [...first.values()], last: [...last.values()] };
}

/** Verifies all of a person's mail. @returns what was found */
async function verify(mailboxes: Mailboxes, user: string) {
  const headers = { ...headersOf(user), "content-type": "application/json" };
  const body = JSON.stringify({ kind: "verify", resources: ["mail"] });
  const begun = await mailboxes.call("/v1/sync/batches", { method: "POST", headers, body });
  const { batch_id } = Batch.parse(await begun.json());
  let batch: z.infer<typeof Batch> | undefined;
  await mailboxes.until(`the mail of ${user} is verified`, LIMIT_MS, async () => {
    await mailboxes.clock.sleep(LOOK_MS);
    batch = Batch.parse(await (await mailboxes.call(`/v1/sync/batches/${batch_id}`, { headers })).json());
    return batch.state === "finished";
  });
  return batch?.counts ?? { found: 0, fetched: 0, differences: 0, published: 0 };
}

async function verifyAll(mailboxes: Mailboxes, people: readonly string[], progress: Progress): Promise<Outcome> {
  const { simulator } = mailboxes;
  const requests = () => people.reduce((sum, user) => sum + simulator.counts.total(user, "graph."), 0);
  const pages = people.reduce((sum, user) => {
    const folders = new Map(simulator.person(user).folders().map(({ id }) => [id, 0]));
    for (const { folder } of simulator.person(user).truth().values()) {
      if (folder !== null) folders.set(folder.id, (folders.get(folder.id) ?? 0) + 1);
    }
    return sum + [...folders.values()].reduce((all, mails) => all + Math.max(1, Math.ceil(mails / MAILS_A_PAGE)), 0);
  }, 0);
  progress(`verifying ${PEOPLE * MAILS_EACH} mails on ${pages} pages`);
  const before = requests(), started = performance.now();
  const counts = await Promise.all(people.map((user) => verify(mailboxes, user)));
  const seconds = (performance.now() - started) / 1_000;
  const asked = requests() - before;
  const sum = (of: (one: typeof counts[number]) => number) => counts.reduce((all, one) => all + of(one), 0);
  return {
    result: valueResult(REQUESTS, asked / pages),
    notes: [
      `${asked} requests for ${pages} pages, ${figure(seconds)} s, ${figure(PEOPLE * MAILS_EACH / seconds)} mails/s`,
      `${sum(({ found }) => found)} compared, ${sum(({ differences }) => differences)} differences, ` +
      `${sum(({ published }) => published)} published`,
    ],
  };
}

/**
 * An embedded instance with all its services, and the simulated mailboxes in the same process, without latency or quota.
 * The baseline of fairness is the fastest mailbox; that of a verification are the pages that the mails are on.
 */
export const batch: Measure = {
  names: [FAIRNESS.name, FIRST.name, REQUESTS.name],
  about: `${PEOPLE} Microsoft mailboxes of ${MAILS_EACH} mails, read by one instance at once, then verified`,
  async run(progress) {
    const people = Array.from({ length: PEOPLE }, (_, number) => `person${number}`);
    const mailboxes = await openUnread(people.map((user) => ({ user, mails: MAILS_EACH })), {});
    try {
      const { first, last } = await readAll(mailboxes, people, progress);
      const [fastest, slowest] = [Math.min(...last), Math.max(...last)];
      return [
        {
          result: valueResult(FAIRNESS, slowest / fastest),
          notes: [`the mailboxes were read after ${figure(fastest)} to ${figure(slowest)} s`],
        },
        {
          result: valueResult(FIRST, Math.max(...first)),
          notes: [`the first mail of each was searchable after ${figure(Math.min(...first))} s or later`],
        },
        await mailboxes.clock.sleep(SETTLE_MS).then(() => verifyAll(mailboxes, people, progress)),
      ];
    } finally {
      await mailboxes.close();
    }
  },
};
