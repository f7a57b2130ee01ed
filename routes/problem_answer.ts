/**
 * RFC 9457 problem documents: what went wrong and what to do, with a type that programs can rely on. How the API describes
 * them stands in `problem.ts`, which what answers before the API is loaded has no need of.
 */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import type { Log } from "../shared/contracts/deps.ts";
import { PermanentError, TransientError } from "../shared/contracts/errors.ts";
import type { FieldProblem, ProblemDocument } from "./problem.ts";

/** What a problem is made of. `type` is the last part of the URN, such as `not_found`. */
export interface ProblemDetails {
  readonly type: string;
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly detail: string;
  readonly field?: string;
  readonly position?: number;
  readonly length?: number;
  readonly errors?: readonly FieldProblem[];
  /** For 429 and 503: seconds, rounded up, in `Retry-After`. */
  readonly retry_after_ms?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem to throw where no answer can be returned: in guards and in OpenAPI handlers. */
export class HttpProblem extends Error {
  override readonly name: string = "HttpProblem";
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails, cause?: unknown) {
    super(details.title, cause === undefined ? undefined : { cause });
    this.details = details;
  }
}

/** The problem for what does not exist, or belongs to somebody else: the two are not told apart. */
export function missing(what: string): HttpProblem {
  return new HttpProblem({
    type: "not_found",
    status: 404,
    title: "Not found",
    detail: `There is no such ${what}. Check the id; what belongs to another person is not shown.`,
  });
}

/** The answer for a problem. */
export function problem(c: Context, details: ProblemDetails): Response {
  const request_id: unknown = c.get("request_id");
  const document: ProblemDocument = {
    type: `urn:millrace:problem:${details.type}`,
    title: details.title,
    status: details.status,
    detail: details.detail,
    ...(details.field === undefined || details.field === "" ? {} : { field: details.field }),
    ...(details.position === undefined ? {} : { position: details.position }),
    ...(details.length === undefined ? {} : { length: details.length }),
    ...(details.errors === undefined ? {} : { errors: [...details.errors] }),
    ...(typeof request_id === "string" ? { request_id } : {}),
  };
  const headers: Record<string, string> = { "content-type": "application/problem+json", ...details.headers };
  if (details.retry_after_ms !== undefined) {
    headers["retry-after"] = String(Math.max(1, Math.ceil(details.retry_after_ms / 1_000)));
  }
  return c.body(JSON.stringify(document), details.status, headers);
}

/** The permanent errors whose status is not 400. */
const PERMANENT_STATUS: Readonly<Record<string, ContentfulStatusCode>> = {
  not_found: 404,
  forbidden: 403,
  needs_reauth: 409,
  not_granted: 409,
  provider_refused: 409,
  provider_not_configured: 409,
  conflict: 409,
  erased: 410,
};

function ofHttpException(error: HTTPException): ProblemDetails {
  switch (error.status) {
    case 413:
      return TOO_LARGE;
    case 415:
      return {
        type: "media_type_unsupported",
        status: 415,
        title: "Unsupported media type",
        detail: "Send the body as JSON, with Content-Type: application/json.",
      };
    case 400:
      return {
        type: "body_malformed",
        status: 400,
        title: "Malformed body",
        detail: "The body is not valid JSON. Check its syntax and its encoding (UTF-8).",
      };
    default:
      return { type: "request_refused", status: error.status as ContentfulStatusCode, title: "Refused", detail: "" };
  }
}

/** A body over its limit. */
export const TOO_LARGE: ProblemDetails = {
  type: "body_too_large",
  status: 413,
  title: "Body too large",
  detail: "The body exceeds what this address accepts. Send it in smaller parts.",
};

/** The problem that any thrown value becomes. Bugs say nothing of themselves; the log has them by the request's id. */
export function detailsOf(error: unknown): ProblemDetails {
  if (error instanceof HttpProblem) return error.details;
  if (error instanceof TransientError) {
    return {
      type: error.code,
      status: 503,
      title: "Not possible at the moment",
      detail: "Something that this request needs does not answer. Try again after the time in Retry-After.",
      retry_after_ms: error.retry_after_ms,
    };
  }
  if (error instanceof PermanentError) {
    const status = PERMANENT_STATUS[error.code] ?? 400;
    return {
      type: error.code,
      status,
      title: "The request can't be served",
      detail: error.message,
      field: error.field,
    };
  }
  if (error instanceof HTTPException) return ofHttpException(error);
  return {
    type: "internal",
    status: 500,
    title: "Internal error",
    detail: "This is a fault of the service, not of the request. Report it with the request's id.",
  };
}

/** The app's `onError`: every error becomes a problem; a bug is logged. */
export function errorAnswer(log: Log): (error: Error, c: Context) => Response {
  return (error, c) => {
    const details = detailsOf(error);
    if (details.status === 500) log.error("http.failed", { method: c.req.method, error });
    else if (details.status === 503) {
      log.warn("http.unavailable", { method: c.req.method, reason: details.type, error });
    }
    return problem(c, details);
  };
}

/** The app's `defaultHook`: a request that its schema refuses, with every field and what is wrong with it. */
export function validationAnswer(
  result: { readonly success: boolean; readonly error?: z.core.$ZodError; readonly target?: string },
  c: Context,
): Response | undefined {
  if (result.success || result.error === undefined) return undefined;
  const errors = result.error.issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [{ field: issue.path.map(String).join("."), detail: issue.message }];
    return issue.keys.map((key) => ({
      field: [...issue.path, key].map(String).join("."),
      detail: "is not known here; check its spelling or leave it out",
    }));
  });
  const named = errors.map((error) => `${error.field === "" ? "the whole" : error.field}: ${error.detail}`).join("; ");
  return problem(c, {
    type: "request_invalid",
    status: 400,
    title: "Invalid request",
    detail: `Correct the ${
      result.target === "json" ? "body" : "parameters"
    }: ${named}. See /docs for what is accepted.`,
    ...(errors.length === 1 && errors[0] !== undefined ? { field: errors[0].field } : {}),
    errors,
  });
}
