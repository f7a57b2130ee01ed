import type { Clock } from "../../../shared/contracts/deps.ts";
import type { Chance } from "../chance.ts";

/** An answer other than success, thrown by handlers and turned into Graph's envelope at the edge. */
export class GraphError extends Error {
  override name = "GraphError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function notFound(): GraphError {
  return new GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.");
}

export function badRequest(message: string): GraphError {
  return new GraphError(400, "BadRequest", message);
}

/** The error body, with the innerError members that Graph gives. */
export function errorBody(error: GraphError, clock: Clock, chance: Chance): unknown {
  const requestId = chance.uuid();
  const inner = {
    date: new Date(clock.now()).toISOString().slice(0, 19),
    "request-id": requestId,
    "client-request-id": requestId,
  };
  const innerError = error.status === 429
    ? { code: "429", ...inner, message: "Please retry after", status: "429" }
    : inner;
  return { error: { code: error.code, message: error.message, innerError } };
}
