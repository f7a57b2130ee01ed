import type { Hono } from "hono";
import { z } from "zod";
import type { Deliveries } from "../deliveries.ts";
import { type Caller, type GraphContext, type GraphDeps, type GraphEnv, odataContext, preferences } from "./context.ts";
import { badRequest, GraphError } from "./errors.ts";
import { allows, type graphGuard } from "./guard.ts";
import { time } from "./message_shape.ts";
import type { Subscription } from "./subscription_store.ts";
import { watchedBy, WATCHING } from "./watching.ts";

const MINUTE_MS = 60_000;
/** What is nearer is raised silently to it (PROTOCOLS A1). */
const EXPIRY_MINUTES_MIN = 45;
const PER_MAILBOX_MAX = 1_000;
const HANDSHAKE_MS = 10_000;

const Creation = z.object({
  changeType: z.string(),
  notificationUrl: z.url(),
  lifecycleNotificationUrl: z.url().nullish(),
  resource: z.string(),
  expirationDateTime: z.iso.datetime({ offset: true }),
  clientState: z.string().max(128).nullish(),
  includeResourceData: z.boolean().nullish(),
  latestSupportedTlsVersion: z.string().nullish(),
});
const Renewal = z.object({ expirationDateTime: z.iso.datetime({ offset: true }) });

/** `/subscriptions`: create with the validation handshake, list, read, renew, reauthorize, delete (PROTOCOLS A1-A3). */
export function subscriptionRoutes(
  app: Hono<GraphEnv>,
  guard: ReturnType<typeof graphGuard>,
  deps: GraphDeps & { readonly deliveries: Deliveries },
): void {
  const { subscriptions } = deps;
  const named = (c: GraphContext, { me }: Caller): Subscription => {
    const found = subscriptions.find(c.req.param("id") ?? "", me.user);
    if (found === undefined) {
      throw new GraphError(404, "ResourceNotFound", "The object was not found.");
    }
    return found;
  };
  app.post("/v1.0/subscriptions", guard("graph.subscriptions.create", [], (c, me) => create(c, me, deps)));
  app.get(
    "/v1.0/subscriptions",
    guard("graph.subscriptions", [], (c, { me }) => {
      const value = subscriptions.of(me.user).map((one) => shape(one, deps, false));
      return c.json({ "@odata.context": odataContext(deps, "subscriptions"), value });
    }),
  );
  app.get(
    "/v1.0/subscriptions/:id",
    guard("graph.subscriptions.get", [], (c, caller) => c.json(entity(deps, shape(named(c, caller), deps, false)))),
  );
  app.patch(
    "/v1.0/subscriptions/:id",
    guard("graph.subscriptions.renew", [], async (c, caller) => {
      const subscription = named(c, caller);
      const parsed = Renewal.safeParse(await c.req.json().catch(() => undefined));
      if (!parsed.success) throw badRequest("expirationDateTime is missing or no time.");
      subscription.expiresAt = expiry(parsed.data.expirationDateTime, subscription.watched.part, deps);
      subscription.grant = caller.grant;
      return c.json(entity(deps, shape(subscription, deps, true)));
    }),
  );
  app.post(
    "/v1.0/subscriptions/:id/reauthorize",
    guard("graph.subscriptions.reauthorize", [], (c, caller) => {
      named(c, caller).grant = caller.grant;
      return c.body(null, 204);
    }),
  );
  app.delete(
    "/v1.0/subscriptions/:id",
    guard("graph.subscriptions.delete", [], (c, caller) => {
      subscriptions.delete(named(c, caller).id);
      return c.body(null, 204);
    }),
  );
}

async function create(
  c: GraphContext,
  { me, grant }: Caller,
  deps: GraphDeps & { readonly deliveries: Deliveries },
): Promise<Response> {
  const parsed = Creation.safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badRequest(`Subscription is not valid: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const asked = parsed.data;
  const types = asked.changeType.split(",").map((type) => type.trim());
  if (asked.includeResourceData === true) throw badRequest("Resource data is not simulated.");
  const watched = watchedBy(asked.resource, me);
  const rule = WATCHING[watched.part];
  if (!types.every((type) => rule.changeTypes.includes(type))) {
    throw badRequest(`The change type '${asked.changeType}' is not supported for '#microsoft.graph.${rule.type}'.`);
  }
  if (!allows(grant, rule.scopes)) {
    const reason = "Access to this resource is denied.";
    throw new GraphError(403, "Forbidden", `Operation: Create; Exception: [Status Code: Forbidden; Reason: ${reason}]`);
  }
  const expiresAt = expiry(asked.expirationDateTime, watched.part, deps);
  const mine = deps.subscriptions.of(me.user);
  const same = mine.find((one) => one.changeType === asked.changeType && one.resource === asked.resource);
  if (same !== undefined && !deps.faults.duplicateSubscriptions) {
    const reason = `Subscription Id ${same.id} already exists for the requested combination`;
    throw new GraphError(
      409,
      "ExtensionError",
      `Operation: Create; Exception: [Status Code: Conflict; Reason: ${reason}]`,
    );
  }
  if (mine.length >= PER_MAILBOX_MAX) {
    throw new GraphError(403, "Forbidden", "The mailbox has reached its limit of subscriptions.");
  }
  await shakeHands(asked.notificationUrl, deps);
  if (typeof asked.lifecycleNotificationUrl === "string") await shakeHands(asked.lifecycleNotificationUrl, deps);
  const subscription: Subscription = {
    id: deps.chance.uuid(),
    user: me.user,
    tenantId: me.tenantId,
    resource: asked.resource,
    watched,
    changeType: asked.changeType,
    notificationUrl: asked.notificationUrl,
    lifecycleNotificationUrl: asked.lifecycleNotificationUrl ?? undefined,
    clientState: asked.clientState ?? undefined,
    immutableIds: preferences(c).immutableIds,
    tls: asked.latestSupportedTlsVersion ?? "v1_2",
    grant,
    expiresAt,
  };
  deps.subscriptions.add(subscription);
  return c.json(entity(deps, shape(subscription, deps, true)), 201);
}

function expiry(text: string, part: Subscription["watched"]["part"], deps: GraphDeps): number {
  const { minutesMax, type } = WATCHING[part];
  const asked = Date.parse(text);
  const now = deps.clock.now();
  if (asked > now + minutesMax * MINUTE_MS) {
    throw badRequest(
      `Subscription expiration can only be ${minutesMax} minutes in the future for '#microsoft.graph.${type}'.`,
    );
  }
  return Math.max(asked, now + EXPIRY_MINUTES_MIN * MINUTE_MS);
}

/** Sends the validation token, and expects it back as plain text within ten seconds. */
async function shakeHands(url: string, deps: GraphDeps & { readonly deliveries: Deliveries }): Promise<void> {
  const id = deps.chance.uuid();
  const token = deps.faults.validationToken === "word"
    ? btoa(id)
    : `Validation: Testing client application reachability for subscription Request-Id: ${id}<br/>`;
  const target = `${url}${url.includes("?") ? "&" : "?"}validationToken=${encodeURIComponent(token)}`;
  const headers = { "content-type": "text/plain; charset=utf-8" };
  const answer = await deps.deliveries.post(target, "", headers, HANDSHAKE_MS);
  const why = answer === undefined
    ? "Notification endpoint did not respond in time."
    : answer.status !== 200
    ? "Notification endpoint must respond with 200 OK to validation request."
    : !answer.contentType.startsWith("text/plain")
    ? "Notification endpoint must respond with content type 'text/plain'."
    : answer.text !== token
    ? "Validation token does not match."
    : undefined;
  if (why !== undefined) {
    throw new GraphError(400, "ValidationError", `Subscription validation request failed. ${why}`);
  }
}

function entity(deps: GraphDeps, body: Record<string, unknown>): Record<string, unknown> {
  return { "@odata.context": odataContext(deps, "subscriptions/$entity"), ...body };
}

/** A subscription as answered. Only creating and renewing give the client state back (PROTOCOLS G-14). */
function shape(subscription: Subscription, deps: GraphDeps, withState: boolean): Record<string, unknown> {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.grant.clientId,
    changeType: subscription.changeType,
    clientState: withState ? subscription.clientState ?? null : null,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    notificationContentType: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl ?? null,
    expirationDateTime: time(subscription.expiresAt),
    creatorId: deps.users.get(subscription.user)?.objectId ?? null,
    includeResourceData: null,
    latestSupportedTlsVersion: subscription.tls,
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  };
}
