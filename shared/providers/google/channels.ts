/**
 * Notification channels of Calendar and Drive. Source: the push guides of both APIs. A channel's id is our own id of the
 * subscription, its token the client state; what Google names it (the resource id) is needed to stop it.
 */
import { z } from "zod";
import type { Clock } from "../../contracts/deps.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { away } from "../http.ts";
import type { Granted, Mailbox, PushSupport, SubscribeRequest } from "../port.ts";
import { momentOf } from "../text.ts";
import { googleReasons } from "../verdict.ts";
import type { GoogleConfig } from "./config.ts";
import { refusedBy } from "./errors.ts";
import type { GoogleNotifications, GoogleOptions } from "./resource.ts";

/** The longest life of a channel, which is asked for: left to itself Drive gives an hour. */
const CHANNEL_MS_MAX = 7 * 24 * 60 * 60 * 1000;

/** Of a channel that was made by a request whose answer was lost: nobody can stop it before it expires. */
const UNNAMED = "unnamed";

/** `expiration` is a text in answers, a number in the documentation. */
const Channel = z.object({
  resourceId: z.string().min(1),
  expiration: z.union([z.string(), z.number()]).transform(Number).nullish(),
});

/** What is watched. */
export interface Watching {
  /** The last part of our notification address. */
  readonly api: "calendar" | "drive";
  /** The `watch` method of a target. */
  watchUrl(mailbox: Mailbox, target: string): string | Promise<string>;
  readonly stop_url: string;
  targets(cursor: string): readonly string[];
}

/** The notifications of a resource that is watched by channels. */
export function openChannels(options: GoogleOptions, watching: Watching): GoogleNotifications {
  const { deps } = options;
  const { public_url } = options.config;
  const push = pushSupport(options.config);
  const address = `${public_url.replace(/\/+$/, "")}/webhooks/google/${watching.api}`;
  return {
    push,
    targets: (cursor) => watching.targets(cursor),
    async subscribe(mailbox, request) {
      if (!push.supported) throw new PermanentError("subscription_refused", push.reason);
      return await watch(deps.clock, mailbox, await watching.watchUrl(mailbox, request.target), address, request);
    },
    renew() {
      return Promise.reject(new PermanentError("subscription_gone", "A channel is replaced, never renewed"));
    },
    async unsubscribe(mailbox, { subscription_id, remote_id }) {
      if (remote_id === "" || remote_id === UNNAMED) return;
      const body = { id: subscription_id, resourceId: remote_id };
      const answer = await mailbox.request(watching.stop_url, { method: "POST", body });
      // 404: it has ended already.
      if (answer.status >= 300 && answer.status !== 404) throw refusedBy(answer, "stop a channel");
    },
  };
}

/** Google delivers to public addresses with a valid certificate only; what stands in its place may do otherwise. */
function pushSupport({ public_url, api_url }: Pick<GoogleConfig, "public_url" | "api_url">): PushSupport {
  const renewal = "replace";
  if (public_url === "") return { supported: false, reason: "PUBLIC_URL is not set, so Google can't notify", renewal };
  if (api_url === "" && !public_url.startsWith("https://")) {
    return { supported: false, reason: "PUBLIC_URL is not https, so Google does not notify", renewal };
  }
  return { supported: true, reason: "", renewal };
}

/** @throws PermanentError `subscription_refused` */
async function watch(
  clock: Clock,
  mailbox: Mailbox,
  url: string,
  address: string,
  { subscription_id, client_state }: SubscribeRequest,
): Promise<Granted> {
  const expiration = clock.now() + CHANNEL_MS_MAX;
  const body = { id: subscription_id, type: "web_hook", address, token: client_state, expiration };
  const answer = await mailbox.request(url, { method: "POST", body });
  if (answer.status !== 200) {
    const reason = googleReasons(answer.json)[0]?.slice(0, 64) ?? "";
    // Our ids are random, so the channel is ours: it was made by a request whose answer was lost.
    if (reason === "channelIdNotUnique") return { remote_id: UNNAMED, expires_at: momentOf(expiration) };
    throw new PermanentError("subscription_refused", `Google refuses the channel: ${answer.status} ${reason}`.trim());
  }
  const channel = Channel.safeParse(answer.json);
  if (!channel.success) throw away("Google's answer is not a channel", channel.error);
  // Where Google names no end, it is the one that was asked for at most.
  const expires_at = momentOf(channel.data.expiration) || momentOf(expiration);
  return { remote_id: channel.data.resourceId, expires_at };
}

/** The notifications of a resource that has none. */
export function noPush(reason: string): GoogleNotifications {
  const refuse = () => Promise.reject(new PermanentError("subscription_refused", reason));
  return {
    push: { supported: false, reason, renewal: "replace" },
    targets: () => [""],
    subscribe: refuse,
    renew: refuse,
    unsubscribe: () => Promise.resolve(),
  };
}
