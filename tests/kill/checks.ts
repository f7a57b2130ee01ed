/** What must hold after the last start. */
import assert from "node:assert/strict";
import { type Asking, until } from "./asking.ts";
import { type Journal, verdict } from "./journal.ts";
import { type Providers, type Snapshot, wordsOf } from "./providers.ts";

/** How many lines of what is wrong are told. */
const TOLD_MAX = 5;
/** Words that are looked for through the public search as well. */
const SEARCHED = 40;

/**
 * Everything that was acknowledged is in the index, once, and nothing else is.
 * @returns what is wrong; empty when nothing is
 */
export async function journalProblems(asking: Asking, user_id: string, journal: Journal): Promise<string[]> {
  const { doc_ids } = journal;
  const written = doc_ids.flatMap((doc_id) => journal.of(doc_id)).filter(({ word }) => word !== "");
  const words = written.map(({ word }) => quoted(word));
  const { count, documents, found } = await asking.index({ user_id, doc_ids, words });
  const problems: string[] = [];
  const shown = new Map<string, number>();
  for (const [position, doc_id] of doc_ids.entries()) {
    const document = documents[position] ?? null;
    const problem = verdict(journal.of(doc_id), document);
    if (problem !== null) problems.push(`${doc_id} ${problem}`);
    if (document !== null) shown.set(doc_id, document.revision);
  }
  if (count !== shown.size) problems.push(`the index counts ${count} documents, and shows ${shown.size}`);
  for (const [position, { doc_id, revision, word }] of written.entries()) {
    const expected = shown.get(doc_id) === revision ? doc_id : "";
    const hits = found[position]?.join() ?? "";
    if (hits !== expected) problems.push(`a search for ${word} finds "${hits}" instead of "${expected}"`);
  }
  return problems;
}

/** A sample of what is there is found by the public search as well. */
export async function checkPublicSearch(asking: Asking, user_id: string, journal: Journal): Promise<void> {
  const living = journal.doc_ids.filter((doc_id) => {
    const writes = journal.of(doc_id);
    return writes.every(({ acknowledged, operation }) => acknowledged && operation === "put");
  });
  for (const doc_id of living.slice(-SEARCHED)) {
    assert.deepEqual(await asking.search(user_id, journal.of(doc_id).at(-1)?.word ?? ""), [doc_id]);
  }
}

/** What may become a dead letter: an item whose work the kills met by chance again and again. */
const UNLUCKY = /^item_kills: /;
/** And a mailbox that the provider asks to wait for: requests of killed lives are still under way there. */
const TOLD_TO_WAIT = /^(?:throttled|told_to_wait): /;

/**
 * Nothing else became a dead letter. What waits for a person is handed back here; what waits for a time has to come back
 * by itself.
 * @returns how many there were
 */
export async function checkDeadLetters(asking: Asking, user_ids: readonly string[]): Promise<number> {
  const letters = await asking.letters(["", ...user_ids]);
  for (const letter of letters) {
    assert.match(letter.reason, letter.retry_at === "" ? UNLUCKY : TOLD_TO_WAIT);
    if (letter.retry_at === "") await asking.replay(letter);
  }
  return letters.length;
}

/** All of them have gone, by hand or by themselves. */
export async function checkNoDeadLetters(
  asking: Asking,
  user_ids: readonly string[],
  still_ms_max: number,
): Promise<void> {
  await until("no dead letter is left", still_ms_max, async () => {
    const left = await checkDeadLetters(asking, user_ids);
    return left === 0 ? true : `${left} dead letters`;
  });
}

/** Nothing is left on the bus, where it says so. */
export async function checkDrained(asking: Asking, still_ms_max: number): Promise<void> {
  await until("the bus holds nothing more", still_ms_max, async () => {
    const left = await asking.backlog();
    return left === null || left === 0 ? true : `${left} messages`;
  });
}

/** Mails that an acknowledged notification told of, and that are still as they were, but are not in the index once. */
export async function notifiedProblems(asking: Asking, { simulator, acknowledged }: Providers): Promise<string[]> {
  const problems = await Promise.all([...acknowledged].map(async ([user, snapshot]) => {
    const now = wordsOf(simulator.person(user).truth());
    const same = [...snapshot].filter(([id, word]) => now.get(id) === word);
    return await notOnce(asking, user, new Map(same));
  }));
  return problems.flat();
}

/** Differences between the mailboxes and the index. */
export async function truthProblems(asking: Asking, { simulator }: Providers): Promise<string[]> {
  const problems = await Promise.all(simulator.people.map(async (person) => {
    const { user, size } = person;
    const { count } = await asking.index({ user_id: user, doc_ids: [], words: [] });
    const wrong = await notOnce(asking, user, wordsOf(person.truth()));
    return count === size ? wrong : [`${user} has ${size} mails, the index ${count}`, ...wrong];
  }));
  return problems.flat();
}

async function notOnce(asking: Asking, user_id: string, mails: Snapshot): Promise<string[]> {
  const words = [...mails.values()];
  const { found } = await asking.index({ user_id, doc_ids: [], words: words.map(quoted) });
  return words.flatMap((word, position) => {
    const hits = found[position]?.length ?? 0;
    return hits === 1 ? [] : [`${user_id}: ${hits} hits for ${word}`];
  });
}

/** A closed phrase: not the beginning of a longer word. */
function quoted(word: string): string {
  return `"${word}"`;
}

/** The first few problems as one text, or true when there are none. */
export function told(problems: readonly string[]): true | string {
  if (problems.length === 0) return true;
  return `${problems.length} problems: ${problems.slice(0, TOLD_MAX).join("; ")}`;
}
