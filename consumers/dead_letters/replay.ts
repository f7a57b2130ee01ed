/** Hands dead letters back to the subscription that failed, and to it alone. */
import { z } from "zod";
import type { Bus, Published } from "../../shared/bus/port.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { PermanentError, StoreAwayError } from "../../shared/contracts/errors.ts";
import { Event } from "../../shared/contracts/event.ts";
import { type DeadLetter, ProviderChange, SyncTask } from "../../shared/contracts/messages.ts";
import { EventTopic } from "../../shared/contracts/names.ts";
import type { State } from "../../shared/state/port.ts";
import { HISTORY_ATTRIBUTE, withFailure } from "./history.ts";
import { fromBase64, parseJson, publishRefetch, REPLAYS_ATTRIBUTE, replaysOf } from "../dispatch/mod.ts";

/** What a replay needs of the outside. */
export interface ReplayPorts {
  readonly state: State;
  readonly bus: Bus;
  readonly deps: Deps;
}

/** How a letter was handed back. */
export type Replayed = "published" | "refetch";

/**
 * From this age on, a document is read anew instead: tombstones stay 45 days, and a version older than a collected
 * tombstone would bring a deleted document back.
 */
const REFETCH_AFTER_MS = 30 * 24 * 60 * 60 * 1000;

const decoder = new TextDecoder();

/**
 * Publishes the message again for its subscription alone; durable when it resolves. An event's claim is forgotten
 * first, so that it is handled anew from failure 0.
 * @throws PermanentError `not_replayable` when the message does not keep its topic's contract
 * @throws StoreAwayError
 */
export async function handBack(ports: ReplayPorts, letter: DeadLetter): Promise<Replayed> {
  const raw = rawMessage(letter);
  if (letter.topic === "provider-changes") {
    await publish(ports.bus, letter, checked(letter, ProviderChange, raw));
    return "published";
  }
  if (letter.topic === "sync-tasks") {
    await publish(ports.bus, letter, checked(letter, SyncTask, raw));
    return "published";
  }
  const topic = EventTopic.safeParse(letter.topic);
  if (!topic.success) throw notReplayable(`Topic "${letter.topic}" is none of ours`, "topic");
  const event = checked(letter, Event, raw);
  // The revision is the time of the read; the message's own age starts anew with each replay.
  if (ports.deps.clock.now() - event.revision / 1_000 > REFETCH_AFTER_MS) {
    await publishRefetch(ports, event, letter.subscription);
    return "refetch";
  }
  await ports.state.claims.forget(letter.subscription, event.event_id);
  const attributes = replayAttributes(letter);
  confirm(await ports.bus.publish(topic.data, [{ message: event, attributes }]));
  return "published";
}

async function publish(bus: Bus, letter: DeadLetter, message: ProviderChange | SyncTask): Promise<void> {
  const attributes = replayAttributes(letter);
  confirm(
    "change_id" in message
      ? await bus.publish("provider-changes", [{ message, attributes }])
      : await bus.publish("sync-tasks", [{ message, attributes }]),
  );
}

function confirm(results: readonly Published[]): void {
  const [published] = results;
  if (published?.kind === "published") return;
  if (published?.kind === "refused") throw notReplayable(published.reason, published.field);
  throw new StoreAwayError("The bus", new Error("no answer for the message"));
}

function rawMessage(letter: DeadLetter): unknown {
  try {
    return parseJson(decoder.decode(fromBase64(letter.data_base64)), "not_replayable", "The message's data");
  } catch (error) {
    throw error instanceof PermanentError ? error : notReplayable("The message's data is not base64", "data_base64");
  }
}

function checked<T>({ topic }: DeadLetter, contract: z.ZodType<T>, raw: unknown): T {
  const parsed = contract.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw notReplayable(
    `The message does not keep the contract of ${topic}: ${issue?.message ?? "wrong shape"}`,
    issue?.path.map(String).join(".") ?? "",
  );
}

function notReplayable(message: string, field: string): PermanentError {
  return new PermanentError("not_replayable", message, { field });
}

/** The message's own attributes, without what the bus adds and does not take back. */
function replayAttributes(letter: DeadLetter): Record<string, string> {
  const own = Object.entries(letter.attributes).filter(([name]) => !name.startsWith("goog"));
  return {
    ...Object.fromEntries(own),
    only: letter.subscription,
    [REPLAYS_ATTRIBUTE]: String(replaysOf(letter.attributes) + 1),
    [HISTORY_ATTRIBUTE]: withFailure(letter),
  };
}
