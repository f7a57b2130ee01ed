/** The options of a task's command line. */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { StartError } from "./start_error.ts";

/**
 * Reads the options of a task that takes nothing else.
 * @param task how it is called, for the message
 * @throws StartError for an option that there is not, or an argument
 */
export function parseOptions<T extends ParseArgsOptionsConfig>(task: string, args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new StartError(`${error.message}\nSee: deno task ${task} --help`, 2);
  }
}
