/** A person's own files: taken in, and given to the same reading as everything that providers hold. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import { digest } from "../../shared/contracts/ids.ts";
import {
  fileKey,
  Import,
  ImportFile,
  type ImportFormat,
  ImportRefusal,
  queueKey,
  REFUSED_LISTED_MAX,
} from "../../shared/contracts/imports.ts";
import { COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import {
  formatOf,
  RESOURCE_OF,
  type Shelf,
  type ShelfPlace,
  type Unpacked,
} from "../../shared/providers/import/mod.ts";
import { NOT_ERASING, refuseWhileErasing } from "../erasing.ts";
import { rememberAccount } from "./accounts.ts";
import { connected } from "./connect.ts";
import { readConnection } from "./connections.ts";
import type { Signaller } from "./signal.ts";
import type { OfficePorts } from "./work.ts";

/** No upload is larger, nor is what an archive holds by more than its bounds. */
export const UPLOAD_BYTES_MAX = 64 * 1024 ** 3;

/** Files that are entered at once. */
const SLICE = 200;

/** A file that lies on the shelf and is waited for by nobody is removed after this long. */
const STRAY_MS = 24 * 60 * 60_000;

/** A file as it is given. */
export interface Upload {
  /** The name of the source: one connection each. */
  readonly source: string;
  readonly name: string;
  /** ISO 8601 UTC, `""` when it is not told. */
  readonly modified_at: string;
  readonly content: ReadableStream<Uint8Array>;
}

/** An import with its files and what was refused of them. */
export interface ImportProgress {
  readonly summary: Import;
  readonly files: readonly ImportFile[];
}

/** Imports of files. */
export interface Imports {
  /**
   * Takes a file in; it is on the disk and waits to be read when this resolves.
   * @throws PermanentError `import_unknown_format`, `import_too_large`, `archive_invalid`, `conflict`, `erased`
   */
  receive(user_id: string, upload: Upload): Promise<Import>;
  list(user_id: string, after: string, limit: number): Promise<readonly Import[]>;
  get(user_id: string, import_id: string): Promise<Import | null>;
  /** The files of an import, by their position. */
  files(user_id: string, import_id: string, after: string, limit: number): Promise<readonly ImportFile[]>;
  /** The items that could not be read, by file and place; with the id to go on after. */
  refusals(
    user_id: string,
    import_id: string,
    after: string,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly refusal: ImportRefusal }[]>;
  /** Removes what an upload that was broken off, or a connection that is gone, left on the shelf. */
  sweep(): Promise<number>;
}

/** Opens the imports of this instance's shelf. */
export function openImports(ports: OfficePorts, signal: Signaller, shelf: Shelf): Imports {
  const { state, deps } = ports;

  async function receive(user_id: string, upload: Upload): Promise<Import> {
    const created_at = new Date(deps.clock.now()).toISOString();
    const import_id = `${created_at.replaceAll(/\D/g, "")}-${deps.random.uuid()}`;
    const place: ShelfPlace = { user_id, import_id, position: 0 };
    const size_bytes = await shelf.add(place, upload.content, UPLOAD_BYTES_MAX);
    const taken = await takeIn(place, upload, size_bytes);
    const connection = await connectionFor(user_id, upload.source, created_at).catch(async (error) => {
      for (const { position } of taken.files) await shelf.remove({ ...place, position });
      throw error;
    });
    const summary: Import = {
      import_id,
      connection_id: connection.connection_id,
      source: upload.source,
      name: upload.name,
      size_bytes,
      created_at,
      files: taken.files.length,
      left_out: taken.left_out,
      refused_count: taken.refused.length,
      refused: taken.refused.slice(0, REFUSED_LISTED_MAX),
    };
    const resources = await enter(user_id, summary, taken.files);
    await Promise.all([...resources].map((resource) =>
      signal({
        key: { user_id, connection_id: connection.connection_id, resource },
        provider: "import",
        cause: "poll",
        traceparent: "",
      })
    ));
    return summary;
  }

  /** What is to be read of a file that lies on the shelf. An archive is unpacked beside it, and removed. */
  async function takeIn(place: ShelfPlace, upload: Upload, size_bytes: number) {
    const source = await shelf.open(place);
    if (source === null) throw new PermanentError("import_unknown_format", "The file is empty");
    const alone = (format: ImportFormat) => ({
      files: [{ position: 0, format, name: upload.name, size_bytes, modified_at: upload.modified_at }],
      left_out: 0,
      refused: [],
    });
    let taken = false;
    try {
      const format = await formatOf(source);
      if (format !== null && format !== "zip") {
        taken = true;
        return alone(format);
      }
      if (format === null) {
        throw new PermanentError(
          "import_unknown_format",
          "The file is neither mbox, eml, ics, vcf, docx, xlsx, pptx nor a ZIP archive of such, whatever its name says",
        );
      }
      const { officeFormatOf, unpack } = await import("../../shared/providers/import/archive.ts");
      const office = await officeFormatOf(source);
      if (office !== null) {
        taken = true;
        return alone(office);
      }
      return await unpack(shelf, place, source);
    } finally {
      source.close();
      if (!taken) await shelf.remove(place);
    }
  }

  /** The connection of a source; the first file makes it. */
  async function connectionFor(user_id: string, source: string, now: string): Promise<Connection> {
    const connection_id = await digest("import", user_id, source);
    const stored = await readConnection(state, { user_id, connection_id });
    if (stored?.state === "disconnected") {
      throw new PermanentError(
        "conflict",
        "This source is being removed. Try again in a minute, or name another source.",
      );
    }
    if (stored !== null) return stored;
    const status = { state: "new", last_read_at: "", last_change_at: "", last_notification_at: "", delivery: "poll" };
    const connection = Connection.parse({
      connection_id,
      user_id,
      provider: "import",
      // Part of each document's id, and no other person's source has it.
      account_id: `${source}@${user_id}`,
      address: "",
      state: "active",
      scopes: [],
      resources: (ports.providers.get("import")?.resources([]) ?? [])
        .map((resource) => ({ resource, ...status, reason: "" })),
      created_at: now,
      updated_at: now,
    });
    const at = { collection: COLLECTIONS.connections, id: connection_id };
    await refuseWhileErasing(state, user_id);
    const committed = await state.records({ user_id }).commit([
      NOT_ERASING,
      { op: "check", ...at, version: 0 },
      { op: "put", ...at, value: connection },
    ], await state.micros());
    const erasing = committed.kind === "conflict" && committed.index === 0;
    if (erasing || committed.kind === "erased") {
      throw new PermanentError("erased", "The person's data is being erased");
    }
    await rememberAccount(state, connection);
    await connected(ports, signal, connection);
    return connection;
  }

  async function enter(user_id: string, summary: Import, files: readonly Unpacked[]) {
    const records = state.records({ user_id });
    const { import_id, connection_id, created_at } = summary;
    await records.commit([{ op: "put", collection: COLLECTIONS.imports, id: import_id, value: summary }]);
    for (let start = 0; start < files.length; start += SLICE) {
      await records.commit(
        files.slice(start, start + SLICE).flatMap((unpacked) => {
          const resource = RESOURCE_OF[unpacked.format];
          const counts = { state: "waiting", read_bytes: 0, found: 0, duplicates: 0 } as const;
          const file: ImportFile = { ...unpacked, ...counts, import_id, connection_id, resource, created_at };
          const key = fileKey(file);
          return [
            { op: "put" as const, collection: COLLECTIONS.importFiles, id: key, value: file },
            { op: "put" as const, collection: COLLECTIONS.importQueue, id: queueKey(file), value: key },
          ];
        }),
      );
    }
    return new Set(files.map(({ format }) => RESOURCE_OF[format]));
  }

  async function isWaitedFor({ user_id, ...place }: ShelfPlace): Promise<boolean> {
    const stored = await state.records({ user_id }).get(COLLECTIONS.importFiles, fileKey(place));
    if (stored === null) return false;
    const file = ImportFile.parse(stored.value);
    const connection = await readConnection(state, { user_id, connection_id: file.connection_id });
    return file.state === "waiting" && connection !== null && connection.state !== "disconnected";
  }

  return {
    receive,
    async list(user_id, after, limit) {
      const stored = await state.records({ user_id }).list(COLLECTIONS.imports, { after, limit });
      return stored.map(({ value }) => Import.parse(value));
    },
    async get(user_id, import_id) {
      const stored = await state.records({ user_id }).get(COLLECTIONS.imports, import_id);
      return stored === null ? null : Import.parse(stored.value);
    },
    async files(user_id, import_id, after, limit) {
      const stored = await state.records({ user_id }).list(COLLECTIONS.importFiles, {
        after: after || `${import_id}|`,
        before: `${import_id}|~`,
        limit,
      });
      return stored.map(({ value }) => ImportFile.parse(value));
    },
    async refusals(user_id, import_id, after, limit) {
      const stored = await state.records({ user_id }).list(COLLECTIONS.importRefusals, {
        after: after || `${import_id}|`,
        before: `${import_id}|~`,
        limit,
      });
      return stored.map(({ id, value }) => ({ id, refusal: ImportRefusal.parse(value) }));
    },
    async sweep() {
      let removed = 0;
      for await (const { modified_ms, ...place } of shelf.list()) {
        if (deps.clock.now() - modified_ms < STRAY_MS || await isWaitedFor(place)) continue;
        await shelf.remove(place);
        removed++;
      }
      return removed;
    },
  };
}
