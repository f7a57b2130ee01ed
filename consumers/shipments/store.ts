/** A person's shipments in their records: what each mail contributed, and what the person decided. */
import { z } from "zod";
import { TransientError } from "../../shared/contracts/errors.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import type { Records, State } from "../../shared/state/port.ts";
import { Change, ListedShipment, StoredShipment } from "./change.ts";
import type { Decision, Shipment, Sighting } from "./model.ts";
import type { OneAtATime } from "./one_at_a_time.ts";

/** What a mail last contributed to. A deleted mail, and one without shipments, is a revision and nothing else. */
const Contribution = z.object({
  revision: z.int().positive(),
  sightings: z.array(z.object({ shipment_id: z.string(), order_id: z.string() })),
});
type Contribution = z.infer<typeof Contribution>;

/** What a revision of a mail says. */
export interface MailContribution {
  readonly doc_id: string;
  readonly revision: number;
  /** Asked for once, unless the revision is stale. */
  readonly read: () => Promise<readonly Sighting[]>;
}

/** What came of a mail: `stale` when that revision or a newer one is known. */
export type Applied = "applied" | "stale" | "erased";

/** A write that another one overtook is tried again this often. */
const TRIES = 50;

/** The shipments of one person. */
export class ShipmentStore {
  readonly #state: Pick<State, "micros">;
  readonly #user_id: string;
  readonly #records: Records;

  constructor(state: Pick<State, "records" | "micros">, user_id: string) {
    this.#state = state;
    this.#user_id = user_id;
    this.#records = state.records({ user_id });
  }

  /**
   * Replaces what a mail contributed by what this revision of it says: new for old, in one step.
   * @param turns where changes of shipments wait for each other; mails without any overtake them
   * @throws TransientError when others keep writing
   */
  async contribute(
    { doc_id, revision, read }: MailContribution,
    turns: OneAtATime,
    signal: AbortSignal,
  ): Promise<Applied> {
    let now: readonly Sighting[] | null = null;
    for (let tries = 0; tries < TRIES; tries++) {
      signal.throwIfAborted();
      const record = await this.#records.get(COLLECTIONS.shipmentMails, doc_id);
      const former = record === null ? null : Contribution.parse(record.value);
      if (former !== null && former.revision >= revision) return "stale";
      const sightings = now ??= await read();
      const replace = async () => {
        const change = await Change.begin(this.#records);
        await change.replace(doc_id, former?.sightings ?? [], sightings);
        const subjects = sightings.map(({ shipment_id, order_id }) => ({ shipment_id, order_id }));
        const contribution: Contribution = { revision, sightings: subjects };
        return await this.#records.commit([
          { op: "check", collection: COLLECTIONS.shipmentMails, id: doc_id, version: record?.version ?? 0 },
          { op: "put", collection: COLLECTIONS.shipmentMails, id: doc_id, value: contribution },
          ...change.ops(),
        ], revision);
      };
      const changes = sightings.length > 0 || (former?.sightings.length ?? 0) > 0;
      const { kind } = changes ? await turns.run(this.#user_id, replace) : await replace();
      if (kind === "erased") return "erased";
      if (kind === "committed") return "applied";
    }
    throw contended();
  }

  /** Null when there is none of that id, or no mail tells of it any more. */
  async get(shipment_id: string): Promise<Shipment | null> {
    const record = await this.#records.get(COLLECTIONS.shipments, shipment_id);
    return record === null ? null : StoredShipment.parse(record.value).shipment;
  }

  /** The places of shipments in the list behind that one, the newest first. */
  async list(after: string, limit: number): Promise<{ readonly id: string; readonly listed: ListedShipment }[]> {
    const records = await this.#records.list(COLLECTIONS.shipmentsByTime, { after, limit });
    return records.map(({ id, value }) => ({ id, listed: ListedShipment.parse(value) }));
  }

  /**
   * Changes what the person decided of a shipment. @returns the shipment then; null when there is none
   * @throws TransientError when others keep writing
   */
  async decide(shipment_id: string, decided: (former: Decision) => Decision): Promise<Shipment | null> {
    for (let tries = 0; tries < TRIES; tries++) {
      const as_of = await this.#state.micros();
      const change = await Change.begin(this.#records);
      const shipment = await change.decide(shipment_id, decided);
      if (shipment === null) return null;
      const { kind } = await this.#records.commit(change.ops(), as_of);
      if (kind === "erased") return null;
      if (kind === "committed") return shipment;
    }
    throw contended();
  }
}

function contended(): TransientError {
  return new TransientError("shipments_contended", "The person's shipments are being written elsewhere", {
    scope: "whole",
    retry_after_ms: 1_000,
  });
}
