/**
 * `deno task sync`: reads documents of a person again and publishes them, as a batch of the running instance.
 * Needs --allow-env, --allow-read of DATA_DIR, and --allow-net to the instance.
 */
import { systemClock, systemFetch } from "../shared/system/mod.ts";
import { type BatchCommand, runBatchCommand } from "./batch_command.ts";
import { openBars } from "./progress_bars.ts";
import { say, warn } from "./terminal.ts";

export const SYNC: BatchCommand = {
  name: "sync",
  kind: "refresh",
  help: `Usage: deno task sync --user ada [--connection ID] [--resource mail] [--from 2026-01-01] [--to 2026-02-01]
       deno task sync --user ada --batch ID
       deno task sync --user ada --retry ID

Reads the documents of a person again and publishes them, changed or not. Changes that come meanwhile go first.
Ctrl-C pauses the batch; --batch goes on with it, even a week later.
The instance is found by DATA_DIR/instance.json, else by PUBLIC_URL and ADMIN_API_KEY.

Options
  --user NAME       whose documents
  --connection ID   only this account; may be given several times
  --resource NAME   only this: mail, calendar, contacts, drive, todos; may be given several times
  --from, --to      only documents of this time: a day, or a moment as 2026-01-01T00:00:00.000Z
  --batch ID        go on with a batch
  --retry ID        try again what failed in a batch
  --url URL         where the instance answers; with ADMIN_API_KEY
  --json            one JSON object for each change of the batch
  --help            print this

Exit codes: 0 all done, 1 something failed or was refused, 2 wrong usage, 3 no instance is running, 130 paused by you.
`,
};

if (import.meta.main) {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
  const env = Deno.env.toObject();
  const out = { env, fetch: systemFetch, clock: systemClock, say, warn, openBars, signal: stop.signal };
  Deno.exit(await runBatchCommand(SYNC, Deno.args, out));
}
