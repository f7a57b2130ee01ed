/** A person's OneDrive at the simulated Microsoft, connected, with what follows it. */
import assert from "node:assert/strict";
import type { DeskSize, SimulatorFaults } from "../../scripts/simulator/mod.ts";
import { openMicrosoft } from "../../shared/providers/mod.ts";
import { type Extract, extractInThisThread } from "../../shared/providers/office_file.ts";
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

/** What a test has at hand. */
export interface DriveAccount extends TestAccount {
  readonly follower: Follower;
  readonly desk: ReturnType<TestAccount["simulator"]["person"]>["desk"];
  readonly faults: SimulatorFaults;
  /** One round and the lookups it gives rise to. */
  round(): Promise<void>;
  /** How often a call of this kind was made since the last time that it was asked. */
  calls(kind: string): number;
}

/** Connects ada, who has so many files. */
export async function driveAccount(
  { files = 25, seed = 1, extract = extractInThisThread }: {
    files?: number;
    seed?: number;
    extract?: Extract;
  } = {},
): Promise<DriveAccount> {
  const account = await connectAccount({
    user: "ada",
    provider: "microsoft",
    mails: 1,
    seed,
    desk: { ...NO_DESK, files },
    open: (deps) => openMicrosoft({ deps, config: CONFIG, extract }),
  });
  const { simulator } = account;
  const follower = new Follower(account.provider, account.mailbox, "drive");
  const counted = new Map<string, number>();
  return {
    ...account,
    follower,
    desk: simulator.person("ada").desk,
    faults: simulator.faults,
    round: () => account.run(follower.round()),
    calls(kind) {
      const all = simulator.counts.of("ada")[kind] ?? 0;
      const since = all - (counted.get(kind) ?? 0);
      counted.set(kind, all);
      return since;
    },
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
