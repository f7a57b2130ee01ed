const COUNT = 200;
const TOGETHER = 20;

/** The histories of a run in groups, or the one that `MILLRACE_SEED` names. */
export const SEEDS: readonly (readonly number[])[] = seedsOf(Deno.env.get("MILLRACE_SEED"));

function seedsOf(given: string | undefined): number[][] {
  if (given !== undefined) return [given.split(",").map(Number)];
  const groups = Array.from({ length: COUNT / TOGETHER }, (_, group) => group * TOGETHER + 1);
  return groups.map((first) => Array.from({ length: TOGETHER }, (_, at) => first + at));
}

/** Tells the histories of a group; the first that fails is named by its seed. */
export async function inTurn(seeds: readonly number[], history: (seed: number) => Promise<void>): Promise<void> {
  for (const seed of seeds) {
    await history(seed).catch((error) => {
      throw new Error(`MILLRACE_SEED=${seed} repeats this history`, { cause: error });
    });
  }
}
