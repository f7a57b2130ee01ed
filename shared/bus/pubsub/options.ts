import type { Clock, Counters, Fetch, Log } from "../../contracts/deps.ts";

/** What the Google Pub/Sub bus is opened with. */
export interface PubsubBusOptions {
  readonly projectId: string;
  /** `host:port` of an emulator, in place of Google. */
  readonly emulatorHost?: string | undefined;
  /** Before every name of a topic, schema and subscription, so that deployments can share a project. `""` for none. */
  readonly topicPrefix: string;
  /** The audience of push tokens; each push endpoint's own address when absent. */
  readonly pushAudience?: string | undefined;
  /** The service account that signs pushes. Without it pushes carry no token. */
  readonly pushServiceAccount?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** Reaches Cloud Monitoring; backlogs are unknown without it, as they are with an emulator. */
  readonly fetch?: Fetch;
}
