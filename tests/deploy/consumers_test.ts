/** What docs/consumers.md shows is run: the consumer in the program, and the one in Python. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import type { Consumer, Delivery } from "../../consumers/registry.ts";
import { avroSchema } from "../../shared/bus/avro.ts";
import type { NormalisedDocument } from "../../shared/contracts/documents.ts";
import type { Event } from "../../shared/contracts/event.ts";
import type { State } from "../../shared/state/port.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";

const ROOT = new URL("../../", import.meta.url);

const EVENT: Event = {
  schema_version: 1,
  event_id: "a".repeat(32),
  event_type: "email.created",
  user_id: "ada",
  connection_id: "c1",
  provider: "microsoft",
  doc_type: "email",
  doc_id: "d".repeat(32),
  operation: "create",
  revision: 1,
  last_updated: "2026-03-02T09:00:00.000Z",
  sync_timestamp: "2026-03-02T09:00:00.000Z",
  batch_id: "",
  correlation_id: "",
  traceparent: "",
  data: JSON.stringify({ title: "Hello" }),
  data_ref: "",
};

/** The consumer as the page has it, in a file where its imports lead to the code. */
async function shown(folder: string): Promise<(state: Pick<State, "records">) => Consumer> {
  const page = await Deno.readTextFile(new URL("docs/consumers.md", ROOT));
  const text = /^```ts consumer\n(.*?)^```$/ms.exec(page)?.[1] ?? "";
  assert.ok(text.trim().split("\n").length <= 45, "about 40 lines");
  const code = text.replaceAll('"../../', `"${ROOT.href}`).replaceAll('"../', `"${ROOT.href}consumers/`)
    .replace('"zod"', `"${import.meta.resolve("zod")}"`);
  await Deno.writeTextFile(`${folder}/todo_count.ts`, code);
  const { createTodoCount } = await import(`file://${folder}/todo_count.ts`);
  return createTodoCount;
}

Deno.test("docs/consumers.md: its consumer comes to the same whatever the order, and however often", async () => {
  const folder = await Deno.makeTempDir();
  const state = openSqliteState({ path: ":memory:", clock: new SimulatedClock(), random: seededRandom(1) });
  try {
    const consumer = (await shown(folder))(state);
    assert.ok(consumer.kind === "events");
    const todo = (status: string) => ({ doc_type: "todo", status }) as NormalisedDocument;
    const version = (doc_id: string, revision: number, document: NormalisedDocument | null) => ({
      event: { ...EVENT, doc_id, revision, operation: document === null ? "delete" as const : "update" as const },
      document,
    });
    const versions = [
      version("one", 1, todo("open")),
      version("one", 2, todo("completed")),
      version("two", 3, todo("open")),
      version("three", 4, todo("open")),
      version("three", 5, null),
    ];
    const delivery = { subscription: "todo-count-todos" } as Delivery;
    for (const { event, document } of [...versions.toReversed(), ...versions, ...versions]) {
      await consumer.handle(event, document, delivery);
    }
    const total = await state.records({ user_id: "ada" }).get("todo-count", "all");
    assert.deepEqual(total?.value, { open: 1 });
  } finally {
    await state.close();
    await Deno.remove(folder, { recursive: true });
  }
});

const PYTHON = await hasPython();

async function hasPython(): Promise<boolean> {
  const found = await new Deno.Command("python3", { args: ["--version"], stdout: "null", stderr: "null" }).output()
    .catch(() => null);
  return found?.success ?? false;
}

Deno.test({
  name: "examples/python reads the topic by its Avro schema, and applies by revision whatever arrives",
  ignore: !PYTHON,
  async fn() {
    const folder = await Deno.makeTempDir();
    const messages = [
      { ...EVENT, revision: 3, data: JSON.stringify({ title: "Newer" }) },
      { ...EVENT, revision: 2 },
      { ...EVENT, doc_id: "e".repeat(32), revision: 4 },
      { ...EVENT, doc_id: "f".repeat(32), revision: 5 },
      { ...EVENT, doc_id: "f".repeat(32), revision: 6, operation: "delete", data: "" },
      { ...EVENT, doc_type: "todo" },
      { ...EVENT, schema_version: 2 },
    ];
    const acked: string[] = [];
    let pulled = false;
    // As Pub/Sub's REST API answers. Source: cloud.google.com/pubsub/docs/reference/rest.
    const pubsub = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/v1/projects/acme/schemas/emails-event") {
        return Response.json({ type: "AVRO", definition: JSON.stringify(avroSchema("emails")) });
      }
      if (pathname.endsWith(":acknowledge")) acked.push(...(await request.json()).ackIds);
      if (!pathname.endsWith(":pull") || pulled) return Response.json({});
      pulled = true;
      return Response.json({
        receivedMessages: messages.map((event, at) => ({
          ackId: `ack-${at}`,
          message: { messageId: String(at), data: Buffer.from(JSON.stringify(event)).toString("base64") },
        })),
      });
    });
    try {
      const program = fileURLToPath(new URL("examples/python/read_emails.py", ROOT));
      const options = ["--project", "acme", "--subscription", "my-emails", "--schema", "emails-event", "--once"];
      const { success, stdout, stderr } = await new Deno.Command("python3", {
        args: [program, ...options, "--store", `${folder}/mail.sqlite`],
        env: { PUBSUB_EMULATOR_HOST: `127.0.0.1:${pubsub.addr.port}` },
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const said = new TextDecoder().decode(stdout);
      assert.match(said, /^not an event of the schema: message 5$/m);
      assert.match(said, /^ada: 2 mails$/m);
      assert.deepEqual(acked, ["ack-0", "ack-1", "ack-2", "ack-3", "ack-4", "ack-5"], "a newer schema is left alone");
    } finally {
      await pubsub.shutdown();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
