/** Writes `client/schema.d.ts` from the routes: the types of the client. A test holds it to them. */
import openapiTS, { astToString } from "openapi-typescript";
import { openInstance } from "../open_instance.ts";
import { readConfig } from "../shared/contracts/config.ts";
import { systemClock, systemFetch, systemRandom } from "../shared/system/mod.ts";
import { openCounters } from "../shared/telemetry/mod.ts";
import { say } from "./terminal.ts";

const PATH = new URL("../client/schema.d.ts", import.meta.url);

const HEAD = `// Made by \`deno run --allow-all scripts/client_types.ts\` from the routes; do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file
`;

/** The file for an OpenAPI document, given as JSON. */
export async function clientTypes(document: string): Promise<string> {
  return HEAD + astToString(await openapiTS(document, { alphabetize: true }));
}

async function ownDocument(): Promise<string> {
  const data_dir = await Deno.makeTempDir();
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const config = readConfig({ DATA_DIR: data_dir }, { mode: "dev" });
  const deps = { clock: systemClock, random: systemRandom, fetch: systemFetch, log, counters: openCounters() };
  const instance = await openInstance(config, deps);
  try {
    return await (await instance.app.fetch(new Request("http://client.invalid/openapi.json"))).text();
  } finally {
    await instance.stop(0);
    await Deno.remove(data_dir, { recursive: true });
  }
}

if (import.meta.main) {
  await Deno.writeTextFile(PATH, await clientTypes(await ownDocument()));
  say("client/schema.d.ts written");
}
