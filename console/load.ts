/** Data that a page shows: loading, there, or failed; asked again when what it depends on changes. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

/** How far it is. What was there stays visible while it is asked for again. */
export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
}

/** Data with how to ask for it again. */
export interface Load<T> extends Loaded<T> {
  reload(): void;
}

const BEGINNING = { data: undefined, error: undefined, loading: true } as const;

/** An error that was thrown, as one. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/**
 * Asks for data when the component appears and whenever `key` changes.
 * @param key all that the answer depends on; with another first part (up to a space) nothing old is shown meanwhile
 */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Load<T> {
  const state: Signal<Loaded<T>> = useMemo(() => signal<Loaded<T>>(BEGINNING), [key.split(" ")[0]]);
  const rounds: Signal<number> = useMemo(() => signal(0), []);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const ending = new AbortController();
    state.value = { ...state.peek(), loading: true };
    latest.current(ending.signal).then(
      (data) => {
        if (!ending.signal.aborted) state.value = { data, error: undefined, loading: false };
      },
      (thrown) => {
        if (!ending.signal.aborted) state.value = { ...state.peek(), error: asError(thrown), loading: false };
      },
    );
    return () => ending.abort();
  }, [key, rounds.value]);
  return { ...state.value, reload: () => rounds.value++ };
}

/** Asks again every so often, as long as the page is looked at. */
export function useEvery(ms: number, then: () => void): void {
  const latest = useRef(then);
  latest.current = then;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") latest.current();
    }, ms);
    return () => clearInterval(timer);
  }, [ms]);
}

/** Work that a button begins: whether it is under way, and how it failed. */
export interface Action {
  readonly busy: ReadonlySignal<boolean>;
  readonly error: ReadonlySignal<Error | undefined>;
  run(work: () => Promise<void>): Promise<void>;
}

/** One action; a second press while it is under way does nothing. */
export function useAction(): Action {
  return useMemo(() => {
    const busy = signal(false);
    const error = signal<Error | undefined>(undefined);
    return {
      busy,
      error,
      async run(work) {
        if (busy.peek()) return;
        busy.value = true;
        error.value = undefined;
        try {
          await work();
        } catch (thrown) {
          error.value = asError(thrown);
        } finally {
          busy.value = false;
        }
      },
    };
  }, []);
}
