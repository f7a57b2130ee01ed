/** How a language says what happened to a parcel. */
import type { Status } from "../../model.ts";

/** Patterns of lower-case text by what they say, and those of sentences that tell of what may come. */
export interface LanguagePhrases {
  readonly says: Readonly<Record<Status, readonly string[]>>;
  readonly conditional: readonly string[];
}
