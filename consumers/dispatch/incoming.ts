/** A push request as Pub/Sub and the embedded bus send it, wrapped or not, as one message. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import { PushBody } from "../../shared/contracts/push.ts";

/** What the route hands over. The text is read only once the delivery is admitted. */
export interface PushRequest {
  /** The body's length in bytes by its header; 0 when it does not say. */
  readonly bytes: number;
  /** @throws PermanentError `body_too_large` */
  text(): Promise<string>;
  /** A request header by its lower-case name, undefined when it is not there. */
  header(name: string): string | undefined;
}

/** One message as it came. */
export interface Incoming {
  readonly message_id: string;
  /** As the bus wrote it; `""` when it did not. */
  readonly published_at: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Full name or last segment; `""` when an unwrapped message does not say. */
  readonly subscription: string;
  /** From 1; 0 when the bus does not count. */
  readonly attempt: number;
  /** The message's data: base64 when it came wrapped, else the text itself. */
  readonly data: { readonly base64: string } | { readonly text: string };
}

/** Marks an unwrapped message. Source: cloud.google.com/pubsub/docs/payload-unwrapping. */
const MESSAGE_ID = "x-goog-pubsub-message-id";

/** Attributes come as headers of their own when a message is unwrapped; these are the ones that we read. */
const ATTRIBUTES = [
  "event_type",
  "operation",
  "provider",
  "doc_type",
  "schema_version",
  "traceparent",
  "only",
  "replays",
  "history",
  "CloudPubSubDeadLetterSourceDeliveryCount",
  "CloudPubSubDeadLetterSourceSubscription",
  "CloudPubSubDeadLetterSourceSubscriptionProject",
  "CloudPubSubDeadLetterSourceTopicPublishTime",
] as const;

/**
 * Takes a push body apart.
 * @throws PermanentError `push_invalid` for what is no push delivery
 */
export function readIncoming(body: string, header: PushRequest["header"]): Incoming {
  const message_id = header(MESSAGE_ID);
  if (message_id !== undefined) return readUnwrapped(message_id, body, header);
  const parsed = PushBody.safeParse(parseJson(body, "push_invalid", "The body"));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.map(String).join(".") ?? "";
    throw new PermanentError("push_invalid", `The body is no push delivery: ${issue?.message ?? "wrong shape"}`, {
      field,
    });
  }
  const push = parsed.data;
  return {
    message_id: push.message_id,
    published_at: push.published_at,
    attributes: push.attributes,
    subscription: push.subscription,
    attempt: push.delivery_attempt,
    data: { base64: push.data_base64 },
  };
}

function readUnwrapped(message_id: string, text: string, header: PushRequest["header"]): Incoming {
  const attributes: Record<string, string> = {};
  for (const name of ATTRIBUTES) {
    const value = header(name.toLowerCase());
    if (value !== undefined) attributes[name] = value;
  }
  return {
    message_id,
    published_at: header("x-goog-pubsub-publish-time") ?? "",
    attributes,
    subscription: header("x-goog-pubsub-subscription-name") ?? "",
    attempt: 0,
    data: { text },
  };
}

/** @throws PermanentError with that code when the text is not JSON; the message repeats nothing of it */
export function parseJson(text: string, code: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PermanentError(code, `${what} is not JSON`);
  }
}

/** The message's data as text. @throws PermanentError `data_invalid` when it is not base64 */
export function dataText({ data }: Incoming): string {
  if ("text" in data) return data.text;
  try {
    return textOf(data.base64);
  } catch {
    throw new PermanentError("data_invalid", "The message's data is not base64", { field: "message.data" });
  }
}

/** The message's data as base64 of the standard alphabet, as dead letters keep it. */
export function dataBase64({ data }: Incoming): string {
  return "text" in data ? toBase64(data.text) : data.base64;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Where most messages are decoded: bytes of their own for each would cost more than the decoding. */
const DECODED = new Uint8Array(64 * 1024);

/** A text from its UTF-8 bytes in base64. @throws SyntaxError when it is neither alphabet's */
function textOf(base64: string): string {
  if (base64.length > DECODED.length) return decoder.decode(fromBase64(base64));
  try {
    return decoder.decode(DECODED.subarray(0, DECODED.setFromBase64(base64).written));
  } catch {
    return decoder.decode(fromBase64(base64));
  }
}

/**
 * Both alphabets, with and without padding: Gmail's documentation says base64url, Pub/Sub sends the standard one.
 * @throws SyntaxError when it is neither
 */
export function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  }
}

/** The UTF-8 bytes of a text in base64, standard alphabet. */
export function toBase64(text: string): string {
  return encoder.encode(text).toBase64();
}
