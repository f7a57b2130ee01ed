/** `/v1/admin/checkup`: what is wrong, as the instance sees it; `deno task doctor` asks it. */
import { createRoute, z } from "@hono/zod-openapi";
import { checkUp, type CheckupPorts } from "../consumers/checkup/mod.ts";
import { Finding } from "../shared/contracts/findings.ts";
import { allow, type App } from "./access.ts";
import { problems } from "./problem.ts";
import { named } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/admin/checkup",
  tags: ["Operators"],
  summary: "What is wrong, why, and what mends it",
  description: "Empty when all is well. It only reads, and looks at 2,000 accounts at most.",
  middleware: allow("admin"),
  responses: {
    200: {
      description: "The findings, errors first.",
      content: { "application/json": { schema: z.object({ items: z.array(named(Finding, "Finding")) }) } },
    },
    ...problems(403),
  },
});

/** Puts the checkup into the app. */
export function addCheckupRoutes(app: App, ports: Omit<CheckupPorts, "started_ms">): void {
  const started_ms = ports.deps.clock.now();
  app.openapi(route, async (c) => c.json({ items: [...await checkUp({ ...ports, started_ms })] }, 200));
}
