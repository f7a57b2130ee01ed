/** `/v1/admin/index`: a second version of the index is built, compared, and searched in place of the first. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Reindex } from "../consumers/vespa_loader/mod.ts";
import { UserId } from "../shared/contracts/ids.ts";
import { IndexVersions } from "../shared/contracts/index_versions.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { problems } from "./problem.ts";
import { named } from "./schema.ts";

const Versions = named(IndexVersions, "IndexVersions");
const tags = ["Operators"];
const admin = allow("admin");
const Cursor = z.string().max(4_096).default("");

const json = <S extends z.ZodType>(description: string, schema: S) => ({
  200: { description, content: { "application/json": { schema } } },
});
const body = <S extends z.ZodType>(schema: S) => ({
  body: { required: true, content: { "application/json": { schema } } },
});

const readRoute = createRoute({
  method: "get",
  path: "/v1/admin/index",
  tags,
  summary: "Which versions of the index there are",
  middleware: admin,
  responses: { ...json("The versions.", Versions), ...problems(403) },
});

/** What an operator says, each at an address of its own. */
const COMMANDS = {
  build: "Begin a second version of the index, which hears of changes from now on",
  switch: "Search the version that was built",
  back: "Search the former version again",
  end: "Keep the version that is searched; the other one is removed",
} as const;

function tellRoute<C extends keyof typeof COMMANDS>(command: C) {
  return createRoute({
    method: "post",
    path: `/v1/admin/index/${command}`,
    tags,
    summary: COMMANDS[command],
    description: "Every instance follows within a second. Said again it changes nothing.",
    middleware: admin,
    responses: { ...json("The versions as they are now.", Versions), ...problems(400, 403, 409) },
  });
}

const fillRoute = createRoute({
  method: "post",
  path: "/v1/admin/index/fill",
  tags,
  summary: "Have the documents of some people read again at their providers, for the new version alone",
  description: "Each is a batch of that person, which can be followed, paused and resumed as any other.",
  middleware: admin,
  request: body(z.strictObject({ cursor: Cursor })),
  responses: {
    ...json(
      "Whose documents are read, and where to go on.",
      z.object({
        items: z.array(z.object({
          user_id: z.string(),
          batch_id: z.string().openapi({ description: "Empty when there is no account to read from." }),
        })),
        next_cursor: z.string(),
      }),
    ),
    ...problems(400, 403, 409),
  },
});

const carryRoute = createRoute({
  method: "post",
  path: "/v1/admin/index/carry",
  tags,
  summary: "Take over what a person's accounts could not give, from the version that is searched",
  middleware: admin,
  request: body(z.strictObject({ user_id: UserId, cursor: Cursor })),
  responses: {
    ...json("What was taken over, and where to go on.", z.object({ carried: z.int(), next_cursor: z.string() })),
    ...problems(400, 403, 409),
  },
});

const compareRoute = createRoute({
  method: "post",
  path: "/v1/admin/index/compare",
  tags,
  summary: "Compare both versions for a person: their counts, and what they find for words of the person's titles",
  middleware: admin,
  request: body(z.strictObject({ user_id: UserId })),
  responses: {
    ...json(
      "Counts only; nothing of what was searched for.",
      z.object({
        documents: z.object({ active: z.int(), other: z.int() }),
        differing: z.array(z.object({ what: z.string(), active: z.int(), other: z.int() })),
        queries: z.int(),
        agreement: z.number().openapi({ description: "The share of the first hits that both find, 0 to 1." }),
      }).openapi("IndexComparison"),
    ),
    ...problems(400, 403, 409),
  },
});

/** Puts the operators' routes for versions of the index into the app. */
export function addIndexVersionRoutes(app: App, reindex: Reindex, audited: Audited): void {
  const done = {
    build: () => reindex.build(),
    switch: () => reindex.switchTo("built"),
    back: () => reindex.switchTo("former"),
    end: () => reindex.end(),
  } as const;
  app.openapi(readRoute, async (c) => c.json(await reindex.versions(), 200));
  for (const command of ["build", "switch", "back", "end"] as const) {
    app.openapi(tellRoute(command), async (c) => {
      const versions = await done[command]();
      await audited(c, { action: "reindexed", object: command, note: `version ${versions.active} is searched` });
      return c.json(versions, 200);
    });
  }
  app.openapi(fillRoute, async (c) => {
    const { items, next_cursor } = await reindex.fill(c.req.valid("json").cursor);
    return c.json({ items: [...items], next_cursor }, 200);
  });
  app.openapi(carryRoute, async (c) => {
    const { user_id, cursor } = c.req.valid("json");
    return c.json(await reindex.carryOver(user_id, cursor), 200);
  });
  app.openapi(compareRoute, async (c) => {
    const { differing, ...compared } = await reindex.compare(c.req.valid("json").user_id);
    return c.json({ ...compared, differing: [...differing] }, 200);
  });
}
