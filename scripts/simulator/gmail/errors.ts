/** What an error says besides status, reason and message. */
export interface ErrorOptions {
  readonly domain?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The parameter that is wrong. */
  readonly location?: string;
  /** As the APIs of the newer kind say it: status and details, but no list of errors. */
  readonly plain?: boolean;
}

/** An answer other than success, in Google's envelope. The reason, not the status, says what it is (PROTOCOLS G-25). */
export class GoogleError extends Error {
  override name = "GoogleError";
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly options: ErrorOptions = {},
  ) {
    super(message);
  }

  /** The JSON body. */
  body(): unknown {
    const { domain = "global", location, plain = false } = this.options;
    const status = STATUS[this.status] ?? "UNKNOWN";
    const said = { code: this.status, message: this.message };
    if (plain) {
      const info = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: this.reason, domain };
      return { error: { ...said, status, ...(this.reason === "" ? {} : { details: [info] }) } };
    }
    const where = this.status === 401
      ? { location: "Authorization", locationType: "header" }
      : location === undefined
      ? {}
      : { location, locationType: "parameter" };
    return { error: { ...said, errors: [{ message: this.message, domain, reason: this.reason, ...where }], status } };
  }
}

const STATUS: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  410: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

export function notFound(): GoogleError {
  return new GoogleError(404, "notFound", "Requested entity was not found.");
}

export function invalid(message: string, location?: string): GoogleError {
  return new GoogleError(400, "invalidArgument", message, location === undefined ? {} : { location });
}
