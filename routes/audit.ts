/** `/v1/admin/audit`: who did what, for operators. There is no route that changes it. */
import { createRoute, z } from "@hono/zod-openapi";
import { AuditAction, AuditEntry } from "../shared/contracts/audit.ts";
import { Moment } from "../shared/contracts/event.ts";
import type { AuditLog } from "../shared/security/mod.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { afterOf, cursorAfter, PageQuery } from "./paging.ts";
import { problems } from "./problem.ts";
import { named } from "./schema.ts";

const Entry = named(AuditEntry, "AuditEntry");
const tags = ["Operators"];
const admin = allow("admin");
const FILE = "text/x-ndjson; charset=utf-8";

const filters = {
  action: z.union([AuditAction, z.literal("")]).default("").openapi({ example: "replayed" }),
  user: z.string().max(64).default("").openapi({ description: "A user id, as entries show it.", example: "ada" }),
  from: z.union([Moment, z.literal("")]).default("").openapi({ description: "Entries of this moment and later." }),
  until: z.union([Moment, z.literal("")]).default("").openapi({ description: "Entries before this moment." }),
};
const Filters = z.strictObject(filters);

const listRoute = createRoute({
  method: "get",
  path: "/v1/admin/audit",
  tags,
  summary: "List who did what, newest first",
  description: "Kept for `AUDIT_RETENTION_DAYS`. An operator's acting for a person is noted once a minute for each " +
    "route; connecting, syncing, replaying, keys and the like each time.",
  middleware: admin,
  request: { query: PageQuery.extend(filters) },
  responses: {
    200: {
      description: "One page.",
      content: { "application/json": { schema: z.object({ items: z.array(Entry), next_cursor: z.string() }) } },
    },
    ...problems(400, 403),
  },
});

const exportRoute = createRoute({
  method: "get",
  path: "/v1/admin/audit/export",
  tags,
  summary: "Export the audit log",
  description: "All entries that match, newest first, one JSON object a line. The export itself is noted.",
  middleware: admin,
  request: { query: Filters },
  responses: {
    200: { description: "The entries.", content: { [FILE]: { schema: z.string() } } },
    ...problems(400, 403),
  },
});

const EXPORT_PAGE = 200;
const END_MS = Date.UTC(9_999, 11, 31);

function periodOf({ from, until }: z.infer<typeof Filters>): { readonly from_ms: number; readonly until_ms: number } {
  return { from_ms: from === "" ? 0 : Date.parse(from), until_ms: until === "" ? END_MS : Date.parse(until) };
}

/** Puts the routes for the audit log into the app. */
export function addAuditRoutes(app: App, audit: AuditLog, audited: Audited): void {
  app.openapi(listRoute, async (c) => {
    const { action, user: user_id, limit, cursor, ...period } = c.req.valid("query");
    const after = afterOf(cursor);
    const query = { action, user_id, ...periodOf({ action, user: user_id, ...period }), cursor: after, limit };
    const { items, next_cursor } = await audit.list(query);
    return c.json({ items: [...items], next_cursor: next_cursor === "" ? "" : cursorAfter(next_cursor) }, 200);
  });

  app.openapi(exportRoute, async (c) => {
    const asked = c.req.valid("query");
    await audited(c, { action: "exported", object: "audit", user_id: asked.user });
    const lines = linesOf(audit, asked);
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await lines.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
    });
    return c.body(body, 200, { "content-type": FILE });
  });
}

/** The entries as lines, a page at a time: however many there are, one page of them is in memory. */
async function* linesOf(audit: AuditLog, asked: z.infer<typeof Filters>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const query = { action: asked.action, user_id: asked.user, ...periodOf(asked), limit: EXPORT_PAGE };
  let cursor = "";
  do {
    const page = await audit.list({ ...query, cursor });
    if (page.items.length > 0) yield encoder.encode(page.items.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    cursor = page.next_cursor;
  } while (cursor !== "");
}
