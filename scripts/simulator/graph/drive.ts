import type { Hono } from "hono";
import { z } from "zod";
import { ROOT, type StoredFile } from "../drive/store.ts";
import {
  type Caller,
  graphBase,
  type GraphContext,
  type GraphDeps,
  type GraphEnv,
  type MicrosoftUser,
  odataContext,
} from "./context.ts";
import { writeToken } from "./cursor.ts";
import { answerDeskDelta } from "./desk_delta.ts";
import { deletedShape, itemShape } from "./drive_shape.ts";
import { GraphError } from "./errors.ts";
import { FILE_SCOPES, type graphGuard } from "./guard.ts";
import { answerList } from "./lists.ts";
import { selected } from "./select.ts";

const CONTENT_MS = 3_600_000;

/** What the address of a file's content stands for: it needs no sign-in, and holds for an hour. */
export const ContentPass = z.object({ user: z.string(), item: z.number(), until: z.number() });

/** Routes of the drive: `base` is `/v1.0/me/drive` or `/v1.0/drives/{id}`. */
export function driveRoutes(
  app: Hono<GraphEnv>,
  base: string,
  guard: ReturnType<typeof graphGuard>,
  deps: GraphDeps,
): void {
  const whole = (me: MicrosoftUser, item: StoredFile) => ({
    "@odata.context": odataContext(deps, `drives('${me.ids.container("drive", 0)}')/items/$entity`),
    ...itemShape(me, item, "item", deps),
  });
  app.get(
    base,
    guard("graph.drive", FILE_SCOPES, (c, { me }) => {
      namedDrive(c, me);
      const identity = { user: { id: me.objectId, displayName: me.name, email: me.address } };
      return c.json({
        "@odata.context": odataContext(deps, "drives/$entity"),
        id: me.ids.container("drive", 0),
        name: "OneDrive",
        driveType: deps.faults.driveType,
        webUrl: `https://drive.example/personal/${me.user}/Documents`,
        owner: identity,
        quota: { state: "normal", total: 1_099_511_627_776, used: 1_048_576, deleted: 0, remaining: 1_099_510_579_200 },
      });
    }),
  );
  app.get(`${base}/root/delta`, guard("graph.drive.delta", FILE_SCOPES, (c, caller) => delta(c, caller, deps)));
  app.get(
    `${base}/root`,
    guard("graph.driveItem", FILE_SCOPES, (c, { me }) => {
      namedDrive(c, me);
      return c.json(selected(whole(me, itemAt(me, ROOT)), select(c)));
    }),
  );
  app.get(
    `${base}/items/:itemId`,
    guard("graph.driveItem", FILE_SCOPES, (c, { me }) => {
      return c.json(selected(whole(me, namedItem(c, me)), select(c)));
    }),
  );
  const children = guard("graph.driveItem.children", FILE_SCOPES, (c, { me }) => {
    const folder = c.req.param("itemId") === undefined ? itemAt(me, ROOT) : namedItem(c, me);
    const { drive } = me.desk;
    const items = drive.children(folder).filter((one) => !one.content.trashed)
      .map((one) => itemShape(me, one, "item", deps));
    const path = `me/drive/items/${me.ids.item("drive", folder.number)}/children`;
    return answerList(c, deps, { path, type: "Collection(driveItem)", select: select(c), items, pageSize: 200 });
  });
  app.get(`${base}/root/children`, children);
  app.get(`${base}/items/:itemId/children`, children);
  app.get(
    `${base}/items/:itemId/content`,
    guard("graph.drive.content", FILE_SCOPES, (c, { me }) => {
      const item = namedItem(c, me);
      if (item.content.kind === "folder") throw new GraphError(400, "invalidRequest", "A folder has no content.");
      const pass = { user: me.user, item: item.number, until: deps.clock.now() + CONTENT_MS };
      const address = `${deps.origin}/graph-files/${writeToken(pass)}/${encodeURIComponent(item.content.name)}`;
      return new Response(null, { status: 302, headers: { location: address } });
    }),
  );
}

function select(c: GraphContext): string[] | undefined {
  return c.req.query("$select")?.split(",").map((name) => name.trim());
}

function delta(c: GraphContext, caller: Caller, deps: GraphDeps): Response {
  const { me } = caller;
  namedDrive(c, me);
  const { drive } = me.desk;
  const named = c.req.param("driveId");
  const path = named === undefined ? "me/drive/root/delta" : `drives/${named}/root/delta`;
  return answerDeskDelta(c, caller, deps, {
    of: "drive/0",
    journal: drive.journal,
    path,
    type: "Collection(driveItem)",
    query: ["$select", "$top"],
    tokens: { delta: "token", next: "token" },
    // The root comes on every page (PROTOCOLS G-12).
    head: () => [itemShape(me, itemAt(me, ROOT), "delta", deps)],
    concerns: ({ item }) => item !== ROOT,
    show: ({ item, entries }, query) => {
      const file = drive.at(item);
      if (file === undefined) return [];
      if (!file.gone && !file.content.trashed) {
        return [selected(itemShape(me, file, "delta", deps), query.$select?.split(","))];
      }
      return entries.length === 0 ? [] : [deletedShape(me, file, deps)];
    },
    lost: () => {
      const { status, code } = deps.faults.lostDriveCursor;
      const headers = { location: `${graphBase(deps)}/${path}?token=` };
      return new GraphError(
        status,
        code,
        "Resync required. Replace any local items with the server's version.",
        headers,
      );
    },
  });
}

/** Refuses a drive that is not the caller's own. */
function namedDrive(c: GraphContext, me: MicrosoftUser): void {
  const named = c.req.param("driveId");
  if (named !== undefined && named !== me.ids.container("drive", 0)) throw missing();
}

function namedItem(c: GraphContext, me: MicrosoftUser): StoredFile {
  namedDrive(c, me);
  const named = me.ids.parseItem("drive", c.req.param("itemId") ?? "");
  const item = named === undefined ? undefined : me.desk.drive.find(named.number);
  if (item === undefined || item.content.trashed) throw missing();
  return item;
}

function itemAt(me: MicrosoftUser, number: number): StoredFile {
  const item = me.desk.drive.at(number);
  if (item === undefined) throw new RangeError(`Cannot find file ${number}`);
  return item;
}

function missing(): GraphError {
  return new GraphError(404, "itemNotFound", "The resource could not be found.");
}
