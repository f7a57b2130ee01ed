/** `/v1/suggest`: people and subjects, while a person types. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Index } from "../shared/index/port.ts";
import { allow, type App } from "./access.ts";
import { problems } from "./problem.ts";

const Suggestion = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("person"), name: z.string(), address: z.string() }),
  z.object({ kind: z.literal("subject"), title: z.string() }),
]).openapi("Suggestion");

const route = createRoute({
  method: "get",
  path: "/v1/suggest",
  tags: ["Search"],
  summary: "Suggest people and subjects of the caller's own documents",
  middleware: allow("user"),
  request: {
    query: z.strictObject({
      q: z.string().max(200).default("").openapi({ description: "What was typed so far." }),
      limit: z.coerce.number().int().min(1).max(20).default(8),
    }),
  },
  responses: {
    200: {
      description: "What begins with the text, people first.",
      content: {
        "application/json": { schema: z.object({ items: z.array(Suggestion), next_cursor: z.literal("") }) },
      },
    },
    ...problems(400),
  },
});

/** Puts suggestions into the app. */
export function addSuggestRoutes(app: App, index: Index): void {
  app.openapi(route, async (c) => {
    const { q, limit } = c.req.valid("query");
    const items = await index.suggest(c.get("caller").user_id, q, limit);
    return c.json({ items: [...items], next_cursor: "" as const }, 200);
  });
}
