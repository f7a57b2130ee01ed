/** The baseline of the HTTP measures, a process of its own: one Hono route that parses the JSON and answers. */
import { Hono } from "hono";
import { sayAndWait } from "./child.ts";

const app = new Hono();
app.post("/bare", async (c) => {
  await c.req.json();
  return c.body(null, 202);
});
app.post("/bare/:id", async (c) => {
  await c.req.json();
  return c.body(null, 202);
});
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
await sayAndWait({ port: server.addr.port, token: "" });
await server.shutdown();
