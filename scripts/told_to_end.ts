import { watchAncestors } from "./process_life.ts";

/** The ways in which a terminal, a service manager and a closed window tell a process to end. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Resolves, with what it was, as soon as this process is told to end: by a signal, or because the command that started
 * it is gone. From its call on none of the signals ends the process by itself. Needs permission to run `/bin/sh`.
 */
export function untilToldToEnd(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  for (const name of SIGNALS) Deno.addSignalListener(name, () => resolve(name));
  watchAncestors({ onGone: () => resolve("the command that started this is gone") }).catch(reject);
  return promise;
}
