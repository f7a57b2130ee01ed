/**
 * A provider whose mailbox behaves as Graph's: a delta per folder that shows the latest state, moves as "removed" here
 * and "shown" there, cursors that can be lost, items shown in part. Small and fast, for tests of the sync itself.
 */
import type {
  ChangePage,
  ItemName,
  LookedUp,
  Mailbox,
  Provider,
  ReadDocument,
  Refusal,
} from "../../../shared/providers/port.ts";

export interface FakeItem {
  folder: string;
  subject: string;
  version: number;
}

interface LogEntry {
  readonly id: string;
  readonly kind: "shown" | "partial" | "removed";
}

interface FolderCursor {
  /** Position in the folder's log; while enumerating, the log's position at the beginning. */
  position: number;
  /** While enumerating: the last id shown; null on delta. */
  enumerated: string | null;
}

interface Cursor {
  folders: Record<string, FolderCursor>;
  /** The folders still to read in this round. */
  rest: string[];
}

const never = () => Promise.reject(new Error("not part of this fake"));

export class FakeProvider implements Provider {
  readonly name = "microsoft";
  readonly items = new Map<string, FakeItem>();
  readonly logs = new Map<string, LogEntry[]>();
  readonly #generation = new Map<string, number>();
  readonly calls: string[] = [];
  pageSize = 3;
  /** Called within each call, between the read and its answer; throws or waits to simulate faults. */
  during: (call: string) => void | Promise<void> = () => {};
  /** Ids that throw a process down when they are normalised. */
  readonly killers = new Set<string>();
  /** Ids that can't be normalised. */
  readonly unreadable = new Set<string>();
  #version = 0;

  constructor(readonly folders: readonly string[]) {
    for (const folder of folders) this.logs.set(folder, []);
  }

  put(id: string, folder: string, subject: string): void {
    this.items.set(id, { folder, subject, version: ++this.#version });
    this.#log(folder).push({ id, kind: "shown" });
  }

  edit(id: string, subject: string): void {
    const item = this.#item(id);
    this.put(id, item.folder, subject);
  }

  /** A change that the delta shows only in part. */
  touch(id: string, subject: string): void {
    const item = this.#item(id);
    this.items.set(id, { ...item, subject, version: ++this.#version });
    this.#log(item.folder).push({ id, kind: "partial" });
  }

  move(id: string, folder: string): void {
    const item = this.#item(id);
    if (item.folder === folder) return;
    this.#log(item.folder).push({ id, kind: "removed" });
    this.put(id, folder, item.subject);
  }

  /** As a move there and back is reported at times: only "removed" of where it was (PROTOCOLS F 9). */
  bounce(id: string): void {
    this.#log(this.#item(id).folder).push({ id, kind: "removed" });
  }

  remove(id: string): void {
    const item = this.#item(id);
    this.items.delete(id);
    this.#log(item.folder).push({ id, kind: "removed" });
  }

  /** The item goes and no delta ever tells: only an enumeration can find out. */
  vanish(id: string): void {
    this.items.delete(id);
  }

  loseCursor(folder: string): void {
    this.#generation.set(folder, (this.#generation.get(folder) ?? 0) + 1);
  }

  async changes(_mailbox: Mailbox, _resource: "mail", text: string): Promise<ChangePage> {
    const stored: Cursor = text === "" ? { folders: {}, rest: [] } : JSON.parse(text);
    const rest = stored.rest.length === 0 ? [...this.folders] : stored.rest;
    const folder = rest[0] ?? "";
    this.calls.push(`delta:${folder}`);
    const generation = this.#generation.get(folder) ?? 0;
    const name = `${folder}#${generation}`;
    const known = stored.folders[name];
    const cursor = known ?? { position: this.#log(folder).length, enumerated: "" };
    const { page, next, last } = cursor.enumerated === null
      ? this.#delta(folder, cursor.position)
      : this.#enumerate(folder, cursor.position, cursor.enumerated);
    await this.during(`delta:${folder}`);
    const folders = Object.fromEntries(
      Object.entries(stored.folders).filter(([key]) => !key.startsWith(`${folder}#`)),
    );
    folders[name] = next;
    const remaining = last ? rest.slice(1) : rest;
    return {
      ...page,
      cursor: JSON.stringify({ folders, rest: remaining }),
      done: last && remaining.length === 0,
      enumeration: cursor.enumerated === null
        ? null
        : { container: folder, started: known === undefined, finished: last },
      gone_containers: [],
    };
  }

  async lookup(_mailbox: Mailbox, _resource: "mail", items: readonly ItemName[]): Promise<readonly LookedUp[]> {
    this.calls.push(`lookup:${items.length}`);
    const answers = items.map(({ provider_id: id }): LookedUp => {
      const item = this.items.get(id);
      return item === undefined ? { kind: "gone" } : { kind: "found", read: readOf(id, item) };
    });
    await this.during("lookup");
    return answers;
  }

  #enumerate(folder: string, position: number, after: string) {
    const ids = [...this.items].filter(([id, item]) => item.folder === folder && id > after).map(([id]) => id).sort();
    const page = ids.slice(0, this.pageSize);
    const last = page.length === ids.length;
    const next: FolderCursor = { position, enumerated: last ? null : page.at(-1) ?? "" };
    return { page: this.#page(page.map((id) => ({ id, kind: "shown" })), folder), next, last };
  }

  #delta(folder: string, position: number) {
    const log = this.#log(folder);
    const end = Math.min(log.length, position + this.pageSize);
    // Several changes of one item are shown as its latest state.
    const entries = [...new Map(log.slice(position, end).map((entry) => [entry.id, entry])).values()];
    const next: FolderCursor = { position: end, enumerated: null };
    return { page: this.#page(entries, folder), next, last: end === log.length };
  }

  #page(entries: readonly LogEntry[], folder: string) {
    const here = (id: string) => this.items.get(id)?.folder === folder;
    const shown = entries.filter(({ id, kind }) => kind === "shown" && here(id));
    const partial = entries.filter(({ id, kind }) => kind === "partial" && here(id));
    const removed = entries.filter((entry) => entry.kind === "removed" || !here(entry.id));
    return {
      documents: shown.flatMap(({ id }) => {
        const item = this.items.get(id);
        return item === undefined
          ? []
          : [{ provider_id: id, container: folder, read: () => this.#read(id, { ...item }) }];
      }),
      partial: partial.map(({ id }) => ({ provider_id: id, container: folder })),
      removals: removed.map(({ id }) => ({ provider_id: id, container: folder, doc_type: "email" as const })),
      refused: [],
    };
  }

  #read(id: string, item: FakeItem): ReadDocument | Refusal {
    if (this.killers.has(id)) throw new ProcessDied(`reading ${id}`);
    if (this.unreadable.has(id)) {
      return {
        ...item,
        provider_id: id,
        container: item.folder,
        reason: "message_invalid: no form known",
        field: "subject",
      };
    }
    return readOf(id, item);
  }

  #item(id: string): FakeItem {
    const item = this.items.get(id);
    if (item === undefined) throw new RangeError(`Cannot find item "${id}"`);
    return item;
  }

  #log(folder: string): LogEntry[] {
    const log = this.logs.get(folder);
    if (log === undefined) throw new RangeError(`Cannot find folder "${folder}"`);
    return log;
  }

  oauth = { authorizeUrl: never, exchange: never, refresh: never, revoke: never, account: never };
  resources = () => ["mail" as const];
  /** As Gmail drops notifications that follow each other closely. */
  drops_within_ms = 0;
  push = () => ({
    supported: false,
    reason: "this fake sends nothing",
    drops_within_ms: this.drops_within_ms,
    renewal: "extend" as const,
  });
  containers = never;
  idScope = () => "account" as const;
  targets = () => [""];
  subscriptions = () => Promise.resolve(null);
  subscribe = never;
  renew = never;
  unsubscribe = never;
}

/** Thrown where a real process would have ended: whoever catches it must not have cleaned up. */
export class ProcessDied extends Error {
  override readonly name = "ProcessDied";
}

function readOf(id: string, item: FakeItem): ReadDocument {
  const nobody = { name: "", address: "" };
  return {
    provider_id: id,
    container: item.folder,
    version: item.version,
    document: {
      doc_type: "email",
      provider: "microsoft",
      provider_id: id,
      container: item.folder,
      title: item.subject,
      url: "",
      last_updated: new Date(1_770_000_000_000 + item.version).toISOString(),
      thread_id: "",
      internet_message_id: "",
      in_reply_to: "",
      references: [],
      list_id: "",
      folder_role: "",
      folder_name: item.folder,
      labels: [],
      from: nobody,
      sender: nobody,
      to: [],
      cc: [],
      bcc: [],
      reply_to: [],
      sent_at: "",
      received_at: "",
      body: item.subject,
      preview: "",
      read: false,
      draft: false,
      flagged: false,
      importance: "normal",
      has_attachments: false,
      attachments: [],
      size_bytes: 0,
      truncated: false,
      links: [],
      structured: [],
    },
  };
}
