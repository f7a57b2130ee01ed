import { Hono } from "hono";
import { fileBytes, MEDIA_TYPES } from "../drive/file_bytes.ts";
import type { GraphDeps } from "./context.ts";
import { readToken } from "./cursor.ts";
import { ContentPass } from "./drive.ts";
import { GraphError } from "./errors.ts";
import { errorAnswer } from "./guard.ts";

/**
 * `/graph-files/{pass}/{name}`: where `/content` redirects to. The address itself is the permission; a request that
 * carries an access token is refused, as SharePoint refuses it, so that a leaking one is seen.
 */
export function driveContent(deps: GraphDeps): Hono {
  const app = new Hono();
  app.get("/:pass/:name", async (c) => {
    const pass = readPass(c.req.param("pass"));
    const me = deps.users.get(pass?.user ?? "");
    deps.counts.add(me?.user ?? "", "graph.download");
    if (c.req.header("authorization") !== undefined) {
      return errorAnswer(deps, new GraphError(401, "unauthenticated", "The address needs no access token."));
    }
    const item = me?.desk.drive.find(pass?.item ?? -1);
    if (pass === undefined || item === undefined || item.content.kind === "folder" || pass.until <= deps.clock.now()) {
      return errorAnswer(deps, new GraphError(404, "itemNotFound", "The resource could not be found."));
    }
    if (deps.faults.slowMs > 0) await deps.clock.sleep(deps.faults.slowMs, c.req.raw.signal);
    const bytes = fileBytes(item.content);
    const headers = { "content-type": MEDIA_TYPES[item.content.kind], "content-length": String(bytes.length) };
    return new Response(bytes, { headers });
  });
  return app;
}

function readPass(text: string) {
  try {
    return readToken(ContentPass, text);
  } catch {
    return undefined;
  }
}
