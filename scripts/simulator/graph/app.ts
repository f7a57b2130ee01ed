import { Hono } from "hono";
import type { Deliveries } from "../deliveries.ts";
import { batchRoute } from "./batch.ts";
import { calendarRoutes } from "./calendars.ts";
import { contactRoutes } from "./contacts.ts";
import { type GraphDeps, type GraphEnv, odataContext } from "./context.ts";
import { driveRoutes } from "./drive.ts";
import { GraphError } from "./errors.ts";
import { folderRoutes } from "./folders.ts";
import { errorAnswer, graphGuard, USER_SCOPES } from "./guard.ts";
import { messageRoutes } from "./messages.ts";
import { subscriptionRoutes } from "./subscriptions.ts";
import { todoRoutes } from "./todo.ts";

/** Path segments that Graph finds in any case. */
const SEGMENTS = new Map(
  [
    "v1.0",
    "me",
    "users",
    "mailFolders",
    "childFolders",
    "messages",
    "delta",
    "attachments",
    "subscriptions",
    "reauthorize",
    "calendars",
    "calendar",
    "calendarView",
    "events",
    "instances",
    "contactFolders",
    "contacts",
    "todo",
    "lists",
    "tasks",
    "drive",
    "drives",
    "root",
    "items",
    "children",
    "content",
  ]
    .map((name) => [name.toLowerCase(), name]),
);

/** Microsoft Graph, as far as what people keep goes, at `/graph/v1.0/…`. */
export function graphApp(deps: GraphDeps & { readonly deliveries: Deliveries }): Hono<GraphEnv> {
  const app = new Hono<GraphEnv>({ getPath: (request) => normalPath(new URL(request.url).pathname) });
  const guard = graphGuard(deps);
  for (const base of ["/v1.0/me", "/v1.0/users/:userId"]) {
    app.get(
      base,
      guard("graph.me", USER_SCOPES, (c, { me }) => {
        const [givenName = "", ...rest] = me.name.split(" ");
        return c.json({
          "@odata.context": odataContext(deps, "users/$entity"),
          businessPhones: [],
          displayName: me.name,
          givenName,
          jobTitle: null,
          mail: me.address,
          mobilePhone: null,
          officeLocation: null,
          preferredLanguage: "en-GB",
          surname: rest.join(" "),
          userPrincipalName: me.address,
          id: me.objectId,
        });
      }),
    );
    folderRoutes(app, base, guard, deps);
    messageRoutes(app, base, guard, deps);
    calendarRoutes(app, base, guard, deps);
    contactRoutes(app, base, guard, deps);
    todoRoutes(app, base, guard, deps);
    driveRoutes(app, `${base}/drive`, guard, deps);
  }
  driveRoutes(app, "/v1.0/drives/:driveId", guard, deps);
  subscriptionRoutes(app, guard, deps);
  batchRoute(app, guard, deps);
  app.notFound(() => errorAnswer(deps, new GraphError(404, "BadRequest", "Resource not found for the segment.")));
  return app;
}

/** `/graph/v1.0/me/mailfolders('inbox')` and `/graph/v1.0/me/mailFolders/inbox` are the same. */
function normalPath(path: string): string {
  const below = path.replace(/^\/graph/, "").replace(/\(('|%27)(.*?)\1\)/gi, "/$2");
  return below.split("/").map((segment) => SEGMENTS.get(segment.toLowerCase()) ?? segment).join("/");
}
