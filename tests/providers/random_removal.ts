/** Takes members out of a JSON value at random, or puts something else in their place. */
import fc from "fast-check";

/** One mutation: the position among all members, counted through, and what happens to it. */
const Mutation = fc.record({
  at: fc.nat(10_000),
  to: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constant(null) },
    fc.constantFrom("", "x", "\ud800", "\u0000", 0, -1, 1e308, true, "true", [], {}, [null], { "": "" }),
  ),
});

/** Values made of `value` by up to twelve mutations, down to a single member each. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  return fc.array(Mutation, { minLength: 1, maxLength: 12 }).map((mutations) => {
    let result: unknown = structuredClone(value);
    for (const { at, to } of mutations) result = mutate(result, at, structuredClone(to));
    return result;
  });
}

function mutate(value: unknown, at: number, to: unknown): unknown {
  const members: { holder: unknown[] | Record<string, unknown>; key: string | number }[] = [];
  const walk = (holder: unknown) => {
    if (Array.isArray(holder)) holder.forEach((child, key) => (members.push({ holder, key }), walk(child)));
    else if (isRecord(holder)) {
      for (const key of Object.keys(holder)) {
        members.push({ holder, key }), walk(holder[key]);
      }
    }
  };
  walk(value);
  const chosen = members[at % Math.max(1, members.length)];
  if (chosen === undefined) return value;
  const { holder, key } = chosen;
  if (Array.isArray(holder)) {
    if (to === undefined) holder.splice(Number(key), 1);
    else holder[Number(key)] = to;
  } else if (to === undefined) delete holder[key];
  else holder[key] = to;
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
