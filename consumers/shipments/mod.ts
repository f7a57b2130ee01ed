/** Shipments: what a person's mails say of parcels on their way. Loaded with the first mail, or the first question. */
import type { State } from "../../shared/state/port.ts";
import type { Consumer, EventHandler } from "../registry.ts";
import type { Shipments } from "./shipments.ts";

export { Carrier, Correction, Expected, Shipment, SHOWN_CONFIDENCE_MIN, Status } from "./model.ts";
export type { CorrectionChanges, Shipments } from "./shipments.ts";

/** The consumer of `shipments-emails`. */
export function createShipmentsConsumer(state: Pick<State, "records" | "micros">): Consumer {
  let handler: Promise<EventHandler> | null = null;
  return {
    service: "shipments",
    kind: "events",
    async handle(event, document, delivery) {
      handler ??= import("./apply.ts").then(({ applyTo }) => applyTo(state));
      return await (await handler)(event, document, delivery);
    },
  };
}

/** The shipments of all people, for the routes. */
export function openShipments(state: Pick<State, "records" | "micros">): Shipments {
  let loaded: Promise<Shipments> | null = null;
  const opened = () => loaded ??= import("./shipments.ts").then(({ shipmentsOf }) => shipmentsOf(state));
  return {
    list: async (...args) => await (await opened()).list(...args),
    get: async (...args) => await (await opened()).get(...args),
    correct: async (...args) => await (await opened()).correct(...args),
    dismiss: async (...args) => await (await opened()).dismiss(...args),
  };
}
