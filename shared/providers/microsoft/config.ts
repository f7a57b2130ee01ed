/** What the Microsoft provider is opened with. */
export interface MicrosoftConfig {
  readonly client_id: string;
  readonly client_secret: string;
  /** Graph without a version, e.g. `https://graph.microsoft.com`. */
  readonly graph_url: string;
  /** The login service without a tenant, e.g. `https://login.microsoftonline.com`. */
  readonly login_url: string;
  /** `common`, `organizations`, `consumers`, or a tenant's id. */
  readonly tenant: string;
  /** Where Graph reaches us; `""` when it can't. */
  readonly public_url: string;
}

/** Graph's version 1.0, the base of every address. */
export function graphBase(config: MicrosoftConfig): string {
  return `${config.graph_url.replace(/\/+$/, "")}/v1.0`;
}
