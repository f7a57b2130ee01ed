/** The bytes of the requests: the bare route gets the same ones as the route that is measured. */
import { sampleOutgoing } from "./events.ts";
import type { Order } from "./order.ts";

const encoder = new TextEncoder();

/** Our id of subscription number `number`, which stands in its notification URL. */
export function subscriptionId(number: number): string {
  return `bench${number.toString(36).padStart(20, "0")}`;
}

/** The secret that the provider repeats in each notification of that subscription. */
export function clientState(number: number): string {
  return `state-${number.toString(36).padStart(37, "0")}`;
}

/** Request number `number` of an order. */
export function requestBytes(order: Pick<Order, "kind" | "path" | "token">, number: number): Uint8Array<ArrayBuffer> {
  const push = order.kind === "push";
  const body = encoder.encode(push ? pushBody(number) : notification(number));
  const head = [
    `POST ${order.path}${push ? "" : `/${subscriptionId(number)}`} HTTP/1.1`,
    "host: 127.0.0.1",
    "content-type: application/json",
    `content-length: ${body.length}`,
    ...(order.token === "" ? [] : [`authorization: Bearer ${order.token}`]),
    "",
    "",
  ].join("\r\n");
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(encoder.encode(head));
  bytes.set(body, head.length);
  return bytes;
}

/** As Graph sends it. Source: learn.microsoft.com/graph/change-notifications-delivery-webhooks. */
function notification(number: number): string {
  const user = "d1b9a3a2-7b0a-4f0e-9c1d-2f8a6b1c0e55";
  const mail = `AAMkADU5${number.toString(36).padStart(60, "0")}`;
  return JSON.stringify({
    value: [{
      subscriptionId: `6a4e7a3e-0000-4c1e-9f5b-${number.toString(16).padStart(12, "0")}`,
      subscriptionExpirationDateTime: "2026-02-06T12:00:00.0000000Z",
      changeType: "created",
      resource: `Users/${user}/Messages/${mail}`,
      resourceData: {
        "@odata.type": "#Microsoft.Graph.Message",
        "@odata.id": `Users/${user}/Messages/${mail}`,
        "@odata.etag": 'W/"CQAAABYAAADHcgC8Hl9tRZ/hc1wEUs1TAAAwR4Hg"',
        id: mail,
      },
      clientState: clientState(number),
      tenantId: "84bd8158-6d4d-4958-8b9f-9d6445542f95",
    }],
  });
}

/** A wrapped delivery, as Pub/Sub and the embedded bus send it. */
function pushBody(number: number): string {
  const { message, attributes } = sampleOutgoing(number);
  const time = "2026-01-31T12:00:02.000Z";
  return JSON.stringify({
    message: {
      attributes,
      data: encoder.encode(JSON.stringify(message)).toBase64(),
      messageId: String(number),
      message_id: String(number),
      publishTime: time,
      publish_time: time,
    },
    subscription: "projects/embedded/subscriptions/vespa-loader-emails",
    deliveryAttempt: 1,
  });
}
