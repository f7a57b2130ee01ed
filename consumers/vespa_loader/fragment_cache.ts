/** Fragments under their keys, for readers that come soon. The index says which are of the current version. */
import { z } from "zod";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { Fragment, FragmentInPlace, Index } from "../../shared/index/port.ts";
import type { Fragments } from "../../shared/state/port.ts";

const Cached = z.object({
  fragment_id: z.string(),
  position: z.int(),
  heading: z.string(),
  place: z.string(),
  text: z.string(),
  previous: z.string(),
  next: z.string(),
});

/** A document whose fragments these are, in one version. */
interface Parent {
  readonly user_id: string;
  readonly doc_id: string;
  readonly revision: number;
}

/** Keeps the fragments of a version that the index has just taken. That the store is away does not matter to it. */
export async function keepFragments(
  cache: Fragments,
  { user_id, doc_id, revision }: Parent,
  fragments: readonly Fragment[],
): Promise<void> {
  if (fragments.length === 0) return;
  const kept = fragments.map((fragment, at) => {
    const links = { previous: fragments[at - 1]?.fragment_id ?? "", next: fragments[at + 1]?.fragment_id ?? "" };
    const value: z.infer<typeof Cached> = { ...fragment, ...links };
    return { fragment_id: fragment.fragment_id, revision, value };
  });
  await cache.put(user_id, doc_id, kept).catch(ifAway);
}

/**
 * Reads a fragment of the current version: from its key when that is of the revision that the index holds, else from the
 * index, and then it is under its key again.
 * @returns null for one that the current version does not have, and for another person's
 */
export async function readFragment(
  { index, cache }: { readonly index: Pick<Index, "revisions" | "fragment">; readonly cache: Fragments },
  user_id: string,
  doc_id: string,
  fragment_id: string,
): Promise<FragmentInPlace | null> {
  const [held, kept] = await Promise.all([
    index.revisions(user_id, [doc_id]),
    cache.get(user_id, doc_id, fragment_id).catch(ifAway),
  ]);
  const current = held.get(doc_id);
  if (current === undefined || current.deleted) return null;
  const cached = kept?.revision === current.revision ? Cached.safeParse(kept.value).data : undefined;
  if (cached !== undefined) return cached;
  const found = await index.fragment(user_id, doc_id, fragment_id);
  if (found === null) return null;
  await cache.put(user_id, doc_id, [{ fragment_id, revision: current.revision, value: found }]).catch(ifAway);
  return found;
}

function ifAway(error: unknown): null {
  if (!(error instanceof StoreAwayError)) throw error;
  return null;
}
