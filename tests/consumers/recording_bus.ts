/** A bus that keeps what is published, and can be away or slow as a test says. */
import { encode } from "../../shared/bus/encode.ts";
import type { Bus, Outgoing, Published } from "../../shared/bus/port.ts";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { TopicName } from "../../shared/contracts/names.ts";
import { TOPIC_CONTRACTS, type TopicMessage } from "../../shared/contracts/topics.ts";

export interface Kept {
  readonly topic: TopicName;
  /** The message as JSON text, as a bus would carry it. */
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly message_id: string;
}

export class RecordingBus implements Bus {
  readonly kept: Kept[] = [];
  /** Refuses to take anything. */
  away = false;
  /** Awaited before each publish. */
  before: () => Promise<void> = () => Promise.resolve();
  /** Takes the message and then does not say so. */
  forgetsToAnswer = false;

  async publish<T extends TopicName>(topic: T, messages: readonly Outgoing<T>[]): Promise<readonly Published[]> {
    await this.before();
    if (this.away) throw new StoreAwayError("The bus");
    const published = messages.map((outgoing): Published => {
      const encoded = encode(topic, outgoing);
      if (encoded.kind === "refused") return encoded;
      const message_id = String(this.kept.length + 1);
      this.kept.push({ topic, text: encoded.text, attributes: encoded.attributes, message_id });
      return { kind: "published", message_id };
    });
    if (this.forgetsToAnswer) throw new StoreAwayError("The bus");
    return published;
  }

  /** All that was published on a topic, by its contract. */
  on<T extends TopicName>(topic: T): TopicMessage<T>[] {
    const contract = TOPIC_CONTRACTS[topic];
    return this.kept.filter((kept) => kept.topic === topic)
      .map((kept) => contract.parse(JSON.parse(kept.text)) as TopicMessage<T>);
  }

  ensure = () => Promise.resolve([]);
  stats = () => Promise.resolve([]);
  seek = () => Promise.resolve();
  countSince = () => Promise.resolve(null);
  ping = () => Promise.resolve();
  close = () => Promise.resolve();
}
