/** `burst-5` and `burst-50`: what a storm of notifications costs of the person's provider quota. */
import { WELL_KNOWN } from "../simulator/mailbox/folder.ts";
import { type Mailboxes, openMailboxes } from "./mailboxes.ts";
import { type Judged, type Measure, type Outcome, type Progress, valueResult } from "./measure.ts";

const USER = "ada";
const MAILS = 100;
/** Most notifications of a storm are about few mails: a rule that touches them, an application that flags them. */
const TOUCHED = 20;
/** Folders that the person made. */
const OWN_FOLDERS_MIN = 1;
const NOTIFICATIONS = 10_000;
/** The storm comes in so many gusts: in each of them a mail arrives, and mails are flagged or read. */
const GUSTS = 50;
/** Between two gusts: in one process the sender would else leave no turn to the rest. */
const PAUSE_MS = 50;
const ROUNDS_MAX = 5;
/** After the last change is found: longer than the longest pause before a round reads again. */
const QUIET_MS = 13_000;
const FOUND_MS = 60_000;
/** Each round begins with it. */
const ROUND_CALL = "graph.folders.delta";

/** How many calls a mailbox of so many folders may cost: in each round its folders, their list, and one lookup. */
export function callsMax(folders: number): number {
  return ROUNDS_MAX * (folders + 2);
}

/** One gust. @returns the word by which its new mail is found */
function gust({ simulator }: Mailboxes, number: number, touched: readonly string[]): string {
  const person = simulator.person(USER);
  const folders = person.folders();
  const id = person.send({ folder: folders[number % 2]?.id ?? "inbox" });
  for (let change = 1; change < NOTIFICATIONS / GUSTS; change++) {
    const other = touched[(number * 7 + change) % touched.length] ?? id;
    if (change % 4 === 0) person.setRead(other, person.find(other)?.isRead === false);
    else person.flag(other, person.find(other)?.flagged === false);
  }
  return person.find(id)?.word ?? "";
}

async function measure(judged: Judged, folders: number, progress: Progress): Promise<Outcome> {
  const known = WELL_KNOWN.slice(0, Math.min(folders - OWN_FOLDERS_MIN, WELL_KNOWN.length));
  progress(`a mailbox of ${folders} folders`);
  const mailboxes = await openMailboxes([{ user: USER, mails: MAILS }], {
    wellKnown: known,
    folders: folders - known.length,
  });
  const { simulator } = mailboxes;
  try {
    await simulator.idle();
    await quiet(mailboxes);
    const touched = [...simulator.person(USER).truth().keys()].slice(0, TOUCHED);
    simulator.faults.itemsPerNotification = 1;
    simulator.counts.reset();
    progress(`${NOTIFICATIONS} notifications`);
    const words: string[] = [];
    const started = performance.now();
    for (let number = 0; number < GUSTS; number++) {
      words.push(gust(mailboxes, number, touched));
      await simulator.idle();
      await mailboxes.clock.sleep(PAUSE_MS);
    }
    const seconds = (performance.now() - started) / 1_000;
    for (const word of words) {
      await mailboxes.until(`the mail with ${word} is found`, FOUND_MS, () => mailboxes.finds(USER, word));
    }
    await quiet(mailboxes);
    const { delivered, sent } = simulator.counts.notifications;
    const calls = simulator.counts.total(USER, "graph.");
    const rounds = simulator.counts.of(USER)[ROUND_CALL] ?? 0;
    const result = valueResult(judged, calls);
    return {
      result: { ...result, ok: result.ok === true && rounds <= ROUNDS_MAX },
      notes: [
        `${delivered} of ${sent} notifications accepted in ${
          seconds.toFixed(1)
        } s: ${rounds} rounds (at most ${ROUNDS_MAX}), and all ${words.length} new mails found`,
        `calls: ${JSON.stringify(simulator.counts.of(USER))}`,
      ],
    };
  } finally {
    await mailboxes.close();
  }
}

/** Waits until the provider was not called for a while. */
async function quiet({ simulator, until }: Mailboxes): Promise<void> {
  let calls = -1, since = 0;
  await until("the provider is left alone", FOUND_MS, () => {
    const now = simulator.counts.total(USER);
    if (now !== calls) [calls, since] = [now, performance.now()];
    return Promise.resolve(performance.now() - since >= QUIET_MS);
  });
}

function judgedOf(folders: number): Judged {
  return { name: `burst-${folders}`, unit: "calls", target: callsMax(folders), better: "lower" };
}

/**
 * An embedded instance and a simulated mailbox. Every notification stands for a change that was made, goes out by
 * itself, and is sent again until it is accepted. Counted are all calls to Graph from the first notification on.
 */
export const burst: Measure = {
  names: ["burst-5", "burst-50"],
  about: "provider calls for 10,000 notifications of one mailbox of 5 and of 50 folders, with changes through it",
  async run(progress, wanted) {
    const outcomes: Outcome[] = [];
    for (const folders of [5, 50]) {
      const judged = judgedOf(folders);
      if (wanted.includes(judged.name)) outcomes.push(await measure(judged, folders, progress));
    }
    return outcomes;
  },
};
