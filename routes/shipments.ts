/** `/v1/shipments`: parcels on their way to a person, as their mails tell of them. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  Carrier,
  Correction,
  Expected,
  Shipment,
  type Shipments,
  SHOWN_CONFIDENCE_MIN,
  Status,
} from "../consumers/shipments/mod.ts";
import { DocId } from "../shared/contracts/ids.ts";
import { allow, type App } from "./access.ts";
import { afterOf, cursorAfter, PageQuery } from "./paging.ts";
import { missing, problems } from "./problem.ts";
import { named } from "./schema.ts";

const IdParams = z.object({ shipment_id: DocId });

const Summary = Shipment.omit({ history: true }).openapi("ShipmentSummary");
const Whole = named(
  Shipment.extend({
    /** The mails that tell of it, the earliest first; each at `/v1/documents/{doc_id}`. */
    sources: z.array(z.object({ doc_id: DocId, url: z.string() })),
  }),
  "Shipment",
);
type Whole = z.infer<typeof Whole>;

/** Each field that is given is set; null takes it from the mails again. */
const Changes = z.strictObject({
  carrier: Carrier.nullable().exactOptional(),
  status: Status.nullable().exactOptional(),
  expected: Expected.nullable().exactOptional(),
  merchant: Correction.shape.merchant.unwrap().nullable().exactOptional(),
  order_number: Correction.shape.order_number.unwrap().nullable().exactOptional(),
}).openapi("ShipmentCorrection", { required: [] });

const json = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { "application/json": { schema } },
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/shipments",
  tags: ["Shipments"],
  summary: "List shipments, the newest first",
  middleware: allow("user"),
  request: {
    query: PageQuery.extend({
      state: Status.optional().openapi({ description: "Only those of this status." }),
      carrier: Carrier.exclude([""]).optional(),
      dismissed: z.enum(["true", "false"]).default("false").openapi({ description: "`true`: the dismissed alone." }),
      min_confidence: z.coerce.number().min(0).max(1).default(SHOWN_CONFIDENCE_MIN).openapi({
        description: "0 shows numbers that only look like a parcel's, too.",
      }),
    }),
  },
  responses: {
    200: json("One page.", z.object({ items: z.array(Summary), next_cursor: z.string() })),
    ...problems(400),
  },
});

const readRoute = createRoute({
  method: "get",
  path: "/v1/shipments/{shipment_id}",
  tags: ["Shipments"],
  summary: "Read a shipment, with its history and the mails behind it",
  middleware: allow("user"),
  request: { params: IdParams },
  responses: { 200: json("The shipment.", Whole), ...problems(400, 404) },
});

const correctRoute = createRoute({
  method: "post",
  path: "/v1/shipments/{shipment_id}/correct",
  tags: ["Shipments"],
  summary: "Set fields right",
  description: "Holds against later mails too, until a field is set to null: then it is as the mails say.",
  middleware: allow("user"),
  request: {
    params: IdParams,
    body: { required: true, content: { "application/json": { schema: Changes } } },
  },
  responses: { 200: json("The shipment as it is now.", Whole), ...problems(400, 404, 413) },
});

const dismissRoute = createRoute({
  method: "post",
  path: "/v1/shipments/{shipment_id}/dismiss",
  tags: ["Shipments"],
  summary: "Take a shipment off the list, whatever later mails say of it",
  middleware: allow("user"),
  request: { params: IdParams },
  responses: { 200: json("The shipment as it is now.", Whole), ...problems(400, 404) },
});

const restoreRoute = createRoute({
  method: "post",
  path: "/v1/shipments/{shipment_id}/restore",
  tags: ["Shipments"],
  summary: "Put a dismissed shipment back",
  middleware: allow("user"),
  request: { params: IdParams },
  responses: { 200: json("The shipment as it is now.", Whole), ...problems(400, 404) },
});

/** Puts the routes for shipments into the app. */
export function addShipmentRoutes(app: App, shipments: Shipments): void {
  app.openapi(listRoute, async (c) => {
    const { cursor, state, carrier, dismissed, ...query } = c.req.valid("query");
    const { items, next_cursor } = await shipments.list(c.get("caller").user_id, {
      ...query,
      status: state,
      carrier,
      dismissed: dismissed === "true",
      cursor: afterOf(cursor),
    });
    return c.json({
      items: items.map((shipment) => Summary.parse(shipment)),
      next_cursor: next_cursor === "" ? "" : cursorAfter(next_cursor),
    }, 200);
  });
  app.openapi(readRoute, async (c) => {
    const { shipment_id } = c.req.valid("param");
    return c.json(whole(await shipments.get(c.get("caller").user_id, shipment_id)), 200);
  });
  app.openapi(correctRoute, async (c) => {
    const { shipment_id } = c.req.valid("param");
    return c.json(whole(await shipments.correct(c.get("caller").user_id, shipment_id, c.req.valid("json"))), 200);
  });
  app.openapi(dismissRoute, async (c) => {
    const { shipment_id } = c.req.valid("param");
    return c.json(whole(await shipments.dismiss(c.get("caller").user_id, shipment_id, true)), 200);
  });
  app.openapi(restoreRoute, async (c) => {
    const { shipment_id } = c.req.valid("param");
    return c.json(whole(await shipments.dismiss(c.get("caller").user_id, shipment_id, false)), 200);
  });
}

/** @throws HttpProblem 404 for what is not there */
function whole(shipment: Shipment | null): Whole {
  if (shipment === null) throw missing("shipment");
  const mails = [...new Set(shipment.history.map(({ doc_id }) => doc_id))];
  return { ...shipment, sources: mails.map((doc_id) => ({ doc_id, url: `/v1/documents/${doc_id}` })) };
}
