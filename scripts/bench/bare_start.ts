/**
 * The baseline of `cold-start`, a process of its own: the web libraries of an instance, one SQLite file, one route.
 * Arguments: the port and the data folder.
 */
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { DatabaseSync } from "node:sqlite";

const [port = "0", data_dir = ""] = Deno.args;
const db = new DatabaseSync(`${data_dir}/bare.sqlite`);
db.exec("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
const app = new OpenAPIHono();
const Answer = z.object({ status: z.literal("ok") });
const route = createRoute({
  method: "get",
  path: "/healthz",
  responses: { 200: { description: "Up", content: { "application/json": { schema: Answer } } } },
});
app.openapi(route, (c) => c.json({ status: "ok" as const }));
Deno.serve({ hostname: "127.0.0.1", port: Number(port), onListen: () => {} }, app.fetch);
