/** A bus that keeps what is published, for tests that ask what office says to the world. */
import type { Bus, Outgoing, Published } from "../../../shared/bus/port.ts";
import type { Event } from "../../../shared/contracts/event.ts";
import type { DeadLetter, ProviderChange, SyncTask } from "../../../shared/contracts/messages.ts";
import { TOPIC_CONTRACTS } from "../../../shared/contracts/topics.ts";
import type { TopicName } from "../../../shared/contracts/names.ts";

export class RecordingBus implements Bus {
  readonly events: Event[] = [];
  /** Of each event, the subscriptions that it is for; `""` for all. */
  readonly only: string[] = [];
  readonly tasks: SyncTask[] = [];
  readonly changes: ProviderChange[] = [];
  readonly deadLetters: DeadLetter[] = [];
  /** Called before each publish; throws to simulate a crash or a bus that is away. */
  before: (topic: TopicName) => void | Promise<void> = () => {};
  /** Called after each publish, when it is durable. */
  after: (topic: TopicName) => void | Promise<void> = () => {};
  #ids = 0;

  async publish<T extends TopicName>(topic: T, messages: readonly Outgoing<T>[]): Promise<readonly Published[]> {
    await this.before(topic);
    const results = messages.map(({ message, attributes }): Published => {
      const parsed = TOPIC_CONTRACTS[topic].safeParse(message);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        return { kind: "refused", field: issue?.path.join(".") ?? "", reason: issue?.message ?? "" };
      }
      this.#keep(topic, message, attributes.only ?? "");
      return { kind: "published", message_id: String(++this.#ids) };
    });
    await this.after(topic);
    return results;
  }

  #keep(topic: TopicName, message: unknown, only: string): void {
    if (topic === "provider-changes") this.changes.push(TOPIC_CONTRACTS["provider-changes"].parse(message));
    else if (topic === "dead-letters") this.deadLetters.push(TOPIC_CONTRACTS["dead-letters"].parse(message));
    else if (topic === "sync-tasks") this.tasks.push(TOPIC_CONTRACTS["sync-tasks"].parse(message));
    else {
      this.events.push(TOPIC_CONTRACTS[topic].parse(message));
      this.only.push(only);
    }
  }

  /** What a consumer that goes by revisions alone ends up with: the newest version of each document, deletes left out. */
  converged(): Map<string, { subject: string; folder: string }> {
    const newest = new Map<string, Event>();
    for (const event of this.events) {
      const held = newest.get(event.doc_id);
      if (held === undefined || held.revision < event.revision) newest.set(event.doc_id, event);
    }
    const living = new Map<string, { subject: string; folder: string }>();
    for (const event of newest.values()) {
      if (event.operation === "delete") continue;
      const email = JSON.parse(event.data);
      living.set(email.provider_id, { subject: email.title, folder: email.container });
    }
    return living;
  }

  ensure = () => Promise.resolve([]);
  stats = () => Promise.resolve([]);
  seek = () => Promise.resolve();
  countSince = () => Promise.resolve(null);
  ping = () => Promise.resolve();
  close = () => Promise.resolve();
}
