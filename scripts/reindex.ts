/**
 * `deno task reindex`: builds a second version of the index beside the one that is searched, and switches.
 * Needs --allow-env, --allow-read of DATA_DIR, and --allow-net to the instance.
 */
import { systemClock, systemFetch } from "../shared/system/mod.ts";
import { openBars } from "./progress_bars.ts";
import { runReindex } from "./reindex_command.ts";
import { say, warn } from "./terminal.ts";

if (import.meta.main) {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
  const env = Deno.env.toObject();
  const out = { env, fetch: systemFetch, clock: systemClock, say, warn, openBars, signal: stop.signal };
  Deno.exit(await runReindex(Deno.args, out));
}
