/** A person's meetings in their records: what each event contributed, and where it stands in time. */
import { z } from "zod";
import { PermanentError } from "../../shared/contracts/errors.ts";
import { DocId } from "../../shared/contracts/ids.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import type { RecordOp, Records, State } from "../../shared/state/port.ts";
import { type Applied, contribute } from "../contributions/mod.ts";
import { Copy, type Span } from "./model.ts";
import { lastStart } from "./series.ts";

/** What an event last contributed, and where. A deleted one is a revision and nothing else. */
const Contribution = z.object({
  revision: z.int().positive(),
  meeting_id: z.union([DocId, z.literal("")]),
  /** Its id among the places; `""` for an event without a time. */
  place: z.string(),
});
type Contribution = z.infer<typeof Contribution>;

/** When an event begins: what is not seen from a place that is ordered by its end. */
const Place = z.object({ begins_at: z.string() });

/** What a revision of an event says. */
export interface EventContribution {
  readonly doc_id: string;
  readonly revision: number;
  /** Null for a deleted event. Asked for once, unless the revision is stale. */
  readonly read: () => Promise<Copy | null>;
}

const DAY_MS = 24 * 60 * 60_000;
/** What lasts longer is found by its end, as series are. */
const SHORT_MS = 7 * DAY_MS;
/** Whole days begin up to 14 hours before, and end up to 12 hours after, midnight UTC. */
const ZONES_MS = DAY_MS;
/** Events that one answer looks at, of each kind of place. */
const PLACES_MAX = 5_000;
/** Copies of one meeting: a calendar's series and its exceptions, in each calendar. */
const COPIES_MAX = 2_000;
/** Reads at once. */
const READS = 50;
/** Later than any moment that is written with four digits of year. */
const NEVER = "9999-12-31T23:59:59.999Z";

/** The meetings of one person. */
export class MeetingStore {
  readonly #records: Records;

  constructor(state: Pick<State, "records">, user_id: string) {
    this.#records = state.records({ user_id });
  }

  /**
   * Replaces what an event contributed by what this revision of it says: new for old, in one step. Nothing else is
   * written: meetings are folded from their copies when they are read.
   * @throws TransientError when others keep writing
   */
  async contribute({ doc_id, revision, read }: EventContribution, signal: AbortSignal): Promise<Applied> {
    return await contribute({
      records: this.#records,
      collection: COLLECTIONS.meetingEvents,
      schema: Contribution,
      doc_id,
      revision,
      read,
      change: (former, copy) => Promise.resolve(changeOf(doc_id, revision, former, copy)),
      turn: ({ commit }) => commit(),
      what: "meetings",
      signal,
    });
  }

  /** All copies of a meeting, by document id. Empty when no event tells of it. */
  async copies(meeting_id: string): Promise<Copy[]> {
    const records = await this.#records.list(COLLECTIONS.meetingCopies, {
      after: `${meeting_id}|`,
      // `}` is the character behind `|`.
      before: `${meeting_id}}`,
      limit: COPIES_MAX,
    });
    return records.map(({ value }) => Copy.parse(value));
  }

  /**
   * The copies of each meeting that may take place in the span.
   * @throws PermanentError `range_too_full`
   */
  async meetingsIn(span: Span): Promise<Copy[][]> {
    const ids = await this.#idsIn(span);
    const meetings: Copy[][] = [];
    for (let at = 0; at < ids.length; at += READS) {
      meetings.push(...await Promise.all(ids.slice(at, at + READS).map((id) => this.copies(id))));
    }
    return meetings.filter((copies) => copies.length > 0);
  }

  async #idsIn({ from, to }: Span): Promise<string[]> {
    const begins_before = momentOf(to + ZONES_MS);
    const [short, long] = await Promise.all([
      this.#places(`at|${momentOf(from - SHORT_MS - ZONES_MS)}`, `at|${begins_before}`),
      this.#places(`until|${momentOf(from - ZONES_MS)}`, "until}"),
    ]);
    const ids = [...short, ...long].filter(({ value }) => Place.parse(value).begins_at < begins_before)
      .map(({ id }) => id.split("|")[2] ?? "");
    return [...new Set(ids)].sort();
  }

  async #places(after: string, before: string) {
    const places = await this.#records.list(COLLECTIONS.meetingPlaces, { after, before, limit: PLACES_MAX + 1 });
    if (places.length <= PLACES_MAX) return places;
    throw new PermanentError(
      "range_too_full",
      `There are more than ${PLACES_MAX} events in that time. Ask for a shorter one.`,
      { field: "to" },
    );
  }
}

function changeOf(doc_id: string, revision: number, former: Contribution | null, copy: Copy | null) {
  const ops: RecordOp[] = [];
  if (former !== null && former.meeting_id !== "") {
    ops.push({ op: "delete", collection: COLLECTIONS.meetingCopies, id: `${former.meeting_id}|${doc_id}` });
    if (former.place !== "") ops.push({ op: "delete", collection: COLLECTIONS.meetingPlaces, id: former.place });
  }
  const kept: Contribution = {
    revision,
    meeting_id: copy?.meeting_id ?? "",
    place: copy === null ? "" : placeOf(copy),
  };
  if (copy !== null) {
    ops.push({ op: "put", collection: COLLECTIONS.meetingCopies, id: `${copy.meeting_id}|${doc_id}`, value: copy });
    const value: z.infer<typeof Place> = { begins_at: copy.starts_at };
    if (kept.place !== "") ops.push({ op: "put", collection: COLLECTIONS.meetingPlaces, id: kept.place, value });
  }
  return { kept, ops };
}

/** Where an event is found: what is short by its beginning, what is long or comes again by its last end. */
function placeOf(copy: Copy): string {
  const [begins, ends] = [Date.parse(copy.starts_at), Date.parse(copy.ends_at)];
  if (Number.isNaN(begins) || Number.isNaN(ends)) return "";
  const whose = `${copy.meeting_id}|${copy.doc_id}`;
  if (copy.kind !== "series") {
    return ends - begins <= SHORT_MS ? `at|${copy.starts_at}|${whose}` : `until|${copy.ends_at}|${whose}`;
  }
  return `until|${momentOf(lastStart(copy) + ends - begins)}|${whose}`;
}

function momentOf(ms: number): string {
  const moment = ms < Date.parse(NEVER) ? new Date(Math.max(0, ms)).toISOString() : NEVER;
  return moment;
}
