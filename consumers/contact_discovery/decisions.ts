/** What the person's merging and splitting means for each address. Pure. */
import type { Decision, KnownAddress } from "./model.ts";

/** Every address of both is one contact from now on. */
export function merged(members: readonly KnownAddress[], label: string): Map<string, Decision> {
  return new Map(members.map(({ address_id, decision }) => [address_id, { ...decision, together: label }]));
}

/** A contact that is to be split. */
export interface Split {
  /** Its addresses, by what joins them without the person having said so. */
  readonly units: readonly (readonly KnownAddress[])[];
  /** The ids of the addresses that are to be a contact of their own. */
  readonly asked: ReadonlySet<string>;
  /** Not used before. */
  readonly label: string;
}

/**
 * Takes the addresses that were asked for, and those that came to them since they were merged, out of a contact. What the
 * person had put together is taken apart where it was put together, so that a merge is undone without a trace; addresses
 * that were joined automatically are kept apart from now on.
 */
export function split({ units, asked, label }: Split): Map<string, Decision> {
  const going = goingIds(units, asked);
  const decisions = new Map<string, Decision>();
  for (const unit of units) {
    const parts = unit.some(({ address_id }) => !going.has(address_id));
    for (const { address_id, decision } of unit) {
      const cut = parts && going.has(address_id);
      decisions.set(address_id, { together: "", apart: cut ? label : decision.apart });
    }
  }
  const all = units.flat();
  for (const goes of [true, false]) {
    const side = all.filter(({ address_id }) => going.has(address_id) === goes);
    if (isJoined(side)) continue;
    for (const { address_id } of side) {
      const { apart = "" } = decisions.get(address_id) ?? {};
      decisions.set(address_id, { apart, together: `${label}${goes ? "+" : "-"}` });
    }
  }
  return decisions;
}

/** An address that came to a merged contact later goes with those that it came by. */
function goingIds(units: readonly (readonly KnownAddress[])[], asked: ReadonlySet<string>): ReadonlySet<string> {
  const followed = new Set(asked);
  for (const unit of units) {
    const known = unit.filter(({ decision }) => decision.together !== "");
    if (known.length === 0 || !known.every(({ address_id }) => asked.has(address_id))) continue;
    for (const { address_id } of unit) followed.add(address_id);
  }
  return followed.size < units.flat().length ? followed : asked;
}

/** Whether something that nobody decided joins all of them. */
function isJoined(members: readonly KnownAddress[]): boolean {
  const [first, ...others] = members;
  if (first === undefined || others.length === 0) return true;
  return first.keys.some(({ reason, id }) =>
    reason !== "user" && others.every(({ keys }) => keys.some((key) => key.reason === reason && key.id === id))
  );
}
