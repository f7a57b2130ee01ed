/** `/v1/me`: who is asking, for programs that show it. */
import { createRoute, z } from "@hono/zod-openapi";
import { allow, type App } from "./access.ts";
import { problems } from "./problem.ts";

const Me = z.object({
  scope: z.enum(["user", "admin"]),
  user_id: z.string().openapi({
    description: "Whose data is meant; empty for an operator who names nobody by the header `Millrace-User`.",
  }),
}).openapi("Me");

const route = createRoute({
  method: "get",
  path: "/v1/me",
  tags: ["Callers"],
  summary: "Tell who is asking, and for whom",
  middleware: allow("caller"),
  responses: {
    200: { description: "The caller.", content: { "application/json": { schema: Me } } },
    ...problems(400, 403),
  },
});

/** Puts the route into the app. */
export function addMeRoutes(app: App): void {
  app.openapi(route, (c) => {
    const { scope, user_id } = c.get("caller");
    return c.json({ scope, user_id }, 200);
  });
}
