/** `/v1/connections`: connect an account, see what is connected, disconnect. */
import { createRoute, z } from "@hono/zod-openapi";
import { OwnId } from "../shared/contracts/ids.ts";
import { COLLECTIONS, Connection } from "../shared/contracts/records.ts";
import { allow, type App } from "./access.ts";
import type { ConnectPorts } from "./connect/flow.ts";
import { revokeUnlessShared, tokensToRevoke } from "./connect/revoke.ts";
import { addConnectPages } from "./connect/routes.ts";
import { beginConsent } from "./connect/states.ts";
import { afterOf, pageOf, PageQuery } from "./paging.ts";
import { HttpProblem, missing, problems } from "./problem.ts";
import { named } from "./schema.ts";

/** What these routes rest on. */
export interface ConnectionPorts extends ConnectPorts {
  /** Ends a connection: subscriptions, tokens, records. The grant is given back here, afterwards. */
  readonly disconnect: (connection: Connection) => Promise<void>;
}

const ConnectionView = named(Connection, "Connection");
const tags = ["Connections"];
const user = allow("user");
const IdParams = z.object({ id: OwnId });

const connectRoute = createRoute({
  method: "post",
  path: "/v1/connections/{provider}",
  tags,
  summary: "Connect an account",
  description: "Open `authorize_url` in the person's browser within ten minutes. The page names who will receive the " +
    "data, then leads to the provider's consent and back.",
  middleware: user,
  request: { params: z.object({ provider: z.enum(["microsoft", "google"]) }) },
  responses: {
    200: {
      description: "Where the person goes on.",
      content: { "application/json": { schema: z.object({ authorize_url: z.url() }) } },
    },
    ...problems(400, 409),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/connections",
  tags,
  summary: "List the connected accounts",
  middleware: user,
  request: { query: PageQuery },
  responses: {
    200: {
      description: "The caller's connections.",
      content: {
        "application/json": { schema: z.object({ items: z.array(ConnectionView), next_cursor: z.string() }) },
      },
    },
    ...problems(400),
  },
});

const readRoute = createRoute({
  method: "get",
  path: "/v1/connections/{id}",
  tags,
  summary: "Read one connection",
  middleware: user,
  request: { params: IdParams },
  responses: {
    200: { description: "The connection.", content: { "application/json": { schema: ConnectionView } } },
    ...problems(404),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/v1/connections/{id}",
  tags,
  summary: "Disconnect an account",
  description: "Ends the subscriptions, gives the grant back and removes the tokens.",
  middleware: user,
  request: { params: IdParams },
  responses: { 204: { description: "It is disconnected." }, ...problems(404) },
});

function notConfigured(provider: string): HttpProblem {
  const prefix = provider.toUpperCase();
  return new HttpProblem({
    type: "provider_not_configured",
    status: 409,
    title: "Provider not configured",
    detail: `Set ${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET, then start again. See docs/configuration.md.`,
  });
}

/** Puts the API and the pages of connecting into the app. */
export function addConnectionRoutes(app: App, ports: ConnectionPorts): void {
  const { state } = ports;

  async function connectionOf(user_id: string, id: string): Promise<Connection> {
    const stored = await state.records({ user_id }).get(COLLECTIONS.connections, id);
    if (stored === null) throw missing("connection");
    return Connection.parse(stored.value);
  }

  app.openapi(connectRoute, async (c) => {
    const { provider } = c.req.valid("param");
    if (!ports.providers.has(provider)) throw notConfigured(provider);
    const ticket = await beginConsent(ports, { user_id: c.get("caller").user_id, provider });
    return c.json({ authorize_url: `${ports.http.public_url}/connect/${ticket}` }, 200);
  });

  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const records = state.records({ user_id: c.get("caller").user_id });
    const stored = await records.list(COLLECTIONS.connections, { after: afterOf(cursor), limit: limit + 1 });
    const connections = stored.map((record) => Connection.parse(record.value));
    return c.json(pageOf(connections, limit, (connection) => connection.connection_id), 200);
  });

  app.openapi(readRoute, async (c) => {
    return c.json(await connectionOf(c.get("caller").user_id, c.req.valid("param").id), 200);
  });

  app.openapi(deleteRoute, async (c) => {
    const connection = await connectionOf(c.get("caller").user_id, c.req.valid("param").id);
    const provider = ports.providers.get(connection.provider);
    const tokens = await tokensToRevoke(ports, connection);
    await ports.disconnect(connection);
    if (provider !== undefined && tokens !== null) await revokeUnlessShared(ports, provider, connection, tokens);
    return c.body(null, 204);
  });

  addConnectPages(app, ports);
}
