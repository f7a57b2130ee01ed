/**
 * The API of Millrace with its types: paths, parameters and answers as `/openapi.json` has them.
 *
 * ```ts
 * const millrace = createClient({ url: "http://127.0.0.1:8000", key, user: "ada" });
 * const { data, error } = await millrace.GET("/v1/search", { params: { query: { q: "from:ben budget" } } });
 * for (const { title, url } of data?.hits ?? []) console.log(title, url);
 * ```
 */
import createFetchClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

export type { paths } from "./schema.d.ts";

/** The shapes of the API by name, such as `Schemas["Connection"]`. */
export type Schemas = components["schemas"];

/** What went wrong and what to do (RFC 9457); `type` is stable. */
export type Problem = Schemas["Problem"];

/** Whom to ask, and as whom. */
export interface ClientOptions {
  /** Where Millrace answers, such as `https://millrace.example.com`. */
  readonly url: string;
  /** An API key, or a token of the configured issuer. */
  readonly key: string;
  /** With an operator's key: the person it is about. */
  readonly user?: string;
  /** In place of the global one. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** A client with a method for each HTTP verb; each resolves to `{data}` or `{error}`, and rejects when nobody answers. */
export type MillraceClient = Client<paths>;

/** Opens a client. It holds no connection and needs no closing. */
export function createClient({ url, key, user = "", fetch }: ClientOptions): MillraceClient {
  return createFetchClient<paths>({
    baseUrl: url,
    headers: { authorization: `Bearer ${key}`, ...(user === "" ? {} : { "millrace-user": user }) },
    ...(fetch === undefined ? {} : { fetch }),
  });
}
