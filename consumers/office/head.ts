/** What the holder of a resource keeps in the ledger's head between pages. */
import { z } from "zod";
import { PermanentError } from "../../shared/contracts/errors.ts";

/** A page, or an item worked on by itself, that took its process down this often is treated with more care. */
export const DEATHS_MAX = 2;

const Head = z.object({
  /** The provider adapter's own cursor; `""` before the first read. */
  cursor: z.string(),
  /**
   * Containers that are being enumerated, with the revision at which that began. Once finished, whatever the ledger
   * holds in the container with an older epoch is in doubt, or withdrawn when the person's choice leaves it out.
   */
  enumerations: z.record(
    z.string(),
    z.object({ epoch: z.int().positive(), finished: z.boolean(), left_out: z.boolean().default(false) }),
  ),
  /**
   * Set while the current page is worked item by item, because it took its process down: the item that was begun last
   * (`""` before the first) and how often.
   */
  careful: z.object({ item: z.string(), tries: z.int().nonnegative() }).nullable(),
  /** Set while documents in doubt are looked up one by one, because looking them up took the process down: as above. */
  lookups: z.object({ item: z.string(), tries: z.int().nonnegative() }).nullable().default(null),
  /** True while the cursor stands within a round: what was read before it may have changed by now. */
  midway: z.boolean().default(false),
});
export type Head = z.infer<typeof Head>;

const FRESH: Head = { cursor: "", enumerations: {}, careful: null, lookups: null, midway: false };

/** The head from its stored text; a new resource has none yet. */
export function parseHead(text: string): Head {
  if (text === "") return FRESH;
  const parsed = Head.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new PermanentError("head_invalid", "Cannot read the stored cursor: it is not in a known form", {
    field: parsed.error.issues[0]?.path.join(".") ?? "",
  });
}
