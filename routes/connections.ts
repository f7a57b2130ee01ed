/** `/v1/connections`: connect an account, see what is connected, disconnect. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ContainerOffer } from "../consumers/office/mod.ts";
import { OwnId, ResourceName } from "../shared/contracts/ids.ts";
import { COLLECTIONS, Connection, ResourceChoice } from "../shared/contracts/records.ts";
import type { State } from "../shared/state/port.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import type { ConnectPorts } from "./connect/flow.ts";
import { addConnectPages } from "./connect/routes.ts";
import { beginConsent } from "./connect/states.ts";
import { shown, ShownConnection } from "./connect/view.ts";
import { afterOf, pageOf, PageQuery } from "./paging.ts";
import { HttpProblem, missing, problems } from "./problem.ts";
import { named } from "./schema.ts";

/** What these routes rest on. */
export interface ConnectionPorts extends ConnectPorts {
  readonly state: State;
  readonly audited: Audited;
  /** Ends a connection: subscriptions, grant, tokens; with `purge` its documents as well. */
  readonly disconnect: (connection: Connection, purge: boolean) => Promise<void>;
  /** The folders, calendars, drives and lists of a resource as they are now, in no order. */
  readonly containers: (
    connection: Connection,
    resource: ResourceName,
    parent: string,
  ) => Promise<readonly ContainerOffer[]>;
  /** Keeps the person's choices and does what follows. @returns null when the connection is gone */
  readonly choose: (connection: Connection, choices: readonly ResourceChoice[]) => Promise<Connection | null>;
}

const ConnectionView = named(ShownConnection, "Connection");
const tags = ["Connections"];
const user = allow("user");
const IdParams = z.object({ id: OwnId });

/** Whatever a choice does not say is given. */
const Choice = ResourceChoice.extend({
  included: ResourceChoice.shape.included.default(true),
  containers_in: ResourceChoice.shape.containers_in.default([]),
  containers_out: ResourceChoice.shape.containers_out.default([]),
  since: ResourceChoice.shape.since.default(""),
  bodies: ResourceChoice.shape.bodies.default(true),
  private_events: ResourceChoice.shape.private_events.default("full"),
}).strict();
const Choices = z.object({ choices: z.array(Choice).min(1).max(10) }).strict();

const Wanted = z.object({ resources: z.array(ResourceName).max(5).default([]) }).strict();

const connectRoute = createRoute({
  method: "post",
  path: "/v1/connections/{provider}",
  tags,
  summary: "Connect an account",
  description: "Open `authorize_url` in the person's browser within ten minutes. The page names who will receive the " +
    "data, then leads to the provider's consent and back. Without `resources` the person is asked for everything.",
  middleware: user,
  request: {
    params: z.object({ provider: z.enum(["microsoft", "google"]) }),
    body: { required: false, content: { "application/json": { schema: Wanted } } },
  },
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
  description: "Ends the subscriptions, gives the grant back and removes the tokens; a provider that does not answer " +
    "is told again for a day. With `purge` its documents are withdrawn from search and all else that was made of them.",
  middleware: user,
  request: { params: IdParams, query: z.strictObject({ purge: z.enum(["true", "false"]).default("false") }) },
  responses: { 204: { description: "It is disconnected." }, ...problems(400, 404) },
});

const chooseRoute = createRoute({
  method: "patch",
  path: "/v1/connections/{id}",
  tags,
  summary: "Choose what is given of an account",
  description: "One choice for each resource that is named; the others stay. What is left out is removed from search " +
    "and from all else that was made of it; what is given again is read from its beginning.",
  middleware: user,
  request: {
    params: IdParams,
    body: { required: true, content: { "application/json": { schema: Choices } } },
  },
  responses: {
    200: { description: "The connection.", content: { "application/json": { schema: ConnectionView } } },
    ...problems(400, 404),
  },
});

const ContainerView = named(
  z.object({
    container_id: z.string().openapi({ description: "What `containers_in` and `containers_out` name it with." }),
    name: z.string(),
    parent_id: z.string().openapi({ description: "The one that it lies in; empty: none." }),
    path: z.string(),
    role: z.string().openapi({ description: "`inbox`, `sent`, `primary` and the like; empty: nothing special." }),
    given: z.boolean().openapi({ description: "Whether the present choice gives what lies in it." }),
  }),
  "Container",
);

const containersRoute = createRoute({
  method: "get",
  path: "/v1/connections/{id}/containers",
  tags,
  summary: "List the folders, calendars, drives or lists to choose among",
  description: "They are asked for at the provider, and come in the order of their paths. Of a drive the first list " +
    "names the drives and the folders at their top; `parent` names one whose folders are wanted.",
  middleware: user,
  request: {
    params: IdParams,
    query: PageQuery.extend({
      resource: ResourceName,
      parent: z.string().max(512).default("").openapi({ description: "Only those directly in this one." }),
    }),
  },
  responses: {
    200: {
      description: "The containers.",
      content: { "application/json": { schema: z.object({ items: z.array(ContainerView), next_cursor: z.string() }) } },
    },
    ...problems(400, 404, 409),
  },
});

/** By what a page of containers goes on: short enough for a cursor. */
function placeOf({ path, container_id }: ContainerOffer): string {
  return `${path.slice(0, 100)}\n${container_id}`;
}

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
    const connection = stored === null ? null : Connection.parse(stored.value);
    if (connection === null || connection.state === "disconnected") throw missing("connection");
    return connection;
  }

  app.openapi(connectRoute, async (c) => {
    const { provider } = c.req.valid("param");
    if (!ports.providers.has(provider)) throw notConfigured(provider);
    const { resources = [] } = c.req.valid("json");
    const ticket = await beginConsent(ports, { user_id: c.get("caller").user_id, provider, resources });
    return c.json({ authorize_url: `${ports.http.public_url}/connect/${ticket}` }, 200);
  });

  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const records = state.records({ user_id: c.get("caller").user_id });
    const stored = await records.list(COLLECTIONS.connections, { after: afterOf(cursor), limit: limit + 1 });
    const { items, next_cursor } = pageOf(stored, limit, (record) => record.id);
    // One that is at its end is only there until the provider has heard of it.
    const connections = items.flatMap((record) => Connection.safeParse(record.value).data ?? [])
      .filter(({ state }) => state !== "disconnected");
    return c.json({ items: await Promise.all(connections.map((each) => shown(state, each))), next_cursor }, 200);
  });

  app.openapi(readRoute, async (c) => {
    return c.json(await shown(state, await connectionOf(c.get("caller").user_id, c.req.valid("param").id)), 200);
  });

  app.openapi(containersRoute, async (c) => {
    const { resource, parent, limit, cursor } = c.req.valid("query");
    const connection = await connectionOf(c.get("caller").user_id, c.req.valid("param").id);
    const after = afterOf(cursor);
    const offers = (await ports.containers(connection, resource, parent))
      .map((offer) => ({ offer, place: placeOf(offer) }))
      .toSorted((a, b) => a.place < b.place ? -1 : 1).filter(({ place }) => place > after);
    const { items, next_cursor } = pageOf(offers, limit, ({ place }) => place);
    return c.json({ items: items.map(({ offer }) => offer), next_cursor }, 200);
  });

  app.openapi(deleteRoute, async (c) => {
    const connection = await connectionOf(c.get("caller").user_id, c.req.valid("param").id);
    const purge = c.req.valid("query").purge === "true";
    await ports.disconnect(connection, purge);
    await ports.audited(c, {
      action: "disconnected",
      object: connection.connection_id,
      note: `${connection.provider}${purge ? ", documents withdrawn" : ""}`,
    });
    return c.body(null, 204);
  });

  app.openapi(chooseRoute, async (c) => {
    const connection = await connectionOf(c.get("caller").user_id, c.req.valid("param").id);
    const { choices } = c.req.valid("json");
    const changed = await ports.choose(connection, choices);
    if (changed === null) throw missing("connection");
    const note = choices.map(({ resource, included }) => `${resource} ${included ? "given" : "left out"}`).join(", ");
    await ports.audited(c, { action: "chosen", object: connection.connection_id, note });
    return c.json(await shown(state, changed), 200);
  });

  addConnectPages(app, ports);
}
