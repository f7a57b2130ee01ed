import { contacts } from "./contact_flow.ts";
import { openEmbedded } from "./system.ts";

Deno.test("embedded: contacts follow the mails of both providers, each person's their own", async () => {
  const system = await openEmbedded();
  try {
    for (const user of system.users) await system.connect(user);
    await contacts(system);
  } finally {
    await system.close();
  }
});
