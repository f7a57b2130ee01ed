/** Mails and files that belong to a meeting: asked of the index when somebody looks at the meeting. */
import { docId } from "../../shared/contracts/ids.ts";
import type { DocType } from "../../shared/contracts/names.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import type { Condition, Index, SearchHit } from "../../shared/index/port.ts";
import type { QueryWords } from "../../shared/index/query_words.ts";
import type { Meeting } from "./fold.ts";
import type { Span } from "./model.ts";
import { isExternal, type Own } from "./people.ts";
import { peopleOf } from "./show.ts";
import type { Related } from "./views.ts";

const RELATED_MAX = 20;
const HITS_MAX = 10;
/** Participants whose mails and files are looked for, those from elsewhere first. */
const PEOPLE_MAX = 6;
/** A shorter part of a link names no meeting. */
const LINK_CHARACTERS_MIN = 8;
/** A title of one word names too many things. */
const TITLE_WORDS_MIN = 2;
const DAY_MS = 24 * 60 * 60_000;
/** How long before and after a meeting something is about it: by its subject, and by who it is from. */
const AROUND_MS = {
  subject: { before: 60 * DAY_MS, after: 14 * DAY_MS },
  participants: { before: 14 * DAY_MS, after: 7 * DAY_MS },
};
const WEIGHTS = { link: 8, subject: 4, participants: 1 } as const;
type Reason = keyof typeof WEIGHTS;

const NO_WORDS: QueryWords = { wanted: [], unwanted: [], unfindable: false };
const TYPES: readonly DocType[] = ["email", "word_document", "sheet_document", "presentation_document"];

/** Whose meeting it is, and which of its times is looked at. */
export interface RelatedTo {
  readonly index: Pick<Index, "search" | "document">;
  readonly user_id: string;
  readonly connections: readonly Connection[];
  readonly own: Own;
  readonly meeting: Meeting;
  readonly at: Span;
}

/** What belongs to it, what most does first. */
export async function relatedTo(to: RelatedTo): Promise<Related[]> {
  const found = new Map<string, Related & { weight: number }>();
  const add = (reason: Reason, hits: readonly Omit<Related, "reasons">[]) => {
    for (const hit of hits) {
      const known = found.get(hit.doc_id) ?? { ...hit, reasons: [], weight: 0 };
      if (!known.reasons.includes(reason)) known.reasons.push(reason);
      found.set(hit.doc_id, { ...known, weight: known.weight + WEIGHTS[reason] });
    }
  };
  const people = participants(to);
  const [files, links, subjects, ...mails] = await Promise.all([
    linkedFiles(to),
    named(to),
    titled(to),
    ...people.map((address) =>
      search(to, "participants", NO_WORDS, [{ field: "from", value: address, negated: false }])
    ),
  ]);
  add("link", files);
  add("link", links);
  add("subject", subjects);
  for (const hits of mails) add("participants", hits);
  return [...found.values()]
    .sort((a, b) => b.weight - a.weight || compare(b.happened_at, a.happened_at) || compare(a.doc_id, b.doc_id))
    .slice(0, RELATED_MAX)
    .map(({ weight: _, ...related }) => related);
}

/** Files by their ids in the accounts that the person has connected. */
async function linkedFiles({ index, user_id, connections, meeting }: RelatedTo): Promise<Omit<Related, "reasons">[]> {
  const ids = new Set(meeting.copies.flatMap(({ files }) => files.map(({ provider_id }) => provider_id)));
  const accounts = connections.filter(({ provider }) => provider === "google");
  const documents = await Promise.all(
    [...ids].slice(0, RELATED_MAX).flatMap((provider_id) =>
      accounts.map(async ({ provider, account_id }) =>
        await index.document(user_id, await docId({ user_id, provider, account_id, container: "", provider_id }))
      )
    ),
  );
  return documents.flatMap((stored) => {
    if (stored === null) return [];
    const { doc_id, doc_type, document: { title, happened_at, url } } = stored;
    return [{ doc_id, doc_type, title, happened_at, url }];
  });
}

/** Mails and files that hold the meeting's own link. */
async function named(to: RelatedTo): Promise<Omit<Related, "reasons">[]> {
  const link = to.meeting.copies.find(({ online_url }) => online_url !== "")?.online_url ?? "";
  const parts = URL.parse(link)?.pathname.split("/").map(decoded) ?? [];
  const own = parts.filter((part) => part.length >= LINK_CHARACTERS_MIN && /\d|-/.test(part)).at(-1);
  if (own === undefined) return [];
  return await search(to, "subject", { ...NO_WORDS, wanted: [{ text: own, prefix: false }] }, []);
}

async function titled(to: RelatedTo): Promise<Omit<Related, "reasons">[]> {
  const title = to.meeting.lead.title.replace(/^\s*((re|aw|fwd?|wg|tr|cancell?ed|updated|abgesagt)\s*:\s*)+/i, "")
    .trim();
  if (title.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "").length < TITLE_WORDS_MIN) return [];
  return await search(to, "subject", NO_WORDS, [{ field: "subject", value: title, negated: false }]);
}

async function search(
  { index, user_id, at }: RelatedTo,
  around: keyof typeof AROUND_MS,
  words: QueryWords,
  conditions: readonly Condition[],
): Promise<Omit<Related, "reasons">[]> {
  const { before, after } = AROUND_MS[around];
  const { hits } = await index.search({
    user_id,
    words,
    types: TYPES,
    providers: [],
    conditions,
    after: new Date(at.from - before).toISOString(),
    before: new Date(at.to + after).toISOString(),
    sort: "newest",
    cursor: "",
    limit: HITS_MAX,
    explain: false,
  });
  return hits.map(({ doc_id, doc_type, title, happened_at, url }: SearchHit) => ({
    doc_id,
    doc_type,
    title,
    happened_at,
    url,
  }));
}

/** Addresses of the others, those from elsewhere first. */
function participants({ meeting, own }: RelatedTo): string[] {
  const others = peopleOf(meeting.copies).filter(({ address }) => address !== "" && !own.addresses.has(address));
  const external = others.filter((person) => isExternal(person, own));
  return [...new Set([...external, ...others].map(({ address }) => address))].slice(0, PEOPLE_MAX);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
