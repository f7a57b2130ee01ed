/** An HTTP server that Pub/Sub pushes to, as the app does: notes what comes and answers what a test says. */
import { PushBody, type PushDelivery } from "../../shared/contracts/push.ts";

export interface PushReceiver {
  readonly received: { readonly subscription: string; readonly delivery: PushDelivery }[];
  endpointOf(subscription: string): string;
  answer: (subscription: string, delivery: PushDelivery) => number;
  /** Resolves when the condition holds, looked at whenever something came. */
  until(what: string, condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** The emulator's first redelivery takes ten seconds, as Google's. */
const UNTIL_MS_MAX = 60_000;

export function openReceiver(): PushReceiver {
  let arrived = () => {};
  const received: PushReceiver["received"] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const subscription = new URL(request.url).pathname.replace("/push/", "");
    const delivery = PushBody.parse(await request.json());
    received.push({ subscription, delivery });
    arrived();
    return new Response(null, { status: receiver.answer(subscription, delivery) });
  });
  const receiver: PushReceiver = {
    received,
    endpointOf: (subscription) => `http://127.0.0.1:${server.addr.port}/push/${subscription}`,
    answer: () => 204,
    until: async (what, condition) => {
      const limit = AbortSignal.timeout(UNTIL_MS_MAX);
      while (!condition()) {
        await new Promise<void>((resolve, reject) => {
          arrived = resolve;
          limit.addEventListener("abort", () => reject(new Error(`It took too long: ${what}`)), { once: true });
        });
      }
    },
    close: () => server.shutdown(),
  };
  return receiver;
}
