/**
 * A verification, in two passes. First the ledger is compared with what each consumer holds, by ids and revisions. Then
 * what the provider holds is enumerated with a cursor of its own, and the ledger decides: what it does not know, or
 * knows otherwise, is published; what a finished enumeration did not show is looked up. What differs is published again,
 * to those who differ.
 */
import { z } from "zod";
import type { BatchPart } from "../../../shared/contracts/batches.ts";
import { LeaseLostError, PermanentError } from "../../../shared/contracts/errors.ts";
import { digest } from "../../../shared/contracts/ids.ts";
import type { LedgerEntry } from "../../../shared/state/port.ts";
import type { Holder } from "../../registry.ts";
import { noteVerified } from "../connections.ts";
import { lookUp, LOOKUP_IDS_MAX, resolveDoubts, type Unread } from "../doubts.ts";
import { DEATHS_MAX, parseHead } from "../head.ts";
import { subscriptionOf } from "../subscription_of.ts";
import { decidePage } from "../page.ts";
import { carryOut } from "../publish.ts";
import { doubtUnseen } from "../round.ts";
import { SETTLED_MS } from "../verifications.ts";
import type { Work } from "../work.ts";
import { shareOf, type Step, type Stepped } from "./step.ts";

/** Entries that one step compares. */
const ENTRIES = 500;

/** The share of a verification that comparing is taken for; enumerating is far slower. */
const COMPARING = 0.2;

const Place = z.discriminatedUnion("pass", [
  z.object({ pass: z.literal("compare"), after: z.string(), known: z.int().nonnegative() }),
  z.object({
    pass: z.literal("enumerate"),
    /** The provider adapter's own; `""` at the beginning. */
    cursor: z.string(),
    /** Containers that are being enumerated, with the revision at which that began. */
    epochs: z.record(z.string(), z.int().positive()),
    /** Documents that the first pass found, and that this one has seen: how far it is. */
    known: z.int().nonnegative(),
    seen: z.int().nonnegative(),
  }),
]);
type Place = z.infer<typeof Place>;
type PlaceOf<P extends Place["pass"]> = Extract<Place, { pass: P }>;

const BEGIN: Place = { pass: "compare", after: "", known: 0 };

/** Compares some more. */
export const verifyStep: Step = async (work, doing, text) => {
  const place = text === "" ? BEGIN : Place.parse(JSON.parse(text));
  if (text === "" && !await isReadWhole(work)) return { ...NOTHING, place: "", done: true, reason: "not_read_yet" };
  if (place.pass === "compare") return await compare(work, place);
  // What changed since the last round is no difference.
  if (place.cursor === "") await doing.readLive();
  return await enumerate(work, place);
};

const NOTHING = { share: 1, counts: {}, unread: [] } as const;

/** A first sync that is under way finds everything by itself. */
async function isReadWhole(work: Work): Promise<boolean> {
  const head = parseHead((await work.ledger.head()).head);
  return head.cursor !== "" && Object.keys(head.enumerations).length === 0;
}

async function compare(work: Work, { after, known }: PlaceOf<"compare">): Promise<Stepped> {
  const entries = await work.ledger.list(after, ENTRIES);
  const last = entries.at(-1)?.doc_id ?? "";
  const differing = await differences(work, entries);
  const before = work.tally.published;
  const unread: Unread[] = [];
  for (const { only, entries } of grouped(differing)) {
    for (let start = 0; start < entries.length; start += LOOKUP_IDS_MAX) {
      unread.push(...await lookUp(work, entries.slice(start, start + LOOKUP_IDS_MAX), only));
    }
  }
  const living = entries.filter(({ state }) => state !== "tombstone").length;
  const found = known + living;
  const ended = entries.length < ENTRIES;
  const next: Place = ended
    ? { pass: "enumerate", cursor: "", epochs: {}, known: found, seen: 0 }
    : { pass: "compare", after: last, known: found };
  return {
    place: JSON.stringify(next),
    done: false,
    share: COMPARING * (ended ? 1 : shareOf(last)),
    counts: {
      found: living,
      fetched: differing.length - unread.length,
      published: work.tally.published - before,
      unchanged: Math.max(0, living - differing.length),
      differences: differing.length,
    },
    unread,
  };
}

/** An entry that somebody does not hold as it is: the subscriptions that need it, none named for all. */
interface Difference {
  readonly entry: LedgerEntry;
  readonly only: readonly string[];
}

async function differences(work: Work, entries: readonly LedgerEntry[]): Promise<readonly Difference[]> {
  const { holders, state, deps } = work.ports;
  const settled = await state.micros() - SETTLED_MS * 1_000;
  // What is in doubt is looked up by every round; what was never published was set aside by name.
  const old = entries.filter(({ revision, doubt, provider_id }) =>
    doubt === "" && provider_id !== "" && revision > 0 && revision < settled
  );
  const lacking = new Map<string, string[]>();
  for (const holder of holders) {
    for (const [doc_id, subscription] of await lackedBy(holder, work.key.user_id, old)) {
      lacking.set(doc_id, [...lacking.get(doc_id) ?? [], subscription]);
      deps.counters.add("verify_differences_total", { where: holder.service, resource: work.key.resource });
    }
  }
  return old.flatMap((entry): Difference[] => {
    // A crash came between entering and publishing.
    if (entry.state === "pending") return [{ entry, only: [] }];
    const only = lacking.get(entry.doc_id);
    return only === undefined ? [] : [{ entry, only }];
  });
}

/** The documents that a holder does not hold as the ledger has them, with the subscription that would tell it. */
async function lackedBy(
  holder: Holder,
  user_id: string,
  entries: readonly LedgerEntry[],
): Promise<readonly (readonly [string, string])[]> {
  const heard: { readonly entry: LedgerEntry; readonly subscription: string }[] = [];
  for (const entry of entries) {
    const listed = subscriptionOf(holder.service, entry.doc_type);
    if (listed !== undefined) heard.push({ entry, subscription: await holder.toldBy?.(listed) ?? listed });
  }
  if (heard.length === 0) return [];
  const held = await holder.held(user_id, heard.map(({ entry }) => entry.doc_id));
  return heard.filter(({ entry: { doc_id, revision, state } }) => {
    const known = held.get(doc_id);
    // Of what is gone nothing need be known; if it is, then that it is gone.
    if (state === "tombstone") return known !== undefined && known.revision < revision && !known.deleted;
    return known === undefined || known.revision < revision || known.deleted;
  }).map(({ entry, subscription }) => [entry.doc_id, subscription] as const);
}

/** Entries that the same subscriptions need, together. */
function grouped(differences: readonly Difference[]) {
  const groups = new Map<string, { only: readonly string[]; entries: LedgerEntry[] }>();
  for (const { entry, only } of differences) {
    const name = `${entry.doc_type === "email" ? "" : entry.doc_type}|${only.join(",")}`;
    const group = groups.get(name) ?? { only, entries: [] };
    group.entries.push(entry);
    groups.set(name, group);
  }
  return groups.values();
}

/** One page of an enumeration beside the live cursor; the ledger decides about each of its items. */
async function enumerate(work: Work, place: PlaceOf<"enumerate">): Promise<Stepped> {
  const { revision, tries } = await work.ledger.issue(work.lease, `verify:${await digest(place.cursor)}`);
  if (tries > DEATHS_MAX) throw new PermanentError("page_kills", "Reading a page ended the process several times");
  const before = work.tally.published;
  try {
    const page = await work.provider.changes(work.mailbox, work.key.resource, place.cursor);
    const { epochs, epoch, finished } = follow(place.epochs, page.enumeration, revision);
    await carryOut(work, await decidePage(work, page, { revision, epoch, comparing: true }));
    if (finished !== null) {
      await doubtUnseen(work, finished.container, finished.epoch);
      await resolveDoubts(work);
    }
    const seen = place.seen + page.documents.length;
    const published = work.tally.published - before;
    if (published > 0) {
      work.ports.deps.counters.add(
        "verify_differences_total",
        { where: "provider", resource: work.key.resource },
        published,
      );
    }
    const next: Place = { pass: "enumerate", cursor: page.cursor, epochs, known: place.known, seen };
    return {
      place: JSON.stringify(next),
      done: page.done,
      share: COMPARING + (1 - COMPARING) * Math.min(0.99, place.known === 0 ? 0 : seen / place.known),
      counts: { fetched: page.documents.length, published, differences: published },
      unread: [],
    };
  } catch (error) {
    // Whatever is not a death of the process is no step towards giving the page up.
    if (!(error instanceof LeaseLostError)) await work.ledger.commit(work.lease, { entries: [] });
    throw error;
  }
}

function follow(
  epochs: Readonly<Record<string, number>>,
  enumeration: { readonly container: string; readonly started: boolean; readonly finished: boolean } | null,
  revision: number,
) {
  if (enumeration === null) return { epochs, epoch: null, finished: null };
  const { container, started, finished } = enumeration;
  const epoch = started ? revision : epochs[container] ?? revision;
  if (!finished) return { epochs: { ...epochs, [container]: epoch }, epoch, finished: null };
  const { [container]: _, ...rest } = epochs;
  return { epochs: rest, epoch, finished: { container, epoch } };
}

/** Notes on the connection what the verification found. */
export async function noteVerification(work: Work, { reason, counts }: BatchPart): Promise<void> {
  if (reason !== "") return;
  await noteVerified(work.ports, work.key, { differences: counts.differences, repaired: counts.published });
}
