import type { Hono } from "hono";
import type { GoogleContext, GoogleDeps, GoogleEnv, GoogleUser } from "../gmail/context.ts";
import { GoogleError } from "../gmail/errors.ts";
import { FILE_SCOPES, type GoogleGuard } from "../gmail/guard.ts";
import { readCount } from "../gmail/paging.ts";
import type { FeedEntry, GoogleDrive } from "./drives.ts";
import { masked } from "./field_mask.ts";
import { driveShape, fileShape } from "./file_shape.ts";

const BASE = "/google/drive/v3";
const GOOGLE = "https://www.googleapis.com/drive/v3";
const HOUR_MS = 3_600_000;
const DEFAULT_FIELDS = "kind,nextPageToken,newStartPageToken,changes(kind,changeType,time,removed,fileId,driveId," +
  "drive(kind,id,name),file(kind,id,name,mimeType))";

/** `changes` of the Drive API: one log for the person, and one for each shared drive (PROTOCOLS C1, C3). */
export function changeRoutes(app: Hono<GoogleEnv>, guard: GoogleGuard, deps: GoogleDeps): void {
  app.get(
    `${BASE}/changes/startPageToken`,
    guard("drive.startPageToken", FILE_SCOPES, (c, { me }) => {
      const { feed } = logOf(c, me);
      return c.json({ kind: "drive#startPageToken", startPageToken: writeToken(feed.length, deps) });
    }),
  );
  app.get(`${BASE}/changes`, guard("drive.changes", FILE_SCOPES, (c, { me }) => listChanges(c, me, deps)));
  app.post(
    `${BASE}/changes/watch`,
    guard("drive.watch", FILE_SCOPES, async (c, { me }) => {
      const { id } = logOf(c, me);
      const pageToken = c.req.query("pageToken") ?? "";
      readToken(pageToken, deps);
      const uri = `${GOOGLE}/changes?alt=json${id === "" ? "" : `&driveId=${id}`}&pageToken=${pageToken}`;
      const watched = { of: `changes/${id}`, uri, state: "change", life_ms: HOUR_MS };
      return c.json(await deps.channels.watch(me, watched, await c.req.json().catch(() => undefined)));
    }),
  );
  app.post(
    `${BASE}/channels/stop`,
    guard("drive.stop", FILE_SCOPES, async (c, { me }) => {
      deps.channels.stop(me, await c.req.json().catch(() => undefined));
      return c.body(null, 204);
    }),
  );
}

function listChanges(c: GoogleContext, me: GoogleUser, deps: GoogleDeps): Response {
  const { faults, chance, clock } = deps;
  const log = logOf(c, me);
  const text = c.req.query("pageToken") ?? "";
  const after = readToken(text, deps);
  if (faults.takeLostCursor() || chance.happens(faults.loseCursorShare)) throw lost(faults.lostPageToken);
  const limit = readCount(c, 100, 1_000, "pageSize");
  const quiet = me.quiet.delete(`changes/${log.id}`);
  const until = clock.now() - faults.deltaDelayMs;
  const late = log.feed.findIndex((entry) => entry.at > until);
  const last = quiet ? after : late === -1 ? log.feed.length : Math.max(after, late);
  // One entry for each file: what it was before is not told.
  const newest = new Map<string, number>();
  for (const { drive, file, sequence } of log.feed) {
    if (sequence <= last) newest.set(`${drive.id} ${file}`, sequence);
  }
  const due = log.feed.slice(after, last)
    .filter(({ drive, file, sequence }) => newest.get(`${drive.id} ${file}`) === sequence);
  const page = due.slice(0, limit);
  const before = faults.repeatItemsOnPages ? log.feed.slice(Math.max(0, after - 1), after) : [];
  const place = page.length < due.length ? page.at(-1)?.sequence ?? after : last;
  const more = faults.endlessPages || page.length < due.length;
  const origin = new URL(c.req.url).origin;
  const withRemoved = c.req.query("includeRemoved") !== "false";
  const all = c.req.query("includeItemsFromAllDrives") === "true" && c.req.query("supportsAllDrives") === "true";
  const changes = [...before, ...page]
    .filter(({ drive }) => all || drive.id === "")
    .map((entry) => changeShape(me, entry, origin))
    .filter((change) => withRemoved || change.removed !== true);
  const answer = {
    kind: "drive#changeList",
    changes,
    ...(more ? { nextPageToken: writeToken(place, deps) } : { newStartPageToken: writeToken(place, deps) }),
  };
  return c.json(masked(answer, c.req.query("fields") ?? DEFAULT_FIELDS));
}

function changeShape(me: GoogleUser, { drive, file, at }: FeedEntry, origin: string): Record<string, unknown> {
  const known = { kind: "drive#change", time: new Date(at).toISOString() };
  if (file === null) {
    const head = { ...known, changeType: "drive", type: "drive", driveId: drive.id, removed: !drive.member };
    return drive.member ? { ...head, drive: driveShape(drive) } : head;
  }
  const stored = drive.store.at(file);
  const head = { ...known, changeType: "file", type: "file", fileId: me.drives.id(drive, file) };
  if (!me.drives.reaches(drive, stored)) return { ...head, removed: true };
  const place = drive.id === "" ? {} : { driveId: drive.id };
  return { ...head, ...place, removed: false, file: fileShape(me, drive, stored, origin) };
}

/** The log that is meant: the person's own, or that of a shared drive that they are a member of. */
function logOf(c: GoogleContext, me: GoogleUser): GoogleDrive {
  const id = c.req.query("driveId") ?? "";
  if (id !== "" && c.req.query("supportsAllDrives") !== "true") {
    throw new GoogleError(400, "invalid", "supportsAllDrives must be set", { location: "supportsAllDrives" });
  }
  const drive = me.drives.reached().find((one) => one.id === id);
  if (drive === undefined) {
    throw new GoogleError(404, "notFound", `Shared drive not found: ${id}`, { location: "driveId" });
  }
  return drive;
}

/** The place that a token stands for. Tokens are numbers, and don't grow old. */
function readToken(text: string, { faults }: GoogleDeps): number {
  const [, place, generation = "0"] = /^(\d+)(?:g(\d+))?$/.exec(text) ?? [];
  if (place === undefined) throw lost(400);
  if (Number(generation) !== faults.cursorGeneration) throw lost(faults.lostPageToken);
  return Number(place) - 1;
}

function writeToken(place: number, { faults }: GoogleDeps): string {
  return faults.cursorGeneration === 0 ? String(place + 1) : `${place + 1}g${faults.cursorGeneration}`;
}

function lost(status: 400 | 404 | 410): GoogleError {
  if (status === 404) return new GoogleError(404, "notFound", "Page token not found", { location: "pageToken" });
  return new GoogleError(status, "invalid", "Invalid Value", { location: "pageToken" });
}
