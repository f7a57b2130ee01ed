import type { Clock } from "../../../shared/contracts/deps.ts";
import { hash } from "../chance.ts";
import type { Address } from "../content/mail.ts";
import { DriveStore, type StoredFile } from "../drive/store.ts";

/** One entry of a log of changes: of a file, by its number, or of a shared drive. */
export interface FeedEntry {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly at: number;
  readonly drive: GoogleDrive;
  /** Null when it is the drive itself that changed. */
  readonly file: number | null;
}

/** A person's own drive, or a shared one. */
export interface GoogleDrive {
  /** `""` for the person's own. */
  readonly id: string;
  name: string;
  readonly store: DriveStore;
  readonly feed: FeedEntry[];
  /** Whether the person is a member. */
  member: boolean;
  readonly createdAt: number;
}

/** What the drives of a person are made of. */
export interface DrivesOptions {
  readonly clock: Clock;
  readonly owner: Address;
  readonly own: DriveStore;
  readonly seed: number;
  /** The id of a file of the person's own drive. */
  readonly ownId: (number: number) => string;
  /** Told of each entry, with what is watched: `changes/` and the id of a shared drive. */
  readonly onChange: (watched: string) => void;
}

/**
 * A person's own drive and the shared ones, each with a log of changes. A shared drive's files are told by its own log;
 * the person's log has some of them too, neither all nor reliably.
 */
export class Drives {
  readonly own: GoogleDrive;
  readonly shared: GoogleDrive[] = [];
  readonly #options: DrivesOptions;
  /** Files of the person's own log that they may not see any more. */
  readonly #lost = new Set<number>();

  constructor(options: DrivesOptions) {
    this.#options = options;
    this.own = this.#drive("", "My Drive", options.own);
  }

  /** Makes a shared drive, or one that somebody made, with the person as a member. */
  share(name: string): GoogleDrive {
    const { clock, owner, seed } = this.#options;
    const id = `0A${hash("shared drive", seed, owner.address, this.shared.length).toString(36)}Uk9PVA`;
    const drive = this.#drive(id, name, new DriveStore(clock, owner));
    this.shared.push(drive);
    this.#note(this.own, { drive, file: null });
    return drive;
  }

  /** The person leaves a shared drive, or joins it again. */
  setMember(drive: GoogleDrive, member: boolean): void {
    drive.member = member;
    this.#note(this.own, { drive, file: null });
  }

  /** A file that was shared with the person is so no more. */
  loseAccess(file: StoredFile): void {
    this.#lost.add(file.number);
    this.#note(this.own, { drive: this.own, file: file.number });
  }

  /** The drives that the person reaches. */
  reached(): GoogleDrive[] {
    return [this.own, ...this.shared.filter((one) => one.member)];
  }

  /** Whether the person reaches a file. */
  reaches(drive: GoogleDrive, file: StoredFile | undefined): file is StoredFile {
    return file !== undefined && !file.gone && drive.member && !(drive === this.own && this.#lost.has(file.number));
  }

  /** The id of a file; that of a shared drive is the id of its root folder too. */
  id(drive: GoogleDrive, number: number): string {
    if (drive === this.own) return this.#options.ownId(number);
    return number === 0 ? drive.id : `1${drive.id.slice(2, 8)}${number.toString(36).padStart(5, "0")}_ours-LkJhGfDsAq`;
  }

  /** The file of an id, with its drive, if the person reaches it. */
  find(id: string): { drive: GoogleDrive; file: StoredFile } | undefined {
    for (const drive of this.reached()) {
      const number = drive === this.own ? parseInt(id.slice(9, 15), 36) : parseInt(id.slice(7, 12), 36);
      const candidates = [Number.isInteger(number) ? number : 0, 0];
      const found = candidates.find((one) => this.id(drive, one) === id);
      const file = found === undefined ? undefined : drive.store.at(found);
      if (this.reaches(drive, file)) return { drive, file };
    }
    return undefined;
  }

  #drive(id: string, name: string, store: DriveStore): GoogleDrive {
    const drive: GoogleDrive = { id, name, store, feed: [], member: true, createdAt: this.#options.clock.now() };
    for (const { item } of store.journal.after(0)) this.#add(drive, { drive, file: item });
    store.listen(({ item, sequence }) => {
      this.#note(drive, { drive, file: item });
      if (drive !== this.own && sequence % 3 === 0) this.#note(this.own, { drive, file: item });
    });
    return drive;
  }

  #note(log: GoogleDrive, entry: Pick<FeedEntry, "drive" | "file">): void {
    this.#add(log, entry);
    this.#options.onChange(`changes/${log.id}`);
  }

  #add({ feed }: GoogleDrive, entry: Pick<FeedEntry, "drive" | "file">): void {
    feed.push({ ...entry, sequence: feed.length + 1, at: this.#options.clock.now() });
  }
}
