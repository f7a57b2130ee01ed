/**
 * The form of a backup: gzipped JSON lines that either adapter writes and either reads. Records and ledgers are in it,
 * tokens as they are encrypted. References, claims and leases are not: they end by themselves.
 */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import { ResourceName, UserId } from "../../contracts/ids.ts";
import { DocType } from "../../contracts/names.ts";
import { EntryDoubt, EntryState } from "../entry.ts";

/** The version of the form; a newer one is refused. */
export const BACKUP_VERSION = 1;

/** Records of one commit, and entries of one line. */
export const SLICE = 200;

const Revision = z.int().nonnegative();

/** The first line. */
export const Head = z.object({
  millrace_backup: z.int().positive(),
  created_at: z.iso.datetime(),
  /** The state's time when it was written: later revisions lie above it. */
  micros: z.int().positive(),
});

export type Head = z.infer<typeof Head>;

const Entry = z.object({
  doc_id: z.string(),
  doc_type: DocType,
  provider_id: z.string(),
  container: z.string(),
  hash: z.string(),
  revision: Revision,
  version: Revision,
  state: EntryState,
  epoch: Revision,
  doubt: EntryDoubt,
});

/** How much there is of what. */
export const Counts = z.object({
  scopes: z.int(),
  records: z.int(),
  resources: z.int(),
  entries: z.int(),
  /** Scopes that changed each time they were read; a verification finds and repairs what differs. */
  unsettled: z.int(),
});

/** What a backup holds. */
export type BackupCounts = z.infer<typeof Counts>;

/** Told now and then how far a backup or a restore has come. */
export type OnProgress = (counts: BackupCounts) => void;

/** Every other line. A `scope` that comes again stands for itself alone: it changed while it was read. */
export const Line = z.union([
  z.strictObject({ scope: z.string(), floor: Revision }),
  z.strictObject({ records: z.array(z.tuple([z.string(), z.string(), z.unknown()])) }),
  z.strictObject({
    resource: z.object({ user_id: UserId, connection_id: z.string(), resource: ResourceName }),
    head: z.string(),
    revision: Revision,
  }),
  z.strictObject({ entries: z.array(Entry) }),
  z.strictObject({ end: Counts }),
]);
export type Line = z.infer<typeof Line>;

/** Counts while they grow. */
export type MutableCounts = { -readonly [K in keyof BackupCounts]: number };

/** Nothing yet. */
export function noCounts(): MutableCounts {
  return { scopes: 0, records: 0, resources: 0, entries: 0, unsettled: 0 };
}

/** The lines of a backup; the first is asked for by itself. */
export interface Lines extends AsyncIterable<Line> {
  /** The first line, before the others are asked for. */
  first(): Promise<unknown>;
}

/** Reads a backup from its first byte. What is wrong with it is a `PermanentError` `backup_invalid`. */
export function readLines(stream: ReadableStream<BufferSource>): Lines {
  const texts = textLines(stream);
  return {
    async first() {
      const { value, done } = await texts.next();
      return done ? null : parsed(value);
    },
    async *[Symbol.asyncIterator]() {
      for await (const text of texts) {
        const line = Line.safeParse(parsed(text));
        if (!line.success) throw invalid("A line of it is in no known form");
        yield line.data;
      }
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("A line of it is not JSON");
  }
}

async function* textLines(stream: ReadableStream<BufferSource>): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const text of stream.pipeThrough(new DecompressionStream("gzip")).pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      yield* parts;
    }
  } catch (error) {
    if (error instanceof TypeError) throw invalid("It is no whole gzip file: it was broken off or damaged", error);
    throw error;
  }
  if (rest !== "") yield rest;
}

/** What is wrong with a backup, as a sentence without its full stop. */
export function invalid(detail: string, cause?: unknown): PermanentError {
  return new PermanentError(
    "backup_invalid",
    `Cannot read the backup. ${detail}.`,
    cause === undefined ? {} : { cause },
  );
}
