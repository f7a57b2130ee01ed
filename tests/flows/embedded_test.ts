import { firstSync, isolation, liveChanges } from "./mail_flow.ts";
import { openEmbedded } from "./system.ts";

Deno.test("embedded: two people connect, their mail is searchable, changes follow, nobody sees another's", async () => {
  const system = await openEmbedded();
  try {
    const [ada, ben] = system.users;
    await firstSync(system, ada);
    await firstSync(system, ben);
    await liveChanges(system, ada);
    await liveChanges(system, ben);
    await isolation(system, ada, ben);
    await isolation(system, ben, ada);
  } finally {
    await system.close();
  }
});
