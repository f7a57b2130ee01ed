/** `/v1/documents`: one document as it was last read. */
import { createRoute, z } from "@hono/zod-openapi";
import { NormalisedDocument } from "../shared/contracts/documents.ts";
import { DocId } from "../shared/contracts/ids.ts";
import { DocType } from "../shared/contracts/names.ts";
import type { Index } from "../shared/index/port.ts";
import { allow, type App } from "./access.ts";
import { missing, problems } from "./problem.ts";
import { named } from "./schema.ts";

const DocumentView = z.object({
  doc_id: DocId,
  doc_type: DocType,
  revision: z.int(),
  sync_timestamp: z.string(),
  document: named(NormalisedDocument, "NormalisedDocument"),
}).openapi("Document");

const route = createRoute({
  method: "get",
  path: "/v1/documents/{doc_id}",
  tags: ["Search"],
  summary: "Read a document",
  middleware: allow("user"),
  request: { params: z.object({ doc_id: DocId }) },
  responses: {
    200: { description: "The document.", content: { "application/json": { schema: DocumentView } } },
    ...problems(400, 404),
  },
});

/** Puts the routes for documents into the app. */
export function addDocumentRoutes(app: App, index: Index): void {
  app.openapi(route, async (c) => {
    const stored = await index.document(c.get("caller").user_id, c.req.valid("param").doc_id);
    if (stored === null) throw missing("document");
    const { doc_id, doc_type, revision, document } = stored;
    return c.json({
      doc_id,
      doc_type,
      revision,
      sync_timestamp: document.sync_timestamp,
      document: NormalisedDocument.parse(JSON.parse(document.data)),
    }, 200);
  });
}
