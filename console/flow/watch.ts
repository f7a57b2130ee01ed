/** The flow as it comes, for as long as a page looks at it. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { follow } from "../stream.ts";
import { type Sample, withSample } from "./rates.ts";

/** The samples of the last minutes, the newest last. */
export const history = signal<readonly Sample[]>([]);
export const flowError = signal<Error | undefined>(undefined);

function isSample(value: unknown): value is Sample {
  return typeof value === "object" && value !== null && "subscriptions" in value && "topics" in value;
}

/** Watches; a page that is in the background does not. */
export function useFlow(): void {
  useEffect(() => {
    let ending: AbortController | undefined;
    const begin = () => {
      ending?.abort();
      if (document.visibilityState !== "visible") return;
      ending = new AbortController();
      follow("/v1/admin/flow", {
        signal: ending.signal,
        onEvent({ data }) {
          const value: unknown = JSON.parse(data);
          if (isSample(value)) history.value = withSample(history.peek(), value);
        },
        onState: (connected, error) => flowError.value = connected ? undefined : error,
      });
    };
    begin();
    document.addEventListener("visibilitychange", begin);
    return () => {
      document.removeEventListener("visibilitychange", begin);
      ending?.abort();
    };
  }, []);
}
