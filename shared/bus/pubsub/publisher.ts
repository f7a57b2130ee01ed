/** Gathers what is published at the same time into few requests, and finds the bad message of a request that is refused. */
import { setImmediate } from "node:timers";
import type { Clock } from "../../contracts/deps.ts";
import type { StoreAwayError } from "../../contracts/errors.ts";
import type { Published } from "../port.ts";
import { awayError, codeOf, detailOf, GRPC } from "./errors.ts";
import { Flow } from "./flow.ts";

/** A message as Pub/Sub takes it. */
export interface WireMessage {
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
}

/** One request. Resolves with an id for each message, in order. */
export type Send = (topic: string, messages: readonly WireMessage[]) => Promise<readonly string[]>;

/** Pub/Sub takes 1,000 messages and 10 MB a request; half of it keeps the requests of one topic overlapping. */
export const REQUEST_MESSAGES_MAX = 500;
export const REQUEST_BYTES_MAX = 4_000_000;
/** How long a message waits for company while another request of its topic is under way. */
export const GATHER_MS = 4;
/** On their way at once, over all topics. */
const FLOW = { requests: 16, bytes: 32_000_000 } as const;

/** One call of `publish`: done when all its messages are. */
interface Call {
  readonly results: Published[];
  open: number;
  readonly resolve: (results: Published[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Item {
  readonly message: WireMessage;
  readonly bytes: number;
  readonly call: Call;
  readonly at: number;
}

/** What one topic has yet to send. */
interface Lane {
  readonly topic: string;
  items: Item[];
  bytes: number;
  under_way: number;
  gathering: boolean;
}

/** Publishes messages of any topics, those of the same moment in one request, within the limits of flow control. */
export class Publisher {
  readonly #send: Send;
  readonly #clock: Clock;
  readonly #flow = new Flow(FLOW);
  readonly #lanes = new Map<string, Lane>();

  constructor(send: Send, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** @throws StoreAwayError when a request of any of the messages fails */
  publish(topic: string, messages: readonly WireMessage[]): Promise<readonly Published[]> {
    if (messages.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const call: Call = { results: new Array(messages.length), open: messages.length, resolve, reject };
      const lane = this.#lane(topic);
      messages.forEach((message, at) => this.#add(lane, { message, bytes: bytesOf(message), call, at }));
      // A list has its company with it.
      if (messages.length > 1) this.#flush(lane);
      else this.#gather(lane);
    });
  }

  #lane(topic: string): Lane {
    const known = this.#lanes.get(topic);
    if (known !== undefined) return known;
    const lane: Lane = { topic, items: [], bytes: 0, under_way: 0, gathering: false };
    this.#lanes.set(topic, lane);
    return lane;
  }

  #add(lane: Lane, item: Item): void {
    if (lane.bytes + item.bytes > REQUEST_BYTES_MAX) this.#flush(lane);
    lane.items.push(item);
    lane.bytes += item.bytes;
    if (lane.items.length >= REQUEST_MESSAGES_MAX) this.#flush(lane);
  }

  /** A topic that is quiet sends at the end of this turn of the event loop, a busy one a little later. */
  #gather(lane: Lane): void {
    if (lane.gathering || lane.items.length === 0) return;
    lane.gathering = true;
    const flush = () => {
      lane.gathering = false;
      this.#flush(lane);
    };
    if (lane.under_way === 0) setImmediate(flush);
    else this.#clock.sleep(GATHER_MS).then(flush);
  }

  #flush(lane: Lane): void {
    const { items, bytes } = lane;
    if (items.length === 0) return;
    lane.items = [];
    lane.bytes = 0;
    lane.under_way++;
    this.#request(lane, items, bytes);
  }

  /** Never rejects: outcomes go to the calls, when the lane is free again for what they publish next. */
  async #request(lane: Lane, items: readonly Item[], bytes: number): Promise<void> {
    await this.#flow.enter(bytes);
    let away: StoreAwayError | undefined;
    const results: Published[] = [];
    try {
      await this.#deliver(lane.topic, items.map(({ message }) => message), results);
    } catch (error) {
      away = awayError(error);
    }
    this.#flow.leave(bytes);
    lane.under_way--;
    items.forEach(({ call, at }, n) => {
      const result = results[n];
      if (away !== undefined || result === undefined) return call.reject(away ?? awayError(undefined));
      call.results[at] = result;
      if (--call.open === 0) call.resolve(call.results);
    });
  }

  /** The server refuses a request as a whole for one message that does not fit its schema: halve until it stands alone. */
  async #deliver(topic: string, messages: readonly WireMessage[], results: Published[]): Promise<void> {
    try {
      const ids = await this.#send(topic, messages);
      if (ids.length !== messages.length) {
        throw new TypeError(`Cannot match ${ids.length} ids to ${messages.length} messages`);
      }
      for (const message_id of ids) results.push({ kind: "published", message_id });
    } catch (error) {
      if (codeOf(error) !== GRPC.invalid_argument) throw error;
      if (messages.length === 1) {
        results.push({ kind: "refused", field: "", reason: `Pub/Sub refuses it: ${detailOf(error)}` });
        return;
      }
      const half = messages.length >> 1;
      await this.#deliver(topic, messages.slice(0, half), results);
      await this.#deliver(topic, messages.slice(half), results);
    }
  }
}

function bytesOf({ data, attributes }: WireMessage): number {
  let bytes = data.length;
  for (const key in attributes) bytes += key.length + (attributes[key]?.length ?? 0);
  return bytes;
}
