/** What Pub/Sub's errors mean to us. */
import { StoreAwayError } from "../../contracts/errors.ts";

/** The gRPC status codes that are told apart. Source: grpc.github.io/grpc/core/md_doc_statuscodes.html. */
export const GRPC = {
  cancelled: 1,
  unknown: 2,
  invalid_argument: 3,
  deadline_exceeded: 4,
  not_found: 5,
  already_exists: 6,
  permission_denied: 7,
  resource_exhausted: 8,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export const PUBSUB_NAME = "Google Pub/Sub";

/** The gRPC status code of an error of the client library, or undefined. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

const DETAIL_CHARACTERS_MAX = 200;

/** What the server says, cut short. It names resources and rules, never a message's content. */
export function detailOf(error: unknown): string {
  const text = error instanceof Error
    ? "details" in error && typeof error.details === "string" ? error.details : error.message
    : "unknown";
  return text.slice(0, DETAIL_CHARACTERS_MAX);
}

/**
 * Whatever keeps a request from being answered is an outage to the caller: a missing topic or permission too, since the
 * messages are good and go through once an operator has mended it.
 */
export function awayError(error: unknown): StoreAwayError {
  return error instanceof StoreAwayError ? error : new StoreAwayError(PUBSUB_NAME, error);
}
