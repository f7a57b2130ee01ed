/** A person's OneDrive at the simulated Microsoft, connected, with what follows it. */
import assert from "node:assert/strict";
import type { DeskSize, SimulatorFaults } from "../../scripts/simulator/mod.ts";
import { openMicrosoft } from "../../shared/providers/mod.ts";
import { type Extract, extractInThisThread } from "../../shared/providers/office_file.ts";
import type { ItemReading, OpenedProvider, PageItem, ReadDocument } from "../../shared/providers/port.ts";
import { connectAccount, ORIGIN, PUBLIC_URL, type TestAccount } from "./account.ts";
import { Follower } from "./follower.ts";

export const NO_DESK: DeskSize = { events: 0, contacts: 0, files: 0, tasks: 0 };
const CONFIG = {
  client_id: "client",
  client_secret: "secret",
  graph_url: `${ORIGIN}/graph`,
  login_url: `${ORIGIN}/login`,
  tenant: "common",
  public_url: PUBLIC_URL,
};

/**
 * A provider whose reader believes versions, as office does: a file that a page shows in the version in which it was
 * read before is not read again. Were a version given where the document differs, the old one would be kept.
 */
function believing(provider: OpenedProvider, skipped: () => void): OpenedProvider {
  const reads = new Map<string, ReadDocument>();
  const noted = (read: ItemReading) => {
    if ("document" in read) reads.set(read.provider_id, read);
    else reads.delete(read.provider_id);
    return read;
  };
  return {
    ...provider,
    async changes(mailbox, resource, cursor) {
      const page = await provider.changes(mailbox, resource, cursor);
      const documents = page.documents.map((item): PageItem => {
        const before = reads.get(item.provider_id);
        const known = before !== undefined && item.version !== undefined && before.version === item.version;
        if (!known) return { ...item, read: async () => noted(await item.read()) };
        return { ...item, read: () => (skipped(), before) };
      });
      return { ...page, documents };
    },
    async lookup(mailbox, resource, items, cursor) {
      const answers = await provider.lookup(mailbox, resource, items, cursor);
      for (const [at, answer] of answers.entries()) {
        if (answer.kind === "found") reads.set(answer.read.provider_id, answer.read);
        else if (answer.kind !== "unknown") reads.delete(items[at]?.provider_id ?? "");
      }
      return answers;
    },
  };
}

/** What a test has at hand. */
export interface DriveAccount extends TestAccount {
  readonly follower: Follower;
  readonly desk: ReturnType<TestAccount["simulator"]["person"]>["desk"];
  readonly faults: SimulatorFaults;
  /** One round and the lookups it gives rise to. */
  round(): Promise<void>;
  /** How many files were not read again, since they were shown in a known version. */
  readonly skipped: () => number;
}

/** Connects ada, who has so many files. */
export async function driveAccount(
  { files = 25, seed = 1, extract = extractInThisThread }: {
    files?: number;
    seed?: number;
    extract?: Extract;
  } = {},
): Promise<DriveAccount> {
  let skipped = 0;
  const account = await connectAccount({
    user: "ada",
    provider: "microsoft",
    mails: 1,
    seed,
    desk: { ...NO_DESK, files },
    open: (deps) => believing(openMicrosoft({ deps, config: CONFIG, extract }), () => skipped++),
  });
  const { simulator } = account;
  const follower = new Follower(account.provider, account.mailbox, "drive");
  return {
    ...account,
    follower,
    desk: simulator.person("ada").desk,
    faults: simulator.faults,
    round: () => account.run(follower.round()),
    skipped: () => skipped,
  };
}

/** Compares what was followed with what the drive holds. */
export function assertTrue({ follower, simulator, desk }: DriveAccount): void {
  const truth = [...simulator.person("ada").items("drive").values()]
    .filter(({ kind }) => kind === "word" || kind === "sheet" || kind === "presentation");
  assert.deepEqual([...follower.documents.keys()].sort(), truth.map(({ id }) => id).sort());
  for (const { id, number, container, title, word, kind } of truth) {
    const read = follower.documents.get(id);
    const file = desk.drive.at(number);
    assert.ok(read !== undefined && "sections" in read && file !== undefined);
    assert.equal(read.doc_type, `${kind}_document`);
    assert.equal(read.title, title);
    assert.equal(read.container, container);
    assert.equal(read.path, desk.drive.path(file).join("/"));
    assert.equal(read.content, "text");
    assert.ok(read.sections.some(({ text }) => text.includes(word)), `the text of ${title} holds its word`);
  }
}
