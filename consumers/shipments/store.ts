/** A person's shipments in their records: what each mail contributed, and what the person decided. */
import { z } from "zod";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import type { Records, State } from "../../shared/state/port.ts";
import { type Applied, commitAnew, contribute, type OneAtATime } from "../contributions/mod.ts";
import { Change, ListedShipment, StoredShipment } from "./change.ts";
import type { Decision, Shipment, Sighting } from "./model.ts";

/** What a mail last contributed to. A deleted mail, and one without shipments, is a revision and nothing else. */
const Contribution = z.object({
  revision: z.int().positive(),
  sightings: z.array(z.object({ shipment_id: z.string(), order_id: z.string() })),
});

/** What a revision of a mail says. */
export interface MailContribution {
  readonly doc_id: string;
  readonly revision: number;
  /** Asked for once, unless the revision is stale. */
  readonly read: () => Promise<readonly Sighting[]>;
}

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
    return await contribute({
      records: this.#records,
      collection: COLLECTIONS.shipmentMails,
      schema: Contribution,
      doc_id,
      revision,
      read,
      change: async (former, sightings) => {
        const change = await Change.begin(this.#records);
        await change.replace(doc_id, former?.sightings ?? [], sightings);
        const subjects = sightings.map(({ shipment_id, order_id }) => ({ shipment_id, order_id }));
        return { kept: { revision, sightings: subjects }, ops: change.ops() };
      },
      turn: ({ former, said, commit }) =>
        said.length + (former?.sightings.length ?? 0) > 0 ? turns.run(this.#user_id, commit) : commit(),
      what: "shipments",
      signal,
    });
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
    const micros = () => this.#state.micros();
    return await commitAnew({ records: this.#records, micros, what: "shipments" }, async () => {
      const change = await Change.begin(this.#records);
      const shipment = await change.decide(shipment_id, decided);
      return shipment === null ? null : { answer: shipment, ops: change.ops() };
    });
  }
}
