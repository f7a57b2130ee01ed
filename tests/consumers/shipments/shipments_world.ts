/** The consumer of shipments over a real state store, with everything that it writes to be looked at. */
import { createShipmentsConsumer, openShipments } from "../../../consumers/shipments/mod.ts";
import type { Email } from "../../../shared/contracts/documents.ts";
import { digest } from "../../../shared/contracts/ids.ts";
import { COLLECTIONS } from "../../../shared/contracts/records.ts";
import type { State } from "../../../shared/state/port.ts";
import { openSqliteState } from "../../../shared/state/sqlite/mod.ts";
import { seededRandom } from "../../simulation/random.ts";
import { SimulatedClock } from "../../simulation/clock.ts";
import { emailEvent, sampleEmail } from "../dispatch_rig.ts";
import type { Delivery } from "../../../consumers/registry.ts";

/** Numbers whose check digits are right. */
export const UPS = "1Z5R89390357567127";
export const OTHER_UPS = "1Z879E930346834440";

const delivery: Delivery = {
  subscription: "shipments-emails",
  message_id: "m1",
  published_at: "2026-03-02T09:00:00.000Z",
  attempt: 1,
  signal: new AbortController().signal,
  attributes: {},
};

/** What a mail of a test says; the rest is as in `sampleEmail`. */
export interface Told {
  readonly from: string;
  readonly subject: string;
  readonly body: string;
  /** ISO 8601. */
  readonly at: string;
}

export function mailOf({ from, subject, body, at }: Told, over: Partial<Email> = {}): Email {
  const [, name = "", address = from] = /^(.*) <(.*)>$/.exec(from) ?? [];
  return sampleEmail({ from: { name, address }, title: subject, body, received_at: at, last_updated: at, ...over });
}

/** A shop's and a carrier's mails about one parcel, in the order of time. */
export const STORY = {
  ordered: {
    from: "Cedar & Pine <hello@cedarandpine.example>",
    subject: "Order confirmation CP-1042",
    body: "Thank you for your order CP-1042. We'll email you when it ships. Estimated delivery: 5 March 2026",
    at: "2026-03-01T08:00:00.000Z",
  },
  shipped: {
    from: "Cedar & Pine <hello@cedarandpine.example>",
    subject: "Your order CP-1042 has shipped",
    body: `Your order CP-1042 has shipped.\nUPS tracking number: ${UPS}\nBrass lantern × 1`,
    at: "2026-03-02T08:00:00.000Z",
  },
  tomorrow: {
    from: "UPS <mcinfo@ups.com>",
    subject: "UPS Update: Package Scheduled for Delivery Tomorrow",
    body: `Scheduled Delivery: Thursday, 03/05/2026\nTracking Number: ${UPS}`,
    at: "2026-03-04T15:00:00.000Z",
  },
  delivered: {
    from: "UPS <mcinfo@ups.com>",
    subject: "UPS Update: Your Package Was Delivered",
    body: `Your package has been delivered.\nTracking Number: ${UPS}`,
    at: "2026-03-05T16:00:00.000Z",
  },
} as const satisfies Record<string, Told>;

export type World = Awaited<ReturnType<typeof openWorld>>;

export function openState(): State {
  return openSqliteState({ path: ":memory:", clock: new SimulatedClock(), random: seededRandom(1) });
}

/** A consumer for each of the handles on one store, as instances have them; events go to them by turns. */
export async function openWorld(handles: readonly [State, ...State[]] = [openState()]) {
  const [state] = handles;
  const handlers = handles.map((handle) => {
    const consumer = createShipmentsConsumer(handle);
    if (consumer.kind !== "events") throw new TypeError("The consumer handles events");
    return consumer.handle;
  });
  let turn = 0;
  const shipments = openShipments(state);
  const base = await state.micros();
  const query = { status: undefined, carrier: undefined, dismissed: false, min_confidence: 0.5, cursor: "", limit: 50 };
  return {
    state,
    shipments,
    docId: (name: string) => digest("test", name),
    /** Delivers a revision of a mail, or its deletion. */
    async deliver(name: string, revision: number, told: Told | null, over: Partial<Email> = {}, user_id = "ada") {
      const doc_id = await digest("test", name);
      const document = told === null ? null : mailOf(told, { doc_id, ...over });
      const event = await emailEvent({
        user_id,
        doc_id,
        revision: base + revision,
        operation: told === null ? "delete" : "create",
      });
      return await handlers[turn++ % handlers.length]?.(event, document, delivery);
    },
    list: async (over: Partial<typeof query> = {}, user_id = "ada") =>
      (await shipments.list(user_id, { ...query, ...over })).items,
    /** All that the consumer keeps of a person but the fence, whole. `mails`: the revisions too. */
    async kept({ mails = true } = {}) {
      const records = state.records({ user_id: "ada" });
      const { shipmentMails, shipmentSightings, shipmentOrders, shipments, shipmentsByTime } = COLLECTIONS;
      const kept: Record<string, unknown> = {};
      for (
        const name of [shipmentSightings, shipmentOrders, shipments, shipmentsByTime, ...(mails ? [shipmentMails] : [])]
      ) {
        for (const { id, value } of await records.list(name, { limit: 1_000 })) {
          if (id !== "fence") kept[`${name}/${id}`] = value;
        }
      }
      return kept;
    },
    [Symbol.asyncDispose]: () => state.close(),
  };
}
