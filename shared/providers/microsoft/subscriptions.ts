/** Change notifications of a mailbox: created, renewed and ended at Graph. */
import { z } from "zod";
import type { Deps } from "../../contracts/deps.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { away } from "../http.ts";
import type { Granted, Mailbox, ProviderResponse, SubscribeRequest } from "../port.ts";
import { momentOf } from "../text.ts";
import { graphBase, type MicrosoftConfig } from "./config.ts";
import { graphError, pageOf, refusedBy } from "./graph.ts";

/** All mails of the mailbox, whatever folder they are in. */
const RESOURCE = "/me/messages";

/** Outlook allows less than 7 days (10,080 minutes); a little less leaves room for a slow request. */
const LIFE_MINUTES = 10_070;

/** A mailbox has at most 1,000 subscriptions, over all applications. */
const LIST_PAGES_MAX = 20;

const Made = z.object({ id: z.string().min(1), expirationDateTime: z.string() });
const Listed = z.object({
  id: z.string().min(1),
  resource: z.string().nullish(),
  notificationUrl: z.string().nullish(),
});

/** The notification addresses of our deployment begin like this. */
function ourWebhooks(config: MicrosoftConfig): string {
  return `${config.public_url.replace(/\/+$/, "")}/webhooks/microsoft/`;
}

/**
 * Creates a subscription. One of ours that stands in the way (409: same application, change types and resource) is
 * replaced: its client state is not known any more.
 * @throws PermanentError `subscription_refused` when Graph says no (no permission, our address does not answer)
 */
export async function subscribeMail(
  config: MicrosoftConfig,
  deps: Pick<Deps, "clock">,
  mailbox: Mailbox,
  request: SubscribeRequest,
): Promise<Granted> {
  let answer = await create(config, deps, mailbox, request);
  if (answer.status === 409) {
    await removeOurs(config, mailbox);
    answer = await create(config, deps, mailbox, request);
  }
  if (answer.status !== 201 && answer.status !== 200) {
    const { code } = graphError(answer.json);
    throw new PermanentError("subscription_refused", `Graph refuses the subscription: ${answer.status} ${code}`.trim());
  }
  return grantedOf(answer);
}

async function create(
  config: MicrosoftConfig,
  deps: Pick<Deps, "clock">,
  mailbox: Mailbox,
  request: SubscribeRequest,
): Promise<ProviderResponse> {
  const webhooks = ourWebhooks(config);
  return await mailbox.request(`${graphBase(config)}/subscriptions`, {
    method: "POST",
    // Without it the notifications would name mails by ids that change with every move.
    headers: { prefer: 'IdType="ImmutableId"' },
    body: {
      changeType: "created,updated,deleted",
      notificationUrl: `${webhooks}${request.subscription_id}`,
      lifecycleNotificationUrl: `${webhooks}lifecycle/${request.subscription_id}`,
      resource: RESOURCE,
      expirationDateTime: expiry(deps),
      clientState: request.client_state,
      latestSupportedTlsVersion: "v1_2",
    },
  });
}

function expiry(deps: Pick<Deps, "clock">): string {
  return new Date(deps.clock.now() + LIFE_MINUTES * 60_000).toISOString();
}

function grantedOf(answer: ProviderResponse): Granted {
  const made = Made.safeParse(answer.json);
  const expires_at = momentOf(made.data?.expirationDateTime);
  if (!made.success || expires_at === "") throw away("Graph's answer is not a subscription");
  return { remote_id: made.data.id, expires_at };
}

/** Ends the subscriptions to this mailbox's mails whose notifications come to us. */
async function removeOurs(config: MicrosoftConfig, mailbox: Mailbox): Promise<void> {
  const webhooks = ourWebhooks(config);
  let url = `${graphBase(config)}/subscriptions`;
  for (let pages = 0; url !== "" && pages < LIST_PAGES_MAX; pages++) {
    const answer = await mailbox.request(url);
    if (answer.status !== 200) throw refusedBy(answer, "list the subscriptions");
    const page = pageOf(answer, graphBase(config));
    for (const item of page.items) {
      const found = Listed.safeParse(item).data;
      const ours = found?.notificationUrl?.startsWith(webhooks) === true;
      // The resource comes back in another form (`users/{id}/messages`).
      if (ours && /\/messages$/i.test(found.resource ?? "")) await unsubscribeMail(config, mailbox, found.id);
    }
    url = page.next_link;
  }
}

/** Moves the expiry on, which also renews the authorisation. @throws PermanentError `subscription_gone` */
export async function renewMail(
  config: MicrosoftConfig,
  deps: Pick<Deps, "clock">,
  mailbox: Mailbox,
  remote_id: string,
): Promise<Granted> {
  const answer = await mailbox.request(`${graphBase(config)}/subscriptions/${encodeURIComponent(remote_id)}`, {
    method: "PATCH",
    body: { expirationDateTime: expiry(deps) },
  });
  if (answer.status === 404) throw new PermanentError("subscription_gone", "Graph does not know the subscription");
  if (answer.status !== 200) throw refusedBy(answer, "renew the subscription");
  return grantedOf(answer);
}

/** Ends a subscription; one that is gone already is ended too. */
export async function unsubscribeMail(config: MicrosoftConfig, mailbox: Mailbox, remote_id: string): Promise<void> {
  const url = `${graphBase(config)}/subscriptions/${encodeURIComponent(remote_id)}`;
  const answer = await mailbox.request(url, { method: "DELETE" });
  if (answer.status >= 300 && answer.status !== 404) throw refusedBy(answer, "end the subscription");
}
