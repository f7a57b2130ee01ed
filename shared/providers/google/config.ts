/** What the Google provider is opened with, and the addresses that follow from it. */
export interface GoogleConfig {
  readonly client_id: string;
  readonly client_secret: string;
  /** One base in the place of every API's own host; `""` for Google itself. */
  readonly api_url: string;
  /** Whole addresses. */
  readonly authorize_url: string;
  readonly token_url: string;
  readonly revoke_url: string;
  /** The full name of the topic that Gmail notifies, `projects/{project}/topics/{topic}`; `""`: Gmail is polled. */
  readonly gmail_topic: string;
  /** Where Calendar and Drive reach this service; `""` or not https: they are polled. */
  readonly public_url: string;
  /** How much larger the project's quotas are than Google's defaults. */
  readonly quota_factor: number;
}

/** Where Google's APIs are. Paths are the same on Google's hosts and on a configured base. */
export interface GoogleUrls {
  /** `users/me` of the Gmail API. */
  readonly mailbox: string;
  /** Gmail's batch endpoint is on another host than Gmail. */
  readonly batch: string;
  readonly drive: string;
  readonly calendar: string;
  readonly calendar_batch: string;
  readonly people: string;
  readonly tasks: string;
  readonly userinfo: string;
  readonly hosts: readonly string[];
}

/** The addresses of the APIs. */
export function googleUrls(config: Pick<GoogleConfig, "api_url">): GoogleUrls {
  const base = config.api_url.replace(/\/+$/, "");
  const at = (host: string, path: string) => `${base === "" ? host : base}${path}`;
  const mailbox = at("https://gmail.googleapis.com", "/gmail/v1/users/me");
  const batch = at("https://www.googleapis.com", "/batch/gmail/v1");
  return {
    mailbox,
    batch,
    drive: at("https://www.googleapis.com", "/drive/v3"),
    calendar: at("https://www.googleapis.com", "/calendar/v3"),
    calendar_batch: at("https://www.googleapis.com", "/batch/calendar/v3"),
    people: at("https://people.googleapis.com", "/v1"),
    tasks: at("https://tasks.googleapis.com", "/tasks/v1"),
    userinfo: at("https://openidconnect.googleapis.com", "/v1/userinfo"),
    hosts: base === ""
      ? [
        "https://gmail.googleapis.com",
        "https://www.googleapis.com/batch",
        "https://www.googleapis.com/drive",
        "https://www.googleapis.com/calendar",
        "https://people.googleapis.com",
        "https://tasks.googleapis.com",
        // Where the links lead by which large documents are exported.
        "https://docs.google.com",
      ]
      : [base],
  };
}
