/** Where Pub/Sub and the embedded bus deliver. */
import type { Context } from "hono";
import { dataBase64, type Dispatcher, type PushRequest, readIncoming } from "../consumers/dispatch/mod.ts";
import type { Signaller } from "../consumers/office/mod.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { PermanentError } from "../shared/contracts/errors.ts";
import { AccountRecord, COLLECTIONS } from "../shared/contracts/records.ts";
import type { State } from "../shared/state/port.ts";
import { openSparseWarn, type SparseWarn } from "../shared/telemetry/mod.ts";
import { allow, type AppEnv, type PlainApp } from "./access.ts";
import { missing } from "./problem_answer.ts";
import { openIntake } from "./webhooks/intake.ts";
import { traceHere } from "../shared/contracts/trace_context.ts";
import { parseGmailNotification } from "../shared/providers/google/notification.ts";

/** What the deliveries go to. */
export interface PushPorts {
  readonly dispatcher: Dispatcher;
  readonly state: State;
  readonly deps: Deps;
  /** Null when this instance does not serve office: then Gmail's notifications are not found here. */
  readonly signal: Signaller | null;
}

/** The last part of the address of Gmail's own notifications; no subscription of ours is called so. */
const GMAIL = "gmail";

/**
 * Registers `POST /push/{subscription}`, which is also `POST /push/gmail`: a route of its own beside the parameter
 * would cost every request of the app the faster of Hono's routers.
 */
export function addPushRoutes(app: PlainApp, ports: PushPorts): void {
  const { dispatcher } = ports;
  const gmail = openGmail(ports);

  async function deliver(c: Context<AppEnv>, subscription: string): Promise<Response> {
    const reading = new Reading(c);
    const answer = await dispatcher.deliver(subscription, reading);
    if (reading.failed !== undefined) throw reading.failed;
    if (answer.status === 404) throw missing("subscription at this instance");
    if (answer.retry_after_ms === 0) return c.body(null, answer.status);
    return c.body(null, answer.status, { "retry-after": String(Math.ceil(answer.retry_after_ms / 1_000)) });
  }

  app.post("/push/:subscription", allow("push"), (c) => {
    const subscription = c.req.param("subscription");
    return subscription === GMAIL && gmail !== null ? gmail(c) : deliver(c, subscription);
  });
}

/** What takes Gmail's notifications; null when this instance does not serve office. */
function openGmail({ signal, ...ports }: PushPorts): ((c: Context<AppEnv>) => Promise<Response>) | null {
  if (signal === null) return null;
  const intake = openIntake("gmail", ports.deps);
  const gmail: GmailPorts = { ...ports, signal, warn: openSparseWarn(ports.deps) };
  return (c) => intake.admit(c, () => receiveGmail(c, gmail));
}

/** A request as dispatch reads it. */
class Reading implements PushRequest {
  readonly #c: Context<AppEnv>;
  /** What reading the body threw; the app answers it. */
  failed: unknown;

  constructor(c: Context<AppEnv>) {
    this.#c = c;
  }

  get bytes(): number {
    return Number(this.#c.req.header("content-length") ?? 0) || 0;
  }

  async text(): Promise<string> {
    try {
      return await this.#c.req.text();
    } catch (error) {
      this.failed = error;
      throw new PermanentError("body_unreadable", "The body could not be read", { cause: error });
    }
  }

  header(name: string): string | undefined {
    return this.#c.req.header(name);
  }
}

/** What Gmail's notifications need beside. */
interface GmailPorts extends Pick<PushPorts, "state" | "deps"> {
  readonly signal: Signaller;
  readonly warn: SparseWarn;
}

/**
 * Gmail's own notifications name an address and nothing of ours. They are hints: what can't be read or belongs to
 * nobody is acknowledged and counted, since the mailbox is polled anyway.
 */
async function receiveGmail(c: Context<AppEnv>, { deps, signal, state, warn }: GmailPorts): Promise<Response> {
  const dropped = (reason: string) => {
    deps.counters.add("webhooks_dropped_total", { source: "gmail", reason });
    warn("webhook.dropped", { provider: "google", reason });
    return c.body(null, 204);
  };
  const text = await c.req.text();
  let data: string;
  try {
    data = dataBase64(readIncoming(text, (name) => c.req.header(name)));
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    return dropped("unreadable");
  }
  const notification = parseGmailNotification(data);
  if (notification === null) return dropped("unreadable");
  const record = await state.records({ system: "accounts" })
    .get(COLLECTIONS.accounts, `google:${notification.address}`);
  if (record === null) return dropped("unknown_address");
  const { connections } = AccountRecord.parse(record.value);
  await Promise.all(connections.map(({ user_id, connection_id }) =>
    signal({
      key: { user_id, connection_id, resource: "mail" },
      provider: "google",
      cause: "notification",
      traceparent: traceHere(deps),
    })
  ));
  deps.counters.add("webhooks_accepted_total", { source: "gmail" }, connections.length);
  return c.body(null, 204);
}
