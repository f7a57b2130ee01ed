/** Where the providers send their notifications. */
import type { Context } from "hono";
import { allow, type AppEnv, type PlainApp } from "./access.ts";
import { missing, problem } from "./problem_answer.ts";
import { addGoogleChannels } from "./webhooks/google.ts";
import { type GraphPorts, openGraphReceiver } from "./webhooks/graph.ts";
import { openIntake } from "./webhooks/intake.ts";

/** Registers the notification addresses of both providers. */
export function addWebhookRoutes(app: PlainApp, ports: GraphPorts): void {
  addGraphNotifications(app, ports);
  addGoogleChannels(app, ports);
}

/**
 * Registers the notification addresses of Microsoft Graph: with our own id of the subscription at the end, and without
 * for subscriptions that were made by hand. Change and lifecycle notifications are told apart by the items themselves,
 * so that one address may serve for both.
 */
function addGraphNotifications(app: PlainApp, ports: GraphPorts): void {
  const receive = openGraphReceiver(ports);
  const intake = openIntake("microsoft", ports.deps);

  /** Source: learn.microsoft.com/graph/change-notifications-delivery-webhooks. */
  function microsoft(c: Context<AppEnv>): Response | Promise<Response> {
    const token = c.req.query("validationToken");
    // First of all, and never refused: the provider waits for the echo before it makes the subscription. As plain text
    // under nosniff no browser takes it for a page, whatever it says.
    if (token !== undefined) return c.text(token, 200, { "x-content-type-options": "nosniff" });
    return intake.admit(c, async () => {
      const json = await bodyOf(c);
      const received = json === undefined ? null : await receive(idOf(c), json);
      // What can't be read will not be readable when it is sent again, but only a refusal shows up at the sender.
      if (received === null) return malformed(c);
      // 202 also for what was dropped: whoever guesses a secret learns nothing from the answer.
      return c.body(null, 202);
    });
  }

  function validation(c: Context<AppEnv>): Response {
    const token = c.req.query("validationToken");
    if (token === undefined) return malformed(c);
    return c.text(token, 200, { "x-content-type-options": "nosniff" });
  }

  // The lifecycle address is told apart here: a fixed part beside a parameter would cost every request of the app the
  // faster of Hono's routers.
  for (const path of ["/webhooks/microsoft/:id?", "/webhooks/microsoft/:kind/:id"]) {
    app.post(path, allow("webhook"), (c) => microsoft(known(c)));
    app.get(path, allow("webhook"), (c) => validation(known(c)));
  }
}

/** The one address that has a part before our id, and may stand without it. */
const LIFECYCLE = "lifecycle";

/** @throws HttpProblem 404 for another part before the id */
function known(c: Context<AppEnv>): Context<AppEnv> {
  const kind = c.req.param("kind");
  if (kind !== undefined && kind !== LIFECYCLE) throw missing("address");
  return c;
}

/** Our own id of the subscription, `""` when the address does not have it. */
function idOf(c: Context<AppEnv>): string {
  const id = c.req.param("id") ?? "";
  return id === LIFECYCLE && c.req.param("kind") === undefined ? "" : id;
}

/** Undefined for what is not JSON. @throws what reading the body throws, such as its size limit */
async function bodyOf(c: Context<AppEnv>): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function malformed(c: Context<AppEnv>): Response {
  return problem(c, {
    type: "notification_malformed",
    status: 400,
    title: "No notification",
    detail: "Send a collection of change notifications as JSON, or a validationToken in the query.",
  });
}
