import { exchange, GMAIL, GRAPH, type Json, ORIGIN, round, setup, signIn } from "./bundle.ts";
import { googleDeskAnswers } from "./google_desk_answers.ts";
import { deskAnswers } from "./graph_desk_answers.ts";
import type { SimulatedPerson } from "../../scripts/simulator/mod.ts";

const BOTH = [
  { user: "ada", provider: "microsoft", mails: 40 },
  { user: "ben", provider: "google", mails: 40 },
] as const;
const INBOX = `${GRAPH}/me/mailFolders/inbox/messages/delta`;
const HOOK = "http://127.0.0.1:8000/webhooks/microsoft/abc";

/** The simulator's answers, by the name of the payload of the same kind. */
export type Answers = Record<string, Json>;

/** Asks the simulated Microsoft for one answer of each kind. */
export async function microsoftAnswers(): Promise<Answers> {
  const bundle = setup({ people: BOTH });
  const login = await signIn(bundle, "ada");
  const token: string = login.access_token;
  const ada = bundle.simulator.person("ada");
  const get = async (url: string, init?: RequestInit) => (await bundle.call(token, url, init)).body;
  const { status: _, ...tokenAnswer } = login;
  const { status: __, ...refused } = await exchange(bundle, "ada", { grant_type: "refresh_token", refresh_token: "x" });
  const answers: Answers = {
    "oauth-ms-token-response": tokenAnswer,
    "oauth-ms-error-invalid_grant": refused,
    "graph-rec-me": await get(`${GRAPH}/me`),
    "graph-rec-mailFolders": await get(`${GRAPH}/me/mailFolders`),
    "graph-mailFolders-list": await get(`${GRAPH}/me/mailFolders`),
    "graph-rec-mailFolders-delta": await get(`${GRAPH}/me/mailFolders/delta`, {
      headers: { prefer: "odata.maxpagesize=100" },
    }),
    "graph-rec-messages-list-page1-nextLink": await get(`${GRAPH}/me/mailFolders/inbox/messages`),
  };
  const id = ada.send({ subject: "Shape", body: "A text" });
  const message = `${GRAPH}/me/messages/${id}`;
  answers["graph-rec-message-get"] = answers["graph-message-get"] = await get(message);
  const textBody = { headers: { prefer: 'outlook.body-content-type="text"' } };
  answers["graph-message-get-text-body"] = await get(
    `${message}?$select=subject,body,bodyPreview,uniqueBody`,
    textBody,
  );
  answers["graph-message-get-internetMessageHeaders"] = await get(`${message}?$select=internetMessageHeaders`);
  answers["graph-rec-message-state-select"] = await get(
    `${message}?$select=id,isRead,isDraft,flag,lastModifiedDateTime,changeKey`,
  );
  await deltaAnswers(bundle, token, ada, answers);
  await errorAnswers(bundle, token, answers);
  await notificationAnswers(bundle, token, ada, answers);
  return { ...answers, ...await deskAnswers() };
}

type Bundle = ReturnType<typeof setup>;

async function deltaAnswers(bundle: Bundle, token: string, ada: SimulatedPerson, answers: Answers): Promise<void> {
  const get = async (url: string) => (await bundle.call(token, url)).body;
  answers["graph-messages-delta-page1-nextLink"] = await get(INBOX);
  const ids = [ada.send(), ada.send()];
  const all = await round(bundle, token, INBOX);
  answers["graph-rec-messages-delta-nochange"] = await get(all.deltaLink);
  const last = { "@odata.context": "", "@odata.deltaLink": all.deltaLink, value: all.items };
  answers["graph-rec-messages-delta-snapshot"] = answers["graph-messages-delta-last-deltaLink"] = last;
  ada.setRead(ids[0] ?? "");
  const partial = await get(all.deltaLink);
  answers["graph-rec-messages-delta-changed-partial"] = partial;
  ada.delete(ids[1] ?? "");
  const removed = await get(partial["@odata.deltaLink"]);
  answers["graph-rec-messages-delta-removed"] = removed;
  ada.send();
  answers["graph-messages-delta-removed"] = await get(partial["@odata.deltaLink"]);
}

async function errorAnswers(bundle: Bundle, token: string, answers: Answers): Promise<void> {
  const { faults } = bundle.simulator;
  const get = async (url: string, bearer = token) => (await bundle.call(bearer, url)).body;
  const { deltaLink } = await round(bundle, token, INBOX);
  answers["graph-rec-error-400-bad-delta-token"] = await get(`${INBOX}?$deltatoken=x`);
  answers["graph-rec-error-400-bad-request"] = await get(`${GRAPH}/me/mailFolders?$select=wellKnownName`);
  answers["graph-rec-error-401-unauthorized"] = await get(`${GRAPH}/me`, "nobody");
  faults.loseCursors = 1;
  answers["graph-error-410-syncStateNotFound"] = await get(deltaLink);
  faults.throttle = { next: 1, retryAfterSeconds: 5 };
  answers["graph-error-429-throttled"] = await get(`${GRAPH}/me`);
  faults.throttleInner = { next: 1, retryAfterSeconds: 5 };
  const requests = ["1", "2"].map((id) => ({ id, method: "GET", url: "/me/messages?$top=1" }));
  const batch = { method: "POST", body: JSON.stringify({ requests }) };
  answers["graph-batch-response-with-429"] = (await bundle.call(token, `${GRAPH}/$batch`, batch)).body;
}

async function notificationAnswers(
  bundle: Bundle,
  token: string,
  ada: SimulatedPerson,
  answers: Answers,
): Promise<void> {
  const creation = {
    method: "POST",
    body: JSON.stringify({
      changeType: "created,updated,deleted",
      notificationUrl: HOOK,
      lifecycleNotificationUrl: `${HOOK}/lifecycle`,
      resource: "/me/messages",
      expirationDateTime: new Date(bundle.clock.now() + 86_400_000).toISOString(),
      clientState: "secret",
    }),
  };
  answers["graph-subscription-created-response"] = (await bundle.call(token, `${GRAPH}/subscriptions`, creation)).body;
  answers["graph-error-409-subscription-exists"] = (await bundle.call(token, `${GRAPH}/subscriptions`, creation)).body;
  answers["graph-subscriptions-list"] = (await bundle.call(token, `${GRAPH}/subscriptions`)).body;
  const told = async (act: () => void): Promise<Json> => {
    bundle.received.length = 0;
    act();
    await bundle.simulator.idle();
    return JSON.parse(bundle.received[0]?.text ?? "");
  };
  // Several, since a notification has an id of its own only at times.
  const created = await told(() => Array.from({ length: 8 }).forEach(() => ada.send()));
  answers["graph-notification-message-created"] = answers["graph-notification-message-basic-outlook"] = created;
  const [id = ""] = ada.truth().keys();
  answers["graph-notification-message-deleted"] = await told(() => ada.delete(id));
  answers["graph-lifecycle-missed"] = await told(() => ada.lifecycle("missed"));
  answers["graph-lifecycle-reauthorizationRequired"] = await told(() => ada.lifecycle("reauthorizationRequired"));
  answers["graph-lifecycle-subscriptionRemoved"] = await told(() => ada.lifecycle("subscriptionRemoved"));
}

/** Asks the simulated Google for one answer of each kind. */
export async function googleAnswers(): Promise<Answers> {
  const push = {
    url: "http://127.0.0.1:8000/push/gmail",
    subscription: "projects/p/subscriptions/s",
    token: () => "t",
  };
  const bundle = setup({ people: BOTH, gmailPush: push });
  const { faults } = bundle.simulator;
  faults.bareHistory = 0;
  const { status: _, ...login } = await signIn(bundle, "ben");
  const token: string = login.access_token;
  const ben = bundle.simulator.person("ben");
  const get = async (url: string, bearer = token) => (await bundle.call(bearer, url)).body;
  const { status: __, ...refused } = await exchange(bundle, "ben", { grant_type: "refresh_token", refresh_token: "x" });
  const profile = await get(`${GMAIL}/profile`);
  const id = ben.send({ body: "Just a text", html: null, attachment: null });
  ben.setRead(id);
  ben.flag(id);
  const message = `${GMAIL}/messages/${id}`;
  const answers: Answers = {
    "oauth-google-token-response": login,
    "oauth-google-error-invalid_grant": refused,
    "gmail-profile": profile,
    "gmail-labels": await get(`${GMAIL}/labels`),
    "gmail-messages-list": await get(`${GMAIL}/messages`),
    "gmail-message-full-textplain": await get(message),
    "gmail-message-metadata": await get(`${message}?format=metadata`),
    "gmail-message-raw": await get(`${message}?format=raw`),
    "gmail-history-list": await get(`${GMAIL}/history?startHistoryId=${profile.historyId}`),
    "google-error-401-unauthorized": await get(`${GMAIL}/profile`, "nobody"),
  };
  const watch = { method: "POST", body: '{"topicName":"projects/p/topics/t"}' };
  answers["gmail-watch-response"] = (await bundle.call(token, `${GMAIL}/watch`, watch)).body;
  await bundle.simulator.idle();
  const pushed = JSON.parse(bundle.received[0]?.text ?? "");
  answers["gmail-push-pubsub-wrapped"] = answers["gmail-push-pubsub-wrapped-both-casings"] = pushed;
  answers["gmail-push-data-decoded"] = JSON.parse(atob(pushed.message.data));
  faults.historyTooOld = 1;
  answers["gmail-error-404-history-expired"] = await get(`${GMAIL}/history?startHistoryId=1`);
  faults.throttle = { next: 1, retryAfterSeconds: 5 };
  answers["google-error-403-rateLimit-gmail"] = await get(`${GMAIL}/profile`);
  faults.googleThrottle = "429";
  faults.throttle = { next: 1, retryAfterSeconds: 5 };
  answers["google-error-429-rateLimit"] = await get(`${GMAIL}/profile`);
  const poor = await signIn(bundle, "ben", { scopes: "openid email" });
  answers["google-error-403-insufficientPermissions"] = await get(`${GMAIL}/profile`, poor.access_token);
  if ((await get(`${ORIGIN}/google/oauth2/v3/userinfo`)).email !== ben.address) throw new Error("userinfo differs");
  return { ...answers, ...await googleDeskAnswers() };
}
