import { Hono } from "hono";
import { calendarRoutes } from "../google_calendar/routes.ts";
import { changeRoutes } from "../google_drive/changes.ts";
import { fileRoutes } from "../google_drive/files.ts";
import { peopleRoutes } from "../google_people/routes.ts";
import { taskRoutes } from "../google_tasks/routes.ts";
import { batchRoutes } from "./batch.ts";
import type { GoogleDeps, GoogleEnv } from "./context.ts";
import { googleGuard } from "./guard.ts";
import { historyRoute } from "./history_route.ts";
import { gmailRoutes } from "./routes.ts";

const IDENTITY = ["openid", "email", "https://www.googleapis.com/auth/userinfo.email"];

/** Google's APIs at `/google/…`: Gmail, Calendar, People, Tasks and Drive. */
export function googleApp(deps: GoogleDeps): Hono<GoogleEnv> {
  const app = new Hono<GoogleEnv>();
  const guard = googleGuard(deps);
  gmailRoutes(app, guard, deps);
  historyRoute(app, guard, deps);
  batchRoutes(app, guard, deps);
  calendarRoutes(app, guard, deps);
  peopleRoutes(app, guard, deps);
  taskRoutes(app, guard, deps);
  fileRoutes(app, guard, deps);
  changeRoutes(app, guard, deps);
  for (const path of ["/google/oauth2/v3/userinfo", "/google/v1/userinfo"]) {
    app.get(
      path,
      guard("google.userinfo", IDENTITY, (c, { me, grant }) => {
        const named = grant.scopes.some((scope) =>
          ["profile", "https://www.googleapis.com/auth/userinfo.profile"].includes(scope)
        );
        const mailed = grant.scopes.some((scope) => scope === "email" || scope.endsWith("userinfo.email"));
        return c.json({
          sub: me.subject,
          ...(named ? { name: me.name, given_name: me.name.split(" ")[0] } : {}),
          ...(mailed ? { email: me.address, email_verified: true } : {}),
        });
      }),
    );
  }
  // Google answers an unknown address with a page, not with JSON (PROTOCOLS G-24).
  app.notFound((c) => c.html("<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", 404));
  return app;
}
