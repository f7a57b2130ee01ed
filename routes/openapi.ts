/** `/openapi.json`, made from the schemas of the routes, and `/docs`, the same for people. */
import type { HttpConfig } from "../shared/contracts/config.ts";
import type { Random } from "../shared/contracts/deps.ts";
import { allow, type App } from "./access.ts";
import type { ApiDocument } from "./pages/reference.ts";

/** What the document says of the installation. */
export interface OpenApiPorts {
  readonly http: Pick<HttpConfig, "public_url">;
  readonly version: string;
  readonly random: Pick<Random, "bytes">;
}

const DESCRIPTION =
  "Search, and everything else that Millrace makes of a person's mail, calendars and documents. Lists " +
  "are `{items, next_cursor}` and take `limit` and `cursor`; times are ISO 8601 in UTC; errors are RFC 9457 problem " +
  "documents with a stable `type`. An operator's key acts for a person by the header `Millrace-User`.";

/** Puts the document and its page into the app, which must have all its other routes. */
export function addOpenApiRoutes(app: App, ports: OpenApiPorts): void {
  let made: ApiDocument | null = null;
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "An API key (`mr_user_…`, `mr_admin_…`) or a JWT of the configured issuer.",
  });

  /** Made at the first request: starting must not wait for it. */
  function document(): ApiDocument {
    made ??= app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: { title: "Millrace", version: ports.version, description: DESCRIPTION, license: { name: "Apache-2.0" } },
      servers: [{ url: ports.http.public_url === "" ? "/" : ports.http.public_url }],
      security: [{ bearer: [] }],
    });
    return made;
  }

  app.get("/openapi.json", allow("public"), (c) => c.json(document()));
  app.get("/docs", allow("public"), async (c) => {
    const [{ answerPage }, { referencePage }] = await Promise.all([
      import("./pages/layout.ts"),
      import("./pages/reference.ts"),
    ]);
    return answerPage(c, ports.random, referencePage(document()));
  });
}
