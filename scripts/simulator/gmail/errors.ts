/** An answer other than success, in Google's envelope. The reason, not the status, says what it is (PROTOCOLS G-25). */
export class GoogleError extends Error {
  override name = "GoogleError";
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly domain = "global",
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  /** The JSON body. */
  body(): unknown {
    const location = this.status === 401 ? { location: "Authorization", locationType: "header" } : {};
    return {
      error: {
        code: this.status,
        message: this.message,
        errors: [{ message: this.message, domain: this.domain, reason: this.reason, ...location }],
        status: STATUS[this.status] ?? "UNKNOWN",
      },
    };
  }
}

const STATUS: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

export function notFound(): GoogleError {
  return new GoogleError(404, "notFound", "Requested entity was not found.");
}

export function invalid(message: string): GoogleError {
  return new GoogleError(400, "invalidArgument", message);
}
