/** Who watches a batch: one look a second for all watchers of it, whoever they are and however many. */
import type { Batches, BatchView } from "../consumers/office/mod.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { reasonOf } from "../shared/contracts/errors.ts";
import { digest } from "../shared/contracts/ids.ts";

const LOOK_EVERY_MS = 1_000;

/** Proxies close a connection on which nothing happens, often after 30 or 60 seconds. */
const HEARTBEAT_MS = 15_000;

/** What a reader that does not read may leave waiting, in chunks; after that its stream ends. */
const WAITING_MAX = 100;

const encoder = new TextEncoder();
const HEARTBEAT = encoder.encode(": still here\n\n");

/** A batch as it was at the last look, ready to be sent. */
interface Look {
  /** Of what is in it, so that it means the same on every instance. */
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ended: boolean;
}

type Listener = (bytes: Uint8Array<ArrayBuffer>, last: boolean) => void;

/** The streams of one instance. */
export class BatchWatch {
  readonly #batches: Pick<Batches, "view">;
  readonly #deps: Pick<Deps, "clock" | "log">;
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Streams that are open now. */
  streams = 0;

  constructor(batches: Pick<Batches, "view">, deps: Pick<Deps, "clock" | "log">) {
    this.#batches = batches;
    this.#deps = deps;
  }

  /**
   * A stream of the batch until it ends or its reader goes away.
   * @param seen the id of the event that the reader saw last; `""` for none
   * @returns null when the reader has seen the end
   */
  async open(user_id: string, batch_id: string, seen: string): Promise<ReadableStream<Uint8Array> | null> {
    const first = await this.#look(user_id, batch_id);
    if (first === null || (first.ended && first.id === seen)) return null;
    let close = () => {};
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const send: Listener = (bytes, last) => {
          controller.enqueue(bytes);
          if (!last && (controller.desiredSize ?? 0) > -WAITING_MAX) return;
          close();
          controller.close();
        };
        if (!first.ended) close = this.#listen(user_id, batch_id, first.id, send);
        if (first.id !== seen || first.ended) send(first.bytes, first.ended);
      },
      cancel: () => close(),
    });
  }

  #listen(user_id: string, batch_id: string, id: string, listener: Listener): () => void {
    const key = `${user_id}|${batch_id}`;
    const known = this.#listeners.get(key);
    const listeners = known ?? new Set();
    listeners.add(listener);
    this.streams++;
    if (known === undefined) {
      this.#listeners.set(key, listeners);
      this.#follow(user_id, batch_id, id, listeners);
    }
    return () => {
      if (listeners.delete(listener)) this.streams--;
    };
  }

  async #follow(user_id: string, batch_id: string, id: string, listeners: ReadonlySet<Listener>): Promise<void> {
    const { clock, log } = this.#deps;
    let told = id;
    let told_at = clock.now();
    while (listeners.size > 0) {
      await clock.sleep(LOOK_EVERY_MS);
      try {
        const look = await this.#look(user_id, batch_id);
        if (look === null) { for (const listener of [...listeners]) listener(HEARTBEAT, true); }
        if (look === null) continue;
        const quiet = look.id === told && !look.ended;
        if (quiet && clock.now() - told_at < HEARTBEAT_MS) continue;
        for (const listener of [...listeners]) listener(quiet ? HEARTBEAT : look.bytes, look.ended);
        told = look.id;
        told_at = clock.now();
      } catch (error) {
        // A store that is away: the watchers wait with us.
        log.warn("batch.watch_failed", { batch_id, reason: reasonOf(error) });
      }
    }
    // In the same turn as the last look at the listeners: whoever comes now begins anew.
    this.#listeners.delete(`${user_id}|${batch_id}`);
  }

  async #look(user_id: string, batch_id: string): Promise<Look | null> {
    const view = await this.#batches.view(user_id, batch_id);
    if (view === null) return null;
    // What only the passing of time changes is no news.
    const id = await digest(JSON.stringify({ ...view, rate_per_second: 0, estimated_end: "" } satisfies BatchView));
    const ended = view.ended_at !== "";
    const text = `id: ${id}\nevent: ${ended ? "end" : "progress"}\ndata: ${JSON.stringify(view)}\n\n`;
    return { id, bytes: encoder.encode(text), ended };
  }
}
