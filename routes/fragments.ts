/** `/v1/documents/{doc_id}/fragments` and `/v1/fragments`: the parts of a document, as its current version has them. */
import { createRoute, z } from "@hono/zod-openapi";
import { readFragment } from "../consumers/vespa_loader/mod.ts";
import { PermanentError } from "../shared/contracts/errors.ts";
import { DocId } from "../shared/contracts/ids.ts";
import type { Fragment, FragmentInPlace, Index } from "../shared/index/port.ts";
import type { State } from "../shared/state/port.ts";
import { allow, type App } from "./access.ts";
import { afterOf, cursorAfter, PageQuery } from "./paging.ts";
import { missing, problems } from "./problem.ts";

const FragmentView = z.object({
  fragment_id: z.string(),
  parent_doc_id: DocId,
  position: z.int().openapi({ description: "From 0, in the order of reading." }),
  heading: z.string(),
  place: z.string().openapi({ description: "A slide, or the cells of a sheet." }),
  text: z.string().openapi({ description: "Plain text, not HTML." }),
  url: z.string(),
}).openapi("Fragment");

const FragmentInPlaceView = FragmentView.extend({
  links: z.object({
    parent: z.string(),
    previous: z.string().openapi({ description: "Empty for the first." }),
    next: z.string().openapi({ description: "Empty for the last." }),
  }),
}).openapi("FragmentInPlace");

const listRoute = createRoute({
  method: "get",
  path: "/v1/documents/{doc_id}/fragments",
  tags: ["Search"],
  summary: "List the fragments of a document",
  middleware: allow("user"),
  request: { params: z.object({ doc_id: DocId }), query: PageQuery },
  responses: {
    200: {
      description: "One page, in the order of reading.",
      content: {
        "application/json": { schema: z.object({ items: z.array(FragmentView), next_cursor: z.string() }) },
      },
    },
    ...problems(400, 404),
  },
});

const readRoute = createRoute({
  method: "get",
  path: "/v1/fragments/{parent_doc_id}/{fragment_id}",
  tags: ["Search"],
  summary: "Read a fragment, with links to its document and its neighbours",
  middleware: allow("user"),
  request: { params: z.object({ parent_doc_id: DocId, fragment_id: DocId }) },
  responses: {
    200: { description: "The fragment.", content: { "application/json": { schema: FragmentInPlaceView } } },
    ...problems(400, 404),
  },
});

/** What these routes rest on. */
export interface FragmentPorts {
  readonly index: Index;
  readonly state: Pick<State, "fragments">;
}

/** Puts the routes for fragments into the app. */
export function addFragmentRoutes(app: App, { index, state }: FragmentPorts): void {
  app.openapi(listRoute, async (c) => {
    const { doc_id } = c.req.valid("param");
    const { limit, cursor } = c.req.valid("query");
    const from = cursor === "" ? 0 : positionOf(cursor);
    const found = await index.fragments(c.get("caller").user_id, doc_id, { from, limit: limit + 1 });
    if (found === null) throw missing("document");
    const items = found.slice(0, limit).map((fragment) => view(doc_id, fragment));
    return c.json({ items, next_cursor: found.length > limit ? cursorAfter(String(from + limit)) : "" }, 200);
  });
  app.openapi(readRoute, async (c) => {
    const { parent_doc_id, fragment_id } = c.req.valid("param");
    const ports = { index, cache: state.fragments };
    const found = await readFragment(ports, c.get("caller").user_id, parent_doc_id, fragment_id);
    if (found === null) throw missing("fragment");
    return c.json(inPlace(parent_doc_id, found), 200);
  });
}

/** @throws PermanentError `cursor_invalid` */
function positionOf(cursor: string): number {
  const text = afterOf(cursor);
  if (!/^\d{1,9}$/.test(text)) {
    throw new PermanentError("cursor_invalid", "Give the next_cursor of the page before, unchanged.", {
      field: "cursor",
    });
  }
  return Number(text);
}

function urlOf(doc_id: string, fragment_id: string): string {
  return fragment_id === "" ? "" : `/v1/fragments/${doc_id}/${fragment_id}`;
}

function view(doc_id: string, fragment: Fragment): z.input<typeof FragmentView> {
  return { ...fragment, parent_doc_id: doc_id, url: urlOf(doc_id, fragment.fragment_id) };
}

function inPlace(doc_id: string, { previous, next, ...fragment }: FragmentInPlace) {
  return {
    ...view(doc_id, fragment),
    links: { parent: `/v1/documents/${doc_id}`, previous: urlOf(doc_id, previous), next: urlOf(doc_id, next) },
  };
}
