/** `searchable-p50` and `searchable-p99`: from a notification to a search that finds the mail. */
import { type Mailboxes, openMailboxes } from "./mailboxes.ts";
import { figure, percentile } from "./compare.ts";
import type { Measure, Outcome, Progress, Result } from "./measure.ts";

const PEOPLE = 50;
const MAILS = 30;
const CHANGES_A_SECOND = 100;
const SECONDS = 30;
/** One change in so many is a mail that is looked for; the others are what people do. */
const LOOKED_FOR = 20;
const FOUND_MS = 120_000;
const WARM_UP_MS = 3_000;

/** Lets the mailboxes change evenly. @returns how long each looked-for mail took, milliseconds */
async function latencies(mailboxes: Mailboxes, people: readonly string[], progress: Progress): Promise<number[]> {
  const { simulator, clock } = mailboxes;
  const looking: Promise<number | null>[] = [];
  const total = CHANGES_A_SECOND * SECONDS;
  const started = performance.now();
  for (let change = 0; change < total; change++) {
    const early_ms = started + change * 1_000 / CHANGES_A_SECOND - performance.now();
    if (early_ms > 0) await clock.sleep(early_ms);
    const user = people[change % people.length] ?? "";
    const person = simulator.person(user);
    // Not by turns with the people, or the same few would get every mail that is looked for.
    if ((change + Math.floor(change / people.length)) % LOOKED_FOR !== 0) person.randomChange();
    else looking.push(untilFound(mailboxes, user));
    if (change % (CHANGES_A_SECOND * 5) === 0) progress(`${change} of ${total} changes`);
  }
  progress(`the last of ${looking.length} mails`);
  return (await Promise.all(looking)).filter((took) => took !== null);
}

/**
 * Has a mail arrive and looks for it. The notification leaves in the same turn, so the time runs from here. Null when
 * the person changed or deleted the mail before it was found.
 */
async function untilFound({ simulator, finds, until }: Mailboxes, user: string): Promise<number | null> {
  const person = simulator.person(user);
  const id = person.send();
  const word = person.find(id)?.word ?? "";
  const started = performance.now();
  let found = false;
  await until(`the mail with ${word} is found`, FOUND_MS, async () => {
    found = await finds(user, word);
    return found || person.find(id)?.word !== word;
  });
  return found ? performance.now() - started : null;
}

function resultOf(name: string, value: number): Result {
  return { name, value, unit: "ms", baseline: null, ratio: null, target: null, better: "lower", ok: null };
}

/**
 * An embedded instance with 50 connected people, whose mailboxes change twice a second each, in one process with the
 * simulated provider and the searches that look for the mails. There is no baseline: the figures are milliseconds.
 */
export const searchable: Measure = {
  names: ["searchable-p50", "searchable-p99"],
  about: "from a notification to a search that finds the mail, embedded, at 100 changes a second over 50 mailboxes",
  async run(progress): Promise<readonly Outcome[]> {
    const people = Array.from({ length: PEOPLE }, (_, number) => `person${number}`);
    progress(`${PEOPLE} mailboxes of ${MAILS} mails are read first`);
    const mailboxes = await openMailboxes(people.map((user) => ({ user, mails: MAILS })), {});
    try {
      await mailboxes.clock.sleep(WARM_UP_MS);
      const found = await latencies(mailboxes, people, progress);
      const longest = `${found.length} mails looked for, the slowest found after ${figure(Math.max(...found))} ms`;
      return [
        { result: resultOf("searchable-p50", percentile(found, 0.5)), notes: [] },
        { result: resultOf("searchable-p99", percentile(found, 0.99)), notes: [longest] },
      ];
    } finally {
      await mailboxes.close();
    }
  },
};
