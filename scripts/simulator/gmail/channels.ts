import { z } from "zod";
import type { Clock } from "../../../shared/contracts/deps.ts";
import type { Chance } from "../chance.ts";
import type { CallCounts } from "../counts.ts";
import type { Deliveries } from "../deliveries.ts";
import type { SimulatorFaults } from "../faults.ts";
import type { GoogleUser } from "./context.ts";
import { GoogleError, invalid } from "./errors.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
const ANSWER_MS = 30_000;
const RETRIES_MAX = 6;
/** What counts as received; of the rest only these are repeated (PROTOCOLS C1). */
const RECEIVED = [102, 200, 201, 202, 204];
const REPEATED = [500, 502, 503, 504];

const WatchRequest = z.object({
  id: z.string().regex(/^[A-Za-z0-9\-_+/=]{1,64}$/),
  type: z.enum(["web_hook", "webhook"]),
  address: z.url(),
  token: z.string().max(256).optional(),
  expiration: z.union([z.string(), z.number()]).transform(Number).optional(),
  params: z.object({ ttl: z.string().optional() }).optional(),
});
const StopRequest = z.object({ id: z.string(), resourceId: z.string() });

/** A collection that is watched. */
export interface Watched {
  /** Which of whom: `events/0`, `calendarList`, `changes/`. */
  readonly of: string;
  /** The address of the collection at Google. */
  readonly uri: string;
  /** What a notification of a change says: `exists` or `change`. */
  readonly state: string;
  /** Life of a channel for which nothing is asked, milliseconds. */
  readonly life_ms: number;
}

interface Channel {
  readonly id: string;
  readonly user: string;
  readonly watched: Watched;
  readonly address: string;
  readonly token: string | undefined;
  readonly resourceId: string;
  readonly expiresAt: number;
  number: number;
  stopped: boolean;
}

/** Notification channels of Calendar and Drive. */
export class Channels {
  readonly #channels = new Map<string, Channel>();
  readonly #resources = new Map<string, string>();

  constructor(
    private readonly deps: {
      readonly clock: Clock;
      readonly chance: Chance;
      readonly counts: CallCounts;
      readonly faults: SimulatorFaults;
      readonly deliveries: Deliveries;
    },
  ) {}

  /** Makes a channel as a `watch` call asks; its `sync` message is sent before or after the answer. */
  async watch(me: GoogleUser, watched: Watched, body: unknown): Promise<Record<string, unknown>> {
    const parsed = WatchRequest.safeParse(body);
    if (!parsed.success) throw invalid(`Invalid channel: ${parsed.error.issues[0]?.path.join(".")}`);
    const { id, address, token, expiration, params } = parsed.data;
    if (this.#channels.has(id)) throw new GoogleError(400, "channelIdNotUnique", `Channel id ${id} not unique`);
    const now = this.deps.clock.now();
    const ttl = params?.ttl === undefined ? watched.life_ms : Number(params.ttl) * 1_000;
    const wanted = expiration ?? now + ttl;
    if (!(wanted > now)) throw invalid("Invalid expiration", "expiration");
    const channel: Channel = {
      id,
      user: me.user,
      watched,
      address,
      token,
      resourceId: this.#resourceId(me, watched),
      expiresAt: Math.floor(Math.min(wanted, now + WEEK_MS) / 1_000) * 1_000,
      number: 0,
      stopped: false,
    };
    this.#channels.set(id, channel);
    const message = this.#message(channel, "sync");
    const settled = this.deps.faults.earlySyncMessages && await this.#attempt(channel, message) !== "again";
    if (!settled) this.deps.deliveries.track(() => this.#send(channel, message));
    return {
      kind: "api#channel",
      id,
      resourceId: channel.resourceId,
      resourceUri: watched.uri,
      ...(token === undefined ? {} : { token }),
      expiration: String(channel.expiresAt),
    };
  }

  /** Ends a channel of this person. */
  stop(me: GoogleUser, body: unknown): void {
    const parsed = StopRequest.safeParse(body);
    if (!parsed.success) throw invalid("Invalid channel");
    const channel = this.#channels.get(parsed.data.id);
    const ours = channel?.user === me.user && channel.resourceId === parsed.data.resourceId;
    if (!ours || channel.stopped || channel.expiresAt <= this.deps.clock.now()) {
      throw new GoogleError(404, "notFound", `Channel '${parsed.data.id}' not found for project 'millrace'`);
    }
    channel.stopped = true;
  }

  /** The channels of a person that are open, by what they watch. */
  open(user: string): readonly string[] {
    return this.#open(user).map((one) => one.watched.of);
  }

  /** Tells of a change of a collection. */
  changed(me: GoogleUser, of: string): void {
    const { chance, counts, deliveries, faults } = this.deps;
    for (const channel of this.#open(me.user).filter((one) => one.watched.of === of)) {
      if (faults.emptyFirstDelta) me.quiet.add(of);
      counts.notifications.sent++;
      if (chance.happens(faults.dropNotifications)) {
        counts.notifications.dropped++;
        continue;
      }
      const times = 1 + Number(chance.happens(faults.duplicateNotifications)) +
        Number(chance.happens(faults.extraUpdates));
      for (let time = 0; time < times; time++) {
        const wait = faults.shuffle ? chance.next() * faults.lateNotifications : faults.lateNotifications;
        deliveries.track(async () => {
          if (wait > 0) await deliveries.sleep(wait);
          await this.#send(channel, this.#message(channel, channel.watched.state));
        });
      }
    }
  }

  #open(user: string): Channel[] {
    const now = this.deps.clock.now();
    return [...this.#channels.values()].filter((one) => one.user === user && !one.stopped && one.expiresAt > now);
  }

  /** Opaque, and the same for all channels of one collection. */
  #resourceId(me: GoogleUser, watched: Watched): string {
    const name = `${me.user} ${watched.of}`;
    const known = this.#resources.get(name) ?? btoa(String.fromCharCode(...this.deps.chance.bytes(20))).slice(0, 27);
    this.#resources.set(name, known);
    return known;
  }

  /** The headers of a message; it has no body. */
  #message(channel: Channel, state: string): Record<string, string> {
    // Numbers grow, and leave gaps.
    channel.number += state === "sync" ? 1 : 1 + this.deps.chance.below(3);
    return {
      "content-type": "application/json; utf-8",
      "user-agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
      "x-goog-channel-id": channel.id,
      "x-goog-channel-expiration": new Date(channel.expiresAt).toUTCString(),
      "x-goog-message-number": String(channel.number),
      "x-goog-resource-id": channel.resourceId,
      "x-goog-resource-state": state,
      "x-goog-resource-uri": channel.watched.uri,
      ...(channel.token === undefined ? {} : { "x-goog-channel-token": channel.token }),
    };
  }

  /** Sends a message until it is received, refused for good, or given up. */
  async #send(channel: Channel, message: Readonly<Record<string, string>>): Promise<void> {
    const { deliveries, counts, chance } = this.deps;
    for (let attempt = 0; attempt <= RETRIES_MAX && !channel.stopped; attempt++) {
      if (attempt > 0) {
        counts.notifications.retried++;
        await deliveries.sleep(1_000 * 2 ** attempt * (1 + chance.next() / 4));
      }
      if (await this.#attempt(channel, message) !== "again") return;
    }
    counts.notifications.givenUp++;
  }

  async #attempt({ address }: Channel, message: Readonly<Record<string, string>>): Promise<"done" | "again"> {
    const { deliveries, counts } = this.deps;
    const status = (await deliveries.post(address, "", message, ANSWER_MS))?.status ?? 504;
    if (REPEATED.includes(status)) return "again";
    if (RECEIVED.includes(status)) counts.notifications.delivered++;
    else counts.notifications.givenUp++;
    return "done";
  }
}
