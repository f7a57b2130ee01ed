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

/** The tokens of encrypted notifications decide nothing: such a notification is a signal, by its client state. */
const validationTokens: PayloadCheck = async (json) => {
  const issuer = await openIssuer("https://keys.test");
  const token = await issuer.sign(z.record(z.string(), z.unknown()).parse(json));
  const item = { subscriptionId: "remote-1", clientState: "of-the-record", changeType: "created" };
  await sent({ value: [item], validationTokens: [token] }, CHANGE, CHANGES);
  await dropped({ value: [item], validationTokens: [token] }, "wrong_client_state", true);
};

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
  "graph-rich-notification-chatMessage-encrypted": notification(),
  "graph-rich-notification-message-encrypted": notification(),
  "graph-rich-notification-two-tenants": notification(),
  "onedrive-notification-legacy": notification(),
};
