/** `/v1/admin/encryption`: rotation of the keys that tokens are encrypted with. */
import { createRoute, z } from "@hono/zod-openapi";
import { resealTokens, type Vault } from "../shared/security/mod.ts";
import type { State } from "../shared/state/port.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { afterOf, cursorAfter, PageQuery } from "./paging.ts";
import { problems } from "./problem.ts";

const Rotated = z.object({
  checked: z.int().openapi({ description: "Connections of this page that have tokens." }),
  resealed: z.int().openapi({ description: "Of these, how many were encrypted anew." }),
  unreadable: z.array(z.string()).openapi({ description: "Connections whose tokens no configured key opens." }),
  next_cursor: z.string().openapi({ description: "For the next page; empty when all is done." }),
}).openapi("Rotated");

const rotateRoute = createRoute({
  method: "post",
  path: "/v1/admin/encryption/rotate",
  tags: ["Operators"],
  summary: "Encrypt tokens with the current key",
  description: "One page of accounts: what an older key encrypted is encrypted anew with the first of " +
    "`ENCRYPTION_KEYS`. Call it until `next_cursor` is empty; it may be begun again at any time.",
  middleware: allow("admin"),
  request: { query: PageQuery },
  responses: {
    200: { description: "What was done.", content: { "application/json": { schema: Rotated } } },
    ...problems(400, 403),
  },
});

/** Puts the rotation into the app. */
export function addEncryptionRoutes(
  app: App,
  { state, vault, audited }: { readonly state: State; readonly vault: Vault; readonly audited: Audited },
): void {
  app.openapi(rotateRoute, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const { next, unreadable, ...counts } = await resealTokens(state, vault, { after: afterOf(cursor), limit });
    if (counts.resealed > 0) await audited(c, { action: "rotated", note: `${counts.resealed} tokens` });
    const next_cursor = next === "" ? "" : cursorAfter(next);
    return c.json({ ...counts, unreadable: [...unreadable], next_cursor }, 200);
  });
}
