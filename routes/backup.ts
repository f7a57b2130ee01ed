/** `/v1/admin/backup`: the state as a file, while the instance goes on. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../shared/contracts/deps.ts";
import { reasonOf } from "../shared/contracts/errors.ts";
import type { State } from "../shared/state/port.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { problems } from "./problem.ts";

const backupRoute = createRoute({
  method: "get",
  path: "/v1/admin/backup",
  tags: ["Operators"],
  summary: "Download a backup of the state",
  description: "Gzipped JSON lines for `deno task restore`: connections with their tokens as they are encrypted, " +
    "ledgers, contacts, meetings, shipments, keys, dead letters. The last line tells a whole file from a broken-off one.",
  middleware: allow("admin"),
  responses: {
    200: { description: "The backup.", content: { "application/gzip": { schema: z.string() } } },
    ...problems(403),
  },
});

/** Puts the backup into the app. */
export function addBackupRoutes(
  app: App,
  { state, deps, audited }: {
    readonly state: State;
    readonly deps: Pick<Deps, "clock" | "log">;
    readonly audited: Audited;
  },
): void {
  app.openapi(backupRoute, async (c) => {
    const { writeBackup } = await import("../shared/state/backup/mod.ts");
    const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
    const now = new Date(deps.clock.now());
    // Before its first byte: it holds everybody's data.
    await audited(c, { action: "exported", object: "backup" });
    writeBackup(state, now, writable).then(
      (counts) => deps.log.info("backup.written", { count: counts.records + counts.entries }),
      // The download breaks off, and lacks the line that a whole backup ends with.
      (error) => deps.log.error("backup.failed", { reason: reasonOf(error) }),
    );
    return c.body(readable, 200, {
      "content-type": "application/gzip",
      "content-disposition": `attachment; filename="millrace-${now.toISOString().slice(0, 10)}.backup.gz"`,
    });
  });
}
