/** The ways in which a terminal, a service manager and a closed window tell a process to end. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Resolves with the name of the first signal that tells this process to end; from its call on none ends it by itself. */
export function untilToldToEnd(): Promise<Deno.Signal> {
  const { promise, resolve } = Promise.withResolvers<Deno.Signal>();
  for (const name of SIGNALS) Deno.addSignalListener(name, () => resolve(name));
  return promise;
}
