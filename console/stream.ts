/** Server-sent events with the person's key, which the browser's own `EventSource` can't send. */
import { credentials, reach, refused } from "./api.ts";
import { asError } from "./load.ts";

/** One event of a stream. */
export interface StreamEvent {
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

/** How a stream is followed. */
export interface Following {
  onEvent(event: StreamEvent): void;
  /** Whether it is connected; with the error when it is not. */
  onState?(connected: boolean, error?: Error): void;
  readonly signal: AbortSignal;
}

const AGAIN_MS = [1_000, 2_000, 5_000, 10_000];

/** Events of an answer's body. Source: html.spec.whatwg.org, "Server-sent events". */
export async function* eventsOf(body: ReadableStream<BufferSource>): AsyncGenerator<StreamEvent> {
  let rest = "";
  let id = "", name = "message";
  let data: string[] = [];
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === "id") id = value;
      else if (field === "event") name = value;
      else if (field === "data") data.push(value);
      if (line !== "" || data.length === 0) continue;
      yield { id, name, data: data.join("\n") };
      name = "message";
      data = [];
    }
  }
}

/** Follows a stream until the signal; connects again, from where it was, when it breaks. Ends with an event `end` or a 204. */
export async function follow(path: string, { onEvent, onState, signal }: Following): Promise<void> {
  let last = "";
  let tries = 0;
  while (!signal.aborted) {
    try {
      const headers = {
        ...credentials(!path.startsWith("/v1/admin/")),
        ...(last === "" ? {} : { "last-event-id": last }),
      };
      const response = await reach(new Request(path, { headers, signal }));
      if (response.status === 204) return;
      if (!response.ok || response.body === null) throw refused(response.status, await response.json());
      onState?.(true);
      tries = 0;
      for await (const event of eventsOf(response.body)) {
        last = event.id;
        onEvent(event);
        if (event.name === "end") return;
      }
    } catch (thrown) {
      if (signal.aborted) return;
      onState?.(false, asError(thrown));
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS[Math.min(tries++, AGAIN_MS.length - 1)]));
  }
}
