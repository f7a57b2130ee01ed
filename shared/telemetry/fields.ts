import type { LogFields } from "../contracts/deps.ts";
import { redactName, redactText, TEXT_CHARACTERS_MAX } from "./redact.ts";

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

/** A field with its name as it stands in a line. */
interface Written {
  readonly kind: Kind;
  readonly member: string;
}

const WRITTEN: ReadonlyMap<string, Written> = new Map(
  Object.entries(FIELDS).map(([name, kind]) => [name, { kind, member: `${JSON.stringify(name)}:` }]),
);

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

/** The JSON of a value, redacted; undefined when it is not written. */
function writtenValue(kind: Kind, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (kind === "error") return JSON.stringify(writtenError(value));
  switch (typeof value) {
    case "string":
      return kind === "text" ? textJson(value) : nameJson(value);
    case "number":
      return Number.isFinite(value) ? String(value) : "null";
    case "boolean":
      return String(value);
    case "bigint":
      return `"${value}"`;
    default:
      return undefined;
  }
}

/** Nothing here is escaped in JSON, and no rule of `redactName` matches it: nearly every id of nearly every line. */
const PLAIN = /^[A-Za-z0-9_-]*$/;

/** A plain text that is shorter holds no long random word either. */
const PLAIN_TEXT_CHARACTERS_MAX = 23;

function nameJson(text: string): string {
  return text.length <= TEXT_CHARACTERS_MAX && PLAIN.test(text) ? `"${text}"` : JSON.stringify(redactName(text));
}

function textJson(text: string): string {
  return text.length <= PLAIN_TEXT_CHARACTERS_MAX && PLAIN.test(text) ? `"${text}"` : JSON.stringify(redactText(text));
}

/**
 * The fields of a line as the members of a JSON object, each with a comma behind it: allowed names only, with redacted
 * values. Written in one pass, since this is what a line costs.
 */
export function writtenFields(fields: LogFields): string {
  let members = "";
  let name: keyof LogFields;
  for (name in fields) {
    const written = WRITTEN.get(name);
    if (written === undefined) continue;
    const json = writtenValue(written.kind, fields[name]);
    if (json !== undefined) members += `${written.member}${json},`;
  }
  return members;
}
