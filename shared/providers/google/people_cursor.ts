/** The cursor of an address book: its sync token, or the enumeration under way. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { depthOf } from "../choice.ts";

/** More pages than any address book has. */
export const PAGES_MAX = 1_000;

/** An enumeration that lost its page this often is not going to end. */
export const RESTARTS_MAX = 5;

const PeopleCursor = z.object({
  v: z.literal(1),
  /** Of the choice that every contact so far was read by. */
  depth: z.string(),
  /** Where the changes go on, `""` before the first enumeration ended. */
  token: z.string(),
  /** The next page of the enumeration or the changes under way, `""` when none is. */
  page: z.string(),
  pages: z.int(),
  restarts: z.int(),
  /** Contact group → its name, of the person's own. */
  groups: z.record(z.string(), z.string()),
  /** True when the groups were read in this round: one that is still unknown then stays so. */
  groups_read: z.boolean(),
});
export type PeopleCursor = z.infer<typeof PeopleCursor>;

const BEGINNING: PeopleCursor = {
  v: 1,
  depth: "",
  token: "",
  page: "",
  pages: 0,
  restarts: 0,
  groups: {},
  groups_read: false,
};

/** The cursor in a text; the beginning for `""` and for a text of another form: reading anew loses nothing. */
export function parsePeopleCursor(text: string): PeopleCursor {
  try {
    return PeopleCursor.parse(JSON.parse(text));
  } catch {
    return BEGINNING;
  }
}

/** What the choice leaves out of single contacts depends on their groups too. */
export function depthIn(choice: ResourceChoice): string {
  return JSON.stringify([depthOf(choice), choice.containers_in, choice.containers_out]);
}
