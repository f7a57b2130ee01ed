/** A terminal with a task that asks the app of a bundle as the running instance of its data folder. */
import { writeInstanceFile } from "../../instance_file.ts";
import type { DoorDeps } from "../../scripts/door_command.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import type { AppBundle } from "../routes/app_bundle.ts";

export interface Terminal extends AsyncDisposable {
  readonly said: string[];
  readonly warned: string[];
  readonly DATA_DIR: string;
  run(...args: string[]): Promise<number>;
}

/** Closes the bundle's state with itself. */
export async function openTerminal(
  { app, deps, state }: AppBundle,
  task: (args: readonly string[], out: DoorDeps) => Promise<number>,
): Promise<Terminal> {
  const DATA_DIR = await Deno.makeTempDir();
  const token = new Secret("the-operator-token-of-instance-json");
  await writeInstanceFile(DATA_DIR, { url: "http://127.0.0.1:1", token, pid: 1 });
  const said: string[] = [];
  const warned: string[] = [];
  const out: DoorDeps = {
    env: { DATA_DIR },
    fetch: async (input, init) => await app.request(String(input), init),
    clock: deps.clock,
    say: (line) => said.push(line),
    warn: (line) => warned.push(line),
  };
  return {
    said,
    warned,
    DATA_DIR,
    run: (...args) => task(args, out),
    async [Symbol.asyncDispose]() {
      await Deno.remove(DATA_DIR, { recursive: true });
      await state.close();
    },
  };
}
