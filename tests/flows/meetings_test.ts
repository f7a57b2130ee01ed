import { meetings } from "./meeting_flow.ts";
import { openEmbedded } from "./system.ts";

Deno.test("embedded: meetings follow the calendars of both providers, each person's their own", async () => {
  const system = await openEmbedded();
  try {
    for (const user of system.users) await system.connect(user);
    await meetings(system);
  } finally {
    await system.close();
  }
});
