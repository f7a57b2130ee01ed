import type { Fetch } from "../../shared/contracts/deps.ts";
import { systemFetch } from "../../shared/system/mod.ts";
import type { SentRequest } from "./sync_order.ts";

/** What may have no body. */
const BODILESS = [101, 204, 205, 304];

/** The network of an instance: knows how long it was waited for, and writes down what was read. */
export class Wire {
  waited_ms = 0;
  /** How many requests were written down. */
  recorded = 0;
  /** Called, and waited for, before a request goes out. */
  beforeRequest: () => Promise<void> = () => Promise.resolve();
  readonly #prefixes: readonly string[];
  #file: Deno.FsFile | null;

  /** @param prefixes of the addresses whose requests are written down until `endRecord`, a line each */
  constructor(prefixes: readonly string[], file: string) {
    this.#prefixes = prefixes;
    this.#file = Deno.openSync(file, { create: true, write: true, truncate: true });
  }

  readonly fetch: Fetch = async (input, init) => {
    await this.beforeRequest();
    const started = performance.now();
    const answer = await systemFetch(input, init);
    const body = await answer.arrayBuffer();
    this.waited_ms += performance.now() - started;
    const { status, headers } = answer;
    if (answer.ok) this.#record(String(input), init);
    return new Response(BODILESS.includes(status) ? null : body, { status, headers });
  };

  endRecord(): void {
    this.#file?.close();
    this.#file = null;
  }

  #record(url: string, init: RequestInit | undefined): void {
    const method = init?.method ?? "GET";
    const reads = method === "GET" || /batch/.test(url);
    if (this.#file === null || !reads || !this.#prefixes.some((prefix) => url.startsWith(prefix))) return;
    const body = typeof init?.body === "string" ? init.body : null;
    this.recorded++;
    const sent: SentRequest = { url, method, headers: [...new Headers(init?.headers)], body };
    this.#file.writeSync(new TextEncoder().encode(`${JSON.stringify(sent)}\n`));
  }
}
