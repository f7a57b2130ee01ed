/** Writes while the victim lives, from this process, which survives it; notes what was acknowledged. */
import { z } from "zod";
import type { Random } from "../../shared/contracts/deps.ts";
import { hex } from "../../shared/contracts/ids.ts";
import { systemClock } from "../../shared/system/mod.ts";
import { seededRandom } from "../simulation/random.ts";
import type { Publication } from "./control.ts";
import type { Door } from "./door.ts";
import { Journal, type Write } from "./journal.ts";
import { publicationOf } from "./mail.ts";

/** Requests at once. */
const WORKERS = 8;
/** Events of one request. */
const BATCH_MAX = 5;
const LARGE_SHARE = 0.05;

const Acknowledged = z.object({ ids: z.array(z.string().min(1)) });

interface Batch {
  readonly writes: readonly Write[];
  readonly publication: Publication;
}

/** Eight workers, each with documents of its own. */
export class Writer {
  readonly journal = new Journal();
  readonly #user_id: string;
  readonly #door: Door;
  readonly #pause_ms_max: number;
  readonly #working: Promise<unknown>;
  #stopped = false;
  #revision = systemClock.now() * 1_000;
  #words = 0;

  /** @param pause_ms_max the longest that a worker waits between two requests, milliseconds */
  constructor(user_id: string, door: Door, seed: number, pause_ms_max: number) {
    this.#user_id = user_id;
    this.#door = door;
    this.#pause_ms_max = pause_ms_max;
    const workers = Array.from({ length: WORKERS }, (_, number) => this.#work(seededRandom(seed + 1 + number)));
    this.#working = Promise.all(workers);
  }

  /** Resolves when nothing is under way. The door must be shut or have somebody behind it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  async #work(random: Random): Promise<void> {
    const doc_ids: string[] = [];
    let unknown: Batch | undefined;
    while (!this.#stopped) {
      const address = await this.#door.entered();
      if (address === null) return;
      const batch: Batch = unknown ?? await this.#compose(doc_ids, random);
      const acknowledged = await this.#send(address, batch);
      // Some of what has no answer is sent once more just as it was, as a client does.
      unknown = !acknowledged && random.next() < 0.5 ? batch : undefined;
      await systemClock.sleep(random.next() * this.#pause_ms_max);
    }
  }

  async #compose(doc_ids: string[], random: Random): Promise<Batch> {
    const writes: Write[] = [];
    const publication: Publication = { events: [], refs: [] };
    for (let left = 1 + Math.floor(random.next() * BATCH_MAX); left > 0; left--) {
      const write = this.#write(doc_ids, random);
      const { events, refs } = await publicationOf(this.#user_id, write, random.next() < LARGE_SHARE);
      publication.events.push(...events);
      publication.refs.push(...refs);
      writes.push(write);
    }
    for (const write of writes) this.journal.note(write);
    return { writes, publication };
  }

  /** A new document more often than a new version of one, and sometimes a delete. */
  #write(doc_ids: string[], random: Random): Write {
    const chance = random.next();
    const known = chance < 0.55 ? undefined : doc_ids[Math.floor(random.next() * doc_ids.length)];
    const doc_id = known ?? hex(random.bytes(16));
    if (known === undefined) doc_ids.push(doc_id);
    const operation = known !== undefined && chance > 0.85 ? "delete" : "put";
    const word = operation === "delete" ? "" : `zq${String(++this.#words).padStart(7, "0")}`;
    return { doc_id, revision: ++this.#revision, operation, word, acknowledged: false };
  }

  async #send(address: string, { writes, publication }: Batch): Promise<boolean> {
    let ids: string[];
    try {
      const answer = await fetch(`${address}/publish`, { method: "POST", body: JSON.stringify(publication) });
      if (answer.status !== 200) {
        await answer.body?.cancel();
        return false;
      }
      ids = Acknowledged.parse(await answer.json()).ids;
    } catch {
      return false;
    }
    if (ids.length !== writes.length) throw new Error(`${writes.length} writes, but ${ids.length} ids`);
    for (const write of writes) write.acknowledged = true;
    return true;
  }
}
