/** What the notification routes answer to each real payload of Graph, and what they do with it. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { PayloadCheck } from "./microsoft.ts";
import { openIssuer } from "../security/issuer.ts";
import { openRouteWorld } from "./route_world.ts";

const CHANGES = "/webhooks/microsoft";
const LIFECYCLE = "/webhooks/microsoft/lifecycle";

/** In place of the payloads' client states: those of the documentation are shorter than ours may be. */
const SECRET = "what-we-gave-when-we-subscribed";

const Body = z.looseObject({
  value: z.array(z.looseObject({ subscriptionId: z.string(), clientState: z.string().optional() })).min(1),
});

/** What the accepted items of a payload come to. */
interface Expected {
  readonly cause: "notification" | "lifecycle" | "";
  readonly renewal: string;
}
const CHANGE: Expected = { cause: "notification", renewal: "" };

/** Sends the payload to a subscription each, and sees what becomes of it. */
async function sent(json: unknown, { cause, renewal }: Expected, path: string): Promise<void> {
  const body = Body.parse(json);
  const value = body.value.map((item) => item.clientState === undefined ? item : { ...item, clientState: SECRET });
  await using world = await openRouteWorld();
  for (const [at, { subscriptionId }] of value.entries()) await world.subscribe(`sub_${at}`, subscriptionId, SECRET);
  // Nothing proves an item without a client state.
  const proven = value.filter(({ clientState }) => clientState !== undefined).length;
  const answer = await world.post(path, JSON.stringify({ ...body, value }));
  assert.deepEqual([answer.status, await answer.text()], [202, ""]);
  assert.deepEqual(world.signals.map((signal) => signal.cause), Array(cause === "" ? 0 : proven).fill(cause));
  assert.deepEqual(await world.renewals(), Array(renewal === "" ? 0 : proven).fill(renewal));
  assert.equal(world.counted("webhooks_accepted_total", { source: "microsoft" }), proven);
  assert.equal(
    world.counted("webhooks_dropped_total", { source: "microsoft", reason: "wrong_client_state" }),
    value.length - proven,
  );
}

/** A notification is accepted where our id is in the URL and where it is not, and dropped when it proves nothing. */
function notification(expected: Expected = CHANGE): PayloadCheck {
  return async (json) => {
    const { value } = Body.parse(json);
    const paths = expected.renewal === "" ? [CHANGES] : [LIFECYCLE, CHANGES];
    for (const path of paths) {
      await sent(json, expected, path);
      if (value.length === 1) await sent(json, expected, `${path}/sub_0`);
    }
    await dropped(json, "wrong_client_state", true);
    await dropped(json, "unknown_subscription", false);
  };
}

async function dropped(json: unknown, reason: string, subscribed: boolean): Promise<void> {
  const { value } = Body.parse(json);
  await using world = await openRouteWorld();
  for (const [at, { subscriptionId }] of subscribed ? value.entries() : []) {
    await world.subscribe(`sub_${at}`, subscriptionId, SECRET);
  }
  const answer = await world.post(CHANGES, JSON.stringify(json));
  assert.equal(answer.status, 202, "whoever guesses learns nothing");
  assert.deepEqual([world.signals, await world.renewals()], [[], []]);
  assert.equal(world.counted("webhooks_dropped_total", { source: "microsoft", reason }), value.length);
}

/** It carries somebody else's guess: it is dropped, though its subscription is known. */
const forged: PayloadCheck = async (json) => {
  await dropped(json, "wrong_client_state", true);
};

/** An HTTP case: the echo is exact, at every address that a subscription may name, without any record of one. */
const handshake: PayloadCheck = async (json) => {
  const { url, headers, expectedResponse } = z.object({
    url: z.url(),
    headers: z.record(z.string(), z.string()),
    expectedResponse: z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.string() }),
  }).parse(json);
  await using world = await openRouteWorld();
  for (const path of [CHANGES, LIFECYCLE, `${CHANGES}/sub_0`, `${LIFECYCLE}/sub_0`]) {
    const answer = await world.post(`${path}${new URL(url).search}`, "", { ...headers, authorization: "" });
    assert.deepEqual([answer.status, await answer.text()], [expectedResponse.status, expectedResponse.body], path);
    for (const [name, value] of Object.entries(expectedResponse.headers)) {
      assert.equal(answer.headers.get(name)?.split(";")[0], value, path);
    }
  }
};

const LOGIN = "https://login.test";
const KEYS = `${LOGIN}/common/discovery/v2.0/keys`;

const Claims = z.looseObject({ aud: z.string(), iss: z.string(), tid: z.string(), nbf: z.int(), exp: z.int() });

/** Documented claims, signed, prove a notification of their tenant for their audience, until they expire. */
const validationTokens: PayloadCheck = async (json) => {
  const documented = Claims.parse(json);
  const claims = { ...documented, iss: documented.iss.replace("https://login.microsoftonline.com", LOGIN) };
  const issuer = await openIssuer(KEYS);
  const forger = await openIssuer(KEYS);
  const good = await issuer.sign(claims);
  const item = { subscriptionId: "remote-1", clientState: SECRET, changeType: "created", tenantId: claims.tid };
  const answered = async (tokens: unknown, over: { tenantId?: string; client_id?: string; late_s?: number } = {}) => {
    const { tenantId = claims.tid, client_id = claims.aud, late_s = 0 } = over;
    const start = (claims.nbf + 60 + late_s) * 1_000;
    const graph = { client_id, login_url: LOGIN };
    await using world = await openRouteWorld({ http: { graph }, fetch: issuer.fetch, start });
    await world.subscribe("sub_0", "remote-1", SECRET);
    const body = { value: [{ ...item, tenantId }], validationTokens: tokens };
    assert.equal((await world.post(CHANGES, JSON.stringify(body))).status, 202);
    assert.equal(
      world.counted("webhooks_dropped_total", { source: "microsoft", reason: "wrong_token" }),
      1 - world.signals.length,
    );
    return world.signals.length === 1;
  };
  assert.equal(await answered([good]), true);
  assert.equal(await answered([good], { tenantId: claims.tid.toUpperCase() }), true);
  const refused: readonly [string, unknown, Parameters<typeof answered>[1]?][] = [
    ["another tenant", [good], { tenantId: "somebody-else" }],
    ["another application", [good], { client_id: "somebody-else" }],
    ["no application of ours", [good], { client_id: "" }],
    ["expired", [good], { late_s: claims.exp - claims.nbf }],
    ["a forged signature", [await forger.sign(claims)]],
    ["a good one beside a forged one", [good, await forger.sign(claims)]],
    ["another publisher", [await issuer.sign({ ...claims, azp: "x", appid: "x" })]],
    ["another issuer", [await issuer.sign({ ...claims, iss: claims.iss.replace(claims.tid, "x") })]],
    ["no token", ["x"]],
    ["not even texts", [7]],
    ["not a list", "x"],
  ];
  for (const [what, tokens, over] of refused) assert.equal(await answered(tokens, over), false, what);
  issuer.away = true;
  await using world = await openRouteWorld({
    http: { graph: { client_id: claims.aud, login_url: LOGIN } },
    fetch: issuer.fetch,
  });
  await world.subscribe("sub_0", "remote-1", SECRET);
  const body = JSON.stringify({ value: [item], validationTokens: [good] });
  assert.equal((await world.post(CHANGES, body)).status, 503, "sent again, when the keys can be had");
  assert.deepEqual(world.signals, []);
};

/**
 * The documentation's tokens are cut off, and prove nothing. With good ones, of whichever tenants the items are, they
 * are as good as others.
 */
function encrypted(): PayloadCheck {
  return async (json) => {
    const { validationTokens: cut, ...body } = z.looseObject({
      value: z.array(z.looseObject({ subscriptionId: z.string(), tenantId: z.string().optional() })),
      validationTokens: z.array(z.string()).optional(),
    }).parse(json);
    const issuer = await openIssuer(KEYS);
    const sent = async (tokens: readonly string[] | undefined) => {
      const graph = { client_id: "ours", login_url: LOGIN };
      await using world = await openRouteWorld({ http: { graph }, fetch: issuer.fetch });
      for (const [at, { subscriptionId }] of body.value.entries()) {
        await world.subscribe(`sub_${at}`, subscriptionId, SECRET);
      }
      const value = body.value.map((item) => ({ ...item, clientState: SECRET }));
      const answer = await world.post(CHANGES, JSON.stringify({ ...body, value, validationTokens: tokens }));
      assert.equal(answer.status, 202);
      return world.signals.length;
    };
    const token = (tid: string) =>
      issuer.sign({
        aud: "ours",
        iss: `${LOGIN}/${tid}/v2.0`,
        tid,
        azp: "0bf30f3b-4a52-48df-9a82-234910c4a086",
        exp: 4_102_444_800,
      });
    const tenants = [...new Set(body.value.map(({ tenantId = "any" }) => tenantId))];
    const tokens = await Promise.all(tenants.map(token));
    assert.equal(await sent(tokens), body.value.length);
    if (cut !== undefined) assert.equal(await sent(cut), 0);
    if (tenants.length > 1) assert.equal(await sent(tokens.slice(1)), body.value.length - 1);
    await dropped({ ...body, validationTokens: tokens }, "unknown_subscription", false);
  };
}

/** By file name, without its ending. */
export const MICROSOFT_ROUTES: Readonly<Record<string, PayloadCheck>> = {
  "graph-validation-request": handshake,
  "graph-validation-token-claims-v1": validationTokens,
  "graph-validation-token-claims-v2": validationTokens,
  "graph-lifecycle-missed": notification({ cause: "lifecycle", renewal: "missed" }),
  "graph-lifecycle-reauthorizationRequired": notification({ cause: "", renewal: "reauthorizationRequired" }),
  "graph-lifecycle-subscriptionRemoved": notification({ cause: "lifecycle", renewal: "subscriptionRemoved" }),
  "graph-notification-contact-created": notification(),
  "graph-notification-drive-root-updated": notification(),
  "graph-notification-event-deleted": notification(),
  "graph-notification-event-updated": notification(),
  "graph-notification-message-basic-outlook": notification(),
  "graph-notification-message-created-2015-doc": notification(),
  "graph-notification-message-created": notification(),
  "graph-notification-message-deleted": notification(),
  "graph-notification-todoTask-created": notification(),
  "graph-notification-wrong-clientState": forged,
  "graph-rich-notification-chatMessage-encrypted": encrypted(),
  "graph-rich-notification-message-encrypted": encrypted(),
  "graph-rich-notification-two-tenants": encrypted(),
  "onedrive-notification-legacy": notification(),
};
