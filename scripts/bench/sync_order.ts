/** What the processes of the bench of first syncs tell each other. */
import { z } from "zod";

/** What is read: so many mails, or so many events in the calendars, of one account. */
export const SyncOrder = z.object({
  provider: z.enum(["microsoft", "google"]),
  resource: z.enum(["mail", "calendar"]),
  size: z.int().positive(),
});
export type SyncOrder = z.infer<typeof SyncOrder>;

/** The same, for the process that reads. */
export const InstanceOrder = SyncOrder.extend({
  /** Of the simulated providers, such as `http://127.0.0.1:9123`. */
  origin: z.string(),
  data_dir: z.string(),
  /** Where the requests of the first sync are written, a line each. */
  requests_file: z.string(),
});

/** Where the simulated providers answer. */
export const ProviderAddress = z.object({ port: z.int().positive() });

/** One request of a first sync, as it went out. */
export const SentRequest = z.object({
  url: z.string(),
  method: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string().nullable(),
});
export type SentRequest = z.infer<typeof SentRequest>;

/** What the reading process says after a tenth of all, before it goes on with the line that it is answered. */
const SyncSlice = z.object({
  kind: z.literal("slice"),
  /** So far. */
  published: z.int(),
  /** So far, of the requests that are written down. */
  recorded: z.int(),
  /** Of this tenth. */
  seconds: z.number(),
  rss_mb: z.number(),
});
export type SyncSlice = z.infer<typeof SyncSlice>;

/** What came of all of it, until the last event was durable. */
const SyncEnd = z.object({
  kind: z.literal("end"),
  published: z.int(),
  cpu_seconds: z.number(),
  /** While an answer of the provider was awaited, until its last byte. */
  waited_seconds: z.number(),
  requests: z.int(),
  /** Of Google's quotas; 0 at Microsoft. */
  quota_units: z.int(),
  rss_mb: z.object({
    before: z.number(),
    peak: z.number(),
    /** Once a quarter, half, three quarters and all of it were read. */
    quarters: z.array(z.number()),
  }),
  /** A round in which nothing had changed. */
  quiet: z.object({ requests: z.number(), ms: z.number() }),
});
export type SyncEnd = z.infer<typeof SyncEnd>;
export const SyncSaid = z.discriminatedUnion("kind", [SyncSlice, SyncEnd]);
export type SyncSaid = z.infer<typeof SyncSaid>;

/** Which of the requests to send again. */
export const PagesOrder = z.object({ first: z.int().nonnegative(), count: z.int().nonnegative() });
export type PagesOrder = z.infer<typeof PagesOrder>;

/** What they took in a loop that parses the answers. */
export const PagesTaken = z.object({ seconds: z.number(), cpu_seconds: z.number(), bytes: z.int() });
export type PagesTaken = z.infer<typeof PagesTaken>;
