/**
 * The innermost process of a chain, for the test: watches its ancestors, says how it stands, and would run for a minute.
 * Arguments: the source of processes, and the file to which it writes.
 */
import { type ProcessSource, watchAncestors } from "../../scripts/process_life.ts";

const [source, file] = Deno.args;
if ((source !== "proc" && source !== "ps") || file === undefined) Deno.exit(2);

async function write(text: string): Promise<void> {
  // Whole or not at all: the test reads it at any time.
  await Deno.writeTextFile(`${file}.new`, text);
  await Deno.rename(`${file}.new`, file as string);
}

const { chain } = await watchAncestors({
  source: source satisfies ProcessSource,
  onGone: () => write("gone").finally(() => Deno.exit(0)),
});
await write(JSON.stringify({ pid: Deno.pid, chain: chain.map(({ pid }) => pid) }));
setTimeout(() => Deno.exit(3), 60_000);
