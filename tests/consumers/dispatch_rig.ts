/** A dispatcher over a real state file, with a bus that keeps what it gets and a handler that a test writes. */
import { type Answer, createDispatcher, type Dispatcher } from "../../consumers/dispatch/mod.ts";
import { createDeadLettersConsumer } from "../../consumers/dead_letters/mod.ts";
import type { Consumer, EventHandler, InternalHandler } from "../../consumers/registry.ts";
import type { Email } from "../../shared/contracts/documents.ts";
import { type Event, eventAttributes } from "../../shared/contracts/event.ts";
import { eventId } from "../../shared/contracts/ids.ts";
import { subscriptionNamed } from "../../shared/contracts/subscriptions.ts";
import type { State } from "../../shared/state/port.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { type TestDeps, testDeps } from "../routes/test_app.ts";
import { RecordingBus } from "./recording_bus.ts";

export const DOC_ID = "fedcba9876543210fedcba9876543210";
export const LOADER = "vespa-loader-emails";

/** A mail as the normaliser makes it. */
export function sampleEmail(over: Partial<Email> = {}): Email {
  const nobody = { name: "", address: "" };
  return {
    doc_type: "email",
    doc_id: DOC_ID,
    provider: "microsoft",
    connection_id: "connection_1",
    provider_id: "AAMkAD1",
    container: "inbox",
    title: "Figures",
    url: "https://mail.example/1",
    last_updated: "2026-03-02T08:00:00.000Z",
    thread_id: "",
    internet_message_id: "<1@mail.example>",
    in_reply_to: "",
    references: [],
    list_id: "",
    folder_role: "inbox",
    folder_name: "Inbox",
    labels: [],
    from: nobody,
    sender: nobody,
    to: [],
    cc: [],
    bcc: [],
    reply_to: [],
    sent_at: "",
    received_at: "",
    body: "The figures of the quarter",
    preview: "The figures",
    read: false,
    draft: false,
    flagged: false,
    importance: "normal",
    has_attachments: false,
    attachments: [],
    size_bytes: 0,
    truncated: false,
    links: [],
    structured: [],
    ...over,
  };
}

/** An event of a mail, with the id that its content gives it. */
export async function emailEvent(over: Partial<Event> = {}): Promise<Event> {
  const event = {
    schema_version: 1,
    event_type: "email.created",
    user_id: "ada",
    connection_id: "connection_1",
    provider: "microsoft" as const,
    doc_type: "email" as const,
    doc_id: DOC_ID,
    operation: "create" as const,
    revision: Date.UTC(2026, 2, 2, 8) * 1_000,
    last_updated: "2026-03-02T08:00:00.000Z",
    sync_timestamp: "2026-03-02T08:00:01.000Z",
    batch_id: "",
    correlation_id: "correlation_1",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    data: JSON.stringify(sampleEmail({ doc_id: over.doc_id ?? DOC_ID })),
    data_ref: "",
    ...over,
  };
  return { ...event, event_id: over.event_id ?? await eventId(event.doc_id, event.operation, event.revision) };
}

/** What a push body says beside its data. */
export interface BodyOver {
  readonly message_id?: string;
  readonly attempt?: number;
  readonly subscription?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A wrapped push body as both buses send it. `data` is JSON, or a text that is taken as it is. */
export function pushBody(subscription: string, data: unknown, over: BodyOver = {}): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  const message_id = over.message_id ?? "4711";
  return JSON.stringify({
    message: {
      data: new TextEncoder().encode(text).toBase64(),
      attributes: over.attributes ?? {},
      messageId: message_id,
      message_id,
      publishTime: "2026-03-02T08:59:00.123456Z",
      publish_time: "2026-03-02T08:59:00.123456Z",
    },
    subscription: over.subscription ?? `projects/millrace/subscriptions/${subscription}`,
    deliveryAttempt: over.attempt ?? 1,
  });
}

export interface Rig {
  readonly dispatcher: Dispatcher;
  readonly state: State;
  readonly bus: RecordingBus;
  readonly deps: TestDeps;
  /** What the handler does; counts are kept by the test. */
  handle: EventHandler;
  /** Delivers a body as it is. */
  deliver(subscription: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Delivers an event with its attributes to the loader. */
  push(event: Event, over?: BodyOver): Promise<Answer>;
  /** The counter of an outcome. */
  counted(subscription: string, outcome: string): number;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RigOptions {
  readonly handle?: EventHandler;
  readonly internal?: {
    readonly [T in "provider-changes" | "sync-tasks"]?: InternalHandler<T>;
  };
  readonly subscriptions?: readonly string[];
  readonly topic_prefix?: string;
  readonly admitted_bytes_max?: number;
  /** Stands between dispatch and the state file. */
  readonly state?: (state: State) => State;
  readonly deps?: TestDeps;
}

/** Opens a rig that serves the loader's mail subscription, unless the options name others. */
export function openRig(options: RigOptions = {}): Rig {
  const dir = Deno.makeTempDirSync();
  const deps = options.deps ?? testDeps();
  const opened = openSqliteState({ path: `${dir}/state.sqlite`, clock: deps.clock, random: deps.random });
  const state = options.state?.(opened) ?? opened;
  const bus = new RecordingBus();
  const consumers: Consumer[] = [
    { service: "vespa-loader", kind: "events", handle: (...args) => rig.handle(...args) },
    { service: "contact-discovery", kind: "events", handle: (...args) => rig.handle(...args) },
    { service: "office", kind: "internal", handlers: options.internal ?? {} },
    createDeadLettersConsumer({ state, bus, deps, topic_prefix: options.topic_prefix ?? "" }),
  ];
  const names = options.subscriptions ?? [LOADER];
  const dispatcher = createDispatcher({
    subscriptions: names.map((name) => subscriptionNamed(name)!),
    consumers,
    state,
    bus,
    deps,
    topic_prefix: options.topic_prefix ?? "",
    ...(options.admitted_bytes_max === undefined ? {} : { admitted_bytes_max: options.admitted_bytes_max }),
  });
  const rig: Rig = {
    dispatcher,
    state: opened,
    bus,
    deps,
    handle: options.handle ?? (() => Promise.resolve("applied")),
    deliver: (subscription, body, headers = {}) =>
      dispatcher.deliver(subscription, {
        bytes: body.length,
        text: () => Promise.resolve(body),
        header: (name) => headers[name],
      }),
    push: (event, over = {}) =>
      rig.deliver(LOADER, pushBody(LOADER, event, { attributes: eventAttributes(event), ...over })),
    counted(subscription, outcome) {
      const found = deps.counters.snapshot().find(({ name, labels }) =>
        name === "deliveries_total" && labels["subscription"] === subscription && labels["outcome"] === outcome
      );
      return found?.value ?? 0;
    },
    async [Symbol.asyncDispose]() {
      await deps.clock.runUntil(dispatcher.stop(0));
      await opened.close();
      await Deno.remove(dir, { recursive: true });
    },
  };
  return rig;
}

/** A promise that a test fulfils. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { opened, open: () => open() };
}
