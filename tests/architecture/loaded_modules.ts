/**
 * Runs `main.ts` in this process until it answers, and prints which scripts V8 has parsed by then, as JSON. Started by
 * `modules_loaded_test.ts` with the environment of an instance, and in `ASKED` a path that is asked for before that.
 */
import { Session } from "node:inspector";

const LOOK_MS = 10;
const urls = new Set<string>();
const session = new Session();
session.connect();
session.on("Debugger.scriptParsed", ({ params }) => urls.add(params.url));
session.post("Debugger.enable");
// It ends the process itself when it is told to; nobody tells it.
void import("../../main.ts");
const address = `http://127.0.0.1:${Deno.env.get("PORT")}/healthz`;
while (!await fetch(address).then(async (answer) => (await answer.body?.cancel(), answer.ok), () => false)) {
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
const asked = Deno.env.get("ASKED");
if (asked !== undefined) await (await fetch(new URL(asked, address))).body?.cancel();
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify([...urls])));
Deno.exit(0);
