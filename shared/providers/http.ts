/** One HTTP exchange with a provider: within a time limit, its answer read whole within a size limit. */
import { TransientError } from "../contracts/errors.ts";
import type { Deps } from "../contracts/deps.ts";
import type { ProviderResponse } from "./port.ts";

/** How long an exchange may take, body included. */
export const EXCHANGE_MS_MAX = 30_000;

/** How long a file may take. */
export const DOWNLOAD_MS_MAX = 120_000;

/** How large an answer may be: a page of 50 mails with large bodies stays well below. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** What is sent. Headers are never logged: one of them is the access token. */
export interface Exchange {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The answer is a file of at most so many bytes. */
  readonly bytes_max?: number;
}

/**
 * Sends one request and reads its answer whole. Redirects are not followed: a token must not travel to another host.
 * @throws TransientError `provider_away` when nobody answers in time; the signal's reason when it is aborted.
 */
export async function exchange(
  deps: Pick<Deps, "clock" | "fetch">,
  url: string,
  request: Exchange,
  signal?: AbortSignal,
): Promise<ProviderResponse> {
  const { bytes_max, ...init } = request;
  return await withinTime(deps, exchangeMs(request), signal, async (timed) => {
    const response = await deps.fetch(url, { ...init, redirect: "manual", signal: timed });
    return bytes_max !== undefined && response.ok ? await readFile(response, bytes_max) : await readAnswer(response);
  });
}

/** How long this exchange may take, milliseconds. */
export function exchangeMs(request: { readonly bytes_max?: number }): number {
  return request.bytes_max === undefined ? EXCHANGE_MS_MAX : DOWNLOAD_MS_MAX;
}

/**
 * Runs network work under a time limit of the injected clock.
 * @throws TransientError `provider_away` for a network failure or when time is up; the signal's reason when aborted.
 */
export async function withinTime<T>(
  deps: Pick<Deps, "clock">,
  limit_ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const late = new AbortController();
  const timer = deps.clock.sleep(limit_ms, stop.signal).then(() => late.abort(), () => undefined);
  try {
    return await work(AbortSignal.any(signal === undefined ? [late.signal] : [late.signal, signal]));
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (late.signal.aborted) throw away(`No answer within ${limit_ms} ms`, error);
    // `fetch` rejects with a TypeError for whatever goes wrong on the network; anything else is not ours to explain.
    if (error instanceof TypeError || error instanceof DOMException) throw away("The network failed", error);
    throw error;
  } finally {
    stop.abort();
    await timer;
  }
}

/** A provider that does not answer, or not in a way that can be understood. */
export function away(message: string, cause?: unknown, retry_after_ms = 30_000): TransientError {
  return new TransientError("provider_away", message, { retry_after_ms, ...(cause === undefined ? {} : { cause }) });
}

/** Reads a response whole. JSON is parsed where the text is JSON, whatever its content type says. */
export async function readAnswer(response: Response): Promise<ProviderResponse> {
  const text = await readText(response);
  return { status: response.status, headers: response.headers, json: parsed(text), text };
}

/** Reads a file; one that is larger than it may be is not read to its end. */
async function readFile(response: Response, bytes_max: number): Promise<ProviderResponse> {
  const { status, headers } = response;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest of the body.
    if (size > bytes_max) return { status, headers, json: null, text: "", bytes: null };
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return { status, headers, json: null, text: "", bytes };
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw away(`The answer is larger than ${ANSWER_BYTES_MAX} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parsed(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
