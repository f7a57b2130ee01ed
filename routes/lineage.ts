/** `/v1/lineage`: where is my mail? */
import { createRoute, z } from "@hono/zod-openapi";
import { lineageOf, type LineagePorts, LineageView } from "../consumers/lineage/mod.ts";
import { DocId } from "../shared/contracts/ids.ts";
import { allow, type App } from "./access.ts";
import { HttpProblem, problems } from "./problem.ts";
import { named } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/lineage/{doc_id}",
  tags: ["Search"],
  summary: "Where a document's last change has been, and why it is not in search",
  description: "Each place on its way with the time and the version there: account, ledger, stored reference, the " +
    "delivery to each consumer, what each holds, dead letters. `verdict` says what that comes to and what mends it.",
  middleware: allow("user"),
  request: { params: z.object({ doc_id: DocId }) },
  responses: {
    200: { description: "Its way.", content: { "application/json": { schema: named(LineageView, "Lineage") } } },
    ...problems(400, 404),
  },
});

/** Puts lineage into the app. */
export function addLineageRoutes(app: App, ports: LineagePorts): void {
  app.openapi(route, async (c) => {
    const { user_id } = c.get("caller");
    const lineage = await lineageOf(ports, user_id, c.req.valid("param").doc_id);
    if (lineage !== null) return c.json(lineage, 200);
    throw new HttpProblem({
      type: "not_found",
      status: 404,
      title: "Not found",
      detail: "Nothing is known of this document: it was never read, belongs to another person, or was deleted more " +
        "than 45 days ago. See whether its account is connected and read (GET /v1/connections), and compare it with " +
        "its provider (deno task verify).",
    });
  });
}
