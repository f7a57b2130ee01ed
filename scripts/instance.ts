/** How a script reaches the running Millrace: by its note in the data folder, or by its public address. */
import { readInstanceFile } from "../instance_file.ts";
import { z } from "zod";
import type { Config } from "../shared/contracts/config.ts";
import type { Fetch } from "../shared/contracts/deps.ts";

/** A running instance, with credentials that may do everything. */
export interface Door {
  readonly url: string;
  /** Calls `/v1` as the operator. @throws UnreachableError when nothing answers */
  call(
    path: string,
    init?: {
      method?: string;
      json?: unknown;
      /** Sent as it comes, in place of `json`. */
      stream?: ReadableStream<Uint8Array<ArrayBuffer>>;
      user?: string;
      signal?: AbortSignal;
      headers?: Record<string, string>;
    },
  ): Promise<Response>;
}

/** Nothing answers at the instance's address. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

const ProblemText = z.object({ detail: z.string() });

/** What a refusal says, for a person. */
export async function refusalOf(response: Response): Promise<string> {
  const problem = ProblemText.safeParse(await response.json().catch(() => null));
  return problem.success ? problem.data.detail : `The instance answered ${response.status}.`;
}

/**
 * The way to the instance; null when none is noted and none is configured.
 * @param url where it answers, when it was named; it is then spoken to with ADMIN_API_KEY
 */
export async function findDoor(config: Config, fetch: Fetch, url = ""): Promise<Door | null> {
  const noted = config.adapters === "embedded" && url === "" ? await readInstanceFile(config.data_dir) : null;
  const { admin_api_key } = config.http;
  const public_url = url === "" ? config.http.public_url : url.replace(/\/+$/, "");
  const known = noted ??
    (admin_api_key === null || public_url === "" ? null : { url: public_url, token: admin_api_key });
  if (known === null) return null;
  return {
    url: known.url,
    async call(path, { method = "GET", json, stream, user, signal, headers: more = {} } = {}) {
      const headers: Record<string, string> = { ...more, authorization: `Bearer ${known.token.reveal()}` };
      if (user !== undefined) headers["millrace-user"] = user;
      if (json !== undefined) headers["content-type"] = "application/json";
      const body = stream ?? (json === undefined ? null : JSON.stringify(json));
      try {
        return await fetch(`${known.url}${path}`, {
          method,
          headers,
          body,
          ...(signal === undefined ? {} : { signal }),
        });
      } catch (cause) {
        throw new UnreachableError(`No Millrace answers at ${known.url}`, { cause });
      }
    },
  };
}
