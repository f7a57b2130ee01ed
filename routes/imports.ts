/** `/v1/imports`: a person's own files made searchable without an account at a provider. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Imports } from "../consumers/office/mod.ts";
import { OwnId } from "../shared/contracts/ids.ts";
import { fileKey, Import, ImportFile, ImportRefusal } from "../shared/contracts/imports.ts";
import { allow, type App } from "./access.ts";
import { afterOf, pageOf, PageQuery } from "./paging.ts";
import { HttpProblem, missing, problems } from "./problem.ts";
import { named } from "./schema.ts";

const tags = ["Imports"];
const IdParams = z.object({ import_id: OwnId });

/** Files that are counted at once. */
const FILES_SLICE = 500;

const Summary = named(Import, "Import");
const Progress = named(
  Import.extend({
    state: z.enum(["reading", "done"]),
    /** Of all files together. */
    total_bytes: z.int(),
    read_bytes: z.int(),
    done_files: z.int(),
    found: z.int(),
    duplicates: z.int(),
  }),
  "ImportProgress",
);
const File = named(ImportFile, "ImportFile");
const Refusal = named(ImportRefusal, "ImportRefusal");

/** A name without what moves a cursor or ends a line; folders are kept. */
const FileName = z.string().max(3_072).transform((text, context) => {
  try {
    const name = decodeURIComponent(text).replaceAll(/\p{C}/gu, "").trim();
    if (name !== "" && name.length <= 1_024) return name;
  } catch {
    // Not percent-encoded as it should be.
  }
  context.addIssue({ code: "custom", message: "must be a percent-encoded name of 1 to 1024 characters" });
  return z.NEVER;
});

const json = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { "application/json": { schema } },
});

const receiveRoute = createRoute({
  method: "post",
  path: "/v1/imports",
  tags,
  summary: "Import a file",
  description:
    "The body is the file: mbox, eml, ics, vcf, docx, xlsx, pptx, or a ZIP archive of such (Google Takeout). " +
    "What it is its content tells. Answered once the file is on the disk; it is then read in the background, and goes " +
    "on after a restart. Items that are there already (by Message-ID, UID or path) are found only once.",
  middleware: allow("user"),
  request: {
    query: z.strictObject({
      source: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/).default("archive").openapi({
        description: "Whose files these are: one connection for each source.",
      }),
    }),
    headers: z.object({
      "millrace-file": FileName.openapi({ type: "string", description: "The file's name, percent-encoded." }),
      "last-modified": z.string().max(64).optional().openapi({ description: "When the file was last changed." }),
    }),
    body: {
      required: true,
      content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
    },
  },
  responses: { 201: json("What will be read.", Summary), ...problems(400, 409, 413) },
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/imports",
  tags,
  summary: "List the imports, the oldest first",
  middleware: allow("user"),
  request: { query: PageQuery },
  responses: {
    200: json("One page.", z.object({ items: z.array(Summary), next_cursor: z.string() })),
    ...problems(400, 409),
  },
});

const readRoute = createRoute({
  method: "get",
  path: "/v1/imports/{import_id}",
  tags,
  summary: "How far an import is",
  middleware: allow("user"),
  request: { params: IdParams },
  responses: { 200: json("The import.", Progress), ...problems(400, 404, 409) },
});

const filesRoute = createRoute({
  method: "get",
  path: "/v1/imports/{import_id}/files",
  tags,
  summary: "The files of an import, each with how far it is",
  middleware: allow("user"),
  request: { params: IdParams, query: PageQuery },
  responses: {
    200: json("One page.", z.object({ items: z.array(File), next_cursor: z.string() })),
    ...problems(400, 404, 409),
  },
});

const refusedRoute = createRoute({
  method: "get",
  path: "/v1/imports/{import_id}/refused",
  tags,
  summary: "The items of an import that could not be read, each with its reason",
  middleware: allow("user"),
  request: { params: IdParams, query: PageQuery },
  responses: {
    200: json("One page.", z.object({ items: z.array(Refusal), next_cursor: z.string() })),
    ...problems(400, 404, 409),
  },
});

/** Puts the routes for imports into the app. @param given null where files can't be taken in */
export function addImportRoutes(app: App, given: Imports | null): void {
  const imports = (): Imports => {
    if (given !== null) return given;
    throw new HttpProblem({
      type: "imports_unavailable",
      status: 409,
      title: "No imports here",
      detail: "Files are imported by an instance that serves office on the embedded stores. See docs/import.md.",
    });
  };

  async function importOf(user_id: string, import_id: string): Promise<Import> {
    const found = await imports().get(user_id, import_id);
    if (found === null) throw missing("import");
    return found;
  }

  app.openapi(receiveRoute, async (c) => {
    const headers = c.req.valid("header");
    const { source } = c.req.valid("query");
    const content = c.req.raw.body ?? new Blob([]).stream();
    const modified_ms = Date.parse(headers["last-modified"] ?? "");
    const received = await imports().receive(c.get("caller").user_id, {
      source,
      name: headers["millrace-file"],
      modified_at: Number.isFinite(modified_ms) ? new Date(modified_ms).toISOString() : "",
      content,
    });
    return c.json(received, 201);
  });

  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const found = await imports().list(c.get("caller").user_id, afterOf(cursor), limit + 1);
    return c.json(pageOf(found, limit, ({ import_id }) => import_id), 200);
  });

  app.openapi(readRoute, async (c) => {
    const { user_id } = c.get("caller");
    const summary = await importOf(user_id, c.req.valid("param").import_id);
    return c.json(await progressOf(imports(), user_id, summary), 200);
  });

  app.openapi(filesRoute, async (c) => {
    const { user_id } = c.get("caller");
    const { limit, cursor } = c.req.valid("query");
    const { import_id } = await importOf(user_id, c.req.valid("param").import_id);
    const found = await imports().files(user_id, import_id, insideOf(import_id, cursor), limit + 1);
    return c.json(pageOf(found, limit, fileKey), 200);
  });

  app.openapi(refusedRoute, async (c) => {
    const { user_id } = c.get("caller");
    const { limit, cursor } = c.req.valid("query");
    const { import_id } = await importOf(user_id, c.req.valid("param").import_id);
    const found = await imports().refusals(user_id, import_id, insideOf(import_id, cursor), limit + 1);
    const { items, next_cursor } = pageOf(found, limit, ({ id }) => id);
    return c.json({ items: items.map(({ refusal }) => refusal), next_cursor }, 200);
  });
}

/** A cursor of another import would list what is not asked for. */
function insideOf(import_id: string, cursor: string): string {
  const after = afterOf(cursor);
  return after.startsWith(`${import_id}|`) ? after : "";
}

async function progressOf(imports: Imports, user_id: string, summary: Import): Promise<z.infer<typeof Progress>> {
  const progress = { total_bytes: 0, read_bytes: 0, done_files: 0, found: 0, duplicates: 0 };
  for (let after = "";;) {
    const files = await imports.files(user_id, summary.import_id, after, FILES_SLICE);
    for (const file of files) {
      progress.total_bytes += file.size_bytes;
      progress.read_bytes += file.read_bytes;
      progress.done_files += file.state === "done" ? 1 : 0;
      progress.found += file.found;
      progress.duplicates += file.duplicates;
    }
    const last = files.at(-1);
    if (files.length < FILES_SLICE || last === undefined) break;
    after = fileKey(last);
  }
  return { ...summary, ...progress, state: progress.done_files >= summary.files ? "done" : "reading" };
}
