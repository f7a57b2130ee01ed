import type { LogFields } from "../contracts/deps.ts";
import { redactName, redactText } from "./redact.ts";

/** How the value of a field is written: a name keeps long random words, a text loses them, an error is taken apart. */
type Kind = "name" | "text" | "error";

/**
 * Each field that a line may carry. The type holds the table to {@link LogFields}; at run time whatever is not in it
 * (a token, a body, a subject) is dropped, also when a caller spread an object that the compiler took for harmless.
 */
const FIELDS: Readonly<Record<keyof LogFields, Kind>> = {
  trace_id: "name",
  correlation_id: "name",
  user_id: "name",
  connection_id: "name",
  provider: "name",
  resource: "name",
  topic: "name",
  subscription: "name",
  message_id: "name",
  event_id: "name",
  idempotency_key: "name",
  doc_type: "name",
  doc_id: "name",
  operation: "name",
  revision: "name",
  batch_id: "name",
  attempt: "name",
  outcome: "text",
  reason: "text",
  route: "name",
  method: "name",
  status: "name",
  count: "name",
  bytes: "name",
  duration_ms: "name",
  service: "name",
  error: "error",
};

/** How many errors of a chain of causes are written. */
const CAUSES_MAX = 4;

/** An error as it is written: its own other properties (a response, a request, a document) are never looked at. */
export interface WrittenError {
  name: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: WrittenError;
}

/** Takes apart what was thrown; whatever is not an `Error` is written by its type and, if it is a text, its text. */
export function writtenError(thrown: unknown, depth = 1): WrittenError {
  if (!(thrown instanceof Error)) {
    return { name: `thrown ${typeof thrown}`, message: typeof thrown === "string" ? redactText(thrown) : "" };
  }
  const written: WrittenError = { name: redactText(String(thrown.name)), message: redactText(String(thrown.message)) };
  const code = "code" in thrown ? thrown.code : undefined;
  if (typeof code === "string" || typeof code === "number") written.code = redactText(String(code));
  if (typeof thrown.stack === "string") written.stack = redactText(thrown.stack);
  if (thrown.cause !== undefined && depth < CAUSES_MAX) written.cause = writtenError(thrown.cause, depth + 1);
  return written;
}

function writtenValue(kind: Kind, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (kind === "error") return writtenError(value);
  switch (typeof value) {
    case "string":
      return kind === "text" ? redactText(value) : redactName(value);
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return String(value);
    default:
      return undefined;
  }
}

/** The fields of a line as they may be written: allowed names only, with redacted values. */
export function writtenFields(fields: LogFields): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!Object.hasOwn(FIELDS, name)) continue;
    const kept = writtenValue(FIELDS[name as keyof LogFields], value);
    if (kept !== undefined) written[name] = kept;
  }
  return written;
}
