/** `/v1/users`: a person's data, out and gone. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../shared/contracts/deps.ts";
import { reasonOf } from "../shared/contracts/errors.ts";
import { erasedName } from "../shared/security/mod.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { problems } from "./problem.ts";

/** What a person is told of their erasure (`consumers/privacy`). */
export const Receipt = z.object({
  erased_at: z.iso.datetime().openapi({ description: "When everything that could be found was removed." }),
  final_pass_at: z.iso.datetime().openapi({
    description: "By then the work that was under way has ended, and what it wrote is removed as well.",
  }),
  bus_retention_ends_at: z.iso.datetime().openapi({
    description: "Until then the bus may hold messages with the person's data. None of them has an effect any more.",
  }),
  connections_ended: z.int().nonnegative(),
  providers_pending: z.int().nonnegative().openapi({
    description: "Connections whose provider has not answered. It is told again for a day; their tokens stay as long.",
  }),
}).openapi("ErasureReceipt");

/** What these routes rest on. */
export interface UserPorts {
  readonly deps: Pick<Deps, "clock" | "log">;
  readonly audited: Audited;
  /** Removes everything that is held of the person. */
  readonly erase: (user_id: string) => Promise<z.infer<typeof Receipt>>;
  /** Writes everything that is held of the person, and closes the stream. */
  readonly writeArchive: (user_id: string, out: WritableStream<Uint8Array>) => Promise<void>;
}

const params = z.object({
  user_id: z.string().min(1).max(256).openapi({ param: { name: "user_id", in: "path" }, example: "ada" }),
});
const tags = ["People"];

const exportRoute = createRoute({
  method: "get",
  path: "/v1/users/{user_id}/export",
  tags,
  summary: "Download everything that is held of a person",
  description: "A ZIP file of JSON lines with a README, written while it is read. A broken-off download is not whole.",
  middleware: allow("person"),
  request: { params },
  responses: {
    200: { description: "The archive.", content: { "application/zip": { schema: z.string() } } },
    ...problems(404),
  },
});

const eraseRoute = createRoute({
  method: "delete",
  path: "/v1/users/{user_id}",
  tags,
  summary: "Erase a person everywhere",
  description: "Ends the person's connections at the providers and removes documents, fragments, contacts, meetings, " +
    "shipments, records, dead letters, imported files and API keys. The receipt says until when what had been " +
    "published may still lie on the bus.",
  middleware: allow("person"),
  request: { params },
  responses: {
    202: { description: "It is done, but for the last pass.", content: { "application/json": { schema: Receipt } } },
    ...problems(404, 409),
  },
});

/** Puts export and erasure into the app. */
export function addUserRoutes(app: App, ports: UserPorts): void {
  app.openapi(exportRoute, async (c) => {
    const { user_id } = c.get("caller");
    await ports.audited(c, { action: "exported", object: "person" });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    ports.writeArchive(user_id, writable).catch(async (error) => {
      ports.deps.log.error("users.export_failed", { user_id, reason: reasonOf(error) });
      // The download breaks off: what came so far must not look whole.
      await writable.abort(error).catch(() => {});
    });
    const day = new Date(ports.deps.clock.now()).toISOString().slice(0, 10);
    return c.body(readable, 200, {
      "content-type": "application/zip",
      "content-disposition": `attachment; filename="millrace-${user_id}-${day}.zip"`,
    });
  });
  app.openapi(eraseRoute, async (c) => {
    const { user_id } = c.get("caller");
    const receipt = await ports.erase(user_id);
    const note = receipt.providers_pending > 0 ? `${receipt.providers_pending} providers are still to be told` : "";
    await ports.audited(c, { action: "erased", user_id: await erasedName(user_id), object: "person", note });
    return c.json(receipt, 202);
  });
}
