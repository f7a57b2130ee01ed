/** Every real payload that a provider sends by itself is posted to the route that it goes to, in a whole app. */
import { payloadFolder, payloadNames, readPayload } from "./folder.ts";
import { GOOGLE_ROUTES } from "./routes_google.ts";
import { MICROSOFT_ROUTES } from "./routes_microsoft.ts";

const dir = payloadFolder();
if (dir === null) {
  Deno.test({
    name: "payloads at the routes: skipped, since PAYLOADS_DIR names no folder and the default one is not there",
    ignore: true,
    fn: () => {},
  });
} else {
  for (const name of payloadNames(dir)) {
    const check = MICROSOFT_ROUTES[name] ?? GOOGLE_ROUTES[name];
    if (check === undefined) continue;
    Deno.test(`payload ${name} is answered by its route as documented`, async () => {
      await check(await readPayload(dir, name));
    });
  }
}
