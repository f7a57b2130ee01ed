/** The run that both sets of adapters have to pass: kills while events are published and mails arrive. */
import assert from "node:assert/strict";
import type { Random } from "../../shared/contracts/deps.ts";
import { systemClock } from "../../shared/system/mod.ts";
import { type Asking, until } from "./asking.ts";
import {
  checkDeadLetters,
  checkDrained,
  checkNoDeadLetters,
  checkPublicSearch,
  journalProblems,
  notifiedProblems,
  told,
  truthProblems,
} from "./checks.ts";
import type { Journal } from "./journal.ts";
import { type Providers, serveProviders } from "./providers.ts";
import { withVictim } from "./run.ts";
import { Writer } from "./writer.ts";

/** The issue asks for at least so many. */
const KILLS = 30;
/** Each has a mailbox that is quiet but for a few lives: its last notification is followed by no other that hides a loss. */
const PEOPLE = 10;
const MAILS_AT_FIRST = 3;
const MAIL_EVERY_MS = 60;
/** Acknowledged, on average. */
const WRITES_PER_KILL = 10;

/** What differs between the sets of adapters. */
export interface FlowOptions {
  readonly seed: number;
  /** Set in front of all people's names, where stores outlive the test. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
  /** Done once the first victim is ready. */
  readonly prepare?: () => Promise<void>;
  /** The longest that one of the writer's workers waits between two requests, milliseconds: sets the load. */
  readonly pause_ms_max: number;
  /** How long what is not yet in the index may stay the same after the last start, milliseconds. */
  readonly still_ms_max: number;
}

/** Kills, and checks what was promised. */
export async function killUnderLoad(options: FlowOptions): Promise<void> {
  const { seed, name, env, addresses } = options;
  const user_id = `${name}writer`;
  const users = Array.from({ length: PEOPLE }, (_, number) => `${name}person${number}`);
  const providers = serveProviders({ seed, users, mails: MAILS_AT_FIRST });
  try {
    await withVictim(seed, { env: { ...providers.env, ...env }, addresses }, async (run) => {
      await options.prepare?.();
      for (const user of users) await providers.connect(user, run.asking.url);
      const writer = new Writer(user_id, run.door, seed, options.pause_ms_max);
      const userOf = (kill: number) => users[Math.floor(kill * PEOPLE / KILLS)] ?? "";
      await run.killMany(KILLS, {
        alive: (kill, signal) => receiveMails(providers, userOf(kill), run.random, signal),
        awaits(kill) {
          if (userOf(kill + 1) === userOf(kill)) return null;
          if (!providers.acknowledged.has(userOf(kill))) return "no notification of this mailbox was acknowledged";
          const { acknowledged } = writer.journal.counts();
          return acknowledged >= WRITES_PER_KILL * (kill + 1) ? null : `only ${acknowledged} writes were acknowledged`;
        },
      });
      run.door.end();
      await writer.stop();
      checkLoad(writer.journal, providers);
      await checkPromises(run.asking, { user_id, journal: writer.journal, providers }, options.still_ms_max);
    });
  } finally {
    await providers.close();
  }
}

/** What was written and received in a run. */
interface Noted {
  readonly user_id: string;
  readonly journal: Journal;
  readonly providers: Providers;
}

/** First what was acknowledged, as nothing else has happened since; then all that the mailboxes hold. */
async function checkPromises(
  asking: Asking,
  { user_id, journal, providers }: Noted,
  still_ms_max: number,
): Promise<void> {
  const { people } = providers.simulator;
  const wrong = async () => [
    ...await journalProblems(asking, user_id, journal),
    ...await notifiedProblems(asking, providers),
  ];
  const everybody = [user_id, ...people.map(({ user }) => user)];
  await until("all that was acknowledged is in the index, once", still_ms_max, async () => {
    await checkDeadLetters(asking, everybody);
    return told(await wrong());
  });
  await checkPublicSearch(asking, user_id, journal);
  for (const person of people) person.send();
  await until("the mailboxes are in the index", still_ms_max, async () => told(await truthProblems(asking, providers)));
  await checkNoDeadLetters(asking, everybody, still_ms_max);
  await checkDrained(asking, still_ms_max);
  assert.deepEqual(await wrong(), []);
}

/** The run was one: kills met what was under way, and each mailbox was told of. */
function checkLoad(journal: Journal, { acknowledged: told_of }: Providers): void {
  const { acknowledged, unknown } = journal.counts();
  assert.ok(acknowledged >= WRITES_PER_KILL * KILLS, `only ${acknowledged} writes were acknowledged`);
  assert.ok(unknown > 0, "no kill met a write under way");
  assert.equal(told_of.size, PEOPLE, "mailboxes of which a notification was acknowledged");
}

/** Mails that arrive, change and go while the victim lives. */
async function receiveMails(providers: Providers, user: string, random: Random, signal: AbortSignal): Promise<void> {
  const person = providers.simulator.person(user);
  while (!signal.aborted) {
    const [first] = person.truth().keys();
    const chance = random.next();
    if (chance < 0.8 || first === undefined) person.send();
    else if (chance < 0.9) person.edit(first);
    else person.delete(first);
    await systemClock.sleep(MAIL_EVERY_MS, signal).catch(() => {});
  }
}
