/**
 * What kind a document is, in the lowest bits of its row id: matches are filtered by kind and counted without reading
 * their rows, which costs six times as much.
 */
import type { DocType, ProviderName } from "../../contracts/names.ts";

/** The file's own order, whatever that of the contracts becomes. Only ever appended to: at most 8 types, 4 providers. */
const TYPES = [
  "email",
  "calendar",
  "contact",
  "word_document",
  "sheet_document",
  "presentation_document",
  "todo",
] as const satisfies readonly DocType[];
const PROVIDERS = ["microsoft", "google", "import"] as const satisfies readonly ProviderName[];

/** How many kinds there can be. */
export const KINDS = 32;

/** A document's type and provider. */
export interface Kind {
  readonly doc_type: DocType;
  readonly provider: ProviderName;
}

/** The number of a kind, from 0. @throws RangeError when the file has no number for it */
export function kindNumber({ doc_type, provider }: Kind): number {
  const [type, source] = [TYPES.indexOf(doc_type), PROVIDERS.indexOf(provider)];
  if (type < 0 || source < 0) {
    throw new RangeError(`Cannot index a ${doc_type} of ${provider}: the file has no such kind`);
  }
  return source * 8 + type;
}

/** The kind of a row id. @throws RangeError when a newer program wrote it */
export function kindOf(id: number): Kind {
  const number = id % KINDS;
  const [doc_type, provider] = [TYPES[number % 8], PROVIDERS[Math.floor(number / 8)]];
  if (doc_type === undefined || provider === undefined) throw new RangeError(`Cannot read row ${id}: unknown kind`);
  return { doc_type, provider };
}

/** The numbers of the kinds that pass both filters; an empty filter lets everything pass. */
export function kindNumbers(types: readonly DocType[], providers: readonly ProviderName[]): number[] {
  return PROVIDERS.flatMap((provider) =>
    TYPES.flatMap((doc_type) => {
      const passes = (types.length === 0 || types.includes(doc_type)) &&
        (providers.length === 0 || providers.includes(provider));
      return passes ? [kindNumber({ doc_type, provider })] : [];
    })
  );
}
