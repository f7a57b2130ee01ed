const COUNT = 200;
const TOGETHER = 20;

/** The histories of a run in groups, or the one that `MILLRACE_SEED` names. */
export const SEEDS: readonly (readonly number[])[] = seedsOf(Deno.env.get("MILLRACE_SEED"));

function seedsOf(given: string | undefined): number[][] {
  if (given !== undefined) return [given.split(",").map(Number)];
  const groups = Array.from({ length: COUNT / TOGETHER }, (_, group) => group * TOGETHER + 1);
  return groups.map((first) => Array.from({ length: TOGETHER }, (_, at) => first + at));
}
