/** What the push routes answer to each real delivery of Pub/Sub and notification of Gmail, and what they do with it. */
import assert from "node:assert/strict";
import { z } from "zod";
import { DeadLetterStore, EVERY_LETTER } from "../../consumers/dead_letters/store.ts";
import { COLLECTIONS, type ProviderSubscription } from "../../shared/contracts/records.ts";
import { LOADER } from "../consumers/dispatch_rig.ts";
import { openIssuer } from "../security/issuer.ts";
import type { PayloadCheck } from "./microsoft.ts";
import { openRouteWorld, type RouteWorld } from "./route_world.ts";

const Texts = z.record(z.string(), z.string());
const Pushed = z.looseObject({
  deliveryAttempt: z.int().optional(),
  message: z.looseObject({ data: z.string().optional(), attributes: Texts.optional(), messageId: z.string() }),
  subscription: z.string(),
});
type Pushed = z.infer<typeof Pushed>;
const OURS = `projects/myproject/subscriptions/${LOADER}`;

/** The delivery as it came, and with the names of its fields in one casing only. */
function casings(pushed: Pushed): readonly unknown[] {
  const { messageId, publishTime, message_id: _id, publish_time: _time, ...rest } = pushed.message;
  return [
    pushed,
    { ...pushed, message: { ...rest, messageId, publishTime } },
    { ...pushed, message: { ...rest, message_id: messageId, publish_time: publishTime } },
  ];
}

/** The loader can't read the message: it is kept whole, with its reason, and acknowledged. */
function isKept(world: RouteWorld, answer: Response, message: Partial<Pushed["message"]>): void {
  assert.equal(answer.status, 204);
  const [letter, ...others] = world.bus.on("dead-letters");
  assert.ok(letter !== undefined && others.length === 0);
  assert.deepEqual(
    [letter.subscription, letter.message_id, letter.data_base64, letter.attributes, letter.kind],
    [LOADER, message.messageId, message.data ?? "", message.attributes ?? {}, "permanent"],
  );
  assert.ok(letter.reason !== "");
  assert.equal(world.counted("deliveries_total", { subscription: LOADER, outcome: "dead_letter" }), 1);
}

/** A delivery that names another subscription is refused; as ours, it becomes a dead letter, whatever its casing. */
const delivered: PayloadCheck = async (json) => {
  const pushed = Pushed.parse(json);
  {
    await using world = await openRouteWorld();
    assert.equal((await world.post(`/push/${LOADER}`, JSON.stringify(json))).status, 400);
    assert.equal(world.counted("deliveries_total", { subscription: LOADER, outcome: "misrouted" }), 1);
    assert.deepEqual(world.bus.kept, []);
    assert.equal((await world.post("/push/mysubscription", JSON.stringify(json))).status, 404);
  }
  for (const one of casings({ ...pushed, subscription: OURS })) {
    await using world = await openRouteWorld();
    isKept(world, await world.post(`/push/${LOADER}`, JSON.stringify(one)), pushed.message);
    assert.equal(world.bus.on("dead-letters")[0]?.attempts, pushed.deliveryAttempt ?? 0);
  }
};

/** An HTTP case: the message's id and subscription stand in the headers, its data is the body. */
const unwrapped: PayloadCheck = async (json) => {
  const { headers, body } = z.object({ headers: Texts, body: z.string() }).parse(json);
  await using world = await openRouteWorld();
  assert.equal((await world.post(`/push/${LOADER}`, body, headers)).status, 400, "another's");
  const answer = await world.post(`/push/${LOADER}`, body, { ...headers, "x-goog-pubsub-subscription-name": OURS });
  isKept(world, answer, { messageId: headers["x-goog-pubsub-message-id"] ?? "", data: btoa(body) });
  assert.equal(
    world.bus.on("dead-letters")[0]?.published_at,
    new Date(headers["x-goog-pubsub-publish-time"] ?? "").toISOString(),
  );
};

/** Several events in one message are not ours: one message is one event. */
const severalEvents: PayloadCheck = async (json) => {
  const { messages } = z.object({ messages: z.array(z.looseObject({ data: z.string(), attributes: Texts })) })
    .parse(json);
  for (const message of messages) {
    await using world = await openRouteWorld();
    const delivery = { ...message, messageId: "4711" };
    const body = JSON.stringify({ message: delivery, subscription: OURS });
    isKept(world, await world.post(`/push/${LOADER}`, body), delivery);
  }
};

/** What Pub/Sub's own dead-letter policy forwards is kept with where it comes from. */
const forwarded: PayloadCheck = async (json) => {
  const pushed = Pushed.parse(json);
  const { attributes = {} } = pushed.message;
  await using world = await openRouteWorld();
  const body = JSON.stringify({ ...pushed, subscription: "projects/myproject/subscriptions/dead-letters-store" });
  assert.equal((await world.post("/push/dead-letters-store", body)).status, 204);
  const kept = await new DeadLetterStore(world.state).list({ ...EVERY_LETTER, cursor: "", limit: 10 });
  assert.deepEqual(
    kept.items.map((letter) => [letter.subscription, letter.attempts, letter.message_id, letter.data_base64]),
    [[
      attributes["CloudPubSubDeadLetterSourceSubscription"],
      Number(attributes["CloudPubSubDeadLetterSourceDeliveryCount"]),
      pushed.message.messageId,
      pushed.message.data,
    ]],
  );
};

const Gmail = z.object({ emailAddress: z.string(), historyId: z.string() });

async function raisesSignals(json: unknown, headers: Readonly<Record<string, string>>, address: string): Promise<void> {
  await using world = await openRouteWorld();
  assert.equal((await world.post("/push/gmail", JSON.stringify(json), headers)).status, 204);
  assert.equal(world.counted("webhooks_dropped_total", { source: "gmail", reason: "unknown_address" }), 1);
  assert.equal(world.signals.length, 0);
  await world.connect(address);
  assert.equal((await world.post("/push/gmail", JSON.stringify(json), headers)).status, 204);
  assert.deepEqual(
    world.signals.map(({ key, provider, cause }) => [key.user_id, key.resource, provider, cause]),
    ["ben", "eve"].map((user_id) => [user_id, "mail", "google", "notification"]),
  );
  assert.equal(world.counted("webhooks_accepted_total", { source: "gmail" }), 2);
}

const gmail: PayloadCheck = async (json) => {
  const pushed = Pushed.parse(json);
  const { emailAddress } = Gmail.parse(JSON.parse(atob(pushed.message.data ?? "")));
  for (const one of casings(pushed)) await raisesSignals(one, {}, emailAddress);
};

/** As it comes from a subscription that unwraps. */
const gmailUnwrapped: PayloadCheck = async (json) => {
  await raisesSignals(json, { "x-goog-pubsub-message-id": "4711" }, Gmail.parse(json).emailAddress);
};

/** Google's claims open the route for their audience, until they expire, and for nobody else's account. */
const claims: PayloadCheck = async (json) => {
  const known = z.looseObject({ aud: z.string(), email: z.string(), iat: z.int(), exp: z.int() }).parse(json);
  const certs_url = "https://certs.test";
  const issuer = await openIssuer(certs_url);
  const authorization = `Bearer ${await issuer.sign(known)}`;
  const config = { audiences: [known.aud], service_account: known.email, certs_url, insecure_emulator: false };
  const post = (world: RouteWorld, bearer = authorization) =>
    world.post(`/push/${LOADER}`, "{}", { authorization: bearer });
  const options = { start: known.iat * 1_000, fetch: issuer.fetch };
  {
    await using world = await openRouteWorld({ ...options, http: { push: config } });
    assert.equal((await post(world)).status, 204);
    await world.clock.advance((known.exp - known.iat + 31) * 1_000);
    const expired = await post(world);
    assert.deepEqual([expired.status, expired.headers.get("content-type")], [401, "application/problem+json"]);
    assert.equal(world.counted("push_unauthorized_total", { reason: "err_jwt_expired" }), 1);
  }
  const forger = await openIssuer(certs_url);
  const refused: readonly [string, Partial<typeof config>, string][] = [
    ["another audience", { audiences: [] }, authorization],
    ["another account", { service_account: "somebody@else.test" }, authorization],
    ["a forged signature", {}, `Bearer ${await forger.sign(known)}`],
  ];
  for (const [what, over, bearer] of refused) {
    await using world = await openRouteWorld({ ...options, http: { push: { ...config, ...over } } });
    assert.equal((await post(world, bearer)).status, 401, what);
    assert.equal(world.counted("push_unauthorized_total", {}), 1, what);
    assert.deepEqual(world.bus.kept, [], what);
  }
};

const ChannelCase = z.object({ headers: Texts, body: z.string() });

/** A channel's message, with our secret in the place of the example's: a signal unless it merely says hello. */
function channel(resource: "calendar" | "drive", signals: number): PayloadCheck {
  return async (json) => {
    const { headers, body } = ChannelCase.parse(json);
    const subscription_id = headers["x-goog-channel-id"] ?? "";
    const client_state = headers["x-goog-channel-token"] ?? "a-secret-of-our-own";
    const value: ProviderSubscription = {
      subscription_id,
      user_id: "ben",
      connection_id: "connection_of_ben",
      provider: "google",
      resource,
      target: "",
      client_state,
      // The message may come before the answer that tells the resource's id.
      remote_id: "",
      expires_at: "",
      state: "creating",
      accepted_until: "",
      reason: "",
      former: "",
      public_url: "",
    };
    await using world = await openRouteWorld();
    const post = (token: string) =>
      world.post(`/webhooks/google/${resource}`, body, {
        ...headers,
        "x-goog-channel-token": token,
        authorization: "",
      });
    assert.equal((await post(client_state)).status, 202);
    assert.equal(world.counted("webhooks_dropped_total", { source: "google", reason: "unknown_channel" }), 1);
    await world.state.records({ system: "provider-subscriptions" }).commit([
      { op: "put", collection: COLLECTIONS.providerSubscriptions, id: subscription_id, value },
    ]);
    assert.equal((await post("guessed-by-somebody-else")).status, 202);
    assert.equal(world.counted("webhooks_dropped_total", { source: "google", reason: "wrong_token" }), 1);
    assert.equal(world.signals.length, 0);
    assert.equal((await post(client_state)).status, 202);
    assert.equal(world.counted("webhooks_accepted_total", { source: "google" }), 1);
    assert.deepEqual(
      world.signals.map(({ key, provider, cause }) => [key.user_id, key.resource, provider, cause]),
      Array.from({ length: signals }, () => ["ben", resource, "google", "notification"]),
    );
  };
}

/** By file name, without its ending. */
export const GOOGLE_ROUTES: Readonly<Record<string, PayloadCheck>> = {
  "drive-push-headers-change": channel("drive", 1),
  "drive-push-headers-file-update": channel("drive", 1),
  "drive-push-headers-sync-recorded": channel("drive", 0),
  "gcal-push-headers-exists": channel("calendar", 1),
  "gcal-push-headers-sync": channel("calendar", 0),
  "gmail-push-data-decoded": gmailUnwrapped,
  "gmail-push-pubsub-wrapped": gmail,
  "gmail-push-pubsub-wrapped-both-casings": gmail,
  "pubsub-oidc-claims": claims,
  "pubsub-publish-request-batched-envelope": severalEvents,
  "pubsub-push-dead-letter-forwarded": forwarded,
  "pubsub-push-unwrapped": unwrapped,
  "pubsub-push-wrapped-full": delivered,
  "pubsub-push-wrapped-minimal": delivered,
  "pubsub-push-wrapped-no-data": delivered,
};
