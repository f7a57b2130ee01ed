import type { Hono } from "hono";
import { hash } from "../chance.ts";
import { fileBytes, MEDIA_TYPES } from "../drive/file_bytes.ts";
import { ROOT, type StoredFile } from "../drive/store.ts";
import type { GoogleContext, GoogleDeps, GoogleEnv, GoogleUser } from "../gmail/context.ts";
import { GoogleError } from "../gmail/errors.ts";
import { DRIVE_SCOPES, FILE_SCOPES, type GoogleGuard } from "../gmail/guard.ts";
import { readCount, readPageToken, writePageToken } from "../gmail/paging.ts";
import type { GoogleDrive } from "./drives.ts";
import { masked } from "./field_mask.ts";
import { fileQuery } from "./file_query.ts";
import { driveShape, fileShape, mimeTypeOf, nativeForm } from "./file_shape.ts";

const BASE = "/google/drive/v3";
const LIST_FIELDS = "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)";
const FILE_FIELDS = "kind,id,name,mimeType";

/** `about`, `drives` and `files` of the Drive API, with downloads and exports (PROTOCOLS C3). */
export function fileRoutes(app: Hono<GoogleEnv>, guard: GoogleGuard, deps: GoogleDeps): void {
  app.get(
    `${BASE}/about`,
    guard("drive.about", FILE_SCOPES, (c, { me }) => {
      const fields = c.req.query("fields");
      if (fields === undefined) {
        const message = "The 'fields' parameter is required for this method.";
        throw new GoogleError(400, "required", message, { location: "fields" });
      }
      const user = { kind: "drive#user", displayName: me.name, me: true, emailAddress: me.address };
      return c.json(masked({ kind: "drive#about", user }, fields));
    }),
  );
  app.get(
    `${BASE}/drives`,
    guard("drive.drives", DRIVE_SCOPES, (c, { me }) => {
      const drives = me.drives.reached().filter((one) => one.id !== "").map(driveShape);
      return c.json(masked({ kind: "drive#driveList", drives }, c.req.query("fields") ?? "*"));
    }),
  );
  app.get(`${BASE}/files`, guard("drive.files", FILE_SCOPES, (c, { me }) => listFiles(c, me, deps)));
  app.get(
    `${BASE}/files/:id`,
    guard("drive.file", FILE_SCOPES, (c, { me, grant }) => {
      const { drive, file } = fileOf(c, me);
      if (c.req.query("alt") !== "media") {
        const shape = fileShape(me, drive, file, new URL(c.req.url).origin);
        return c.json(masked(shape, c.req.query("fields") ?? FILE_FIELDS));
      }
      if (!DRIVE_SCOPES.some((scope) => grant.scopes.includes(scope))) {
        throw new GoogleError(403, "insufficientPermissions", "Insufficient Permission");
      }
      if (file.content.kind === "folder" || nativeForm(file) !== undefined) {
        const message = "Only files with binary content can be downloaded. Use Export with Docs Editors files.";
        throw new GoogleError(403, "fileNotDownloadable", message, { location: "alt" });
      }
      return c.body(fileBytes(file.content), 200, { "content-type": mimeTypeOf(file) });
    }),
  );
  app.get(`${BASE}/files/:id/export`, guard("drive.export", DRIVE_SCOPES, (c, { me }) => exported(c, me, deps)));
  app.get(
    "/google/feeds/download/:kind/Export",
    guard("drive.exportLink", DRIVE_SCOPES, (c, { me }) => {
      const found = me.drives.find(c.req.query("id") ?? "");
      const native = found === undefined ? undefined : nativeForm(found.file);
      if (found === undefined || native?.extension !== c.req.query("exportFormat")) throw notFound("");
      return c.body(fileBytes(found.file.content), 200);
    }),
  );
}

function listFiles(c: GoogleContext, me: GoogleUser, { faults }: GoogleDeps): Response {
  const drive = corpusOf(c, me);
  const of = `files ${drive.id}`;
  const token = c.req.query("pageToken");
  if (token !== undefined && faults.takeLostCursor()) throw invalidToken();
  const from = token === undefined ? 0 : placeOf(token, of);
  const limit = readCount(c, 100, 1_000, "pageSize");
  const matches = fileQuery(c.req.query("q") ?? "");
  const found = drive.store.live().filter((file) =>
    file.number !== ROOT && me.drives.reaches(drive, file) && matches({
      mimeType: mimeTypeOf(file),
      trashed: file.content.trashed,
      modifiedAt: file.modifiedAt,
      parents: [
        me.drives.id(drive, file.container),
        ...(drive === me.drives.own && file.container === ROOT ? ["root"] : []),
      ],
    })
  );
  const rest = found.filter(({ number }) => number >= from);
  // An answer may hold less than there is, even nothing, and still be followed by more.
  const page = faults.emptyPages && token === undefined ? [] : rest.slice(0, limit);
  const next = rest[page.length];
  const before = faults.repeatItemsOnPages ? found.filter(({ number }) => number < from).slice(-1) : [];
  const origin = new URL(c.req.url).origin;
  const answer = {
    kind: "drive#fileList",
    incompleteSearch: false,
    ...(next === undefined ? {} : { nextPageToken: writePageToken(next.number, of) }),
    files: [...before, ...page].map((file) => fileShape(me, drive, file, origin)),
  };
  return c.json(masked(answer, c.req.query("fields") ?? LIST_FIELDS));
}

/** What is searched: the person's files, or one shared drive. */
function corpusOf(c: GoogleContext, me: GoogleUser): GoogleDrive {
  const corpora = c.req.query("corpora") ?? "user";
  if (corpora === "user") return me.drives.own;
  const all = c.req.query("supportsAllDrives") === "true" && c.req.query("includeItemsFromAllDrives") === "true";
  if (corpora !== "drive" || !all) throw new GoogleError(400, "invalid", "Invalid Value", { location: "corpora" });
  const id = c.req.query("driveId") ?? "";
  const drive = me.drives.reached().find((one) => one.id === id && id !== "");
  if (drive === undefined) {
    throw new GoogleError(404, "notFound", `Shared drive not found: ${id}`, { location: "driveId" });
  }
  return drive;
}

function exported(c: GoogleContext, me: GoogleUser, { faults }: GoogleDeps): Response {
  const { file } = fileOf(c, me, true);
  const native = nativeForm(file);
  const { kind } = file.content;
  if (native === undefined || kind === "folder" || kind === "text") {
    throw new GoogleError(403, "fileNotExportable", "Export only supports Docs Editors files.");
  }
  const id = c.req.param("id") ?? "";
  if (hash("broken export", id) % 1_000 < faults.brokenExports * 1_000) {
    throw new GoogleError(500, "internalError", "Internal Error");
  }
  const type = c.req.query("mimeType");
  const bytes = type === MEDIA_TYPES[kind] ? fileBytes(file.content) : type === native.plain ? plain(file) : undefined;
  if (bytes === undefined) {
    throw new GoogleError(400, "badRequest", "The requested conversion is not supported.", { location: "convertTo" });
  }
  if (bytes.length > faults.exportBytesMax) {
    throw new GoogleError(403, "exportSizeLimitExceeded", "This file is too large to be exported.");
  }
  return c.body(bytes, 200, { "content-type": type ?? "" });
}

/** All of the text; of a spreadsheet, its first sheet. */
function plain({ content }: StoredFile): Uint8Array<ArrayBuffer> {
  const sheet = content.kind === "sheet";
  const parts = sheet ? content.parts.slice(0, 1) : content.parts;
  const lines = parts.flatMap((part) => sheet ? part.lines : [part.heading, ...part.lines, part.notes]);
  return new TextEncoder().encode(`\uFEFF${lines.map((line) => line.replaceAll("\t", ",")).join("\r\n")}`);
}

/** The file that is meant; one of a shared drive only for those who say that they know such drives. */
function fileOf(c: GoogleContext, me: GoogleUser, anywhere = c.req.query("supportsAllDrives") === "true") {
  const id = c.req.param("id") ?? "";
  const found = id === "root" ? me.drives.find(me.drives.id(me.drives.own, ROOT)) : me.drives.find(id);
  if (found === undefined || (found.drive.id !== "" && !anywhere)) throw notFound(id);
  return found;
}

function notFound(id: string): GoogleError {
  return new GoogleError(404, "notFound", `File not found: ${id}.`, { location: "fileId" });
}

function placeOf(token: string, of: string): number {
  try {
    return readPageToken(token, of);
  } catch {
    throw invalidToken();
  }
}

function invalidToken(): GoogleError {
  return new GoogleError(400, "invalid", "Invalid Value", { location: "pageToken" });
}
