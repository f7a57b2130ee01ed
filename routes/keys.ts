/** `/v1/admin/keys`: make, list and revoke API keys. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Clock } from "../shared/contracts/deps.ts";
import { PermanentError } from "../shared/contracts/errors.ts";
import { Moment } from "../shared/contracts/event.ts";
import { ApiKey } from "../shared/contracts/records.ts";
import type { ApiKeys } from "../shared/security/mod.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { afterOf, pageOf, PageQuery } from "./paging.ts";
import { missing, problems } from "./problem.ts";

const KeyView = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.string(),
  created_at: Moment,
  expires_at: ApiKey.shape.expires_at.clone().openapi({ description: "Empty: until it is revoked." }),
}).openapi("ApiKey");
const tags = ["Operators"];
const admin = allow("admin");

const createKey = createRoute({
  method: "post",
  path: "/v1/admin/keys",
  tags,
  summary: "Make an API key",
  description: "The key is in this answer and nowhere else: only its hash is stored.",
  middleware: admin,
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.object({
            scope: ApiKey.shape.scope.clone().openapi({
              description: "`admin`, or `user:` and a user id",
              example: "user:ada",
            }),
            name: ApiKey.shape.name.default(""),
            expires_at: ApiKey.shape.expires_at.clone().openapi({
              description: "From then on it opens nothing. Left out: until it is revoked.",
              example: "2027-01-01T00:00:00.000Z",
            }),
          }),
        },
      },
    },
  },
  responses: {
    201: {
      description: "The key, shown once.",
      content: { "application/json": { schema: KeyView.extend({ key: z.string() }) } },
    },
    ...problems(400, 403),
  },
});

const listKeys = createRoute({
  method: "get",
  path: "/v1/admin/keys",
  tags,
  summary: "List the API keys",
  middleware: admin,
  request: { query: PageQuery },
  responses: {
    200: {
      description: "What the keys may do; never the keys.",
      content: { "application/json": { schema: z.object({ items: z.array(KeyView), next_cursor: z.string() }) } },
    },
    ...problems(400, 403),
  },
});

const revokeKey = createRoute({
  method: "delete",
  path: "/v1/admin/keys/{id}",
  tags,
  summary: "Revoke an API key",
  description: "By its id or the beginning of its hash. Other instances follow within five seconds.",
  middleware: admin,
  request: { params: z.object({ id: z.string().regex(/^[0-9a-f]{8,64}$/, "must be 8 to 64 hex digits") }) },
  responses: { 204: { description: "It is revoked." }, ...problems(403, 404) },
});

/** Puts the routes for API keys into the app. */
export function addKeyRoutes(app: App, keys: ApiKeys, clock: Pick<Clock, "now">, audited: Audited): void {
  app.openapi(createKey, async (c) => {
    const { scope, name, expires_at } = c.req.valid("json");
    if (expires_at !== "" && Date.parse(expires_at) <= clock.now()) {
      throw new PermanentError("expires_at_past", "expires_at is in the past: give a later moment", {
        field: "expires_at",
      });
    }
    const { key, info } = await keys.create(scope, name, expires_at);
    const user_id = scope === "admin" ? "" : scope.slice("user:".length);
    await audited(c, { action: "key_made", object: info.id, user_id, note: scope === "admin" ? "admin" : "user" });
    return c.json({ ...info, key: key.reveal() }, 201);
  });
  app.openapi(listKeys, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const found = await keys.list({ after: afterOf(cursor), limit: limit + 1 });
    return c.json(pageOf(found, limit, (info) => info.id), 200);
  });
  app.openapi(revokeKey, async (c) => {
    const { id } = c.req.valid("param");
    if (!await keys.revoke(id)) throw missing("API key");
    await audited(c, { action: "key_revoked", object: id });
    return c.body(null, 204);
  });
}
