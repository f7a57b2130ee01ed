/** Ben's Google Drive, followed as office follows it: what is known in a version is not read again. */
import assert from "node:assert/strict";
import type { Desk } from "../../scripts/simulator/desk.ts";
import type { Drives } from "../../scripts/simulator/google_drive/drives.ts";
import type { SimulatorFaults } from "../../scripts/simulator/mod.ts";
import type { StoredFile } from "../../scripts/simulator/drive/store.ts";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import type { ChangePage, Mailbox, Provider, ReadDocument } from "../../shared/providers/port.ts";
import type { TestAccount } from "./account.ts";
import { Follower } from "./follower.ts";
import { benOf } from "./google_account.ts";

export interface DriveAccount extends TestAccount {
  readonly follower: Follower;
  readonly faults: SimulatorFaults;
  readonly desk: Desk;
  readonly drives: Drives;
  /** Documents that were not read again since their version was known. */
  readonly spared: () => number;
  /** One round, with the lookups that it gives rise to. */
  round(): Promise<void>;
  /** The same account, followed on under another choice. */
  choose(choice: Partial<ResourceChoice>): DriveAccount;
}

/** Connects Ben, whose drive holds so many files. */
export async function driveAccount({ files = 40, seed = 1 } = {}): Promise<DriveAccount> {
  const account = await benOf({ events: 0, contacts: 0, files, tasks: 0 }, seed);
  return followed(account, account.mailbox);
}

function followed(account: TestAccount, mailbox: Mailbox): DriveAccount {
  const { provider, spared } = sparing(account.provider);
  const follower = new Follower(provider, mailbox, "drive");
  return {
    ...account,
    follower,
    spared,
    faults: account.simulator.faults,
    desk: account.simulator.person("ben").desk,
    drives: account.simulator.googleDrives("ben"),
    round: () => account.run(follower.round()),
    choose(choice) {
      const chosen = { ...choiceOf({ choices: [] }, "drive"), ...choice };
      const connection = { ...account.connection, choices: [chosen] };
      const next = followed(account, { ...account.mailbox, connection });
      next.follower.cursor = follower.cursor;
      for (const [id, document] of follower.documents) next.follower.documents.set(id, document);
      return next;
    },
  };
}

/** A provider whose items are not read where their version is known in the same container. */
function sparing(provider: Provider): { provider: Provider; spared: () => number } {
  const known = new Map<string, ReadDocument>();
  let spared = 0;
  const page = async (...asked: Parameters<Provider["changes"]>): Promise<ChangePage> => {
    const read = await provider.changes(...asked);
    const documents = read.documents.map((item) => {
      const before = known.get(item.provider_id);
      if (before !== undefined && before.version === item.version && before.container === item.container) {
        spared++;
        return { ...item, read: () => before };
      }
      return {
        ...item,
        read: async () => {
          const outcome = await item.read();
          if ("document" in outcome) known.set(item.provider_id, outcome);
          else known.delete(item.provider_id);
          return outcome;
        },
      };
    });
    return { ...read, documents };
  };
  return { provider: { ...provider, changes: page }, spared: () => spared };
}

/** What the drives truly hold of documents, by id. */
export function truth({ simulator }: Pick<DriveAccount, "simulator">) {
  const all = simulator.person("ben").items("drive");
  return new Map([...all].filter(([, item]) => ["word", "sheet", "presentation"].includes(item.kind)));
}

/** Compares what was followed with what the drives hold: which documents, their text and where they lie. */
export function assertTrue(account: DriveAccount): void {
  const expected = truth(account);
  const { documents } = account.follower;
  assert.deepEqual([...documents.keys()].sort(), [...expected.keys()].sort());
  for (const [id, item] of expected) {
    const read = documents.get(id);
    assert.ok(read !== undefined && "sections" in read);
    assert.equal(read.doc_type, `${item.kind}_document`);
    assert.equal(read.title, read.mime_type.includes("google-apps") ? item.title.replace(/\.\w+$/, "") : item.title);
    assert.equal(read.content, "text", read.content_reason);
    assert.ok(read.sections.some(({ text }) => text.includes(item.word)), `the text of ${id} holds ${item.word}`);
    const found = account.drives.find(id);
    assert.ok(found !== undefined);
    assert.equal(read.path, found.drive.store.path(found.file).join("/"), `the path of ${id}`);
    assert.equal(read.container, found.drive.id === "" ? "my-drive" : found.drive.id);
  }
  assert.deepEqual(account.follower.refused, []);
}

/** The files of the person's own drive, without folders. */
export function files({ desk }: Pick<DriveAccount, "desk">): StoredFile[] {
  return desk.drive.visible().filter(({ content }) => content.kind !== "folder");
}
