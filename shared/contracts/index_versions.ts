/** Versions of the index: a second one is built beside the first, looked at, and then searched in its place. */
import { z } from "zod";
import { Moment } from "./event.ts";

const Version = z.int().positive();

/** Which versions there are. In system scope `index`, under `versions`; without a record it is the first alone. */
export const IndexVersions = z.object({
  /** What searches read. */
  active: Version,
  /** What `vespa-loader-{topic}` feeds. */
  base: Version,
  /** What `vespa-loader-{topic}-v{n}` feeds, n being its number; 0 when there is no second version. */
  extra: z.union([Version, z.literal(0)]),
  /** The highest number that was ever given: none is given twice. */
  newest: Version,
  /** What is to be removed, once that is safe; null when nothing is. */
  leaving: z.object({
    /** The version whose documents go. */
    version: Version,
    /** The version whose own subscriptions go. */
    subscriptions_of: Version,
    /** Not before. */
    after: Moment,
  }).nullable(),
  changed_at: z.union([Moment, z.literal("")]),
});
export type IndexVersions = z.infer<typeof IndexVersions>;

/** Before anybody has asked for a second version. */
export const FIRST_VERSIONS: IndexVersions = {
  active: 1,
  base: 1,
  extra: 0,
  newest: 1,
  leaving: null,
  changed_at: "",
};

/** The versions that documents are written to and that a person's erasure empties, each once. */
export function versionsKept({ active, base, extra, leaving }: IndexVersions): readonly number[] {
  const kept = [active, base, extra, leaving?.version ?? 0];
  return [...new Set(kept)].filter((version) => version > 0);
}
