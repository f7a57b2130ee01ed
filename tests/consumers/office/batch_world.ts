/** The small world of office with batches in it: their messages are delivered, and consumers hold what they are told. */
import { type Batches, type BatchWish, openBatches } from "../../../consumers/office/mod.ts";
import type { OfficePorts } from "../../../consumers/office/mod.ts";
import type { Held, Holder } from "../../../consumers/registry.ts";
import { TransientError } from "../../../shared/contracts/errors.ts";
import type { SyncTask } from "../../../shared/contracts/messages.ts";
import type { ServiceName } from "../../../shared/contracts/names.ts";
import { delivery, KEY, openWorld, type Process, type World } from "./world.ts";

export interface BatchWorld extends World {
  readonly batches: Batches;
  readonly loader: Reader;
  readonly shipments: Reader;
  begin(over?: Partial<BatchWish>): ReturnType<Batches["begin"]>;
  /** Delivers all tasks and changes to a process, those that are refused again. */
  finish(process?: Process): Promise<void>;
  /** Delivers one task. @returns what came of it, or the code of why it was refused */
  work(process: Process, task: SyncTask, attempt?: number): Promise<string>;
  takeTask(): SyncTask;
}

/** A consumer that goes by revisions, and can be made to forget. */
export class Reader implements Holder {
  readonly #held = new Map<string, Held>();
  #read = 0;
  readonly asked: number[] = [];

  constructor(readonly service: ServiceName, readonly subscription: string, readonly world: World) {}

  #catchUp(): void {
    const { events, only } = this.world.bus;
    for (; this.#read < events.length; this.#read++) {
      const event = events[this.#read];
      const for_us = only[this.#read] === "" || only[this.#read]?.split(",").includes(this.subscription);
      if (event === undefined || !for_us) continue;
      const known = this.#held.get(event.doc_id);
      if (known !== undefined && known.revision >= event.revision) continue;
      this.#held.set(event.doc_id, { revision: event.revision, deleted: event.operation === "delete" });
    }
  }

  held(_user_id: string, doc_ids: readonly string[]): Promise<ReadonlyMap<string, Held>> {
    this.#catchUp();
    this.asked.push(doc_ids.length);
    return Promise.resolve(
      new Map(doc_ids.flatMap((id) => {
        const held = this.#held.get(id);
        return held === undefined ? [] : [[id, held] as const];
      })),
    );
  }

  living(): string[] {
    this.#catchUp();
    return [...this.#held].flatMap(([id, { deleted }]) => deleted ? [] : [id]).sort();
  }

  forget(doc_ids: readonly string[]): void {
    this.#catchUp();
    for (const id of doc_ids) this.#held.delete(id);
  }

  /** As if a document that is gone were still there. */
  keep(doc_id: string): void {
    this.#catchUp();
    this.#held.set(doc_id, { revision: 1, deleted: false });
  }
}

export async function openBatchWorld(folders?: readonly string[]): Promise<BatchWorld> {
  const world = await openWorld(folders);
  const loader = new Reader("vespa-loader", "vespa-loader-emails", world);
  const shipments = new Reader("shipments", "shipments-emails", world);
  world.equip({ holders: [loader, shipments], index: world.ports.index });
  const ports = (): OfficePorts => world.ports;
  const batches = openBatches(ports());
  const batch_world: BatchWorld = {
    ...world,
    batches,
    loader,
    shipments,
    begin: (over = {}) =>
      world.clock.runUntil(
        batches.begin({
          user_id: KEY.user_id,
          kind: "refresh",
          cause: "request",
          connections: [],
          resources: [],
          from: "",
          to: "",
          key: "",
          ...over,
        }),
        { limitMs: 10_000 },
      ),
    takeTask() {
      const task = world.bus.tasks.shift();
      if (task === undefined) throw new RangeError("Cannot take a task: there is none");
      return task;
    },
    async work(process, task, attempt = 1) {
      try {
        return await world.clock.runUntil(process.task(task, { ...delivery("office-sync-tasks"), attempt }), {
          stepMs: 250,
          limitMs: 400_000,
        });
      } catch (error) {
        if (error instanceof TransientError) return error.code;
        throw error;
      }
    },
    async finish(process = world.start()) {
      for (let deliveries = 0; world.bus.tasks.length > 0; deliveries++) {
        if (deliveries > 500) throw new Error("The tasks do not come to an end");
        const task = batch_world.takeTask();
        try {
          await world.clock.runUntil(process.task(task, delivery("office-sync-tasks")), {
            stepMs: 250,
            limitMs: 400_000,
          });
        } catch (error) {
          if (!(error instanceof TransientError)) throw error;
          world.bus.tasks.push(task);
          await world.clock.advance(error.retry_after_ms);
        }
        await world.settle(process);
      }
      await world.settle(process);
    },
  };
  return batch_world;
}
