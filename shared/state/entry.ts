/** The closed lists of a ledger entry, for reading it back from a store. */
import { z } from "zod";

export const EntryState = z.enum(["pending", "published", "tombstone"]);
export const EntryDoubt = z.enum(["", "removed", "reread"]);
