/** Change notifications: created, renewed, listed and ended at Graph. */
import { z } from "zod";
import type { Deps } from "../../contracts/deps.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { away } from "../http.ts";
import type { Granted, ProviderResponse, RemoteSubscription, SubscribeRequest } from "../port.ts";
import { momentOf } from "../text.ts";
import type { MicrosoftConfig } from "./config.ts";
import { graphError, pageOf, preferring, refusedBy } from "./graph.ts";
import type { GraphResource, Reading } from "./resource.ts";

/** A mailbox has at most 1,000 subscriptions, over all applications. */
const LIST_PAGES_MAX = 20;

const Made = z.object({ id: z.string().min(1), expirationDateTime: z.string() });
const Listed = z.object({
  id: z.string().min(1),
  expirationDateTime: z.string().nullish(),
  resource: z.string().nullish(),
  notificationUrl: z.string().nullish(),
});

/** A subscription as Graph lists it. */
interface Held extends RemoteSubscription {
  readonly path: string;
}

/** The notification addresses of our deployment begin like this. */
function ourWebhooks({ public_url }: MicrosoftConfig): string {
  return `${public_url.replace(/\/+$/, "")}/webhooks/microsoft/`;
}

/**
 * Creates a subscription. Where one of ours stands in the way (409: same application, change types and resource), it is
 * taken when it carries the id that is asked for, since then it was made by an attempt whose answer got lost; any other
 * one is replaced, for nobody knows its client state any more.
 * @throws PermanentError `subscription_refused` when Graph says no (no permission, our address does not answer)
 */
export async function subscribe(
  config: MicrosoftConfig,
  reading: Reading,
  resource: GraphResource,
  request: SubscribeRequest,
): Promise<Granted> {
  let answer = await create(config, reading, resource, request);
  if (answer.status === 409) {
    const { watches } = resource.subscription;
    const held = await listHeld(config, reading);
    const ours = held.filter(({ subscription_id, path }) => subscription_id !== "" && watches(path, request.target));
    const own = ours.find(({ subscription_id }) => subscription_id === request.subscription_id);
    if (own !== undefined) return { remote_id: own.remote_id, expires_at: own.expires_at };
    for (const { remote_id } of ours) await unsubscribe(reading, remote_id);
    answer = await create(config, reading, resource, request);
  }
  if (answer.status !== 201 && answer.status !== 200) {
    const { code } = graphError(answer.json);
    throw new PermanentError("subscription_refused", `Graph refuses the subscription: ${answer.status} ${code}`.trim());
  }
  return grantedOf(answer);
}

async function create(
  config: MicrosoftConfig,
  { deps, mailbox, base }: Reading,
  { subscription }: GraphResource,
  request: SubscribeRequest,
): Promise<ProviderResponse> {
  const webhooks = ourWebhooks(config);
  return await mailbox.request(`${base}/subscriptions`, {
    method: "POST",
    // Without it the notifications would name items by ids that change with every move.
    headers: preferring(),
    body: {
      changeType: subscription.change_types,
      notificationUrl: `${webhooks}${request.subscription_id}`,
      lifecycleNotificationUrl: `${webhooks}lifecycle/${request.subscription_id}`,
      resource: subscription.path(request.target),
      expirationDateTime: expiry(deps, subscription.life_minutes),
      clientState: request.client_state,
      latestSupportedTlsVersion: "v1_2",
    },
  });
}

function expiry({ clock }: Pick<Deps, "clock">, life_minutes: number): string {
  return new Date(clock.now() + life_minutes * 60_000).toISOString();
}

function grantedOf(answer: ProviderResponse): Granted {
  const made = Made.safeParse(answer.json);
  const expires_at = momentOf(made.data?.expirationDateTime);
  if (!made.success || expires_at === "") throw away("Graph's answer is not a subscription");
  return { remote_id: made.data.id, expires_at };
}

/** What Graph holds for this account and our application, whoever made it. */
export async function listSubscriptions(
  config: MicrosoftConfig,
  reading: Reading,
): Promise<readonly RemoteSubscription[]> {
  return (await listHeld(config, reading)).map(({ remote_id, subscription_id, expires_at }) => ({
    remote_id,
    subscription_id,
    expires_at,
  }));
}

async function listHeld(config: MicrosoftConfig, { mailbox, base }: Reading): Promise<Held[]> {
  const held: Held[] = [];
  let url = `${base}/subscriptions`;
  for (let pages = 0; url !== "" && pages < LIST_PAGES_MAX; pages++) {
    const answer = await mailbox.request(url);
    if (answer.status !== 200) throw refusedBy(answer, "list the subscriptions");
    const page = pageOf(answer, base);
    held.push(...page.items.flatMap((item) => heldOf(config, item)));
    url = page.next_link;
  }
  return held;
}

function heldOf(config: MicrosoftConfig, item: unknown): Held[] {
  const { data } = Listed.safeParse(item);
  if (data === undefined) return [];
  const webhooks = ourWebhooks(config);
  const address = data.notificationUrl ?? "";
  const subscription_id = address.startsWith(webhooks) ? address.slice(webhooks.length) : "";
  return [{
    remote_id: data.id,
    subscription_id,
    expires_at: momentOf(data.expirationDateTime),
    path: data.resource ?? "",
  }];
}

/** Moves the expiry on, which also renews the authorisation. @throws PermanentError `subscription_gone` */
export async function renew(
  { deps, mailbox, base }: Reading,
  { subscription }: GraphResource,
  remote_id: string,
): Promise<Granted> {
  const answer = await mailbox.request(`${base}/subscriptions/${encodeURIComponent(remote_id)}`, {
    method: "PATCH",
    body: { expirationDateTime: expiry(deps, subscription.life_minutes) },
  });
  if (answer.status === 404) throw new PermanentError("subscription_gone", "Graph does not know the subscription");
  if (answer.status !== 200) throw refusedBy(answer, "renew the subscription");
  return grantedOf(answer);
}

/** Ends a subscription; one that is gone already is ended too. */
export async function unsubscribe({ mailbox, base }: Reading, remote_id: string): Promise<void> {
  const answer = await mailbox.request(`${base}/subscriptions/${encodeURIComponent(remote_id)}`, { method: "DELETE" });
  if (answer.status >= 300 && answer.status !== 404) throw refusedBy(answer, "end the subscription");
}
