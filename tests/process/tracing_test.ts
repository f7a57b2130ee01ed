/** One trace leads from a webhook to the index. A process of its own, for Deno makes traces for whole processes only. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const Value = z.object({ stringValue: z.string() }).or(z.object({}).transform(() => ({ stringValue: "" })));
const Export = z.object({
  resourceSpans: z.array(z.object({
    scopeSpans: z.array(z.object({
      spans: z.array(z.object({
        name: z.string(),
        kind: z.int(),
        traceId: z.string(),
        spanId: z.string(),
        parentSpanId: z.string().default(""),
        attributes: z.array(z.object({ key: z.string(), value: Value })).default([]),
      })),
    })),
  })),
});
type Span = z.infer<typeof Export>["resourceSpans"][number]["scopeSpans"][number]["spans"][number];

const KINDS = { server: 2, client: 3, producer: 4, consumer: 5 } as const;

/** Runs the program with a collector, and gives what it exported. */
async function traced(): Promise<readonly Span[]> {
  const spans: Span[] = [];
  const collector = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    if (new URL(request.url).pathname === "/v1/traces") {
      const { resourceSpans } = Export.parse(await request.json());
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    } else await request.body?.cancel();
    return Response.json({});
  });
  const program = new URL("traced_instance.ts", import.meta.url);
  const child = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "-A", program.href],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
    },
    stdout: "null",
    stderr: "piped",
  }).output();
  await collector.shutdown();
  assert.ok(child.success, new TextDecoder().decode(child.stderr));
  return spans;
}

function isWebhook({ kind, attributes }: Span): boolean {
  const path = attributes.find(({ key }) => key === "url.path")?.value.stringValue ?? "";
  return kind === KINDS.server && path.startsWith("/webhooks/microsoft/");
}

/** From a span up to the first of its trace. */
function ancestry(spans: readonly Span[], span: Span): readonly Span[] {
  const parent = spans.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId);
  return parent === undefined ? [span] : [...ancestry(spans, parent), span];
}

Deno.test("OTEL_DENO=true: one trace leads from the webhook over publish, push and consumer to the index", async () => {
  const spans = await traced();
  const paths = spans.filter(({ name }) => name === "feed index").map((span) => ancestry(spans, span));
  // What caused the notification is in this process too, so the trace begins above the webhook.
  const whole = paths.map((path) => path.slice(path.findIndex(isWebhook))).find(([first]) =>
    first !== undefined && isWebhook(first)
  );
  assert.ok(
    whole,
    `no trace begins with a request:\n${paths.map((path) => path.map(({ name }) => name).join(" > ")).join("\n")}`,
  );
  assert.deepEqual(whole.slice(1).map(({ name, kind }) => [name, kind]), [
    ["send provider-changes", KINDS.producer],
    ["process office-provider-changes", KINDS.consumer],
    ["send emails", KINDS.producer],
    ["process vespa-loader-emails", KINDS.consumer],
    ["feed index", KINDS.client],
  ]);
  const trace = spans.filter(({ traceId, name }) => traceId === whole[0]?.traceId && name.startsWith("process "));
  assert.ok(
    trace.some(({ name }) => name === "process contact-discovery-emails"),
    "the other consumers hang below it too",
  );
  const attributes = new Map(whole[4]?.attributes.map(({ key, value }) => [key, value.stringValue]));
  assert.equal(attributes.get("messaging.operation.type"), "process");
  assert.equal(attributes.get("messaging.destination.name"), "emails");
  assert.equal(attributes.get("messaging.destination.subscription.name"), "vespa-loader-emails");
  assert.equal(attributes.get("millrace.outcome"), "handled");
});
