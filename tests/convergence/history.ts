/** One history: what a person does while everything goes wrong, and what must have come of it when it is quiet again. */
import assert from "node:assert/strict";
import type { SimulatedPerson, SimulatorFaults } from "../../scripts/simulator/mod.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import type { NormalisedDocument } from "../../shared/contracts/documents.ts";
import type { OpenedProvider } from "../../shared/providers/port.ts";
import { type Account, openAccount } from "./account.ts";

/** Changes at the provider in one history. */
const CHANGES = 60;

/** The share of them after which the process is killed. */
const KILLED_AFTER = 0.05;

/** The longest of all waits: a poll comes round for whatever no notification told of, and reads once more. */
const QUIET_AFTER_MS = 60 * 60_000;

/** What goes wrong on the way: always some of these, chosen by the seed. */
const FAULTS: readonly ((faults: SimulatorFaults) => void)[] = [
  (faults) => faults.dropNotifications = 0.3,
  (faults) => faults.duplicateNotifications = 0.3,
  (faults) => {
    faults.lateNotifications = 3_000;
    faults.shuffle = true;
  },
  (faults) => faults.throttle = { share: 0.1, next: 0, retryAfterSeconds: 7 },
  (faults) => faults.serverErrors = 0.05,
  (faults) => faults.loseCursorShare = 0.03,
  (faults) => faults.emptyFirstDelta = true,
  (faults) => faults.emptyPages = true,
  (faults) => faults.repeatItemsOnPages = true,
  (faults) => faults.deltaDelayMs = 2_000,
  (faults) => faults.accessTokenSeconds = 120,
  (faults) => faults.loseCursors = "all",
];

/** Runs one history and compares everything published with what the provider truly holds. */
export async function converges(
  provider: "microsoft" | "google",
  seed: number,
  open: (deps: Deps) => OpenedProvider,
): Promise<void> {
  const account = await openAccount(provider, seed, open);
  const { person, simulator, random } = account;
  try {
    const chosen = FAULTS.filter(() => random.next() < 0.4);
    for (const fault of [...chosen, ...FAULTS.slice(seed % 9, seed % 9 + 3)]) fault(simulator.faults);
    for (let change = 0; change < CHANGES; change++) {
      if (random.next() < 0.4) person.randomChange();
      else person.changeDesk();
      if (change % 3 === 0) await account.rest(1_000);
      if (random.next() < KILLED_AFTER) account.kill();
    }
    mend(simulator.faults);
    await quiet(account);
    assert.deepEqual(differences(account), []);
    assert.deepEqual(account.given_up, []);
  } finally {
    await account.close();
  }
}

function mend(faults: SimulatorFaults): void {
  faults.dropNotifications = 0;
  faults.lateNotifications = 0;
  faults.throttle = { share: 0, next: 0, retryAfterSeconds: 7 };
  faults.serverErrors = 0;
  faults.loseCursorShare = 0;
  faults.emptyFirstDelta = false;
}

/** Until what is held is true, or the longest wait is over. */
async function quiet(account: Account): Promise<void> {
  for (let waited_ms = 0; waited_ms < QUIET_AFTER_MS; waited_ms += 30_000) {
    if (account.idle() && differences(account).length === 0) return;
    await account.rest(30_000);
  }
}

/** In which documents what is held differs from the truth. */
function differences({ person, documents }: Account): string[] {
  const held = documents();
  const truth = truthOf(person);
  const found: string[] = [];
  for (const [name, { title, word }] of truth) {
    const document = held.get(name);
    if (document === undefined) found.push(`${name} is missing`);
    else if (!sameTitle(document, title) || !textOf(document).includes(word)) found.push(`${name} is not up to date`);
  }
  for (const name of held.keys()) if (!truth.has(name)) found.push(`${name} is not there any more`);
  return found.sort();
}

/** A Google document has no ending in its name. */
function sameTitle(document: NormalisedDocument, title: string): boolean {
  return document.title === title || ("sections" in document && document.title === title.replace(/\.\w+$/, ""));
}

function truthOf(person: SimulatedPerson): ReadonlyMap<string, { readonly title: string; readonly word: string }> {
  const truth = new Map<string, { title: string; word: string }>();
  for (const [id, { subject, word }] of person.truth()) truth.set(`email|${id}`, { title: subject, word });
  for (const [id, { title, word }] of person.items("calendar")) truth.set(`calendar|${id}`, { title, word });
  for (const [id, { title, word }] of person.items("contacts")) truth.set(`contact|${id}`, { title, word });
  for (const [id, { title, word }] of person.items("tasks")) truth.set(`todo|${id}`, { title, word });
  for (const [id, { title, word, kind }] of person.items("drive")) {
    if (DOCUMENTS.has(kind)) truth.set(`${kind}_document|${id}`, { title, word });
  }
  return truth;
}

const DOCUMENTS = new Set(["word", "sheet", "presentation"]);

function textOf(document: NormalisedDocument): string {
  if ("sections" in document) return document.sections.map(({ text }) => text).join("\n");
  return document.doc_type === "contact" ? document.notes : document.body;
}
