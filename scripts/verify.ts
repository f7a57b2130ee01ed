/**
 * `deno task verify`: compares what a person's providers hold with what is held of it, as a batch of the running
 * instance. Needs --allow-env, --allow-read of DATA_DIR, and --allow-net to the instance.
 */
import { systemClock, systemFetch } from "../shared/system/mod.ts";
import { type BatchCommand, runBatchCommand } from "./batch_command.ts";
import { openBars } from "./progress_bars.ts";
import { say, warn } from "./terminal.ts";

export const VERIFY: BatchCommand = {
  name: "verify",
  kind: "verify",
  help: `Usage: deno task verify --user ada [--connection ID] [--resource mail]
       deno task verify --user ada --batch ID

Compares what the providers hold with the ledger, the index and what each consumer made of it, and publishes again what
differs, to those who differ. Each connection is verified once a day by itself. Ctrl-C pauses; --batch goes on.
The instance is found by DATA_DIR/instance.json, else by PUBLIC_URL and ADMIN_API_KEY.

Options
  --user NAME       whose documents
  --connection ID   only this account; may be given several times
  --resource NAME   only this: mail, calendar, contacts, drive, todos; may be given several times
  --batch ID        go on with a batch
  --retry ID        try again what failed in a batch
  --url URL         where the instance answers; with ADMIN_API_KEY
  --json            one JSON object for each change of the batch
  --help            print this

Exit codes: 0 all is there or was repaired, 1 something failed or was refused, 2 wrong usage, 3 no instance is running,
130 paused by you.
`,
};

if (import.meta.main) {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
  const env = Deno.env.toObject();
  const out = { env, fetch: systemFetch, clock: systemClock, say, warn, openBars, signal: stop.signal };
  Deno.exit(await runBatchCommand(VERIFY, Deno.args, out));
}
