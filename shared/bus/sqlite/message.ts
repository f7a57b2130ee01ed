import { Buffer } from "node:buffer";

/** A message of the file, and the push body it is delivered with. */
export class StoredMessage {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly published_at: number;
  /** A JSON object of texts. */
  readonly attributes: string;
  /** The message itself, JSON. */
  readonly data: string;
  /** What every subscription's body begins with; built once, since the base64 is most of the work. */
  #head = "";

  constructor(id: number, published_at: number, attributes: string, data: string) {
    this.id = id;
    this.published_at = published_at;
    this.attributes = attributes;
    this.data = data;
  }

  /** What it takes in memory, about. */
  get bytes(): number {
    return this.data.length + this.attributes.length;
  }

  get dataBase64(): string {
    return Buffer.from(this.data).toString("base64");
  }

  get publishedAt(): string {
    return new Date(this.published_at).toISOString();
  }

  /**
   * The body that Pub/Sub would push: wrapped, with both casings of the ids.
   * @param attempt 1 for the first delivery; 0 leaves it out, as Pub/Sub does without a dead-letter policy
   */
  pushBody(subscription: string, attempt: number): string {
    if (this.#head === "") {
      const time = this.publishedAt;
      this.#head = `{"message":{"attributes":${this.attributes},"data":"${this.dataBase64}",` +
        `"messageId":"${this.id}","message_id":"${this.id}","publishTime":"${time}","publish_time":"${time}"},`;
    }
    const counted = attempt > 0 ? `,"deliveryAttempt":${attempt}` : "";
    return `${this.#head}"subscription":"projects/embedded/subscriptions/${subscription}"${counted}}`;
  }
}
