const COUNT = 200;
const TOGETHER = 20;

/** The histories of a run in groups, or the one that `MILLRACE_SEED` names. */
export const SEEDS: readonly (readonly number[])[] = seedsOf(Deno.env.get("MILLRACE_SEED"));

function seedsOf(given: string | undefined): number[][] {
  if (given !== undefined) return [given.split(",").map(Number)];
  const groups = Array.from({ length: COUNT / TOGETHER }, (_, group) => group * TOGETHER + 1);
  return groups.map((first) => Array.from({ length: TOGETHER }, (_, at) => first + at));
}

/** Histories told side by side: each mostly waits for what its process does elsewhere (files, WebCrypto). */
const AT_ONCE = 5;

/** Tells the histories of a group; the first that fails is named by its seed. */
export async function atOnce(seeds: readonly number[], history: (seed: number) => Promise<void>): Promise<void> {
  const rest = [...seeds];
  const next = async () => {
    for (let seed = rest.shift(); seed !== undefined; seed = rest.shift()) {
      const told = seed;
      await history(told).catch((error) => {
        throw new Error(`MILLRACE_SEED=${told} repeats this history`, { cause: error });
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}
