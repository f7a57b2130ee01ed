/** Offboarding, for operators: every connection of an account, whoever made it, and their end. */
import { createRoute, z } from "@hono/zod-openapi";
import { ProviderName } from "../shared/contracts/names.ts";
import { AccountRecord, accountRecordId, COLLECTIONS, Connection } from "../shared/contracts/records.ts";
import type { State } from "../shared/state/port.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { problems } from "./problem.ts";

/** What these routes rest on. */
export interface AdminConnectionPorts {
  readonly state: State;
  readonly audited: Audited;
  readonly disconnect: (connection: Connection, purge: boolean) => Promise<void>;
}

const Found = z.object({
  user_id: z.string(),
  connection_id: z.string(),
  provider: ProviderName,
  address: z.string(),
  state: Connection.shape.state,
  created_at: z.string(),
}).openapi("AccountConnection");

const Query = z.strictObject({
  address: z.string().min(1).max(320).openapi({ example: "ada@example.com", description: "The account's address." }),
});
const answer = {
  content: { "application/json": { schema: z.object({ items: z.array(Found), next_cursor: z.literal("") }) } },
};
const tags = ["operators"];
const path = "/v1/admin/connections";

const listRoute = createRoute({
  method: "get",
  path,
  tags,
  summary: "List the connections of an account, of all people",
  middleware: allow("admin"),
  request: { query: Query },
  responses: { 200: { description: "All of them.", ...answer }, ...problems(400, 403) },
});

const endRoute = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Disconnect an account everywhere",
  description: "Ends each connection of the account as its person could. With `purge` what was read is withdrawn.",
  middleware: allow("admin"),
  request: { query: Query.extend({ purge: z.enum(["true", "false"]).default("false") }) },
  responses: { 202: { description: "These end.", ...answer }, ...problems(400, 403) },
});

/** Puts offboarding into the app. */
export function addAdminConnectionRoutes(app: App, { state, audited, disconnect }: AdminConnectionPorts): void {
  async function connectionsOf(address: string): Promise<Connection[]> {
    const accounts = state.records({ system: "accounts" });
    const known = await Promise.all(ProviderName.options.map(async (provider) => {
      const id = accountRecordId({ provider, address: address.toLowerCase(), account_id: "" });
      const stored = await accounts.get(COLLECTIONS.accounts, id);
      return stored === null ? [] : AccountRecord.parse(stored.value).connections;
    }));
    const connections = await Promise.all(
      known.flat().map(async ({ user_id, connection_id }) => {
        const stored = await state.records({ user_id }).get(COLLECTIONS.connections, connection_id);
        return stored === null ? [] : [Connection.parse(stored.value)];
      }),
    );
    return connections.flat().filter((connection) => connection.state !== "disconnected");
  }
  const shown = (connections: readonly Connection[]) => ({
    items: connections.map((connection) => Found.parse(connection)),
    next_cursor: "" as const,
  });

  app.openapi(listRoute, async (c) => c.json(shown(await connectionsOf(c.req.valid("query").address)), 200));
  app.openapi(endRoute, async (c) => {
    const { address, purge } = c.req.valid("query");
    const connections = await connectionsOf(address);
    for (const connection of connections) {
      await disconnect(connection, purge === "true");
      const { user_id, connection_id: object, provider } = connection;
      await audited(c, { action: "disconnected", user_id, object, note: `${provider}, its account everywhere` });
    }
    return c.json(shown(connections), 202);
  });
}
